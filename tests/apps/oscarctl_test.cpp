// SPDX-License-Identifier: MIT
// oscarctl against a running server, with real clients signed on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <optional>

#include "client/asio/client.h"
#include "tests/apps/process.h"

namespace oscar::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
namespace json = boost::json;

class Oscarctl : public testing::Test {
  protected:
    TemporaryFolder folder_;
    Server server_{folder_ / "data"};

    Outcome ctl(std::vector<std::string> const& arguments, std::string const& input = {}) const {
        return server_.ctl(arguments, input);
    }
    void addUser(std::string const& name, std::string const& password = "secret") const {
        EXPECT_EQ(ctl({"user", "add", name, "--password-stdin"}, password + '\n').exit, 0);
    }
    void expectRefusal(std::vector<std::string> const& arguments, std::string const& why,
                       std::string const& input = {}) const {
        Outcome const outcome = ctl(arguments, input);
        EXPECT_EQ(outcome.exit, 1);
        EXPECT_EQ(outcome.out, "");
        EXPECT_EQ(outcome.err, "oscarctl: " + why + '\n');
    }
    std::vector<std::string> namesInList() const {
        std::vector<std::string> names;
        json::value const list = json::parse(ctl({"user", "list", "--json"}).out);
        for (json::value const& user : list.as_array())
            names.emplace_back(user.at("name").as_string());
        return names;
    }
};

/// A client that signs on when it is made.
class SignedOnClient {
    boost::asio::io_context io_;
    client::asio::Client client_;
    bool signedOn_ = false;
    std::optional<client::SignOnFailed> failed_;
    std::optional<client::Disconnected> ended_;

  public:
    SignedOnClient(Server const& server, std::string const& name, std::string const& password = "secret")
        : client_(io_, {"127.0.0.1", server.port()}) {
        client_.on<client::SignedOn>([this](auto const&) { signedOn_ = true; });
        client_.on<client::SignOnFailed>([this](auto const& event) { failed_ = event; });
        client_.on<client::Disconnected>([this](auto const& event) { ended_ = event; });
        client_.signOn(name, password);
        runUntil([this] { return signedOn_ || failed_; });
    }

    bool isOn() const { return signedOn_ && !ended_; }
    std::optional<wire::LoginError> refusal() const { return failed_ ? failed_->code : std::nullopt; }
    /// Waits for the end of the session; why it ended.
    std::optional<client::DisconnectCause> end() {
        runUntil([this] { return ended_.has_value(); });
        return ended_ ? std::optional(ended_->cause) : std::nullopt;
    }

  private:
    void runUntil(std::function<bool()> const& done) {
        auto const until = std::chrono::steady_clock::now() + Process::deadline;
        while (!done() && io_.run_one_until(until) > 0) {
        }
        EXPECT_TRUE(done()) << "it did not come in time";
    }
};

TEST_F(Oscarctl, aUserThatWasAddedSignsOnWithHisPasswordOnly) {
    addUser("Alice B", "secret");
    EXPECT_TRUE(SignedOnClient(server_, "alice b", "secret").isOn());
    EXPECT_EQ(SignedOnClient(server_, "Alice B", "Secret").refusal(), wire::LoginError::MismatchNickOrPassword);
}

TEST_F(Oscarctl, nobodyIsLetInWithoutAnAccount) {
    for (char const* name : {"admin", "guest", "root", "test", "alice", "100000"})
        EXPECT_TRUE(SignedOnClient(server_, name, "").refusal()) << name;
    EXPECT_THAT(namesInList(), ElementsAre());
}

TEST_F(Oscarctl, theLogNamesUserAddressAndReasonAndNeverAPassword) {
    addUser("alice", "correcthorse");
    EXPECT_FALSE(SignedOnClient(server_, "alice", "wrongbattery").isOn());
    EXPECT_TRUE(SignedOnClient(server_, "alice", "correcthorse").isOn());
    expectRefusal({"user", "add", "alice", "--password-stdin"}, "alice is taken", "correcthorse\n");
    EXPECT_EQ(server_.stop(), 0);
    std::string const& log = server_.process().err();
    EXPECT_THAT(log, HasSubstr("user=alice"));
    EXPECT_THAT(log, HasSubstr("address=127.0.0.1"));
    EXPECT_THAT(log, HasSubstr("reason="));
    EXPECT_THAT(log, Not(HasSubstr("correcthorse")));
    EXPECT_THAT(log, Not(HasSubstr("wrongbattery")));
}

