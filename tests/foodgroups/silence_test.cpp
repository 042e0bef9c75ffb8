// SPDX-License-Identifier: MIT
// What the server leaves undone, where a rule gives it the choice, and what it says of what is long gone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/world.h"

namespace oscar::test {
namespace {

namespace im = wire::icbm;
using testing::ElementsAre;
using testing::IsEmpty;

// BAD-3
TEST(Silence, aFoodgroupThatIsNoMoreIsCalledObsolete) {
    World world;
    world.addUser("Alice");
    Client& alice = world.signOn("alice");
    constexpr wire::u16 advert = 5, translate = 12;
    EXPECT_EQ(alice.errorOf(alice.sendSnac(advert, 2, {})), wire::ErrorCode::ObsoleteSnac);
    EXPECT_EQ(alice.errorOf(alice.sendSnac(translate, 2, {})), wire::ErrorCode::ObsoleteSnac);
    EXPECT_TRUE(alice.isOpen());
}

// PRES-9: most old clients never send the flags and still read the items.
TEST(Silence, expressionsAreToldAlsoToClientsThatDidNotAskForThem) {
    World world;
    world.addUser("Alice");
    world.addUser("Bob");
    Client& alice = world.signOn("alice", {.buddyFlags = wire::u16{0}, .buddies = {"bob"}});
    Client& bob = world.signOn("bob");
    alice.forget();
    wire::Buffer const text{0, 2, 'h', 'i', 0, 0};
    wire::List<wire::BartId> items;
    items.add({wire::bartTypes::statusStr, wire::bartFlags::data, {text}});
    bob.send(wire::oservice::SetNickinfoFields{
        wire::TlvList{}.add(wire::oservice::nickInfoTags::bartInfo, items)});
    auto const arrived = alice.take<wire::buddy::Arrived>();
    ASSERT_TRUE(arrived);
    EXPECT_TRUE((*arrived)->arrivedInfos.begin()->userAttributes.has(wire::oservice::nickInfoTags::bartInfo));
}

// PRES-13
TEST(Silence, nobodyIsRejectedForHavingManyWatchers) {
    World world;
    world.addUser("Popular");
    std::vector<Client*> watchers;
    for (int i = 0; i < 40; ++i) {
        std::string const name = "Watcher" + std::to_string(i);
        world.addUser(name);
        watchers.push_back(&world.signOn(name, {.buddies = {"popular"}}));
    }
    world.signOn("popular");
    for (Client* watcher : watchers) {
        EXPECT_THAT(watcher->arrived(), ElementsAre("Popular"));
        EXPECT_FALSE(watcher->take<wire::buddy::RejectNotification>());
    }
}

// OFF-8
TEST(Silence, whoNeverAsksForStoredMessagesIsToldNothingOfThem) {
    World world;
    world.addUser("Alice");
    world.addUser("Bob");
    Client& alice = world.signOn("alice");
    sendIm(alice, "bob", "for later", {.store = true});
    Client& bob = world.signOn("bob", {}, true);
    world.pass(core::Seconds(60));
    EXPECT_THAT(texts(bob), IsEmpty());
    EXPECT_EQ(world.waiting("bob").size(), 1u);
}

// MULTI-9
TEST(Silence, aProposalThatOneInstanceAcceptsIsWithdrawnFromTheOthers) {
    World world;
    world.addUser("Alice");
    world.addUser("Bob");
    Client& alice = world.signOn("alice");
    Client& first = world.signOn("bob");
    Client& second = world.signOn("bob");
    wire::Cookie const cookie{1, 2, 3, 4, 5, 6, 7, 8};
    auto const send = [&](Client& from, std::string const& to, im::RendezvousMessage type) {
        wire::Buffer const data = wire::encode(im::ImRendezvous{type, cookie, wire::Uuid{9}, {}});
        from.send(im::ChannelMsgToHost{cookie, im::Channel::Rendezvous, wire::string08{to},
                                       wire::TlvList{}.add(im::tags::data, wire::blob{data})});
    };
    send(alice, "bob", im::RendezvousMessage::Propose);
    first.forget();
    second.forget();
    send(first, "Alice", im::RendezvousMessage::Accept);

    EXPECT_TRUE(alice.take<im::ChannelMsgToClient>());
    EXPECT_FALSE(first.take<im::ChannelMsgToClient>());
    auto const withdrawn = second.take<im::ChannelMsgToClient>();
    ASSERT_TRUE(withdrawn);
    EXPECT_EQ((*withdrawn)->info.displayId.text, "Alice");
    auto const message = wire::decode<im::ImRendezvous>((*withdrawn)->icbmTlvs.get(im::tags::data)->bytes);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->type, im::RendezvousMessage::Cancel);
    EXPECT_EQ(message->cookie, cookie);
    EXPECT_EQ(message->tlvs.get(im::rendezvousTags::cancelReason), 3);
}

}  // namespace
}  // namespace oscar::test
