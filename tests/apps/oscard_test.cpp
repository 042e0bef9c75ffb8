// SPDX-License-Identifier: MIT
// oscard as an operator meets it: started, refused, stopped.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "apps/config/documents.h"
#include "tests/apps/process.h"

namespace oscar::test {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

class Oscard : public testing::Test {
  protected:
    TemporaryFolder folder_;
    std::string const data_ = folder_ / "data";
};

std::ptrdiff_t linesOf(std::string const& text) { return std::ranges::count(text, '\n'); }

/// Runs oscard where it must not start.
Outcome refused(std::vector<std::string> arguments, std::vector<std::string> const& environment = {}) {
    arguments.insert(arguments.begin(), OSCARD);
    return run(arguments, {}, environment);
}

unsigned modeOf(std::string const& path) {
    struct stat info {};
    EXPECT_EQ(stat(path.c_str(), &info), 0) << path;
    return info.st_mode & 0777u;
}

TEST_F(Oscard, logsOneLineWhenItIsReadyAndEndsWithZeroOnSigterm) {
    Server server(data_);
    EXPECT_THAT(server.endpoint(), MatchesRegex("127\\.0\\.0\\.1:[1-9][0-9]*"));
    EXPECT_EQ(server.stop(), 0);
    EXPECT_THAT(server.process().err(), HasSubstr(" info ready listen=" + server.endpoint()));
    EXPECT_THAT(server.process().err(), HasSubstr(" info stopped\n"));
}

TEST_F(Oscard, endsWithZeroOnSigint) {
    Server server(data_);
    server.process().signal(SIGINT);
    EXPECT_EQ(server.process().wait(), 0);
}

TEST_F(Oscard, makesItsDataFolderForItsOwnUserOnly) {
    Server server(data_);
    EXPECT_EQ(modeOf(data_), 0700u);
    for (char const* file : {"/oscar.db", "/server.key", "/oscard.sock"})
        EXPECT_EQ(modeOf(data_ + file), 0600u) << file;
}

TEST_F(Oscard, doesNotStartOnAPortInUse) {
    Server server(data_);
    Outcome const second = refused(
        {"--set", "server.data=" + (folder_ / "other"), "--set", "server.listen=" + server.endpoint()});
    EXPECT_EQ(second.exit, 1);
    EXPECT_THAT(second.err, HasSubstr("oscard: "));
    EXPECT_THAT(second.err, HasSubstr(server.endpoint()));
    EXPECT_THAT(second.err, HasSubstr("Address already in use"));
}

TEST_F(Oscard, doesNotStartInTheFolderOfAnother) {
    Server server(data_);
    Outcome const second = refused({"--set", "server.data=" + data_, "--set", "server.listen=127.0.0.1:0"});
    EXPECT_EQ(second.exit, 1);
    EXPECT_THAT(second.err, HasSubstr("oscard: "));
    EXPECT_THAT(second.err, HasSubstr(data_));
    EXPECT_EQ(server.ctl({"user", "list"}).exit, 0) << "the first one is not disturbed";
}

TEST_F(Oscard, doesNotStartWhereItCanNotWrite) {
    std::ofstream(folder_ / "file") << "no folder";
    Outcome const outcome =
        refused({"--set", "server.data=" + (folder_ / "file/data"), "--set", "server.listen=127.0.0.1:0"});
    EXPECT_EQ(outcome.exit, 1);
    EXPECT_THAT(outcome.err, HasSubstr("oscard: "));
    EXPECT_THAT(outcome.err, HasSubstr(folder_ / "file/data"));
}

TEST_F(Oscard, doesNotStartOnADatabaseOfANewerVersion) {
    EXPECT_EQ(Server(data_).stop(), 0);
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open((data_ + "/oscar.db").c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, "PRAGMA user_version = 9999", nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(database);
    Outcome const outcome = refused({"--set", "server.data=" + data_, "--set", "server.listen=127.0.0.1:0"});
    EXPECT_EQ(outcome.exit, 1);
    EXPECT_THAT(outcome.err, HasSubstr("oscard: "));
    EXPECT_THAT(outcome.err, HasSubstr("9999"));
}

TEST_F(Oscard, refusesWrongConfigurationWithOneLineAndStatusTwo) {
    std::string const file = folder_ / "oscard.toml";
    std::ofstream(file) << "[server]\nport = 5190\n";
    std::vector<Outcome> const outcomes{
        refused({"--config", file}),
        refused({"--config", folder_ / "missing.toml"}),
        refused({"--set", "server.lisen=127.0.0.1:0"}),
        refused({"--set", "limits.connections=0"}),
        refused({"--sett", "server.data=x"}),
        refused({"extra"}),
        refused({}, {"OSCARD_SERVER_PORT=5190"}),
    };
    for (Outcome const& outcome : outcomes) {
        EXPECT_EQ(outcome.exit, 2) << outcome.err;
        EXPECT_EQ(linesOf(outcome.err), 1) << outcome.err;
        EXPECT_THAT(outcome.err, StartsWith("oscard: "));
    }
    EXPECT_THAT(outcomes[0].err, HasSubstr(file + ":2: unknown key server.port"));
    EXPECT_THAT(outcomes[2].err, HasSubstr("did you mean server.listen?"));
}

TEST_F(Oscard, takesItsKeysFromTheEnvironment) {
    Process process({OSCARD}, {"OSCARD_SERVER_DATA=" + data_, "OSCARD_SERVER_LISTEN=127.0.0.1:0",
                               "OSCARD_SERVER_SHARDS=1", "OSCARD_LOG_FORMAT=json"});
    EXPECT_THAT(process.waitForErr("\"shards\":\"1\""), HasSubstr("\"event\":\"ready\""));
    process.signal(SIGTERM);
    EXPECT_EQ(process.wait(), 0);
}

TEST_F(Oscard, tellsItsVersionItsKeysAndAnExampleFile) {
    Outcome const help = refused({"--help"});
    EXPECT_EQ(help.exit, 0);
    EXPECT_THAT(help.out, HasSubstr(config::helpText()));
    EXPECT_THAT(help.out, HasSubstr("--config"));
    Outcome const example = refused({"--print-example-config"});
    EXPECT_EQ(example.exit, 0);
    EXPECT_EQ(example.out, config::exampleFile());
    EXPECT_THAT(refused({"--version"}).out, MatchesRegex("oscard [0-9.]+\n"));
}

TEST_F(Oscard, keepsWhatWasAcknowledgedWhenItIsKilled) {
    {
        Server server(data_);
        EXPECT_EQ(server.ctl({"user", "add", "Alice", "--password-stdin"}, "secret\n").exit, 0);
        server.process().signal(SIGKILL);
        EXPECT_EQ(server.process().wait(), -SIGKILL);
    }
    Server server(data_);
    EXPECT_THAT(server.ctl({"user", "show", "alice"}).out, HasSubstr("name: Alice\n"));
    EXPECT_EQ(server.stop(), 0);
}

}  // namespace
}  // namespace oscar::test
