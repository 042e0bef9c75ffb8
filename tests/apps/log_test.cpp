// SPDX-License-Identifier: MIT
#include "apps/log/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <thread>

namespace oscar::log {
namespace {

using config::LogFormat;
using core::Level;

/// A log that writes to a file of its own.
class LogTest : public testing::Test {
    std::string folder_ = testing::TempDir() + "oscard-log-XXXXXX";

  protected:
    void SetUp() override { ASSERT_NE(mkdtemp(folder_.data()), nullptr); }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    std::string path() const { return folder_ + "/log"; }
    LineLog textLog(Level level = Level::Info) const { return LineLog({level, LogFormat::Text, path()}); }
    LineLog jsonLog() const { return LineLog({Level::Info, LogFormat::Json, path()}); }
    std::vector<std::string> lines() const {
        std::ifstream in(path());
        std::vector<std::string> result;
        for (std::string line; std::getline(in, line);) result.push_back(line);
        return result;
    }
};

TEST_F(LogTest, aTextLineHasTimeLevelEventAndFields) {
    LineLog log = textLog();
    log.write(Level::Info, "signed on", {{"user", "alice"}, {"address", "192.0.2.1"}, {"instance", "1"}});
    EXPECT_THAT(lines(),
                testing::ElementsAre(testing::MatchesRegex(
                    "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z info signed-on "
                    "user=alice address=192.0.2.1 instance=1")));
}

TEST_F(LogTest, aJsonLineHasTheSame) {
    LineLog log = jsonLog();
    log.write(Level::Warning, "signed on", {{"user", "alice"}, {"client", "a \"b\" \\ \n \x01 \xff"}});
    ASSERT_EQ(lines().size(), 1u);
    auto const line = boost::json::parse(lines().front()).as_object();
    EXPECT_EQ(line.at("level"), "warning");
    EXPECT_EQ(line.at("event"), "signed on");
    EXPECT_EQ(line.at("user"), "alice");
    EXPECT_EQ(line.at("client"), "a \"b\" \\ \n \x01 \u00ff");
    EXPECT_EQ(line.at("time").as_string().size(), std::string("2026-11-21T12:00:00.123Z").size());
}

TEST_F(LogTest, aHostileNameForgesNeitherALineNorAField) {
    LineLog log = textLog();
    log.write(Level::Info, "sign-on refused",
              {{"user", "eve\n2026-11-21T12:00:00.000Z info signed-on user=admin"},
               {"reason", "x reason=\"y\\\""}});
    ASSERT_EQ(lines().size(), 1u);
    EXPECT_THAT(
        lines().front(),
        testing::EndsWith("info sign-on-refused user=\"eve\\x0a2026-11-21T12:00:00.000Z info signed-on "
                          "user=admin\" reason=\"x reason=\\\"y\\\\\\\"\""));
}

TEST(QuotedForText, quotesWhatIsNotPlain) {
    EXPECT_EQ(quotedForText("alice"), "alice");
    EXPECT_EQ(quotedForText(""), "\"\"");
    EXPECT_EQ(quotedForText("Alice B"), "\"Alice B\"");
    EXPECT_EQ(quotedForText("a=b"), "\"a=b\"");
    EXPECT_EQ(quotedForText("\x1b[2J\x7f\xc3\xa9"), "\"\\x1b[2J\\x7f\\xc3\\xa9\"");
    EXPECT_EQ(quotedForText(std::string_view("\0", 1)), "\"\\x00\"");
    EXPECT_EQ(quotedForText("[::1]:5190"), "[::1]:5190");
}

TEST_F(LogTest, whatIsBelowTheLevelIsNotWritten) {
    LineLog log = textLog(Level::Warning);
    EXPECT_FALSE(log.wants(Level::Info));
    EXPECT_TRUE(log.wants(Level::Error));
    log.write(Level::Info, "no", {});
    log.write(Level::Error, "yes", {});
    EXPECT_THAT(lines(), testing::ElementsAre(testing::EndsWith("error yes")));
}

TEST_F(LogTest, debugLinesAreThereWhenTheLogHasGone) {
    {
        LineLog log = textLog(Level::Debug);
        log.write(Level::Debug, "detail", {});
    }
    EXPECT_EQ(lines().size(), 1u);
}

TEST_F(LogTest, anExistingFileIsAppendedTo) {
    textLog().write(Level::Info, "first", {});
    textLog().write(Level::Info, "second", {});
    EXPECT_EQ(lines().size(), 2u);
}

TEST_F(LogTest, linesOfSeveralThreadsStayWhole) {
    constexpr unsigned perThread = 500;
    LineLog log = textLog();
    {
        std::vector<std::jthread> threads;
        for (unsigned i = 0; i < 4; ++i)
            threads.emplace_back([&log] {
                for (unsigned n = 0; n < perThread; ++n) log.write(Level::Info, "event", {{"user", "alice"}});
            });
    }
    EXPECT_EQ(lines().size(), 4 * perThread);
    EXPECT_THAT(lines(), testing::Each(testing::EndsWith("Z info event user=alice")));
}

TEST_F(LogTest, aFileThatCanNotBeWrittenIsOneClearLine) {
    std::filesystem::create_directory(path());
    try {
        textLog();
        FAIL() << "a folder was opened as a log file";
    } catch (std::runtime_error const& error) {
        EXPECT_THAT(error.what(), testing::StartsWith("cannot write the log file: "));
        EXPECT_THAT(error.what(), testing::HasSubstr(path()));
        EXPECT_THAT(error.what(), testing::Not(testing::HasSubstr("\n")));
    }
}

}  // namespace
}  // namespace oscar::log
