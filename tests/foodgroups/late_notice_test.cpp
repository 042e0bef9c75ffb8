// SPDX-License-Identifier: MIT
// Notices that are on their way between shards while their watch ends and another begins.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/actions.h"

namespace oscar::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using wire::feedbag::ClassId;
using wire::feedbag::PdMode;

/// Alice and Eve live on different shards, if there are several.
class LateNotice : public testing::TestWithParam<unsigned> {
  protected:
    LateNotice() {
        world.addUser("Alice");
        world.addUser("Eve");
    }

    World world{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Shards, LateNotice, testing::Values(1u, 2u, 3u));

// PRES-2: what is on its way when a watch ends does not pass for news of the next one.
TEST_P(LateNotice, noticeOfAnEarlierWatchIsDropped) {
    Client& alice = world.signOn("alice");
    storeBuddies(alice, {"eve"});
    Client& eve = world.signOn("eve");
    alice.forget();
    wire::Buffer const buddy = item("eve", 1, 1, ClassId::Buddy);
    world.hold(true);
    setAway(eve, "away");
    alice.send(wire::feedbag::DeleteItems{items(buddy)});
    alice.send(wire::feedbag::InsertItems{items(pdinfo(PdMode::DenySome))});
    alice.send(wire::feedbag::InsertItems{items(item("eve", 0, 10, ClassId::Deny))});
    alice.send(wire::feedbag::InsertItems{items(buddy)});
    world.hold(false);
    if (world.shards() > 1) {  // else nothing is ever on its way
        EXPECT_THAT(alice.arrived(), IsEmpty());
    }
    alice.forget();
    ASSERT_TRUE(erase(alice, item("eve", 0, 10, ClassId::Deny)));
    EXPECT_THAT(alice.arrived(), ElementsAre("Eve"));
}

// PRES-2: the same when one client signs off and another comes online.
TEST_P(LateNotice, noticeForAClientThatLeftIsDropped) {
    Client& first = world.signOn("alice");
    storeBuddies(first, {"eve"});
    ASSERT_TRUE(insert(first, pdinfo(PdMode::DenySome)));
    ASSERT_TRUE(insert(first, item("eve", 0, 10, ClassId::Deny)));
    sendNames<wire::pd::AddTempPermitListEntries>(first, {"eve"});
    Client& eve = world.signOn("eve");
    ASSERT_THAT(first.arrived(), ElementsAre("Eve"));
    Client& second = world.signOn("alice", {.useFeedbag = false, .clientOnline = false});
    world.hold(true);
    setAway(eve, "away");
    first.signOff();
    second.send(wire::feedbag::Use{});
    second.send(wire::oservice::ClientOnline{});
    world.hold(false);
    EXPECT_THAT(second.arrived(), IsEmpty());
}

}  // namespace
}  // namespace oscar::test
