// SPDX-License-Identifier: MIT
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "tests/net/harness.h"

namespace oscar::net::test {
namespace {

/// Returns when the shard has read all that other clients had sent before.
void sync(Client& other) { ASSERT_EQ(other.ask("sync"), "sync"); }

TEST(Connection, serverSpeaksFirst) {
    TestServer server;
    Client client(server.endpoint, false);
    Frame const hello = client.read();
    EXPECT_EQ(hello.type, wire::FrameType::Signon);
    EXPECT_EQ(hello.payload, std::string("\0\0\0\1", 4));
}

TEST(Connection, framesCutAtAnyByteArriveWhole) {
    TestServer server;
    Client client(server), other(server);
    std::size_t const length = 3 * wire::flapHeaderSize + std::string("onethree").size();
    for (std::size_t cut = 1; cut < length; ++cut) {
        std::string const bytes = client.frames({"one", "", "three"});
        client.sendBytes(std::string_view(bytes).substr(0, cut));
        sync(other);
        client.sendBytes(std::string_view(bytes).substr(cut));
        ASSERT_EQ(client.hear(), "one") << "cut at " << cut;
        ASSERT_EQ(client.hear(), "");
        ASSERT_EQ(client.hear(), "three");
    }
}

TEST(Connection, aStreamOfSingleBytesIsReadAsFrames) {
    TestServer server;
    Client client(server);
    for (char byte : client.frames({"slowly", "but surely"})) client.sendBytes({&byte, 1});
    EXPECT_EQ(client.hear(), "slowly");
    EXPECT_EQ(client.hear(), "but surely");
}

TEST(Connection, manyFramesAtOnceAreAnsweredInOrder) {
    TestServer server;
    Client client(server);
    std::string bytes;
    for (int i = 0; i < 5000; ++i) bytes += client.frame(std::to_string(i));
    client.sendBytes(bytes);
    for (int i = 0; i < 5000; ++i) ASSERT_EQ(client.hear(), std::to_string(i));
}

TEST(Connection, theLargestFrameIsReadAndWritten) {
    TestServer server;
    Client client(server);
    std::string const payload(wire::maxFlapPayload, 'L');
    EXPECT_EQ(client.ask(payload), payload);
}

TEST(Connection, answersOfOneTurnAreSentTogether) {
    TestServer server;
    Client client(server);
    std::size_t const before = client.recvs();
    client.sendBytes(client.frames({"a", "b", "c"}));
    for (char const* answer : {"a", "b", "c"}) EXPECT_EQ(client.hear(), answer);
    EXPECT_EQ(client.recvs(), before + 1);
}

TEST(Connection, aWrongMarkerClosesIt) {
    TestServer server;
    Client client(server);
    client.sendBytes("GET / HTTP/1.0\r\n");
    EXPECT_TRUE(client.isClosed());
    EXPECT_TRUE(server.journal.waitFor("closed: bad frame"));
}

TEST(Connection, aWrongSequenceNumberClosesIt) {
    TestServer server;
    Client client(server);
    EXPECT_EQ(client.ask("fine"), "fine");
    client.skipSequence();
    client.say("not fine");
    EXPECT_TRUE(client.isClosed());
    EXPECT_TRUE(server.journal.waitFor("closed: bad sequence"));
    EXPECT_EQ(server.journal.count("frame not fine"), 0u);
}

TEST(Connection, theClientsEndSignsItOff) {
    TestServer server;
    Client client(server);
    client.close();
    EXPECT_TRUE(server.journal.waitFor("closed: signed off"));
}

TEST(Connection, whatWasSentBeforeTheEndIsStillAnswered) {
    TestServer server;
    Client client(server);
    client.say("big 100 8000");
    ::shutdown(client.fd(), SHUT_WR);
    for (int i = 0; i < 100; ++i) ASSERT_EQ(client.hear().size(), 8000u);
    EXPECT_EQ(client.hear(), "done");
    EXPECT_TRUE(client.isClosed());
    EXPECT_TRUE(server.journal.waitFor("closed: signed off"));
}

TEST(Connection, aResetIsALostConnection) {
    TestServer server;
    Client client(server);
    client.reset();
    EXPECT_TRUE(server.journal.waitFor("closed: connection lost"));
}

TEST(Connection, aResetWhilePausedIsALostConnection) {
    TestServer server;
    Client client(server), other(server);
    client.say("pause");
    sync(other);
    client.reset();
    EXPECT_TRUE(server.journal.waitFor("closed: connection lost"));
}

TEST(Connection, writingToAPeerThatIsGoneKillsNobody) {
    TestServer server;
    Client client(server), other(server);
    EXPECT_EQ(client.ask("name gone"), "named");
    client.say("pause");
    sync(other);
    client.close();  // what comes for it now is answered by a reset
    for (int i = 0; i < 50; ++i) ASSERT_EQ(other.ask("tell gone 1000"), "told");
    EXPECT_TRUE(server.journal.waitFor("closed: connection lost"));
    EXPECT_EQ(other.ask("still here"), "still here");
}

TEST(Connection, aPeerThatNeverReadsIsClosedAndOthersAreNot) {
    constexpr std::size_t bound = 64 * 1024, message = 8000;
    TestServer server(1, [](ServerOptions& options) { options.sendQueueBytes = bound; });
    Client deaf(server.endpoint, true, 4096), other(server);
    EXPECT_EQ(deaf.ask("name deaf"), "named");
    for (int i = 0; i < 3000 && server.journal.count("closed: send queue full") == 0; ++i)
        ASSERT_EQ(other.ask("tell deaf " + std::to_string(message)), "told");
    EXPECT_EQ(server.journal.count("closed: send queue full"), 1u);
    EXPECT_EQ(other.ask("still here"), "still here");
    server.on(0, [&](TestShard& shard) {
        EXPECT_GT(shard.mostQueued, bound / 2);
        EXPECT_LE(shard.mostQueued, 2 * (bound + message));  // half of it may be sent already
    });
}

TEST(Connection, aBurstAboveTheBoundIsSentWhole) {
    TestServer server(1, [](ServerOptions& options) { options.sendQueueBytes = 64 * 1024; });
    Client slow(server.endpoint, true, 4096);
    slow.say("big 1000 8000");
    for (int i = 0; i < 1000; ++i) {
        while (slow.unparsed() < 8006) ASSERT_GT(slow.readSome(3000), 0u);
        ASSERT_EQ(slow.hear(), std::string(8000, static_cast<char>('a' + i % 26)));
    }
    EXPECT_EQ(slow.hear(), "done");
    EXPECT_EQ(slow.ask("alive"), "alive");
}

TEST(Connection, aBurstAboveTheBoundLeavesRoomForWhatFollows) {
    TestServer server(1, [](ServerOptions& options) { options.sendQueueBytes = 64 * 1024; });
    Client slow(server.endpoint, true, 4096), other(server);
    slow.sendBytes(slow.frames({"name slow", "big 2000 8000"}));
    sync(other);
    for (int i = 0; i < 5; ++i) ASSERT_EQ(other.ask("tell slow 8000"), "told");
    while (slow.read().payload != "done") {
    }
    for (int i = 0; i < 5; ++i) ASSERT_EQ(slow.hear(), std::string(8000, 'x'));
}

TEST(Connection, flushedIsToldWhenTheLastByteIsTaken) {
    TestServer server;
    Client slow(server.endpoint, true, 4096), other(server);
    EXPECT_EQ(slow.ask("name slow"), "named");
    ASSERT_TRUE(server.journal.waitFor("flushed slow", 1));
    slow.say("big 2000 8000");
    sync(other);
    EXPECT_EQ(server.journal.count("flushed slow"), 1u);
    server.on(0, [](TestShard& shard) { EXPECT_FALSE(shard.link("slow").flushed()); });
    while (slow.read().payload != "done") {
    }
    EXPECT_TRUE(server.journal.waitFor("flushed slow", 2));
    server.on(0, [](TestShard& shard) {
        EXPECT_TRUE(shard.link("slow").flushed());
        EXPECT_EQ(shard.link("slow").out.bytes().capacity(), 0u);
    });
    EXPECT_EQ(server.journal.count("flushed slow"), 2u);
}

TEST(Connection, nothingIsHandedOverDuringAPause) {
    TestServer server;
    Client client(server), other(server);
    EXPECT_EQ(client.ask("name sleeper"), "named");
    client.sendBytes(client.frames({"pause", "first"}));
    sync(other);
    client.say("second");
    sync(other);
    sync(other);
    EXPECT_EQ(server.journal.count("frame first") + server.journal.count("frame second"), 0u);
    server.on(0, [&](TestShard& shard) {
        shard.link("sleeper").resume();
        EXPECT_EQ(shard.journal.count("frame first"), 0u) << "handed over inside resume()";
    });
    EXPECT_EQ(client.hear(), "first");
    EXPECT_EQ(client.hear(), "second");
}

TEST(Connection, aPauseThatEndsAtOnceLosesNothing) {
    TestServer server;
    Client client(server);
    std::string bytes;
    for (int i = 0; i < 100; ++i) bytes += client.frames({"nap", std::to_string(i)});
    client.sendBytes(bytes);
    for (int i = 0; i < 100; ++i) ASSERT_EQ(client.hear(), std::to_string(i));
}

TEST(Connection, closeSendsWhatIsQueuedAndHandsNothingMoreOver) {
    TestServer server;
    Client client(server);
    client.sendBytes(client.frames({"big 500 8000", "close 0", "more"}));
    for (int i = 0; i < 500; ++i) ASSERT_EQ(client.hear().size(), 8000u);
    EXPECT_EQ(client.hear(), "done");
    EXPECT_EQ(client.hear(), "bye");
    EXPECT_TRUE(client.isClosed());
    EXPECT_TRUE(server.journal.waitFor("closed: sign-on done"));
    EXPECT_EQ(server.journal.count("frame more"), 0u);
}

TEST(Connection, closeDoesNotWaitForAPeerThatDoesNotRead) {
    TestServer server;
    Client client(server.endpoint, true, 4096);
    client.sendBytes(client.frames({"big 2000 8000", "close 0"}));
    EXPECT_TRUE(server.journal.waitFor("closed: sign-on done"));
}

TEST(Connection, lingerLetsTheClientCloseFirst) {
    TestServer server;
    Client client(server);
    EXPECT_EQ(client.ask("close 60000"), "bye");
    EXPECT_TRUE(client.isClosed());
    client.say("a late keep-alive");
    EXPECT_FALSE(client.hearsSomething() && client.readSome() > 0);
    EXPECT_EQ(server.journal.count("closed: sign-on done"), 0u);
    client.close();
    EXPECT_TRUE(server.journal.waitFor("closed: sign-on done"));
    EXPECT_EQ(server.journal.count("frame a late keep-alive"), 0u);
}

TEST(Connection, lingerEndsWhenTheClientStays) {
    TestServer server;
    Client client(server);
    EXPECT_EQ(client.ask("close 300"), "bye");
    EXPECT_TRUE(server.journal.waitFor("closed: sign-on done"));
}

TEST(Connection, knowsBothAddresses) {
    TestServer server;
    Client client(server);
    EXPECT_EQ(client.ask("who"), "0 127.0.0.1 " + server.endpoint);
    EXPECT_EQ(client.ask("name me"), "named");
    server.on(0, [](TestShard& shard) { EXPECT_EQ(shard.link("me").peerIpv4(), 0x7F000001u); });
}

TEST(Connection, ipv4ClientsOfAnIpv6SocketAreShownAsIpv4) {
    TestServer server(1, [](ServerOptions& options) { options.listen = {"[::]:0"}; });
    Client client(server);
    std::string const port = server.endpoint.substr(server.endpoint.rfind(':'));
    EXPECT_EQ(client.ask("who"), "0 127.0.0.1 127.0.0.1" + port);
}

/// The socket of this process whose peer has this address.
int serversSocketFor(std::string const& peer) {
    for (int fd = 0; fd < 1024; ++fd) {
        sockaddr_storage address{};
        socklen_t length = sizeof address;
        if (::getpeername(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0) continue;
        if (address.ss_family == AF_INET && endpointText(address) == peer) return fd;
    }
    return -1;
}

TEST(Connection, sendsWithoutDelayAndNoticesDeadPeers) {
    TestServer server;
    Client client(server);
    int const fd = serversSocketFor(client.localAddress());
    ASSERT_GE(fd, 0);
    auto const option = [fd](int level, int name) {
        int value = 0;
        socklen_t length = sizeof value;
        ::getsockopt(fd, level, name, &value, &length);
        return value;
    };
    EXPECT_EQ(option(IPPROTO_TCP, TCP_NODELAY), 1);
    EXPECT_EQ(option(SOL_SOCKET, SO_KEEPALIVE), 1);
    EXPECT_EQ(option(IPPROTO_TCP, TCP_KEEPIDLE), 120);
    EXPECT_EQ(option(IPPROTO_TCP, TCP_USER_TIMEOUT), 300'000);
}

}  // namespace
}  // namespace oscar::net::test
