// SPDX-License-Identifier: MIT
// Input that no client would send, and clients that do not behave: the server answers or hangs up, and
// everybody else goes on as if nothing had happened.
#include <gmock/gmock.h>
#include <stdlib.h>

#include "client/text.h"
#include "tests/e2e/clients.h"
#include "tests/e2e/flap_socket.h"
#include "tests/e2e/oscard.h"
#include "tests/support/frames.h"

namespace oscar::test {
namespace {

using std::chrono::milliseconds;
namespace im = wire::icbm;

/// What a build with AddressSanitizer keeps of freed memory, to find its use, would look like growth.
bool const smallQuarantine = ::setenv("ASAN_OPTIONS", "quarantine_size_mb=4", 1) == 0;

class Hostile : public testing::Test {
  protected:
    Oscard server;
    TestClient alice{server.address()}, bob{server.address()};

    explicit Hostile(std::vector<std::string> settings = {}) : server(std::move(settings)) {
        server.addUsers({"alice", "bob", "mallory"});
        signOn(alice, "alice");
        signOn(bob, "bob");
    }
    void TearDown() override {
        expectTalk();
        EXPECT_EQ(server.stop().exit, 0) << server.log();
    }

    /// A healthy pair still talks.
    void expectTalk() {
        for (std::string const text : {"one", "two", "three"}) {
            send(alice, "bob", text);
            EXPECT_EQ(bob.expectEvent<client::MessageReceived>().text, text);
            alice.expectEvent<client::MessageAcked>();
        }
    }
};

/// The answer to a request: an error's code, or nothing if it was not refused. Throws if the server hangs up.
std::optional<wire::ErrorCode> errorOf(FlapSocket& socket, wire::SnacHeader const& header, wire::Bytes body) {
    socket.sendSnac(header, body);
    wire::u32 const fence = header.requestId + 1'000'000;
    socket.send(wire::oservice::NickInfoQuery{}, fence);
    std::optional<wire::ErrorCode> error;
    while (auto const frame = socket.next()) {
        auto const snac = frame->snac();
        if (!snac) continue;
        if (snac->header.requestId == fence) return error;
        if (snac->header.requestId == header.requestId && snac->header.type == 1)
            error = wire::decode<wire::ErrorCode>(snac->body);
    }
    throw Disappointment("the server hung up over " + nameOf(header.foodgroup, header.type));
}

wire::Buffer concat(std::initializer_list<wire::Bytes> parts) {
    wire::Buffer whole;
    for (wire::Bytes const part : parts) whole.insert(whole.end(), part.begin(), part.end());
    return whole;
}

TEST_F(Hostile, bodiesThatEndTooEarlyAreRefusedOneByOne) {
    FlapSocket mallory = signOn(server.address(), "mallory");
    std::vector<std::pair<wire::Snac, wire::Buffer>> const bodies{
        {wire::oservice::ServiceRequest::snac, fromHex("00")},
        {wire::oservice::IdleNotification::snac, fromHex("000000")},
        {wire::oservice::SetNickinfoFields::snac, fromHex("0006000410")},
        {wire::locate::UserInfoQuery2::snac, fromHex("00000003ff616263")},
        {wire::buddy::AddBuddies::snac, fromHex("05616c")},
        {im::ChannelMsgToHost::snac, fromHex("0000000000000000000103626f620002ffff05")},
        {im::ChannelMsgToHost::snac, fromHex("00000000")},
        {wire::feedbag::InsertItems::snac, fromHex("00036162630001000100000005")},
        {wire::feedbag::UpdateItems::snac, fromHex("ffff616263")},
    };
    wire::u32 id = 100;
    for (auto const& [snac, body] : bodies) {
        wire::SnacHeader const header{static_cast<wire::u16>(snac.foodgroup), snac.type, 0, ++id};
        EXPECT_EQ(errorOf(mallory, header, body), wire::ErrorCode::BustedSnacPayload)
            << nameOf(header.foodgroup, header.type);
    }
}

TEST_F(Hostile, whoSendsBrokenBodiesAgainAndAgainIsHungUpOn) {
    FlapSocket mallory = signOn(server.address(), "mallory");
    for (wire::u32 id = 1; id <= 50; ++id) mallory.sendSnac({4, 6, 0, id}, fromHex("0000"));
    mallory.awaitEnd();
    server.process().awaitLine("too many errors");
}

TEST_F(Hostile, nestedAndOversizedTlvsDoNoHarm) {
    FlapSocket mallory = signOn(server.address(), "mallory");
    wire::Buffer nested;
    for (int depth = 0; depth < 1000; ++depth) {
        wire::TlvList outer;
        outer.add({5, nested});
        nested = wire::toBuffer(outer.bytes());
    }
    wire::Buffer const target = fromHex("0000000000000000000203626f62");
    errorOf(mallory, {4, 6, 0, 1}, concat({target, nested}));
    errorOf(mallory, {2, 4, 0, 2}, nested);
    wire::TlvList longProfile;
    longProfile.add(wire::locate::tags::sigData, wire::string{std::string(60'000, 'x')});
    EXPECT_EQ(errorOf(mallory, {2, 4, 0, 3}, longProfile.bytes()), wire::ErrorCode::BustedSnacPayload);
    std::string const text(60'000, 'y');
    wire::Buffer const section = wire::encode(im::ImSection{{}, 0, wire::blob{wire::asBytes(text)}});
    wire::TlvList data, tlvs;
    data.add({im::imDataTags::imText.number, section});
    tlvs.add({im::tags::imData.number, data.bytes()});
    EXPECT_EQ(errorOf(mallory, {4, 6, 0, 4}, concat({fromHex("0000000000000000000103626f62"), tlvs.bytes()})),
              wire::ErrorCode::RefusedByClient);
    bob.expectNone<im::ChannelMsgToClient>();
}

TEST_F(Hostile, randomBodiesOfEverySnacEndInAnAnswerOrAHangUp) {
    Noise noise(7);
    constexpr unsigned mostTries = 400;
    std::optional<FlapSocket> mallory;
    for (unsigned i = 0; i < mostTries; ++i) {
        if (!mallory) mallory.emplace(signOn(server.address(), "mallory"));
        wire::u16 const foodgroup = static_cast<wire::u16>(noise.next() % 0x1A);
        wire::u16 const type = static_cast<wire::u16>(noise.next() % 0x25);
        wire::u16 const flags = noise.next() % 8 == 0 ? 0x8000 : 0;
        try {
            errorOf(*mallory, {foodgroup, type, flags, 1 + i}, noise.bytes(noise.next() % 200));
        } catch (Disappointment const&) {
            mallory.reset();
        }
    }
}

TEST_F(Hostile, frameErrorsEndTheConnectionAtOnce) {
    std::map<std::string, std::string> const streams{
        {"a wrong marker", "2b0200010000"},
        {"an unknown frame type", "2a0900010000"},
        {"an error frame", "2a0300010000"},
        {"a SNAC before the hello", "2a020001000a00010017000000000001"},
        {"a hello of another version", "2a0100010004000000ff"},
        {"a hello that is too short", "2a01000100020000"},
        {"a hello with a TLV that runs past its end", "2a010001000a0000000100060100abcd"},
        {"a SNAC shorter than its header",
         "2a010001000400000001"
         "2a020002000400170006"},
        {"a second hello",
         "2a010001000400000001"
         "2a010002000400000001"},
        {"a jump of the sequence numbers",
         "2a010001000400000001"
         "2a0200050010001700060000000000010001000161"},
        {"a cookie that nobody gave out",
         "2a010001000c"
         "00000001"
         "00060004deadbeef"},
    };
    for (auto const& [what, stream] : streams) {
        SCOPED_TRACE(what);
        FlapSocket socket(server.address());
        socket.sendBytes(fromHex(stream));
        socket.awaitEnd(std::chrono::seconds(10));
    }
}

TEST_F(Hostile, signedOnOrNotASnacOutOfPlaceIsRefused) {
    FlapSocket early = present(server.address(), logIn(server.address(), "mallory", usualPassword));
    wire::Buffer const message = fromHex("0000000000000000000103626f6200020009010100050000000061");
    EXPECT_EQ(errorOf(early, {4, 6, 0, 5}, message), wire::ErrorCode::NotLoggedOn) << "before CLIENT_ONLINE";
    FlapSocket signOnly(server.address());
    signOnly.sendHello();
    signOnly.sendSnac({4, 6, 0, 5}, message);
    auto const answer = signOnly.await(im::Error::snac);
    EXPECT_EQ(wire::decode<wire::ErrorCode>(answer.snac()->body), wire::ErrorCode::NotSupportedByHost);
    bob.expectNone<im::ChannelMsgToClient>();
}

TEST_F(Hostile, aCookieIsGoodOnce) {
    wire::Buffer const cookie = logIn(server.address(), "mallory", usualPassword);
    FlapSocket const first = present(server.address(), cookie);
    EXPECT_THROW(present(server.address(), cookie), Disappointment);
}

TEST_F(Hostile, whoHangsUpHalfwayIsForgotten) {
    std::size_t const before = server.residentKilobytes();
    wire::Buffer const hello = fromHex("2a010001000400000001");
    for (std::size_t cut = 0; cut <= hello.size(); ++cut) {
        FlapSocket closes(server.address());
        closes.sendBytes(wire::Bytes(hello).first(cut));
        FlapSocket sendsNoMore(server.address());
        sendsNoMore.sendBytes(wire::Bytes(hello).first(cut));
        sendsNoMore.halfClose();
        sendsNoMore.awaitEnd();
    }
    for (int i = 0; i < 1000; ++i) {
        FlapSocket socket(server.address());
        if (i % 3 == 0) socket.sendBytes(hello);
        if (i % 7 == 0) socket.next();
    }
    expectTalk();
    EXPECT_LT(server.residentKilobytes(), before + 20'000);
}

TEST_F(Hostile, twoHundredConnectionsOfGarbageDisturbNobody) {
    Noise noise(42);
    std::size_t const before = server.residentKilobytes();
    std::deque<FlapSocket> sockets;
    for (int i = 0; i < 200; ++i) {
        FlapSocket& socket = sockets.emplace_back(server.address());
        wire::Buffer garbage = noise.bytes(noise.next() % 3000);
        if (i % 2) {  // the other half begins as it should
            socket.sendHello();
            wire::Buffer const head =
                concat({fromHex("2a02"), wire::encode(socket.nextSequence()), fromHex("0100")});
            garbage.insert(garbage.begin(), head.begin(), head.end());
        }
        socket.sendBytes(garbage);
        if (i % 20 == 0) expectTalk();
    }
    for (FlapSocket& socket : sockets) {
        socket.halfClose();
        socket.awaitEnd();
    }
    sockets.clear();
    expectTalk();
    EXPECT_LT(server.residentKilobytes(), before + 20'000);
}

class SlowReader : public Hostile {
  protected:
    SlowReader() : Hostile({"limits.send_queue_bytes=262144"}) { server.addUsers({"carol", "dave"}); }
};

TEST_F(SlowReader, costsLittleMemoryIsHungUpOnAndSlowsNobodyDown) {
    constexpr milliseconds quick{
        3000};  // with room for a busy machine; without the fault it takes milliseconds
    TestClient carol(server.address()), dave(server.address());
    signOn(carol, "carol");
    signOn(dave, "dave");
    FlapSocket slow = signOn(server.address(), "mallory");
    slow.shrinkReceiveBuffer();
    std::size_t const before = server.residentKilobytes();
    std::size_t most = before;
    std::string const text(7000, 'x');
    bool gone = false;
    for (int i = 0; i < 5000 && !gone; ++i) {
        auto const sent = alice->sendMessage("mallory", text);
        ASSERT_TRUE(sent);
        auto const [header, body] = alice.expectAnswer(sent->requestId, quick);
        gone = header.type == im::Error::snac.type;
        if (i % 50 != 0) continue;
        most = std::max(most, server.residentKilobytes());
        carol->sendMessage("dave", "and we?");
        carol.expectEvent<client::MessageAcked>(quick);
        dave.expectEvent<client::MessageReceived>(quick);
    }
    EXPECT_TRUE(gone) << "a client that never reads is signed off at last";
    server.process().awaitLine("reason=\"send queue full\"");
    EXPECT_LT(most, before + 30'000);
}

}  // namespace
}  // namespace oscar::test
