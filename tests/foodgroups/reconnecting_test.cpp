// SPDX-License-Identifier: MIT
// Lines that break, and sessions that end while their connections are still there: whoever is shown online can be
// reached, at every moment.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/actions.h"

namespace oscar::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
namespace bu = wire::buddy;

/// Alice and Eve live on different shards, if there are several.
class Reconnecting : public testing::TestWithParam<unsigned> {
  protected:
    Reconnecting() {
        world.addUser("Alice");
        world.addUser("Eve");
    }
    World world{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Shards, Reconnecting, testing::Values(1u, 2u, 3u));

// What a watcher's client believes of a user: seen, or not.
void expectOnlineAndReachable(Client& watcher, bool seen, Client& user, std::string const& name) {
    EXPECT_TRUE(seen);
    EXPECT_EQ(watcher.errorOf(sendIm(watcher, name, "are you there?")), std::nullopt);
    EXPECT_THAT(texts(user), ElementsAre("are you there?"));
}

bool believes(Client& watcher, bool seen) {
    for (auto const& frame : watcher.frames) {
        if (frame.is(3, bu::Arrived::snac.type)) seen = true;
        if (frame.is(3, bu::Departed::snac.type)) seen = false;
    }
    watcher.forget();
    return seen;
}

// Reconnecting in the very moment the line breaks: shown online is whoever can be reached, at every step.
TEST_P(Reconnecting, userWhoReconnectsWhileHisLineBreaksIsShownAsHeIs) {
    enum Step { BeforeSignOn, BeforeHostOnline, BeforeClientOnline, AfterClientOnline, Never };
    for (auto const kind : {wire::MulticonnFlags::RecentClient, wire::MulticonnFlags::OldClient}) {
        for (int breaksAt = BeforeSignOn; breaksAt <= Never; ++breaksAt) {
            SCOPED_TRACE(testing::Message() << "flag " << int(kind) << ", line breaks at step " << breaksAt);
            World here{GetParam()};
            here.addUser("Alice");
            here.addUser("Eve");
            Client& alice = here.signOn("alice");
            storeBuddies(alice, {"eve"});
            Client& dead = here.signOn("eve", {.multiconnFlags = kind});
            dead.stuck = true;  // the network is gone, and the server can't know
            bool seen = believes(alice, false);
            auto const breakIf = [&](Step step) {
                if (breaksAt != step) return;
                dead.stuck = false;
                dead.breakLine();
                seen = believes(alice, seen);
            };
            auto const expectTruth = [&] {
                seen = believes(alice, seen);
                bool const reachable = !alice.errorOf(sendIm(alice, "eve", "?"));
                EXPECT_EQ(seen, reachable);
                alice.forget();
            };

            breakIf(BeforeSignOn);
            auto const answer = here.bucp("eve", "secret12", kind);
            here.letStoreAnswer(false);
            Client& next = here.present(answer.cookie);
            breakIf(BeforeHostOnline);
            here.letStoreAnswer(true);
            expectTruth();
            next.send(wire::feedbag::Use{});
            breakIf(BeforeClientOnline);
            expectTruth();
            next.send(wire::oservice::ClientOnline{});
            breakIf(AfterClientOnline);
            seen = believes(alice, seen);
            next.forget();
            expectOnlineAndReachable(alice, seen, next, "eve");

            dead.stuck = false;
            here.settle();
            seen = believes(alice, seen);
            expectOnlineAndReachable(alice, seen, next, "eve");
            next.signOff();
            dead.breakLine();
            EXPECT_FALSE(believes(alice, seen));
        }
    }
}

// The server's sign-off of a client counts at once, also when the line takes it late or never.
TEST_P(Reconnecting, userWhomTheServerSignsOffIsOfflineBeforeHisLineCloses) {
    Client& alice = world.signOn("alice");
    storeBuddies(alice, {"eve"});
    Client& eve = world.signOn("eve");
    alice.forget();
    eve.stuck = true;
    world.shardOf("eve").closeSessions(core::LoginId("eve"), core::CloseReason::ClosedByAdmin);
    world.settle();
    EXPECT_THAT(alice.departed(), ElementsAre("Eve"));
    EXPECT_EQ(alice.errorOf(sendIm(alice, "eve", "?")), wire::ErrorCode::NotLoggedOn);
    eve.stuck = false;
    world.settle();
    EXPECT_THAT(alice.departed(), IsEmpty());
    EXPECT_FALSE(eve.isOpen());
}

// The same for a client that signs off, or breaks the protocol, with unread data on its line.
TEST_P(Reconnecting, userWhoSignsOffIsOfflineBeforeHisLineCloses) {
    Client& alice = world.signOn("alice");
    storeBuddies(alice, {"eve"});
    for (auto const frame : {wire::FrameType::Signoff, wire::FrameType::Error}) {
        Client& eve = world.signOn("eve");
        alice.forget();
        eve.stuck = true;
        eve.sendFrame(frame);
        EXPECT_THAT(alice.departed(), ElementsAre("Eve"));
        eve.stuck = false;
        world.settle();
        EXPECT_THAT(alice.departed(), IsEmpty());
    }
}

}  // namespace
}  // namespace oscar::test
