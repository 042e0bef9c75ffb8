// SPDX-License-Identifier: MIT
// Input that is unknown, cut or inconsistent (rules BAD-1 to BAD-9).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "foodgroups/dispatch.h"
#include "tests/support/frames.h"
#include "tests/support/sample.h"
#include "tests/support/world.h"

namespace oscar::test {
namespace {

using core::CloseReason;
using testing::AnyOf;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;
using testing::SizeIs;
using wire::ErrorCode;
using wire::FrameType;
using wire::u16;
using wire::u32;
namespace bucp = wire::bucp;
namespace os = wire::oservice;

/// A client that signs on anew when the server has had enough of it.
class Persistent {
    World& world_;
    std::string const name_;
    Client* client_;

  public:
    Persistent(World& world, std::string name) : world_(world), name_(std::move(name)), client_(&world.signOn(name_)) {}

    Client& operator*() {
        if (!client_->isOpen()) {
            EXPECT_EQ(client_->closed, CloseReason::TooManyErrors);
            client_ = &world_.signOn(name_);
        }
        return *client_;
    }
};

/// Whether BOSS has a handler for this message.
template <class M>
bool served() {
    for (auto const& group : foodgroups::all())
        for (auto const& row : group.rows)
            if (group.foodgroup == M::snac.foodgroup && row.snac.type == M::snac.type) return true;
    return false;
}

/// Every message that a client may send to BOSS.
template <class F>
void forEachServed(F&& f) {
    int count = 0;
    wire::AllMessages::forEach([&]<class M>(std::type_identity<M> message) {
        if (!M::snac.toHost() || !served<M>()) return;
        ++count;
        f(message);
    });
    EXPECT_GE(count, 30);
}

template <class M>
std::string nameOf() {
    return std::to_string(static_cast<u16>(M::snac.foodgroup)) + "/" + std::to_string(M::snac.type);
}

class Malformed : public testing::TestWithParam<unsigned> {
  protected:
    World world{GetParam()};

