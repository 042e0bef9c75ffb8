// SPDX-License-Identifier: MIT
// oscar-load as it is used, against the real server: short runs whose results do not depend on speed.
#include <gtest/gtest.h>
#include <signal.h>

#include <boost/json.hpp>
#include <fstream>
#include <thread>

#include "tests/apps/process.h"

namespace oscar::test {
namespace {

namespace json = boost::json;

constexpr char const* password = "load-test-1";

struct Result {
    int exit;
    json::object report;
    std::string err;

    double figure(std::string const& name) const {
        auto const* found = report.at("figures").as_object().if_contains(name);
        return found ? found->to_number<double>() : -1;
    }
};

Result resultOf(Outcome const& outcome) {
    boost::system::error_code error;
    auto const value = json::parse(outcome.out, error);
    if (error) {
        ADD_FAILURE() << "no report: " << outcome.out << outcome.err;
        return {outcome.exit, {{"figures", json::object{}}}, outcome.err};
    }
    return {outcome.exit, value.as_object(), outcome.err};
}

class OscarLoad : public testing::Test {
  protected:
    TemporaryFolder folder_;
    Server server_{folder_ / "data", {"limits.trusted=127.0.0.0/8"}};
    int exit_ = -1;
    /// Reads the server's log all the time: it has a line for each sign-on.
    std::thread reader_{[this] { exit_ = server_.process().wait(); }};

    ~OscarLoad() override {
        server_.process().signal(SIGTERM);
        reader_.join();
        EXPECT_EQ(exit_, 0) << server_.process().err();
    }

    void addAccounts(int count) {
        std::vector<std::string> arguments{"user",     "add",  "--count",       std::to_string(count),
                                           "--prefix", "load", "--rate-exempt", "--password-stdin"};
        auto const added = server_.ctl(arguments, std::string(password) + "\n");
        ASSERT_EQ(added.exit, 0) << added.err;
    }

