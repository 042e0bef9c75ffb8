// SPDX-License-Identifier: MIT
// What somebody who runs the server relies on: it says when it is ready and why it is not, ends in good
// order, keeps secrets out of its log, and has no account that he has not made.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <boost/json.hpp>
#include <fstream>

#include "client/password_proof.h"
#include "store/sqlite/database.h"
#include "tests/e2e/clients.h"
#include "tests/e2e/flap_socket.h"
#include "tests/e2e/oscard.h"

namespace oscar::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using wire::LoginError;

/// It ended at once with an exit code other than 0 and one line that tells why.
void expectRefusal(Finished const& finished, std::string const& why) {
    EXPECT_GT(finished.exit, 0);
    EXPECT_EQ(std::count(finished.err.begin(), finished.err.end(), '\n'), 1) << finished.err;
    EXPECT_THAT(finished.err, AllOf(HasSubstr("oscard: "), HasSubstr(why)));
    EXPECT_EQ(finished.out, "");
}

/// The first line of the log with all these words.
std::string logLine(Oscard& server, std::string const& event, std::string const& detail) {
    std::istringstream log(server.log());
    for (std::string line; std::getline(log, line);)
        if (line.find(' ' + event + ' ') != std::string::npos && line.find(detail) != std::string::npos)
            return line;
    return "no line with " + event + " and " + detail + " in:\n" + server.log();
}

TEST(Operation, theServerTellsWhereItListensWhenItIsReady) {
    Oscard server({"server.shards=3"});
    std::string const line = server.process().awaitLine(" ready ");
    EXPECT_THAT(line, AllOf(HasSubstr("shards=3"), HasSubstr("listen=127.0.0.1:")));
    EXPECT_NE(server.address().port, 0);
    EXPECT_TRUE(FlapSocket(server.address()).next()) << "it greets who connects";
}

TEST(Operation, terminationSignsEverybodyOffAndLosesNothing) {
    Oscard server;
    server.addUsers({"alice", "bob"});
    TestClient alice(server.address());
    signOn(alice, "alice");
    addBuddy(alice, "bob");
    send(alice, "bob", "for later", client::MessageOptions{.storeIfOffline = true});
    alice.expectEvent<client::MessageAcked>();
    FlapSocket raw = signOn(server.address(), "alice");
    FlapSocket silent(server.address());

    Finished const finished = server.stop();
    EXPECT_EQ(finished.exit, 0) << finished.err;
    EXPECT_EQ(alice.expectEvent<client::Disconnected>().cause, client::DisconnectCause::SignedOffByServer);
    auto const last = raw.awaitEnd();
    ASSERT_TRUE(last);
    EXPECT_EQ(last->type, wire::FrameType::Signoff);
    silent.awaitEnd();
    EXPECT_THAT(logLine(server, "signed-off", "user=alice"), HasSubstr("reason=draining"));

    server.start();
    TestClient bob(server.address()), again(server.address());
    signOn(again, "alice");
    EXPECT_EQ(again->feedbag().buddy("bob").size(), 1u);
    signOn(bob, "bob");
    bob->retrieveOfflineMessages();
    EXPECT_EQ(bob.expectEvent<client::MessageReceived>().text, "for later");
}

TEST(Operation, aPortInUseIsOneClearLine) {
    Oscard const server;
    TemporaryFolder const elsewhere;
    std::string const address = "127.0.0.1:" + std::to_string(server.address().port);
    expectRefusal(
        run(server.commandLine({"server.listen=" + address, "server.data=" + elsewhere.path().string()})),
        address);
}

TEST(Operation, aWrongKeyOrValueIsOneClearLine) {
    TemporaryFolder const folder;
    std::string const data = "server.data=" + (folder.path() / "data").string();
    std::string const program = OSCARD_PROGRAM;
    expectRefusal(run({program, "--set", data, "--set", "server.portt=5190"}), "server.portt");
    expectRefusal(run({program, "--set", data, "--set", "limits.connections=many"}), "limits.connections");
    expectRefusal(run({program, "--set", data, "--set", "server.listen=nowhere"}), "server.listen");
    expectRefusal(run({program, "--config", (folder.path() / "none.toml").string()}), "none.toml");
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "data")) << "it had no business there yet";
}

TEST(Operation, aFolderThatCannotBeMadeIsOneClearLine) {
    TemporaryFolder const folder;
    std::ofstream(folder.path() / "file") << "in the way";
    std::string const data = (folder.path() / "file" / "data").string();
    expectRefusal(run({OSCARD_PROGRAM, "--set", "server.listen=127.0.0.1:0", "--set", "server.data=" + data}),
                  data);
}

