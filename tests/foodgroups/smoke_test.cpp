// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/world.h"

namespace oscar::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Conversation, twoUsersSeeEachOtherAndTalk) {
    World world;
    world.addUser("Alice");
    world.addUser("Bob");
    Client& alice = world.signOn("alice");
    storeBuddies(alice, {"bob"});
    EXPECT_THAT(alice.arrived(), IsEmpty());

    Client& bob = world.signOn("bob");
    EXPECT_THAT(alice.arrived(), ElementsAre("Bob"));
    sendIm(bob, "alice", "hello");
    EXPECT_THAT(texts(alice), ElementsAre("hello"));
    EXPECT_TRUE(bob.take<wire::icbm::HostAck>());

    bob.signOff();
    EXPECT_THAT(alice.departed(), ElementsAre("Bob"));
}

}  // namespace
}  // namespace oscar::test