TEST_F(Oscarctl, anIcqUserGetsAFreeNumberOrTheOneAskedFor) {
    EXPECT_EQ(ctl({"user", "add", "--uin", "--password-stdin"}, "secret").out, "100000\n");
    EXPECT_EQ(ctl({"user", "add", "--uin", "--password-stdin"}, "secret").out, "100001\n");
    EXPECT_EQ(ctl({"user", "add", "--password-stdin", "--uin", "123456"}, "secret").out, "123456\n");
    expectRefusal({"user", "add", "--uin", "123456", "--password-stdin"}, "123456 is taken", "secret");
    expectRefusal({"user", "add", "--uin", "99", "--password-stdin"},
                  "an ICQ number lies between 10000 and 2147483646", "secret");
    EXPECT_TRUE(SignedOnClient(server_, "100000").isOn());
}

TEST_F(Oscarctl, manyUsersAreAddedAtOnceOrNone) {
    EXPECT_EQ(ctl({"user", "add", "--count", "2000", "--prefix", "load", "--rate-exempt", "--password-stdin"},
                  "secret")
                  .out,
              "added 2000 users\n");
    EXPECT_EQ(namesInList().size(), 2000u);
    EXPECT_THAT(ctl({"user", "show", "load1999"}).out, HasSubstr("rate_exempt: yes"));
    EXPECT_TRUE(SignedOnClient(server_, "load0").isOn());

    addUser("more1");
    expectRefusal({"user", "add", "--count", "3", "--prefix", "more", "--password-stdin"},
                  "one of more0 to more2 is taken; none was added", "secret");
    expectRefusal({"user", "show", "more0"}, "there is no user more0");
    expectRefusal({"user", "add", "--count", "0", "--prefix", "x", "--password-stdin"},
                  "--count is a number from 1 to 1000000", "secret");
    expectRefusal({"user", "add", "--count", "1001", "--prefix", "fourteenletter", "--password-stdin"},
                  "a screen name has 3 to 16 characters", "secret");
}

TEST_F(Oscarctl, namesPasswordsAndAddressesFollowTheRules) {
    expectRefusal({"user", "add", "al", "--password-stdin"}, "a screen name has 3 to 16 characters",
                  "secret");
    expectRefusal({"user", "add", "123456", "--password-stdin"},
                  "a screen name begins with a letter; an ICQ number is added with --uin", "secret");
    expectRefusal({"user", "add", "alice", "--password-stdin"}, "a password has 4 to 16 characters", "abc\n");
    expectRefusal({"user", "add", "--uin", "123456", "--password-stdin"},
                  "an ICQ password has 6 to 8 characters", "ninechars");
    expectRefusal({"user", "add", "alice", "--password-stdin"}, "there is no password on standard input");
    expectRefusal({"user", "add", "alice", "--password-stdin"}, "the password has to be one line",
                  "one\ntwo\n");
    expectRefusal({"user", "add", "alice", "--password-stdin", "--email", "x"}, "that is no e-mail address",
                  "secret");
    EXPECT_THAT(namesInList(), ElementsAre());
}

TEST_F(Oscarctl, aUserIsShownChangedAndDeleted) {
    EXPECT_EQ(ctl({"user", "add", "alice", "--password-stdin", "--email", "a@example.org"}, "secret").out,
              "added alice\n");
    EXPECT_EQ(ctl({"user", "set", "Alice", "rate-exempt=true", "format=A Lice", "email="}).out,
              "changed A Lice\n");
    auto const shown = json::parse(ctl({"user", "show", "alice", "--json"}).out);
    EXPECT_EQ(shown.at("name"), "A Lice");
    EXPECT_EQ(shown.at("email"), "");
    EXPECT_EQ(shown.at("rate_exempt"), true);
    EXPECT_EQ(shown.at("sessions"), 0);

    expectRefusal({"user", "set", "alice", "format=bob"},
                  "format must be the same name with other capitals and spaces");
    expectRefusal({"user", "set", "alice", "confirmed=maybe"}, "confirmed must be true or false");
    expectRefusal({"user", "set", "alice", "suspended=true"},
                  "'suspended=true' can't be set; the keys are rate-exempt, confirmed, email, format");
    expectRefusal({"user", "set", "bob", "confirmed=true"}, "there is no user bob");

    EXPECT_EQ(ctl({"user", "set-password", "alice", "--password-stdin"}, "another").exit, 0);
    EXPECT_EQ(SignedOnClient(server_, "alice", "secret").refusal(), wire::LoginError::MismatchNickOrPassword);
    EXPECT_TRUE(SignedOnClient(server_, "alice", "another").isOn());

    EXPECT_EQ(ctl({"user", "delete", "ALICE"}).out, "deleted alice\n");
    for (char const* command : {"show", "delete", "suspend", "resume"})
        expectRefusal({"user", command, "alice"}, "there is no user alice");
}