TEST(Operation, aDatabaseOfANewerVersionIsLeftAlone) {
    Oscard server;
    EXPECT_EQ(server.stop().exit, 0);
    std::string const path = (server.data() / "oscar.db").string();
    store::Database(path).setSchemaVersion(9999);
    expectRefusal(run(server.commandLine()), "oscar.db");
    EXPECT_EQ(store::Database(path).schemaVersion(), 9999u);
}

TEST(Operation, aSecondServerOnTheSameFolderIsRefusedAndTheFirstGoesOn) {
    Oscard server;
    server.addUser("alice");
    expectRefusal(run(server.commandLine()), server.data().string());
    TestClient alice(server.address());
    signOn(alice, "alice");
    EXPECT_EQ(server.ctl({"user", "list"}).exit, 0);
}

TEST(Operation, wrongNamesAndPasswordsAreToldApartAsAolDid) {
    Oscard server;
    server.addUsers({"alice", "100001"});
    EXPECT_EQ(refusalOf(server.address(), "alice", "wrong123"), LoginError::MismatchNickOrPassword);
    EXPECT_EQ(refusalOf(server.address(), "nobody", usualPassword), LoginError::InvalidNickOrPassword);
    EXPECT_EQ(refusalOf(server.address(), "100001", "wrong123"), LoginError::MismatchNickOrPassword);
    EXPECT_EQ(refusalOf(server.address(), "100002", usualPassword), LoginError::DeletedAccount);
    EXPECT_EQ(refusalOf(server.address(), "alice", ""), LoginError::MismatchNickOrPassword);
}

TEST(Operation, aNewServerHasNoAccount) {
    Oscard const server;
    Finished const list = server.ctl({"user", "list", "--json"});
    EXPECT_EQ(list.exit, 0) << list.err;
    EXPECT_EQ(boost::json::parse(list.out), boost::json::value(boost::json::array{}));
    for (std::string const name : {"admin", "administrator", "root", "aol", "test"})
        for (std::string const& password : {std::string(), name, std::string("password")})
            EXPECT_EQ(refusalOf(server.address(), name, password), LoginError::InvalidNickOrPassword);
}

TEST(Operation, nobodyElseCanReadWhatTheServerKeeps) {
    Oscard const server;
    server.addUser("alice");
    auto const modeOf = [](std::filesystem::path const& path) {
        struct stat status {};
        EXPECT_EQ(::lstat(path.c_str(), &status), 0) << path;
        return status.st_mode & 0777;
    };
    EXPECT_EQ(modeOf(server.data() / "oscard.sock"), 0600u);
    EXPECT_EQ(modeOf(server.data()), 0700u);
    for (auto const& entry : std::filesystem::directory_iterator(server.data()))
        EXPECT_EQ(modeOf(entry.path()) & 077, 0u) << entry.path();
}

/// Signs on as the oldest clients do, with the password in the first frame.
void tryRoasted(client::Address const& server, std::string const& name, std::string const& password) {
    FlapSocket socket(server);
    wire::Buffer const roasted = client::roast(password);
    wire::TlvList hello;
    hello.add(wire::signonTags::loginId, wire::string{name})
        .add(wire::signonTags::roastedPassword, wire::blob{roasted});
    socket.sendHello(hello);
    while (auto const frame = socket.next())
        if (frame->type == wire::FrameType::Signoff) return;
    ADD_FAILURE() << "no answer to the roasted sign-on";
}

