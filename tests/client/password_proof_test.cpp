// SPDX-License-Identifier: MIT
#include "client/password_proof.h"

#include <gtest/gtest.h>

namespace oscar {
namespace {

std::string hex(wire::Bytes bytes) {
    std::string text;
    for (wire::u08 byte : bytes) {
        constexpr char digits[] = "0123456789abcdef";
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

struct Vector {
    std::string_view key, password, oldProof, newProof;
};

TEST(PasswordProof, agreesWithThePublishedVectors) {
    constexpr Vector vectors[] = {
        {"1234567890", "password", "58e706fc0c148b1f2144312f4bc7976a", "cad95684a8eacb26491af81736b61d91"},
        {"0", "a", "69d8e066cd9d437e21749ef2aac12a4b", "e521cbbd929103848c43b4fc379b929b"},
        {"3157282190", "WeakPassword", "c7dceaeeabeff1753165e5e7bb4e8a75",
         "602ab2e470c6666951d6180ea5175dbf"},
        {"8714631459", "Pa55w0rd16chars!", "f23418b001c6d69b5cf5cb2531e3ecd0",
         "faaecb693e8e437574d63a8c7277761c"},
        {"\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a", "\x70\xe4\xdf\x77", "aa1dd95098351380f9a85aabfcb1c0bf",
         "64e36ae7d7f86b84e43ad9a965f25689"},
    };
    for (Vector const& v : vectors) {
        EXPECT_EQ(hex(client::oldMd5Proof(wire::asBytes(v.key), v.password)), v.oldProof) << v.password;
        EXPECT_EQ(hex(client::md5Proof(wire::asBytes(v.key), v.password)), v.newProof) << v.password;
    }
}

TEST(PasswordProof, roastsWithARepeatingTable) {
    EXPECT_EQ(hex(client::roast("password")), "8347f2b74ee9a9f6");
    EXPECT_EQ(hex(client::roast("0123456789abcdefXYZ")), "c317b3f70db3eda5499ad884301ef01aab7fdb");
    EXPECT_EQ(hex(client::roast("")), "");
}

}  // namespace
}  // namespace oscar