TEST_F(Oscarctl, aSuspendedUserIsSignedOffAndLetInAgainWhenResumed) {
    addUser("alice");
    SignedOnClient client(server_, "alice");
    ASSERT_TRUE(client.isOn());
    EXPECT_EQ(ctl({"user", "suspend", "alice"}).exit, 0);
    EXPECT_NE(client.end(), client::DisconnectCause::ConnectionLost);
    EXPECT_EQ(SignedOnClient(server_, "alice").refusal(), wire::LoginError::SuspendedAccount);
    EXPECT_EQ(ctl({"user", "resume", "alice"}).exit, 0);
    EXPECT_TRUE(SignedOnClient(server_, "alice").isOn());
}

TEST_F(Oscarctl, aDeletedUserIsSignedOff) {
    addUser("alice");
    SignedOnClient client(server_, "alice");
    ASSERT_TRUE(client.isOn());
    EXPECT_EQ(ctl({"user", "delete", "alice"}).exit, 0);
    EXPECT_NE(client.end(), client::DisconnectCause::ConnectionLost);
}

TEST_F(Oscarctl, sessionsAreListedAndClosed) {
    addUser("Alice B");
    addUser("bob");
    EXPECT_EQ(ctl({"session", "list"}).out, "");
    SignedOnClient alice(server_, "aliceb");
    SignedOnClient alsoAlice(server_, "aliceb");
    SignedOnClient bob(server_, "bob");

    auto const sessions = json::parse(ctl({"session", "list", "--json"}).out).as_array();
    ASSERT_EQ(sessions.size(), 3u);
    EXPECT_EQ(sessions[0].at("name"), "Alice B");
    EXPECT_EQ(sessions[0].at("instance"), 1);
    EXPECT_EQ(sessions[1].at("instance"), 2);
    EXPECT_EQ(sessions[2].at("name"), "bob");
    EXPECT_EQ(sessions[2].at("address"), "127.0.0.1");
    EXPECT_THAT(ctl({"session", "list"}).out, StartsWith("name     instance  address    client"));

    EXPECT_EQ(ctl({"session", "close", "aliceb", "--instance", "2"}).out, "closed 1\n");
    EXPECT_NE(alsoAlice.end(), client::DisconnectCause::ConnectionLost);
    expectRefusal({"session", "close", "aliceb", "--instance", "7"},
                  "aliceb is not signed on with an instance 7");
    EXPECT_EQ(ctl({"session", "close", "Alice B", "--json"}).out, "{\"closed\":1}\n");
    EXPECT_NE(alice.end(), client::DisconnectCause::ConnectionLost);
    expectRefusal({"session", "close", "alice b"}, "alice b is not signed on");
    EXPECT_TRUE(bob.isOn());
}

TEST_F(Oscarctl, sigtermSignsEverySessionOff) {
    addUser("alice");
    addUser("bob");
    SignedOnClient alice(server_, "alice");
    SignedOnClient bob(server_, "bob");
    EXPECT_EQ(server_.stop(), 0);
    EXPECT_EQ(alice.end(), client::DisconnectCause::SignedOffByServer);
    EXPECT_EQ(bob.end(), client::DisconnectCause::SignedOffByServer);
}

TEST(OscarctlAlone, saysWhenNoServerRunsThere) {
    TemporaryFolder const folder;
    Outcome const outcome = run({OSCARCTL, "--set", "server.data=" + (folder / "data"), "user", "list"});
    EXPECT_EQ(outcome.exit, 1);
    EXPECT_THAT(outcome.err, StartsWith("oscarctl: no oscard is running on " + (folder / "data")));
    EXPECT_THAT(outcome.err, HasSubstr("scripts/run"));
}

TEST(OscarctlAlone, saysSoAlsoWhenTheServerWasKilled) {
    TemporaryFolder const folder;
    Server server(folder / "data");
    server.process().signal(SIGKILL);
    server.process().wait();
    Outcome const outcome = server.ctl({"user", "list"});
    EXPECT_EQ(outcome.exit, 1);
    EXPECT_THAT(outcome.err, StartsWith("oscarctl: no server is running at "));
}

TEST(OscarctlAlone, helpsWithoutAServer) {
    EXPECT_THAT(run({OSCARCTL, "--help"}).out, HasSubstr("oscarctl user add NAME --password-stdin"));
    EXPECT_THAT(run({OSCARCTL, "help", "session"}).out, StartsWith("oscarctl session list\n"));
    EXPECT_THAT(run({OSCARCTL, "user", "delete", "--help"}).out, StartsWith("oscarctl user delete NAME\n"));
}

TEST(OscarctlAlone, refusesWrongConfigurationWithStatusTwo) {
    Outcome const outcome = run({OSCARCTL, "--set", "server.dta=x", "user", "list"});
    EXPECT_EQ(outcome.exit, 2);
    EXPECT_EQ(outcome.err, "oscarctl: --set: unknown key server.dta; did you mean server.data?\n");
}

}  // namespace
}  // namespace oscar::test
