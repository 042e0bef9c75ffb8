// SPDX-License-Identifier: MIT
#include "client/password_proof.h"

#include <openssl/evp.h>

#include <initializer_list>
#include <stdexcept>

namespace oscar::client {
namespace {

using wire::Bytes;
using wire::u08;

constexpr std::string_view suffix = "AOL Instant Messenger (SM)";

wire::bucp::Digest md5(std::initializer_list<Bytes> parts) {
    wire::Buffer joined;
    for (Bytes part : parts) joined.insert(joined.end(), part.begin(), part.end());
    wire::bucp::Digest digest{};
    // FIPS builds of OpenSSL have no MD5; without it there is no sign-on of this kind at all.
    if (EVP_Digest(joined.data(), joined.size(), digest.data(), nullptr, EVP_md5(), nullptr) != 1)
        throw std::runtime_error("OpenSSL offers no MD5");
    return digest;
}

}  // namespace

wire::bucp::Digest md5Proof(Bytes key, std::string_view password) {
    return md5({key, md5({wire::asBytes(password)}), wire::asBytes(suffix)});
}

wire::bucp::Digest oldMd5Proof(Bytes key, std::string_view password) {
    return md5({key, wire::asBytes(password), wire::asBytes(suffix)});
}

wire::Buffer roast(std::string_view password) {
    constexpr u08 table[] = {0xF3, 0x26, 0x81, 0xC4, 0x39, 0x86, 0xDB, 0x92,
                             0x71, 0xA3, 0xB9, 0xE6, 0x53, 0x7A, 0x95, 0x7C};
    wire::Buffer roasted = wire::toBuffer(wire::asBytes(password));
    for (std::size_t i = 0; i < roasted.size(); ++i) roasted[i] ^= table[i % std::size(table)];
    return roasted;
}

}  // namespace oscar::client