TEST(Operation, theLogTellsWhoCameAndWentAndWhyButNoPassword) {
    Oscard server({"log.level=debug"});
    std::vector<std::string> const passwords{"Zq7#kX!pW0v",  "bN4%tR9~sJ", "wrOng&Pa55",
                                             "rOast3dWr0ng", "n3w+Secr3t", "2short!"};
    server.addUser("alice", passwords[0]);
    EXPECT_EQ(server.ctl({"user", "set-password", "alice", "--password-stdin"}, passwords[1]).exit, 0);
    EXPECT_NE(server.ctl({"user", "add", "alice", "--password-stdin"}, passwords[4]).exit, 0)
        << "the name is taken";
    EXPECT_NE(server.ctl({"user", "add", "--uin", "1", "--password-stdin"}, passwords[5]).exit, 0);

    EXPECT_EQ(refusalOf(server.address(), "alice", passwords[2]), LoginError::MismatchNickOrPassword);
    EXPECT_EQ(refusalOf(server.address(), "alice", passwords[0]), LoginError::MismatchNickOrPassword);
    tryRoasted(server.address(), "alice", passwords[3]);
    tryRoasted(server.address(), "alice", passwords[1]);
    TestClient alice(server.address());
    alice.signOn(optionsOf("alice", passwords[1]));
    alice.signOff();
    server.process().awaitLine("signed-off");
    {
        FlapSocket garbage(server.address());
        garbage.sendBytes(wire::asBytes("GET / HTTP/1.0\r\n\r\n"));
        garbage.awaitEnd();
    }
    EXPECT_EQ(server.stop().exit, 0);

    EXPECT_THAT(logLine(server, "sign-on-refused", "user=alice"),
                AllOf(HasSubstr("address=127.0.0.1"), HasSubstr("code=5")));
    EXPECT_THAT(logLine(server, "signed-on", "user=alice"), HasSubstr("address=127.0.0.1"));
    EXPECT_THAT(logLine(server, "signed-off", "user=alice"),
                AllOf(HasSubstr("address=127.0.0.1"), HasSubstr("reason=\"signed off\"")));
    EXPECT_THAT(logLine(server, "malformed-input", "address=127.0.0.1"), HasSubstr("what="));
    for (std::string const& password : passwords) {
        EXPECT_THAT(server.log(), Not(HasSubstr(password)));
        wire::Buffer const roasted = client::roast(password);
        EXPECT_THAT(server.log(), Not(HasSubstr(std::string(wire::asText(roasted)))));
    }
}

TEST(Operation, suspendingAUserEndsHisSessionsUntilHeIsResumed) {
    Oscard server;
    server.addUser("alice");
    TestClient here(server.address()), there(server.address());
    signOn(here, "alice");
    signOn(there, "alice");
    EXPECT_EQ(server.ctl({"user", "suspend", "alice"}).exit, 0);
    for (TestClient* client : {&here, &there}) {
        client->expectEvent<client::Disconnected>();
        client->expectClosed();
    }
    EXPECT_EQ(refusalOf(server.address(), "alice", usualPassword), LoginError::SuspendedAccount);
    EXPECT_EQ(server.ctl({"user", "resume", "alice"}).exit, 0);
    signOn(here, "alice");
}

TEST(Operation, sessionsCanBeListedAndClosed) {
    Oscard server;
    server.addUser("alice");
    TestClient alice(server.address());
    signOn(alice, "alice");
    auto const sessions = boost::json::parse(server.ctl({"session", "list", "--json"}).out).as_array();
    ASSERT_EQ(sessions.size(), 1u);
    EXPECT_EQ(sessions[0].at("name"), "alice");
    EXPECT_EQ(sessions[0].at("state"), "online");
    EXPECT_EQ(server.ctl({"session", "close", "alice"}).exit, 0);
    alice.expectEvent<client::Disconnected>();
    alice.expectClosed();
    EXPECT_EQ(server.ctl({"session", "close", "alice"}).exit, 1) << "nobody is there any more";
}

TEST(Operation, whoDoesNotSignOnInTimeIsClosed) {
    Oscard server({"limits.sign_on_deadline=1s"});
    server.addUsers({"alice", "bob"});
    TestClient bob(server.address());
    signOn(bob, "bob");
    FlapSocket silent(server.address());
    FlapSocket greeted(server.address());
    greeted.sendHello();
    FlapSocket half = present(server.address(), logIn(server.address(), "alice", usualPassword));
    for (FlapSocket* socket : {&silent, &greeted, &half}) socket->awaitEnd(std::chrono::seconds(10));
    bob.fence();
    EXPECT_THAT(logLine(server, "sign-on-timed-out", "address=127.0.0.1"), HasSubstr("sign-on-timed-out"));
}

TEST(Operation, whoFailsToSignOnTooOftenHasToWait) {
    Oscard server({"limits.trusted=", "limits.sign_on_failures=3"});
    server.addUser("alice");
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(refusalOf(server.address(), "alice", "wrong123"), LoginError::MismatchNickOrPassword);
    EXPECT_EQ(refusalOf(server.address(), "alice", usualPassword), LoginError::RateLimit);
    EXPECT_EQ(refusalOf(server.address(), "bob", usualPassword), LoginError::RateLimit);
}

}  // namespace
}  // namespace oscar::test
