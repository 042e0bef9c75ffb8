// SPDX-License-Identifier: MIT
// "Alice is typing" (rules TYPE-1 to TYPE-5).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/new_users.h"

namespace oscar::test {
namespace {

using testing::IsEmpty;
using wire::icbm::Channel;
using wire::icbm::Event;
namespace im = wire::icbm;
namespace fb = wire::feedbag;

void type(Client& from, std::string const& to, Event event = Event::Typing, Channel channel = Channel::Im) {
    from.send(im::ClientEvent{wire::Cookie{}, channel, wire::string08{to}, event});
    EXPECT_THAT(from.frames, IsEmpty()) << "neither answered nor refused";
}

/// Alice types, Eve sees it; on one shard and on two.
class Typing : public NewUsersOnShards {};
INSTANTIATE_TEST_SUITE_P(Shards, Typing, testing::Values(1u, 2u));

// TYPE-1
TEST_P(Typing, isSeenUnderTheTypistsNameAndAsItWasSent) {
    Client& alice = signOn("Ali Ce");
    Client& eve = signOn("Eve");
    wire::Cookie const cookie{1, 2, 3, 4, 5, 6, 7, 8};
    alice.send(im::ClientEvent{cookie, Channel::Im, wire::string08{"e V e"}, Event::Typed});
    auto const event = eve.take<im::ClientEvent>();
    ASSERT_TRUE(event);
    EXPECT_EQ(event->header.requestId, wire::serverRequestId);
    EXPECT_EQ((*event)->cookie, cookie);
    EXPECT_EQ((*event)->channel, Channel::Im);
    EXPECT_EQ((*event)->loginId.text, "Ali Ce");
    EXPECT_EQ((*event)->event, Event::Typed);
    EXPECT_THAT(alice.frames, IsEmpty());
}

// TYPE-1, TYPE-4, TYPE-5
TEST_P(Typing, passesEveryKindOfEvent) {
    Client& alice = signOn("Alice");
    Client& eve = signOn("Eve");
    for (Event sent : {Event::Typing, Event::Typed, Event::None, Event::Closed, static_cast<Event>(0x1234)}) {
        type(alice, "eve", sent);
        auto const event = eve.take<im::ClientEvent>();
        ASSERT_TRUE(event);
        EXPECT_EQ((*event)->event, sent);
    }
}

// TYPE-2
TEST_P(Typing, isDroppedSilentlyIfTheReceiverIsOfflineOrUnknown) {
    Client& alice = signOn("Alice");
    world.addUser("Eve");
    type(alice, "eve");
    type(alice, "nobody");
    type(alice, "");
    Client& eve = world.signOn("eve", {.clientOnline = false});
    type(alice, "eve");
    EXPECT_FALSE(eve.take<im::ClientEvent>());
}

// TYPE-2
TEST_P(Typing, isDroppedSilentlyIfTheReceiverBlocksTheTypist) {
    Client& alice = signOn("Alice");
    Client& eve = signOn("Eve");
    ASSERT_TRUE(insert(eve, pdinfo(fb::PdMode::DenySome)));
    ASSERT_TRUE(insert(eve, item("Alice", 0, 10, fb::ClassId::Deny)));
    type(alice, "eve");
    EXPECT_FALSE(eve.take<im::ClientEvent>());
}

// TYPE-2
TEST_P(Typing, isDroppedSilentlyIfTheTypistBlocksTheReceiver) {
    Client& alice = signOn("Alice");
    Client& eve = signOn("Eve");
    ASSERT_TRUE(insert(alice, pdinfo(fb::PdMode::DenySome)));
    ASSERT_TRUE(insert(alice, item("Eve", 0, 10, fb::ClassId::Deny)));
    type(alice, "eve");
    EXPECT_FALSE(eve.take<im::ClientEvent>());
}

// TYPE-3
TEST_P(Typing, isSeenOnlyByClientsInUse) {
    Client& alice = signOn("Alice");
    Client& desk = signOn("Eve");
    Client& phone = world.signOn("eve");
    phone.send(wire::oservice::IdleNotification{600});
    type(alice, "eve");
    EXPECT_TRUE(desk.take<im::ClientEvent>());
    EXPECT_FALSE(phone.take<im::ClientEvent>());
}

// TYPE-3
TEST_P(Typing, isSeenOnlyByClientsThatAskedForEventsOnTheChannel) {
    Client& alice = signOn("Alice");
    Client& wants = signOn("Eve");
    Client& wantsNot = world.signOn("eve", {.icbmFlags = 3});
    Client& never = world.signOn("eve", {.icbmFlags = std::nullopt});
    type(alice, "eve");
    EXPECT_TRUE(wants.take<im::ClientEvent>());
    EXPECT_FALSE(wantsNot.take<im::ClientEvent>());
    EXPECT_FALSE(never.take<im::ClientEvent>());

    wantsNot.send(im::AddParameters{Channel::Im, {0x0B, 8000, 999, 999, 0}});
    type(alice, "eve");
    EXPECT_TRUE(wantsNot.take<im::ClientEvent>());
    type(alice, "eve", Event::Typing, Channel::Mime);
    EXPECT_FALSE(wantsNot.take<im::ClientEvent>());
}

}  // namespace
}  // namespace oscar::test
