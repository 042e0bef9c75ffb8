// SPDX-License-Identifier: MIT
#include "store/sqlite/migrations.h"

#include <gmock/gmock.h>

#include <array>

#include "store/open_error.h"
#include "tests/store/support.h"

namespace oscar::store::testing {
namespace {

std::vector<std::string> schemaOf(Database& database) {
    Statement statement(database, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name");
    std::vector<std::string> schema;
    Rows rows = statement.query();
    while (rows.next()) schema.push_back(rows.text(0));
    return schema;
}

/// A data folder as a program with the first `version` migrations left it, with an account of that time.
void makeOldFolder(TempFolder const& folder, std::size_t version) {
    Database database(folder / "oscar.db");
    migrate(database, "oscar.db", migrations().first(version));
    if (version == 0) return;
    Seal const seal = Seal::create(folder / "server.key");
    Statement(database, "UPDATE server SET key_proof = ?1, last_uin = 100041").execute(seal.seal({}, {}));
    Statement(database,
              "INSERT INTO account (login_id, display_id, email, created, sealed_password) VALUES "
              "('oldfriend', 'Old Friend', 'old@example.org', 99, ?1)")
        .execute(seal.seal(LoginId("oldfriend"), Password("secret")));
}

TEST(Migrations, bringEachOlderSchemaToTheNewestAndKeepWhatIsInIt) {
    Database fresh(":memory:");
    migrate(fresh, "", migrations());
    for (std::size_t version = 0; version <= migrations().size(); ++version) {
        SCOPED_TRACE("from schema " + std::to_string(version));
        TempFolder folder;
        makeOldFolder(folder, version);
        {
            FileBackend backend(folder.path());
            Asking asking(backend);
            if (version == 0) {
                ASSERT_TRUE(asking.add("Old Friend", "secret"));
            } else {
                EXPECT_EQ(asking.find("oldfriend")->email, "old@example.org");
                EXPECT_EQ(*asking.nextUin(), 100042u);
            }
            EXPECT_EQ(asking.credentials("oldfriend")->password.reveal(), "secret");
            EXPECT_TRUE(asking.saveFeedbag("oldfriend", 1, {1}));
            EXPECT_TRUE(asking.saveProfile("oldfriend", "t", "d"));
            EXPECT_TRUE(asking.keep("oldfriend", messageFrom("bob")));
            EXPECT_EQ(asking.load("oldfriend")->feedbag, wire::Buffer{1});
        }
        Database database(folder / "oscar.db");
        EXPECT_EQ(database.schemaVersion(), migrations().size());
        EXPECT_EQ(schemaOf(database), schemaOf(fresh));
    }
}

TEST(Migrations, refuseADatabaseOfANewerVersionInOneLine) {
    TempFolder folder;
    Database(folder / "oscar.db").setSchemaVersion(77);
    std::string const before = contentOf(folder / "oscar.db");
    std::string const path = (folder / "oscar.db").string();
    try {
        LogLines log;
        SqliteStore const store(folder.path(), log);
        FAIL() << "it was opened";
    } catch (OpenError const& error) {
        EXPECT_EQ(error.what(), "the database " + path +
                                    " was written by a newer version (schema 77, this program knows " +
                                    std::to_string(migrations().size()) + "); use that version or a backup");
    }
    EXPECT_EQ(contentOf(folder / "oscar.db"), before);
}

TEST(Migrations, leaveTheDatabaseAsItWasWhenOneFails) {
    std::array const broken{Migration{"0001_good", "CREATE TABLE good (a)"},
                            Migration{"0002_bad", "CREATE TABLE half (a); INSERT INTO nowhere VALUES (1)"}};
    Database database(":memory:");
    EXPECT_THROW(migrate(database, "", broken), DatabaseError);
    EXPECT_FALSE(database.inTransaction());
    EXPECT_EQ(database.schemaVersion(), 1u);
    EXPECT_THAT(schemaOf(database), ::testing::ElementsAre("CREATE TABLE good (a)"));
}

}  // namespace
}  // namespace oscar::store::testing