    void SetUp() override {
        for (auto const* name : {"Alice", "Bob"}) world.addUser(name);
    }
    /// The server is as good as before.
    void expectUnharmed() {
        Client& alice = world.signOn("alice", {.multiconnFlags = wire::MulticonnFlags::Single});
        Client& bob = world.signOn("bob");
        sendIm(bob, "alice", "hello");
        EXPECT_THAT(texts(alice), ElementsAre("hello"));
    }
};
INSTANTIATE_TEST_SUITE_P(, Malformed, testing::Values(1u, 2u));

// BAD-1
TEST_P(Malformed, anUnknownSnacIsError1AndTheConnectionStays) {
    Client& alice = world.signOn("alice");
    for (auto const& group : foodgroups::all()) {
        auto const number = static_cast<u16>(group.foodgroup);
        for (u16 type : {0x0000, 0x00FF, 0x7FFF, 0xFFFF}) {
            u32 const id = alice.sendSnac(number, type, wire::asBytes("some body"));
            EXPECT_EQ(alice.errorOf(id), ErrorCode::InvalidSnac) << number << ' ' << type;
        }
    }
    for (u16 number : {0x0000, 0x0014, 0x0040, 0x7777, 0xFFFF}) {
        u32 const id = alice.sendSnac(number, 2, {});
        EXPECT_TRUE(alice.frames.at(0).is(number, 1)) << number;
        EXPECT_EQ(alice.errorOf(id), ErrorCode::InvalidSnac) << number;
    }
    for (int i = 0; i < 100; ++i) alice.sendSnac(1, 0x7F, {});  // not malformed, however often
    EXPECT_TRUE(alice.isOpen());
}

// BAD-2
TEST_P(Malformed, aFoodgroupThatIsNotOfferedHereIsRefused) {
    Client& alice = world.signOn("alice");
    for (u16 number : {0x07, 0x0D, 0x0E, 0x0F, 0x10, 0x17})
        EXPECT_EQ(alice.errorOf(alice.sendSnac(number, 2, {})), ErrorCode::NotSupportedByHost) << number;
    EXPECT_TRUE(alice.isOpen());
}

// BAD-4: each message, cut at each byte
TEST_P(Malformed, aBodyThatIsTooShortIsError14AndTheConnectionStays) {
    Persistent alice(world, "alice");
    int refused = 0;
    forEachServed([&]<class M>(std::type_identity<M>) {
        wire::Buffer const body = Sampler::make<M>();
        for (std::size_t size = 0; size <= body.size(); ++size) {
            wire::Bytes const cut = wire::Bytes(body).first(size);
            Client& client = *alice;
            client.forget();
            u32 const id = client.sendSnac(static_cast<u16>(M::snac.foodgroup), M::snac.type, cut);
            if (wire::decode<M>(cut)) {
                EXPECT_TRUE(client.isOpen() || client.closed == CloseReason::TooManyErrors) << nameOf<M>() << ' ' << size;
            } else {
                EXPECT_EQ(client.errorOf(id), ErrorCode::BustedSnacPayload) << nameOf<M>() << ' ' << size;
                ++refused;
            }
        }
    });
    EXPECT_GE(refused, 150);
    expectUnharmed();
}

// BAD-4
TEST_P(Malformed, aTruncatedBodyIsAnsweredAndTheNextRequestServed) {
    Client& alice = world.signOn("alice");
    EXPECT_EQ(alice.errorOf(alice.sendSnac(1, 0x11, wire::Buffer{0, 0, 1})), ErrorCode::BustedSnacPayload);
    EXPECT_EQ(alice.errorOf(alice.sendSnac(4, 6, wire::Buffer{1, 2, 3})), ErrorCode::BustedSnacPayload);
    EXPECT_EQ(alice.errorOf(alice.sendSnac(0x13, 8, wire::Buffer{0, 9, 'b'})), ErrorCode::BustedSnacPayload);
    EXPECT_EQ(alice.errorOf(alice.sendSnac(3, 4, wire::Buffer{9, 'b'})), ErrorCode::BustedSnacPayload);
    EXPECT_TRUE(alice.ask<os::NickInfoUpdate>(os::NickInfoQuery{}));
}

// BAD-4
TEST_P(Malformed, whoSendsNothingElseIsSignedOffInTheEnd) {
    Client& alice = world.signOn("alice");
    for (unsigned i = 1; i < core::limits::malformedSnacs; ++i) alice.sendSnac(1, 0x11, {});
    EXPECT_TRUE(alice.isOpen());
    alice.sendSnac(1, 0x11, {});
    EXPECT_EQ(alice.closed, CloseReason::TooManyErrors);
    EXPECT_TRUE(alice.signoff());
}

// BAD-4: the sign-on's own messages
TEST_P(Malformed, aTruncatedSignOnIsError14AndMayBeTriedAgain) {
    wire::TlvList tlvs;
    tlvs.add(bucp::tags::loginId, wire::string{"alice"});
    wire::Buffer const body = wire::encode(bucp::ChallengeRequest{tlvs});
    for (u16 type : {2, 6}) {
        for (std::size_t size = 1; size < body.size(); ++size) {
            Client& client = world.connect();
            client.sendHello();
            u32 const id = client.sendSnac(0x17, type, wire::Bytes(body).first(size));
            EXPECT_EQ(client.errorOf(id), ErrorCode::BustedSnacPayload) << type << ' ' << size;
            client.send(bucp::ChallengeRequest{tlvs});
            EXPECT_TRUE(client.take<bucp::ChallengeResponse>()) << type << ' ' << size;
        }
    }
}

// BAD-5
TEST_P(Malformed, aBadFrameOrSnacHeaderClosesTheConnectionOfThatUserAlone) {
    Client& alice = world.signOn("alice");
    Client& bob = world.signOn("bob");
    alice.sendFrame(FrameType::Data, wire::Buffer(9));
    EXPECT_EQ(alice.closed, CloseReason::BadFrame);
    EXPECT_TRUE(world.log().mentions("malformed input"));
    Client& again = world.signOn("alice");
    again.sendBytes(wire::asBytes("no FLAP"));
    EXPECT_EQ(again.closed, CloseReason::BadFrame);
    EXPECT_TRUE(bob.ask<os::NickInfoUpdate>(os::NickInfoQuery{}));
}

// BAD-6
TEST_P(Malformed, snacsThatOldClientsSendForNothingAreIgnored) {
    Client& alice = world.signOn("alice");
    for (auto const& [group, type] :
         {std::pair{0x22, 2}, {0x22, 0x7F}, {0x25, 2}, {0x25, 3}, {0x18, 6}, {0x18, 0x16}, {1, 0x16}})
        alice.sendSnac(static_cast<u16>(group), static_cast<u16>(type), wire::asBytes("anything"));
    EXPECT_THAT(alice.frames, IsEmpty());
    EXPECT_TRUE(alice.isOpen());
}

// BAD-8: any byte of any message may be any other; the sanitizers see to the rest
TEST_P(Malformed, noLengthInABodyMakesTheServerReadPastIt) {
    Persistent alice(world, "alice");
    Noise noise(GetParam());
    forEachServed([&]<class M>(std::type_identity<M>) {
        wire::Buffer const body = Sampler::make<M>();
        for (std::size_t at = 0; at < body.size(); ++at) {
            for (int value : {0x00, 0x7F, 0xFF, static_cast<int>(noise.next() & 0xFF)}) {
                wire::Buffer changed = body;
                changed[at] = static_cast<wire::u08>(value);
                Client& client = *alice;
                client.forget();
                client.sendSnac(static_cast<u16>(M::snac.foodgroup), M::snac.type, changed);
                ASSERT_TRUE(client.isOpen() || client.closed == CloseReason::TooManyErrors) << nameOf<M>() << ' ' << at;
            }
        }
        wire::Buffer const noiseBody = noise.bytes(64);
        (*alice).sendSnac(static_cast<u16>(M::snac.foodgroup), M::snac.type, noiseBody);
    });
    expectUnharmed();
}

// BAD-8
TEST_P(Malformed, noiseInsteadOfFramesEndsNothingButItsOwnConnection) {
    for (wire::u64 seed = 0; seed < 100; ++seed) {
        Noise noise(seed);
        Client& client = world.connect();
        if (seed % 2) client.sendHello();
        wire::Buffer bytes = noise.bytes(seed * 7);
        for (std::size_t at = 0; at < bytes.size(); at += 40) bytes[at] = wire::flapStartMarker;
        client.sendBytes(bytes);
        client.breakLine();
    }
    expectUnharmed();
}

// BAD-9
TEST_P(Malformed, anErrorIsNeverAnsweredByAnError) {
    Client& alice = world.signOn("alice");
    Client& stranger = world.connect();
    stranger.sendHello();
    stranger.forget();
    for (u16 number : {0x01, 0x04, 0x13, 0x10, 0x17, 0x7777}) {
        for (wire::Buffer const& body : {wire::Buffer{}, wire::Buffer{0, 1}, wire::Buffer{0, 1, 0, 8}}) {
            alice.sendSnac(number, 1, body);
            if (body.size() == 2) stranger.sendSnac(number, 1, body);
        }
    }
    EXPECT_THAT(alice.frames, IsEmpty());
    EXPECT_TRUE(alice.isOpen());
    EXPECT_THAT(stranger.frames, IsEmpty());
    EXPECT_TRUE(stranger.isOpen());
}

}  // namespace
}  // namespace oscar::test
