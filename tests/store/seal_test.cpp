// SPDX-License-Identifier: MIT
#include "store/seal.h"

#include <sys/stat.h>

#include "store/open_error.h"
#include "tests/store/support.h"

namespace oscar::store::testing {
namespace {

std::string refusal(std::filesystem::path const& keyFile) {
    try {
        Seal::load(keyFile);
    } catch (OpenError const& error) {
        return error.what();
    }
    return "";
}

TEST(Seal, opensForItsOwnerUnderItsKeyAlone) {
    Seal const seal = Seal::forgotten();
    wire::Buffer const sealed = seal.seal(LoginId("alice"), Password("secret"));
    ASSERT_TRUE(seal.unseal(LoginId("alice"), sealed));
    EXPECT_EQ(seal.unseal(LoginId("alice"), sealed)->reveal(), "secret");
    EXPECT_FALSE(seal.unseal(LoginId("mallory"), sealed));
    EXPECT_FALSE(Seal::forgotten().unseal(LoginId("alice"), sealed));
}

TEST(Seal, doesNotOpenWhenOneBitIsChangedOrAByteIsMissing) {
    Seal const seal = Seal::forgotten();
    wire::Buffer const sealed = seal.seal(LoginId("alice"), Password("secret"));
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        wire::Buffer changed = sealed;
        changed[i] ^= 1;
        EXPECT_FALSE(seal.unseal(LoginId("alice"), changed)) << "byte " << i;
        EXPECT_FALSE(seal.unseal(LoginId("alice"), wire::Bytes(sealed).first(i))) << "length " << i;
    }
}

TEST(Seal, hidesWhetherTwoPasswordsAreEqualAndHowLongTheyAre) {
    Seal const seal = Seal::forgotten();
    EXPECT_NE(seal.seal(LoginId("alice"), Password("secret")),
              seal.seal(LoginId("alice"), Password("secret")));
    EXPECT_EQ(seal.seal(LoginId("alice"), Password("pw")).size(),
              seal.seal(LoginId("alice"), Password("sixteen letters!")).size());
}

TEST(Seal, keyFileIsForItsOwnerAloneAndIsReadBack) {
    TempFolder folder;
    mode_t const before = ::umask(0);
    wire::Buffer const sealed =
        Seal::create(folder / "server.key").seal(LoginId("alice"), Password("secret"));
    ::umask(before);
    struct stat status {};
    ASSERT_EQ(::stat((folder / "server.key").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0600u);
    EXPECT_EQ(status.st_size, 32);
    EXPECT_EQ(Seal::load(folder / "server.key").unseal(LoginId("alice"), sealed)->reveal(), "secret");
}

TEST(Seal, refusesAKeyFileThatOthersCanRead) {
    TempFolder folder;
    Seal::create(folder / "server.key");
    for (mode_t mode : {0640, 0604, 0620, 0601}) {
        ASSERT_EQ(::chmod((folder / "server.key").c_str(), mode), 0);
        EXPECT_NE(refusal(folder / "server.key").find("is open to others"), std::string::npos)
            << std::oct << mode;
    }
}

TEST(Seal, refusesAKeyFileOfWrongLengthOrWithoutOne) {
    TempFolder folder;
    Seal::create(folder / "server.key");
    for (int length : {0, 31, 33}) {
        std::filesystem::resize_file(folder / "server.key", static_cast<std::uintmax_t>(length));
        EXPECT_NE(
            refusal(folder / "server.key").find("has " + std::to_string(length) + " bytes instead of 32"),
            std::string::npos);
    }
    EXPECT_NE(refusal(folder / "none.key").find("No such file"), std::string::npos);
}

}  // namespace
}  // namespace oscar::store::testing
