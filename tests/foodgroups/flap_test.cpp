// SPDX-License-Identifier: MIT
// FLAP frames as the server takes and writes them (rules FLAP-1 to FLAP-18).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/world.h"

namespace oscar::test {
namespace {

using core::CloseReason;
using core::Milliseconds;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using wire::FrameType;
namespace os = wire::oservice;

constexpr std::array everyStage{"sign-on", "service"};

/// A client on a sign-on connection, or on BOSS.
Client& clientAt(World& world, std::string_view stage) {
    if (stage == "service") return world.signOn("alice");
    Client& client = world.connect();
    client.sendHello();
    client.forget();
    return client;
}

wire::Buffer frame(wire::u16 sequence, FrameType type, wire::Bytes payload = {}) {
    wire::FlapWriter out(sequence);
    out.frame(type, [&](wire::Writer& writer) { writer.bytes(payload); });
    return out.bytes();
}

wire::Buffer hello(wire::u16 sequence) { return frame(sequence, FrameType::Signon, wire::encode(wire::FlapSignon{})); }

/// A probe, the one question that is answered at every stage.
wire::Buffer probe(wire::u16 sequence) {
    wire::FlapWriter out(sequence);
    out.snac(os::ProbeReq{}, 7);
    return out.bytes();
}

// FLAP-9, FLAP-1
TEST(Flap, theServerGreetsFirst) {
    World world;
    Client& client = world.connect();
    ASSERT_THAT(client.frames, SizeIs(1));
    EXPECT_EQ(client.frames[0].type, FrameType::Signon);
    EXPECT_THAT(*client.frames[0].payload, ElementsAre(0, 0, 0, 1));
    EXPECT_THAT(client.leftOver, IsEmpty());
}

// FLAP-1
TEST(Flap, aFrameIsMarkerTypeSequenceAndLength) {
    World world;
    Client& client = world.connect();
    client.sendBytes(wire::Buffer{0x2A, 1, 0x12, 0x34, 0, 4, 0, 0, 0, 1});
    client.sendBytes(wire::Buffer{0x2A, 2, 0x12, 0x35, 0, 10, 0, 1, 0, 0x1F, 0, 0, 0, 0, 0, 9});
    EXPECT_EQ(client.take<os::ProbeAck>()->header.requestId, 9u);
    EXPECT_TRUE(client.isOpen());
}

// FLAP-2
TEST(Flap, aStreamThatIsNoFlapIsClosed) {
    World world;
    Client& stranger = world.connect();
    stranger.sendBytes(wire::asBytes("GET / HTTP/1.1\r\n"));
    EXPECT_EQ(stranger.closed, CloseReason::BadFrame);

    Client& client = world.connect();
    client.sendBytes(hello(1));
    EXPECT_TRUE(client.isOpen());
    client.sendBytes(wire::Buffer{0x2B});
    EXPECT_EQ(client.closed, CloseReason::BadFrame);
}

class FlapOnShards : public testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(, FlapOnShards, testing::Values(1u, 2u, 3u));

/// What a client sends from the cookie on; the answers to it are HOST_ONLINE, the versions, the message of the day,
/// the own info and STATS.
wire::Buffer serviceSignOn(wire::Bytes cookie) {
    wire::FlapWriter out(0xFFFE);
    wire::TlvList tlvs;
    tlvs.add(wire::signonTags::loginCookie, wire::blob{cookie});
    out.frame(FrameType::Signon, [&](wire::Writer& writer) { put(writer, wire::FlapSignon{1, tlvs}); });
    wire::List<os::FoodgroupVersion> versions;
    versions.add({1, 4});
    out.snac(os::ClientVersions{versions}, 1);
    out.snac(wire::feedbag::Use{}, 2);
    out.snac(os::NickInfoQuery{}, 3);
    out.snac(os::ClientOnline{}, 4);
    return out.bytes();
}

void expectSignedOn(Client& client) {
    EXPECT_TRUE(client.take<os::HostOnline>());
    EXPECT_TRUE(client.take<os::HostVersions>());
    EXPECT_TRUE(client.take<os::NickInfoUpdate>());
    EXPECT_TRUE(client.take<wire::stats::SetMinReportInterval>());
    EXPECT_TRUE(client.isOpen());
}

// FLAP-3
TEST_P(FlapOnShards, aSignOnThatComesByteByByteIsASignOn) {
    World world{GetParam()};
    world.addUser("Alice");
    Client& client = world.connect();
    for (wire::u08 byte : serviceSignOn(world.bucp("alice").cookie)) client.sendBytes({&byte, 1});
    expectSignedOn(client);
}

// FLAP-3
TEST_P(FlapOnShards, aSignOnThatComesInOnePieceIsASignOn) {
    World world{GetParam()};
    world.addUser("Alice");
    for (unsigned i = 0; i < GetParam(); ++i) {  // the line is accepted by each shard in turn
        Client& client = world.connect();
        client.sendBytes(serviceSignOn(world.bucp("alice").cookie));
        expectSignedOn(client);
    }
}

// FLAP-3
TEST_P(FlapOnShards, framesThatComeWhileTheDatabaseIsBusyWait) {
    World world{GetParam()};
    world.addUser("Alice");
    wire::Buffer const bytes = serviceSignOn(world.bucp("alice").cookie);
    Client& client = world.connect();
    client.forget();
    world.letStoreAnswer(false);
    client.sendBytes(wire::Bytes(bytes).first(bytes.size() - 3));
    client.sendBytes(wire::Bytes(bytes).last(3));
    EXPECT_THAT(client.frames, IsEmpty());
    world.letStoreAnswer(true);
    expectSignedOn(client);
}

// FLAP-4
TEST(Flap, aPayloadOf65535BytesIsRead) {
    World world;
    world.addUser("Alice");
    Client& client = world.connect();
    client.sendBytes(serviceSignOn(world.bucp("alice").cookie));  // its last frame has the number 2
    wire::Buffer bytes{0x2A, 2, 0, 3, 0xFF, 0xFF};
    wire::Buffer const header = wire::encode(wire::SnacHeader{0x0001, 0x001F, 0, 5});
    bytes.insert(bytes.end(), header.begin(), header.end());
    bytes.resize(wire::flapHeaderSize + 0xFFFF);
    client.sendBytes(bytes);
    EXPECT_TRUE(client.take<os::ProbeAck>());
    client.sendBytes(probe(4));
    EXPECT_TRUE(client.take<os::ProbeAck>());
}

// FLAP-5
TEST(Flap, aClientMayBeginToCountAnywhere) {
    for (wire::u16 first : {0x0000, 0x0001, 0x7FFF, 0x8000, 0xFFFF}) {
        World world;
        Client& client = world.connect();
        client.sendBytes(hello(first));
        client.sendBytes(probe(static_cast<wire::u16>(first + 1)));
        EXPECT_TRUE(client.take<os::ProbeAck>()) << first;
    }
}

// FLAP-6
TEST_P(FlapOnShards, theServerCountsItsFramesWithoutAGapAndFromFFFFTo0) {
    World world{GetParam()};
    world.addUser("Alice");
    Client& alice = world.signOn("alice", {}, true);
    for (int i = 0; i < 40; ++i) alice.send(os::NickInfoQuery{});
    ASSERT_GE(alice.frames.size(), 40u);
    bool wrapped = false;
    for (std::size_t i = 1; i < alice.frames.size(); ++i) {
        ASSERT_EQ(alice.frames[i].sequence, static_cast<wire::u16>(alice.frames[i - 1].sequence + 1)) << i;
        wrapped = wrapped || alice.frames[i].sequence == 0;
    }
    EXPECT_TRUE(wrapped);
}

// FLAP-7
TEST(Flap, aFrameOutOfOrderClosesTheConnection) {
    for (auto const& [first, second] : {std::pair{0x1000, 0x1002}, {0x1000, 0x1000}, {0x1000, 0x0FFF}, {0x1000, 0},
                                        {0xFFFF, 1}, {0x7FFE, 0}, {0x7FFF, 1}, {0x8000, 0}}) {
        World world;
        Client& client = world.connect();
        client.sendBytes(hello(static_cast<wire::u16>(first)));
        client.sendBytes(probe(static_cast<wire::u16>(second)));
        EXPECT_EQ(client.closed, CloseReason::BadSequence) << first << ' ' << second;
        EXPECT_FALSE(client.take<os::ProbeAck>());
    }
}

// FLAP-7, D-1
TEST(Flap, oldClientsThatCountTo7FFFAreUnderstood) {
    World world;
    Client& client = world.connect();
    client.sendBytes(hello(0x7FFF));
    client.sendBytes(probe(0));
    EXPECT_TRUE(client.take<os::ProbeAck>());
    client.sendBytes(probe(1));
    EXPECT_TRUE(client.take<os::ProbeAck>());
}

// FLAP-7
TEST_P(FlapOnShards, theOrderIsCheckedAcrossTheMoveToTheUsersShard) {
    World world{GetParam()};
    world.addUser("Alice");
    for (unsigned i = 0; i < GetParam(); ++i) {
        Client& client = world.connect();
        wire::FlapWriter out(10);
        wire::TlvList tlvs;
        wire::Buffer const cookie = world.bucp("alice").cookie;
        tlvs.add(wire::signonTags::loginCookie, wire::blob{cookie});
        out.frame(FrameType::Signon, [&](wire::Writer& writer) { put(writer, wire::FlapSignon{1, tlvs}); });
        client.sendBytes(out.bytes());
        ASSERT_TRUE(client.isOpen());
        client.sendBytes(probe(12));
        EXPECT_EQ(client.closed, CloseReason::BadSequence);
    }
}

// FLAP-9
TEST(Flap, whoSpeaksBeforeGreetingIsClosed) {
    World world;
    Client& client = world.connect();
    client.sendBytes(probe(1));
    EXPECT_EQ(client.closed, CloseReason::BadFrame);
    EXPECT_FALSE(client.take<os::ProbeAck>());
}

// FLAP-10
TEST_P(FlapOnShards, unknownTagsInTheGreetingAreSkipped) {
    World world{GetParam()};
    world.addUser("Alice");
    wire::TlvList tlvs;
    wire::Buffer const cookie = world.bucp("alice").cookie;
    tlvs.add(wire::Tlv{0x8003, wire::asBytes("\0\x10\0\0")}).add(wire::Tlv{0x7777, {}});
    tlvs.add(wire::signonTags::loginCookie, wire::blob{cookie});
    Client& client = world.connect();
    client.sendHello(tlvs);
    EXPECT_TRUE(client.take<os::HostOnline>());
}

// FLAP-10
TEST(Flap, aGreetingThatIsCutOrOfAnotherVersionClosesTheConnection) {
    for (wire::Buffer const& payload :
         {wire::Buffer{}, wire::Buffer{0, 0, 0}, wire::Buffer{0, 0, 0, 2}, wire::Buffer{0, 0, 0, 1, 0, 1, 0, 9, 'a'}}) {
        World world;
        Client& client = world.connect();
        client.sendFrame(FrameType::Signon, payload);
        EXPECT_EQ(client.closed, CloseReason::BadFrame) << payload.size();
    }
}

// FLAP-11
TEST(Flap, aDataFrameTooShortForASnacClosesTheConnection) {
    for (auto const* stage : everyStage) {
        World world;
        world.addUser("Alice");
        for (std::size_t size = 0; size < wire::SnacHeader::size; ++size) {
            Client& client = clientAt(world, stage);
            client.sendFrame(FrameType::Data, wire::Buffer(size));
            EXPECT_EQ(client.closed, CloseReason::BadFrame) << stage << ' ' << size;
        }
    }
}

// FLAP-12
TEST(Flap, aKeepAliveIsNotAnsweredWhateverIsInIt) {
    for (auto const* stage : everyStage) {
        World world;
        world.addUser("Alice");
        Client& client = clientAt(world, stage);
        client.sendFrame(FrameType::KeepAlive);
        client.sendFrame(FrameType::KeepAlive, wire::asBytes("payload"));
        EXPECT_THAT(client.frames, IsEmpty()) << stage;
        EXPECT_TRUE(client.isOpen()) << stage;
    }
}

// FLAP-12, LIM-2
TEST(Flap, aSilentClientStaysAndIsNotSentKeepAlives) {
    World world;
    world.addUser("Alice");
    Client& alice = world.signOn("alice");
    world.pass(core::Seconds{1200});
    EXPECT_TRUE(alice.isOpen());
    EXPECT_THAT(alice.frames, IsEmpty());
}

// FLAP-13
TEST_P(FlapOnShards, whoSignsOffIsGoneForHisBuddies) {
    World world{GetParam()};
    for (auto const* name : {"Alice", "Bob"}) world.addUser(name);
    Client& alice = world.signOn("alice");
    storeBuddies(alice, {"bob"});
    Client& bob = world.signOn("bob");
    ASSERT_THAT(alice.arrived(), ElementsAre("Bob"));
    bob.sendFrame(FrameType::Signoff);
    EXPECT_EQ(bob.closed, CloseReason::SignedOff);
    EXPECT_THAT(alice.departed(), ElementsAre("Bob"));
}

// FLAP-14
TEST_P(FlapOnShards, whoIsEndedByALaterSignOnIsToldSo) {
    World world{GetParam()};
    world.addUser("Alice");
    Client& first = world.signOn("alice", {.multiconnFlags = wire::MulticonnFlags::Single});
    world.signOn("alice", {.multiconnFlags = wire::MulticonnFlags::Single});
    EXPECT_EQ(first.closed, CloseReason::SignedOnElsewhere);
    auto const signoff = first.signoff();
    ASSERT_TRUE(signoff);
    EXPECT_EQ(signoff->get(wire::signoffTags::disconnectReason), wire::DisconnectReason::NewLogin);
    EXPECT_THAT(signoff->find(0x0009), testing::Optional(SizeIs(2)));  // libpurple reconnects after a single byte
    EXPECT_EQ(signoff->get(wire::signoffTags::url)->text, world.complex().options.url);
}

// FLAP-14
TEST_P(FlapOnShards, whoIsSuspendedBetweenSignOnAndCookieIsToldSo) {
    World world{GetParam()};
    world.addUser("Alice");
    wire::Buffer const cookie = world.bucp("alice").cookie;
    world.changeAccount("alice", [](core::Account& account) { account.suspended = true; });
    Client& client = world.present(cookie);
    EXPECT_EQ(client.closed, CloseReason::AccountGone);
    ASSERT_TRUE(client.signoff());
    EXPECT_EQ(client.signoff()->get(wire::signoffTags::disconnectReason), wire::DisconnectReason::AccountDeleted);
    EXPECT_FALSE(client.take<os::HostOnline>());
}

// FLAP-14
TEST(Flap, whenTheServerStopsEverybodyIsSignedOff) {
    World world;
    world.addUser("Alice");
    Client& alice = world.signOn("alice");
    Client& stranger = world.connect();
    world.shutDown();
    EXPECT_EQ(alice.closed, CloseReason::Draining);
    EXPECT_TRUE(alice.signoff());
    EXPECT_EQ(stranger.closed, CloseReason::Draining);
}

// FLAP-15
TEST_P(FlapOnShards, aClientOfTheFirstKindIsSignedOffInFourBytes) {
    World world{GetParam()};
    world.addUser("Alice");
    Client& first = world.signOn("alice", {.multiconnFlags = wire::MulticonnFlags::OldClient}, true);
    auto const next = static_cast<wire::u16>(first.frames.back().sequence + 1);
    world.signOn("alice");
    EXPECT_EQ(first.closed, CloseReason::SignedOnElsewhere);
    EXPECT_FALSE(first.signoff());
    EXPECT_THAT(first.leftOver, ElementsAre(0x2A, 4, next >> 8, next & 0xFF));
}

// FLAP-16
TEST(Flap, aSecondGreetingAnErrorFrameOrAnUnknownTypeClosesTheConnection) {
    for (auto const* stage : everyStage) {
        World world;
        world.addUser("Alice");
        for (int type : {1, 3, 0, 6, 255}) {
            Client& client = clientAt(world, stage);
            client.sendFrame(static_cast<FrameType>(type), wire::encode(wire::FlapSignon{}));
            EXPECT_EQ(client.closed, CloseReason::BadFrame) << stage << ' ' << type;
        }
    }
}

// FLAP-17
TEST_P(FlapOnShards, theGreetingTellsWhatAConnectionIsFor) {
    World world{GetParam()};
    world.addUser("Alice");
    EXPECT_TRUE(world.present(world.bucp("alice").cookie).take<os::HostOnline>());

    Client& old = world.connect();
    std::string const roasted = core::roast("secret12", core::RoastTable::Aim);
    old.sendHello(wire::TlvList{}
                      .add(wire::signonTags::loginId, wire::string{"alice"})
                      .add(wire::signonTags::roastedPassword, wire::blob{wire::asBytes(roasted)}));
    ASSERT_TRUE(old.signoff());
    EXPECT_TRUE(old.signoff()->has(wire::signoffTags::loginCookie));

    Client& bucp = world.connect();
    bucp.sendHello();
    bucp.send(wire::bucp::ChallengeRequest{wire::TlvList{}.add(wire::bucp::tags::loginId, wire::string{"alice"})});
    EXPECT_TRUE(bucp.take<wire::bucp::ChallengeResponse>());
}

// FLAP-18
TEST(Flap, aSignOnThatTalksAndTalksIsClosed) {
    World world;
    Client& client = world.connect();
    client.sendHello();
    for (int frames = 1; frames < 10; ++frames) client.send(os::ProbeReq{});
    EXPECT_THAT(client.takeAll<os::ProbeAck>(), SizeIs(9));
    client.send(os::ProbeReq{});
    EXPECT_EQ(client.closed, CloseReason::SignOnTimeout);
    EXPECT_FALSE(client.take<os::ProbeAck>());
}

// FLAP-18
TEST(Flap, keepAlivesBeforeTheGreetingCountAsWell) {
    World world;
    Client& client = world.connect();
    for (int frames = 0; frames < 10; ++frames) client.sendFrame(FrameType::KeepAlive);
    EXPECT_TRUE(client.isOpen());
    client.sendFrame(FrameType::KeepAlive);
    EXPECT_EQ(client.closed, CloseReason::SignOnTimeout);
}

/// Every way to stop half way through a sign-on.
struct Unfinished {
    char const* name;
    Client& (*begin)(World&);
};

class HalfOpen : public testing::TestWithParam<Unfinished> {};

Client& justConnected(World& world) { return world.connect(); }
Client& halfAFrame(World& world) {
    Client& client = world.connect();
    client.sendBytes(wire::Bytes(hello(1)).first(5));
    return client;
}
Client& greeted(World& world) { return clientAt(world, "sign-on"); }
Client& challenged(World& world) {
    Client& client = clientAt(world, "sign-on");
    client.send(wire::bucp::ChallengeRequest{wire::TlvList{}.add(wire::bucp::tags::loginId, wire::string{"alice"})});
    return client;
}
Client& challengedByABusyDatabase(World& world) {
    world.letStoreAnswer(false);
    return challenged(world);
}
Client& cookiePresented(World& world) { return world.present(world.bucp("alice").cookie); }
Client& cookiePresentedToABusyDatabase(World& world) {
    wire::Buffer const cookie = world.bucp("alice").cookie;
    world.letStoreAnswer(false);
    return world.present(cookie);
}
Client& listAsked(World& world) { return world.signOn("alice", {.clientOnline = false}); }

INSTANTIATE_TEST_SUITE_P(
    , HalfOpen,
    testing::Values(Unfinished{"connected", justConnected}, Unfinished{"halfAFrame", halfAFrame},
                    Unfinished{"greeted", greeted}, Unfinished{"challenged", challenged},
                    Unfinished{"challengedByABusyDatabase", challengedByABusyDatabase},
                    Unfinished{"cookiePresented", cookiePresented},
                    Unfinished{"cookiePresentedToABusyDatabase", cookiePresentedToABusyDatabase},
                    Unfinished{"listAsked", listAsked}),
    [](auto const& unfinished) { return unfinished.param.name; });

// FLAP-18, LIM-1, ON-9
TEST_P(HalfOpen, isClosedAfter30Seconds) {
    World world;
    world.addUser("Alice");
    Client& client = GetParam().begin(world);
    world.pass(Milliseconds{29'750});
    EXPECT_TRUE(client.isOpen());
    world.pass(Milliseconds{250});
    EXPECT_EQ(client.closed, CloseReason::SignOnTimeout);
    world.letStoreAnswer(true);
    EXPECT_FALSE(world.shardOf("alice").find(core::LoginId("alice")));
    world.signOn("alice");  // and nothing of it is in the way
}

// FLAP-18
TEST(Flap, keepAlivesDoNotProlongASignOn) {
    World world;
    Client& client = world.connect();
    client.sendHello();
    for (int i = 0; i < 8; ++i) {
        world.pass(core::Seconds{3});
        client.sendFrame(FrameType::KeepAlive);
    }
    EXPECT_TRUE(client.isOpen());
    world.pass(core::Seconds{6});
    EXPECT_EQ(client.closed, CloseReason::SignOnTimeout);
}

}  // namespace
}  // namespace oscar::test
