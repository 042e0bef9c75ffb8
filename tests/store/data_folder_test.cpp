// SPDX-License-Identifier: MIT
// What an operator meets when the store opens: made files, and one clear line for whatever is wrong with
// them.
#include "store/sqlite/data_folder.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "store/open_error.h"
#include "tests/store/support.h"

namespace oscar::store::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string refusal(std::filesystem::path const& folder) {
    LogLines log;
    try {
        SqliteStore const store(folder, log);
    } catch (OpenError const& error) {
        return error.what();
    }
    return "";
}

void addAlice(std::filesystem::path const& folder) {
    FileBackend backend(folder);
    ASSERT_TRUE(Asking(backend).add("Alice", "secret"));
}

TEST(DataFolder, isMadeWithAllThatIsInItForItsOwnerAlone) {
    TempFolder temp;
    auto const folder = temp.path() / "new" / "data";
    mode_t const before = ::umask(0);
    addAlice(folder);
    FileBackend backend(folder);
    ASSERT_TRUE(Asking(backend).add("Bob"));
    ::umask(before);
    for (char const* name : {".", "oscar.db", "oscar.db-wal", "server.key"}) {
        struct stat status {};
        ASSERT_EQ(::stat((folder / name).c_str(), &status), 0) << name;
        EXPECT_EQ(status.st_mode & 077, 0u) << name;
    }
}

TEST(DataFolder, keepsEverythingFromOneStartToTheNext) {
    TempFolder temp;
    {
        FileBackend backend(temp.path());
        Asking asking(backend);
        ASSERT_TRUE(asking.add("Alice", "secret"));
        ASSERT_TRUE(asking.saveFeedbag("alice", 7, {1, 2, 3}));
        ASSERT_TRUE(asking.saveProfile("alice", "text/plain", "me"));
        ASSERT_TRUE(asking.keep("alice", messageFrom("bob", "hi")));
        ASSERT_EQ(*asking.nextUin(), 100000u);
    }
    FileBackend backend(temp.path());
    Asking asking(backend);
    EXPECT_EQ(asking.credentials("alice")->password.reveal(), "secret");
    EXPECT_EQ(asking.load("alice")->feedbag, (wire::Buffer{1, 2, 3}));
    EXPECT_EQ(asking.load("alice")->feedbagUpdated, 7u);
    EXPECT_EQ(asking.load("alice")->sigData, "me");
    EXPECT_EQ(asking.waiting("alice")->size(), 1u);
    EXPECT_EQ(*asking.nextUin(), 100001u);
}

TEST(DataFolder, holdsNoPasswordInClear) {
    TempFolder temp;
    auto const isAnywhere = [&](std::string const& password) {
        for (auto const& entry : std::filesystem::directory_iterator(temp.path()))
            if (contentOf(entry.path()).find(password) != std::string::npos) return true;
        return false;
    };
    {
        FileBackend backend(temp.path());
        ASSERT_TRUE(
            Asking(backend).add({{"Alice", Password("Xyzzy-Plugh-1"), "alice-found@example.org", false}}));
        ASSERT_TRUE(Asking(backend).setPassword("alice", "Xyzzy-Plugh-2"));
        EXPECT_TRUE(isAnywhere("alice-found@example.org"));  // the search does find what is there
        EXPECT_FALSE(isAnywhere("Xyzzy-Plugh"));
    }
    EXPECT_TRUE(isAnywhere("alice-found@example.org"));
    EXPECT_FALSE(isAnywhere("Xyzzy-Plugh"));
}

TEST(DataFolder, aPasswordMovedToAnotherAccountDoesNotOpenThere) {
    TempFolder temp;
    addAlice(temp.path());
    {
        FileBackend backend(temp.path());
        ASSERT_TRUE(Asking(backend).add("Mallory", "known"));
    }
    Database(temp / "oscar.db")
        .execute(
            "UPDATE account SET sealed_password = "
            "(SELECT sealed_password FROM account WHERE login_id = 'mallory') WHERE login_id = 'alice'");
    FileBackend backend(temp.path());
    auto const alice = Asking(backend).credentials("alice");
    ASSERT_TRUE(alice.has_error());
    EXPECT_EQ(alice.error(), StoreError::Unavailable);
    EXPECT_EQ(Asking(backend).credentials("mallory")->password.reveal(), "known");
    ASSERT_EQ(backend.logged().size(), 1u);
    EXPECT_THAT(backend.logged()[0], HasSubstr("the sealed password of alice does not open"));
}

TEST(DataFolder, isNotOpenedWithoutTheKeyOfItsAccounts) {
    TempFolder temp;
    addAlice(temp.path());
    std::filesystem::remove(temp / "server.key");
    EXPECT_THAT(refusal(temp.path()), HasSubstr("server.key: the key of the passwords is missing"));
    EXPECT_FALSE(std::filesystem::exists(temp / "server.key"));
}

TEST(DataFolder, isNotOpenedWithAnotherKeyThanThatOfItsAccounts) {
    TempFolder temp;
    addAlice(temp.path());
    Seal::create(temp / "server.key");
    EXPECT_THAT(refusal(temp.path()), HasSubstr("server.key: this is not the key"));
}

TEST(DataFolder, getsANewKeyAsLongAsItHasNoAccount) {
    TempFolder temp;
    EXPECT_EQ(refusal(temp.path()), "");
    std::filesystem::remove(temp / "server.key");
    addAlice(temp.path());
    FileBackend backend(temp.path());
    EXPECT_EQ(Asking(backend).credentials("alice")->password.reveal(), "secret");
}

TEST(DataFolder, isNotOpenedWhenItsKeyIsOpenToOthers) {
    TempFolder temp;
    addAlice(temp.path());
    ASSERT_EQ(::chmod((temp / "server.key").c_str(), 0644), 0);
    EXPECT_THAT(refusal(temp.path()), HasSubstr("(mode 0644); chmod 600 it"));
}

TEST(DataFolder, servesOneServerAtATime) {
    TempFolder temp;
    {
        FileBackend const backend(temp.path());
        EXPECT_THAT(refusal(temp.path()), HasSubstr("another server is using this data folder"));
    }
    EXPECT_EQ(refusal(temp.path()), "");
}

TEST(DataFolder, refusesAPathThatCannotBeAFolder) {
    TempFolder temp;
    std::ofstream(temp / "file") << "x";
    EXPECT_THAT(refusal(temp / "file"), HasSubstr("file: Not a directory"));
    EXPECT_THAT(refusal(temp.path() / "file" / "data"), HasSubstr("data: Not a directory"));
    EXPECT_THAT(refusal("/proc/data"), HasSubstr("/proc/data: "));
}

TEST(DataFolder, refusesAFileThatIsNoDatabase) {
    TempFolder temp;
    std::ofstream(temp / "oscar.db") << std::string(5000, 'x');
    EXPECT_THAT(refusal(temp.path()), HasSubstr("oscar.db: this is no database"));
}

TEST(DataFolder, refusesADamagedDatabaseInOneLine) {
    TempFolder temp;
    addAlice(temp.path());
    std::fstream file(temp / "oscar.db", std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(100);
    file << std::string(3000, 'x');
    file.close();
    EXPECT_THAT(refusal(temp.path()), HasSubstr("oscar.db: the database is damaged"));
    EXPECT_THAT(refusal(temp.path()), Not(HasSubstr("\n")));
}

}  // namespace
}  // namespace oscar::store::testing