    Result load(std::string const& scenario, std::vector<std::string> const& more,
                std::string const& pass = password) {
        std::vector<std::string> command{OSCAR_LOAD,   scenario, "--server",   server_.endpoint(),
                                         "--password", pass,     "--duration", "1",
                                         "--warm-up",  "0.1",    "--json",     "--quiet"};
        command.insert(command.end(), more.begin(), more.end());
        return resultOf(run(command));
    }
};

TEST_F(OscarLoad, signsOnAgainAndAgain) {
    addAccounts(10);
    Result const result = load("signon", {"--sessions", "10", "--parallel", "4"});
    EXPECT_EQ(result.exit, 0) << json::serialize(result.report);
    EXPECT_GT(result.figure("sign_ons"), 0);
    EXPECT_GT(result.figure("sign_on_p50_us"), 0);
    EXPECT_EQ(result.figure("failed"), 0);
}

TEST_F(OscarLoad, holdsIdleSessionsWithTheirLists) {
    addAccounts(10);
    Result const result = load("idle", {"--sessions", "10", "--buddies", "5"});
    EXPECT_EQ(result.exit, 0) << json::serialize(result.report);
    EXPECT_EQ(result.figure("sessions"), 10);
}

TEST_F(OscarLoad, losesNoMessageInAClosedLoop) {
    addAccounts(10);
    Result const result = load("im", {"--pairs", "5", "--window", "3"});
    EXPECT_EQ(result.exit, 0) << json::serialize(result.report);
    EXPECT_GT(result.figure("messages"), 0);
    EXPECT_EQ(result.figure("lost"), 0);
    EXPECT_LE(result.figure("latency_p50_us"), result.figure("latency_max_us"));
}

TEST_F(OscarLoad, sendsAtTheRateThatItWasAskedFor) {
    addAccounts(10);
    Result const result = load("im", {"--pairs", "5", "--rate", "200", "--then-rate", "100"});
    EXPECT_EQ(result.exit, 0) << json::serialize(result.report);
    EXPECT_GT(result.figure("messages"), 0);
    EXPECT_LE(result.figure("messages"), 200 + 200 * 0.1 + 1);
    EXPECT_EQ(result.figure("lost"), 0);
    EXPECT_GT(result.figure("then_p50_us"), 0);
}

TEST_F(OscarLoad, aReceiverWhoDoesNotReadTakesNothingFromOthers) {
    addAccounts(12);
    Result const result = load("im", {"--pairs", "5", "--stalled", "1"});
    EXPECT_EQ(result.exit, 0) << json::serialize(result.report);
    EXPECT_GT(result.figure("fewest_of_a_user"), 0);
    EXPECT_EQ(result.figure("lost"), 0);
}

TEST_F(OscarLoad, seesEveryWatcherTold) {
    addAccounts(10);
    Result const result = load("presence", {"--watchers", "9"});
    EXPECT_EQ(result.exit, 0) << json::serialize(result.report);
    EXPECT_GT(result.figure("changes"), 0);
}

TEST_F(OscarLoad, bringsAllBackAfterAStorm) {
    addAccounts(10);
    Result const result = load("storm", {"--sessions", "10"});
    EXPECT_EQ(result.exit, 0) << json::serialize(result.report);
    EXPECT_EQ(result.figure("sessions"), 10);
    EXPECT_GT(result.figure("all_back_s"), 0);
}

TEST_F(OscarLoad, tellsWhatTheServerRefused) {
    addAccounts(2);
    Result const result = load("im", {"--pairs", "1"}, "wrong");
    EXPECT_EQ(result.exit, 1);
    EXPECT_FALSE(result.report.at("ok").as_bool());
    EXPECT_NE(json::serialize(result.report.at("problems")).find("sign-ons failed"), std::string::npos);
}

TEST_F(OscarLoad, readsAccountsFromAFileAndDrawsAPicture) {
    addAccounts(2);
    std::string const file = folder_ / "accounts";
    std::string const plot = folder_ / "plot.svg";
    std::ofstream(file) << "load0 " << password << "\nload1 " << password << "\n";
    auto const outcome = run({OSCAR_LOAD, "im", "--server", server_.endpoint(), "--accounts", file, "--pairs",
                              "1", "--duration", "1.2", "--warm-up", "0", "--plot", plot});
    EXPECT_EQ(outcome.exit, 0) << outcome.out << outcome.err;
    EXPECT_NE(outcome.out.find("99.99 % of the messages"), std::string::npos) << outcome.out;
    EXPECT_NE(outcome.err.find("messages"), std::string::npos) << "no progress was shown";
    std::ifstream in(plot);
    std::string const svg(std::istreambuf_iterator<char>(in), {});
    EXPECT_TRUE(svg.starts_with("<svg") && svg.ends_with("</svg>\n"));

    auto const tooFew =
        run({OSCAR_LOAD, "im", "--server", server_.endpoint(), "--accounts", file, "--pairs", "2"});
    EXPECT_EQ(tooFew.exit, 1);
    EXPECT_NE(tooFew.err.find("has 2 accounts, this run needs 4"), std::string::npos) << tooFew.err;
}

TEST_F(OscarLoad, countsWhatTheServerUsed) {
    addAccounts(4);
    Result const result =
        load("im", {"--pairs", "2", "--server-pid", std::to_string(server_.process().id())});
    EXPECT_EQ(result.exit, 0) << json::serialize(result.report);
    EXPECT_GT(result.figure("server_cpu_us"), 0);
    EXPECT_GT(result.figure("own_cpu_us"), 0);
}

TEST(OscarLoadAlone, withoutAServerItFailsWithTheReason) {
    auto const outcome =
        run({OSCAR_LOAD, "im", "--server", "127.0.0.1:1", "--pairs", "1", "--json", "--quiet"});
    EXPECT_EQ(outcome.exit, 1);
    EXPECT_NE(outcome.out.find("Connection refused"), std::string::npos) << outcome.out << outcome.err;
}

TEST(OscarLoadAlone, refusesWhatMakesNoSense) {
    for (std::vector<std::string> const& arguments : {std::vector<std::string>{},
                                                      {"fly"},
                                                      {"im", "--pairs", "0"},
                                                      {"im", "--then-rate", "5"},
                                                      {"signon", "--floor"},
                                                      {"idle", "--server", "127.0.0.1:70000"}}) {
        std::vector<std::string> command{OSCAR_LOAD};
        command.insert(command.end(), arguments.begin(), arguments.end());
        EXPECT_EQ(run(command).exit, 2) << testing::PrintToString(arguments);
    }
}

class Floor : public testing::Test {
  protected:
    Process floor_{{OSCAR_FLOOR, "0", "1"}};
    std::string endpoint_;

    void SetUp() override {
        std::string const announces = "ready on ";
        std::string const& ready = floor_.waitForErr(announces);
        auto const begin = ready.find(announces) + announces.size();
        endpoint_ = ready.substr(begin, ready.find('\n') - begin);
    }

    Result load(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), OSCAR_LOAD);
        for (char const* more :
             {"--floor", "--json", "--quiet", "--duration", "1", "--warm-up", "0.1", "--server"})
            arguments.emplace_back(more);
        arguments.push_back(endpoint_);
        return resultOf(run(arguments));
    }
};

TEST_F(Floor, relaysMessagesBetweenPairs) {
    Result const result = load({"im", "--pairs", "5", "--window", "4"});
    EXPECT_EQ(result.exit, 0) << json::serialize(result.report);
    EXPECT_GT(result.figure("messages"), 0);
    EXPECT_EQ(result.figure("lost"), 0);
}

TEST_F(Floor, tellsAllOthersOfAChange) {
    Result const result = load({"presence", "--watchers", "20"});
    EXPECT_EQ(result.exit, 0) << json::serialize(result.report);
    EXPECT_GT(result.figure("changes"), 0);
    EXPECT_EQ(result.figure("superfluous"), 0);
}

}  // namespace
}  // namespace oscar::test
