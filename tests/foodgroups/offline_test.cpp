// SPDX-License-Identifier: MIT
// Messages that wait for somebody who is offline (rules OFF-1 to OFF-7).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/new_users.h"

namespace oscar::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using wire::ErrorCode;
using wire::icbm::Channel;
namespace im = wire::icbm;
namespace tags = wire::icbm::tags;
namespace fb = wire::feedbag;

ImOptions const stored{.store = true};

/// What OFFLINE_RETRIEVE brings, its answer included.
std::vector<std::string> retrieve(Client& client) {
    wire::u32 const id = client.send(im::OfflineRetrieve{});
    auto const reply = client.take<im::OfflineRetrieveReply>();
    EXPECT_TRUE(reply && reply->header.requestId == id);
    return texts(client);
}

/// Alice writes to Eve, who is offline; on one shard and on two.
class Offline : public NewUsersOnShards {
  protected:
    /// Eve sets her list up and signs off.
    void eveStores(wire::Buffer const& items) {
        Client& eve = world.signOn("eve");
        EXPECT_TRUE(insert(eve, items));
        eve.signOff();
    }
};
INSTANTIATE_TEST_SUITE_P(Shards, Offline, testing::Values(1u, 2u));

// OFF-1, OFF-3, OFF-4
TEST_P(Offline, messagesAreStoredConfirmedAndDeliveredOldestFirstWithTheTimeOfTheirSending) {
    world.addUser("Eve");
    Client& alice = signOn("Alice");
    wire::u32 const first = world.now().unix;
    wire::u32 const id = sendIm(alice, "eve", "one", stored);
    auto const ack = alice.take<im::HostAck>();
    ASSERT_TRUE(ack);
    EXPECT_EQ(ack->header.requestId, id);
    world.pass(core::Milliseconds(90'000));
    sendIm(alice, "eve", "two", stored);

    Client& eve = world.signOn("eve");
    EXPECT_THAT(texts(eve), IsEmpty());  // not before she asks
    wire::u32 const retrieval = eve.send(im::OfflineRetrieve{});
    // The answer comes last.
    ASSERT_THAT(eve.frames, SizeIs(3));
    EXPECT_TRUE(eve.frames.back().is(4, im::OfflineRetrieveReply::snac.type));
    EXPECT_EQ(eve.take<im::OfflineRetrieveReply>()->header.requestId, retrieval);
    auto const messages = eve.takeAll<im::ChannelMsgToClient>();
    ASSERT_THAT(messages, SizeIs(2));
    EXPECT_EQ(textOf(messages[0]->icbmTlvs), "one");
    EXPECT_EQ(textOf(messages[1]->icbmTlvs), "two");
    EXPECT_EQ(messages[0]->icbmTlvs.get(tags::sendTime)->seconds, first);
    EXPECT_EQ(messages[1]->icbmTlvs.get(tags::sendTime)->seconds, first + 90);
    for (auto const& message : messages) {
        EXPECT_TRUE(message->icbmTlvs.has(tags::store));
        EXPECT_FALSE(message->icbmTlvs.has(tags::requestHostAck));
        EXPECT_EQ(message->info.displayId.text, "Alice");
        EXPECT_FALSE(message->info.userAttributes.none());  // node-oscar needs one at least
        EXPECT_EQ(message->cookie, (wire::Cookie{'c', 'o', 'o', 'k', 'i', 'e', '0', '1'}));
        EXPECT_EQ(message->channel, Channel::Im);
    }
    EXPECT_THAT(world.waiting("eve"), IsEmpty());
    EXPECT_THAT(retrieve(eve), IsEmpty());
}

// OFF-4
TEST_P(Offline, messagesKeepWhatTheServerDoesNotKnow) {
    world.addUser("Eve");
    Client& alice = signOn("Alice");
    wire::Buffer const value{1, 2, 3};
    sendIm(alice, "eve", "hello", {.store = true, .more = wire::TlvList{}.add(wire::Tlv{0x7777, value})});
    Client& eve = world.signOn("eve");
    eve.send(im::OfflineRetrieve{});
    auto const message = eve.take<im::ChannelMsgToClient>();
    ASSERT_TRUE(message);
    auto const kept = (*message)->icbmTlvs.find(0x7777);
    ASSERT_TRUE(kept);
    EXPECT_TRUE(wire::sameBytes(*kept, value));
}

// OFF-1
TEST_P(Offline, messagesOfSomebodyBlockedAreRefusedAndNotStored) {
    world.addUser("Eve");
    Client& alice = signOn("Alice");
    wire::Buffer block = pdinfo(fb::PdMode::DenySome);
    wire::Buffer const deny = item("A LICE", 0, 10, fb::ClassId::Deny);
    block.insert(block.end(), deny.begin(), deny.end());
    eveStores(block);
    std::optional<wire::u16> subcode;
    EXPECT_EQ(alice.errorOf(sendIm(alice, "eve", "let me in", stored), &subcode), ErrorCode::NotLoggedOn);
    EXPECT_FALSE(subcode);  // as if she did not exist
    EXPECT_FALSE(alice.take<im::HostAck>());
    EXPECT_THAT(world.waiting("eve"), IsEmpty());

    Client& bob = signOn("Bob");
    sendIm(bob, "eve", "hello", stored);
    EXPECT_TRUE(bob.take<im::HostAck>());
    EXPECT_THAT(world.waiting("eve"), SizeIs(1));
}

// OFF-1
TEST_P(Offline, messagesAreStoredOnlyFromThoseWhomTheListAllows) {
    world.addUser("Eve");
    Client& alice = signOn("Alice");
    Client& bob = signOn("Bob");
    wire::Buffer permit = pdinfo(fb::PdMode::PermitSome);
    wire::Buffer const alone = item("Bob", 0, 10, fb::ClassId::Permit);
    permit.insert(permit.end(), alone.begin(), alone.end());
    eveStores(permit);
    EXPECT_EQ(alice.errorOf(sendIm(alice, "eve", "hello", stored)), ErrorCode::NotLoggedOn);
    EXPECT_FALSE(bob.errorOf(sendIm(bob, "eve", "hello", stored)));
    EXPECT_THAT(world.waiting("eve"), SizeIs(1));
}

// OFF-1
TEST_P(Offline, messagesOfIgnoredPeopleDoNotReachIcqUsers) {
    world.addUser("100001");
    Client& alice = signOn("Alice");
    Client& icq = world.signOn("100001");
    ASSERT_TRUE(insert(icq, item("Alice", 0, 10, fb::ClassId::IgnoreList)));
    icq.signOff();
    EXPECT_EQ(alice.errorOf(sendIm(alice, "100001", "hello", stored)), ErrorCode::NotLoggedOn);
    EXPECT_THAT(world.waiting("100001"), IsEmpty());
}

// OFF-1
TEST_P(Offline, messagesAreRefusedWithTheReasonIfTheReceiverWantsNone) {
    world.addUser("Eve");
    Client& alice = signOn("Alice");
    // Preference 52 is bit 0x10 of the third byte from 33 on (FB-23).
    wire::Buffer const off{0xFF, 0xFF, 0xEF}, valid{0, 0, 0x10};
    eveStores(item("", 0, 20, fb::ClassId::BuddyPrefs,
                   wire::TlvList{}
                       .add(fb::attributes::buddyPrefs2, wire::rest<wire::u08>{off})
                       .add(fb::attributes::buddyPrefs2Valid, wire::rest<wire::u08>{valid})));
    std::optional<wire::u16> subcode;
    EXPECT_EQ(alice.errorOf(sendIm(alice, "eve", "hello", stored), &subcode), ErrorCode::NotLoggedOn);
    EXPECT_EQ(subcode, im::errorSubcode::offlineImNotAccepted);
    EXPECT_THAT(world.waiting("eve"), IsEmpty());
}

// OFF-1, FB-23
TEST_P(Offline, messagesAreStoredIfThePreferenceAgainstThemWasNeverSet) {
    world.addUser("Eve");
    Client& alice = signOn("Alice");
    wire::Buffer const off{0, 0, 0}, valid{0xFF, 0xFF, 0xEF};
    eveStores(item("", 0, 20, fb::ClassId::BuddyPrefs,
                   wire::TlvList{}
                       .add(fb::attributes::buddyPrefs2, wire::rest<wire::u08>{off})
                       .add(fb::attributes::buddyPrefs2Valid, wire::rest<wire::u08>{valid})));
    sendIm(alice, "eve", "hello", stored);
    EXPECT_THAT(world.waiting("eve"), SizeIs(1));
}

// OFF-2
TEST_P(Offline, messagesOfOneSenderHaveALimitThatIsNotAnothers) {
    world.addUser("Eve");
    Client& alice = signOn("Alice");
    unsigned const most = core::InboxLimits{}.perSender;
    for (unsigned i = 0; i < most; ++i) EXPECT_FALSE(alice.errorOf(sendIm(alice, "eve", "hello", stored)));
    EXPECT_THAT(alice.takeAll<im::HostAck>(), SizeIs(most));
    std::optional<wire::u16> subcode;
    EXPECT_EQ(alice.errorOf(sendIm(alice, "eve", "one more", stored), &subcode), ErrorCode::NotLoggedOn);
    EXPECT_EQ(subcode, im::errorSubcode::offlineImExceedMax);
    EXPECT_FALSE(alice.take<im::HostAck>());
    EXPECT_THAT(world.waiting("eve"), SizeIs(most));
    Client& bob = signOn("Bob");
    sendIm(bob, "eve", "hello", stored);
    EXPECT_TRUE(bob.take<im::HostAck>());
}

// OFF-2
TEST(OfflineLimits, aReceiversWholeInboxHasALimitToo) {
    core::Options options;
    options.inbox = {.perSender = 2, .total = 3};
    World world(2, options);
    world.addUser("Eve");
    world.addUser("Alice");
    world.addUser("Bob");
    Client& alice = world.signOn("alice");
    Client& bob = world.signOn("bob");
    for (int i = 0; i < 2; ++i) sendIm(alice, "eve", "hello", stored);
    EXPECT_FALSE(bob.errorOf(sendIm(bob, "eve", "hello", stored)));
    std::optional<wire::u16> subcode;
    EXPECT_EQ(bob.errorOf(sendIm(bob, "eve", "hello", stored), &subcode), ErrorCode::NotLoggedOn);
    EXPECT_EQ(subcode, im::errorSubcode::offlineImExceedMax);
}

// OFF-5
TEST_P(Offline, messagesGoToTheClientThatAsksAndToEachUserOnce) {
    world.addUser("Eve");
    Client& alice = signOn("Alice");
    for (char const* text : {"one", "two", "three"}) sendIm(alice, "eve", text, stored);
    Client& desk = world.signOn("eve");
    Client& phone = world.signOn("eve");
    EXPECT_THAT(retrieve(desk), ElementsAre("one", "two", "three"));
    EXPECT_THAT(texts(phone), IsEmpty());
    EXPECT_THAT(retrieve(phone), IsEmpty());
    EXPECT_THAT(retrieve(desk), IsEmpty());
}

// OFF-5: both ask before the database has answered either
TEST_P(Offline, messagesThatTwoClientsAskForAtOnceComeOnce) {
    world.addUser("Eve");
    Client& alice = signOn("Alice");
    for (char const* text : {"one", "two"}) sendIm(alice, "eve", text, stored);
    Client& desk = world.signOn("eve");
    Client& phone = world.signOn("eve");
    world.letStoreAnswer(false);
    desk.send(im::OfflineRetrieve{});
    phone.send(im::OfflineRetrieve{});
    desk.send(im::OfflineRetrieve{});
    world.letStoreAnswer(true);
    EXPECT_THAT(texts(desk), ElementsAre("one", "two"));
    EXPECT_THAT(texts(phone), IsEmpty());
    EXPECT_TRUE(phone.take<im::OfflineRetrieveReply>());
    EXPECT_THAT(world.waiting("eve"), IsEmpty());
}

// OFF-4
TEST_P(Offline, messagesAreNotLostIfTheLineBreaksBeforeTheNetworkTookThem) {
    world.addUser("Eve");
    Client& alice = signOn("Alice");
    for (char const* text : {"one", "two"}) sendIm(alice, "eve", text, stored);
    Client& eve = world.signOn("eve");
    eve.stopReading();
    eve.send(im::OfflineRetrieve{});
    EXPECT_THAT(world.waiting("eve"), SizeIs(2));
    eve.breakLine();
    EXPECT_THAT(texts(eve), IsEmpty());
    EXPECT_THAT(world.waiting("eve"), SizeIs(2));
    EXPECT_THAT(retrieve(world.signOn("eve")), ElementsAre("one", "two"));
    EXPECT_THAT(world.waiting("eve"), IsEmpty());
}

// OFF-4
TEST_P(Offline, messagesAreNotLostIfTheServerEndsTheSessionOfAClientThatDoesNotRead) {
    world.addUser("Eve");
    Client& alice = signOn("Alice");
    sendIm(alice, "eve", "one", stored);
    Client& eve = world.signOn("eve");
    eve.stopReading();
    eve.send(im::OfflineRetrieve{});
    world.shardOf("eve").closeSessions(core::LoginId("eve"), core::CloseReason::ClosedByAdmin);
    world.settle();
    EXPECT_FALSE(eve.isOpen());
    EXPECT_THAT(world.waiting("eve"), SizeIs(1));
    EXPECT_THAT(retrieve(world.signOn("eve")), ElementsAre("one"));
}

// OFF-4, OFF-5: what one client's slow line holds is not sent to the other, but falls to it when the line breaks
TEST_P(Offline, messagesOnASlowLineAreNotSentTwice) {
    world.addUser("Eve");
    Client& alice = signOn("Alice");
    sendIm(alice, "eve", "one", stored);
    Client& slow = world.signOn("eve");
    slow.stopReading();
    slow.send(im::OfflineRetrieve{});
    Client& quick = world.signOn("eve");
    EXPECT_THAT(retrieve(quick), IsEmpty());
    slow.breakLine();
    EXPECT_THAT(retrieve(quick), ElementsAre("one"));
    EXPECT_THAT(world.waiting("eve"), IsEmpty());
}

// OFF-5: the first has them and is gone before the database has forgotten them
TEST_P(Offline, messagesThatAreBeingForgottenAreNotSentAgain) {
    world.addUser("Eve");
    Client& alice = signOn("Alice");
    sendIm(alice, "eve", "one", stored);
    Client& desk = world.signOn("eve");
    Client& phone = world.signOn("eve");
    desk.stopReading();
    desk.send(im::OfflineRetrieve{});
    world.letStoreAnswer(false);
    phone.send(im::OfflineRetrieve{});
    desk.readOn();
    EXPECT_THAT(texts(desk), ElementsAre("one"));
    desk.breakLine();
    world.letStoreAnswer(true);
    EXPECT_TRUE(phone.take<im::OfflineRetrieveReply>());
    EXPECT_THAT(texts(phone), IsEmpty());
    EXPECT_THAT(world.waiting("eve"), IsEmpty());
}

// OFF-4: better twice than never
TEST_P(Offline, messagesThatTheDatabaseCouldNotForgetAreForgottenLater) {
    world.addUser("Eve");
    Client& alice = signOn("Alice");
    sendIm(alice, "eve", "one", stored);
    Client& eve = world.signOn("eve");
    eve.stopReading();
    eve.send(im::OfflineRetrieve{});
    world.failStore(true);
    eve.readOn();
    EXPECT_THAT(texts(eve), ElementsAre("one"));
    world.failStore(false);
    EXPECT_THAT(world.waiting("eve"), SizeIs(1));
    eve.forget();
    EXPECT_THAT(retrieve(eve), IsEmpty());  // and this answer was the occasion
    EXPECT_THAT(world.waiting("eve"), IsEmpty());
}

// OFF-7
TEST_P(Offline, rendezvousAreNotStored) {
    world.addUser("Eve");
    Client& alice = signOn("Alice");
    wire::Buffer const proposal = wire::encode(im::ImRendezvous{});
    wire::TlvList tlvs;
    tlvs.add(tags::data, wire::blob{proposal}).add(tags::store).add(tags::requestHostAck);
    wire::u32 const id =
        alice.send(im::ChannelMsgToHost{wire::Cookie{}, Channel::Rendezvous, wire::string08{"eve"}, tlvs});
    EXPECT_EQ(alice.errorOf(id), ErrorCode::NotLoggedOn);
    EXPECT_FALSE(alice.take<im::HostAck>());
    EXPECT_THAT(world.waiting("eve"), IsEmpty());
}

TEST_P(Offline, messagesToSomebodyOnlineAreDeliveredAndNotStored) {
    Client& eve = signOn("Eve");
    Client& alice = signOn("Alice");
    sendIm(alice, "eve", "hello", stored);
    auto const message = eve.take<im::ChannelMsgToClient>();
    ASSERT_TRUE(message);
    EXPECT_FALSE((*message)->icbmTlvs.has(tags::store));
    EXPECT_FALSE((*message)->icbmTlvs.has(tags::sendTime));
    EXPECT_TRUE(alice.take<im::HostAck>());
    EXPECT_THAT(world.waiting("eve"), IsEmpty());
}

// The receiver signs on and fetches her messages while the disk is at work on one more.
TEST_P(Offline, aMessageStoredWhileItsReceiverSignsOnReachesHer) {
    world.addUser("Eve");
    Client& alice = signOn("Alice");
    Client& eve = world.signOn("eve", {.clientOnline = false});
    world.letStoreAnswer(false);
    sendIm(alice, "eve", "hello", stored);
    eve.send(wire::oservice::ClientOnline{});
    eve.send(im::OfflineRetrieve{});
    EXPECT_FALSE(alice.take<im::HostAck>());
    world.letStoreAnswer(true);
    EXPECT_TRUE(alice.take<im::HostAck>());
    EXPECT_THAT(texts(eve), ElementsAre("hello"));
    EXPECT_THAT(world.waiting("eve"), IsEmpty());
}

// OFF-3
TEST_P(Offline, messagesAreConfirmedOnlyWhenTheDiskHasThem) {
    world.addUser("Eve");
    Client& alice = signOn("Alice");
    world.letStoreAnswer(false);
    wire::u32 const id = sendIm(alice, "eve", "hello", stored);
    EXPECT_THAT(alice.frames, IsEmpty());
    world.letStoreAnswer(true);
    auto const ack = alice.take<im::HostAck>();
    ASSERT_TRUE(ack);
    EXPECT_EQ(ack->header.requestId, id);
}

TEST_P(Offline, aMessageIsStoredEvenIfItsSenderIsGoneBeforeItIs) {
    world.addUser("Eve");
    Client& alice = signOn("Alice");
    world.letStoreAnswer(false);
    sendIm(alice, "eve", "hello", stored);
    alice.breakLine();
    world.letStoreAnswer(true);
    EXPECT_THAT(retrieve(world.signOn("eve")), ElementsAre("hello"));
}

TEST_P(Offline, messagesAreRefusedNotConfirmedWhileTheDatabaseFails) {
    world.addUser("Eve");
    Client& alice = signOn("Alice");
    world.failStore(true);
    EXPECT_EQ(alice.errorOf(sendIm(alice, "eve", "hello", stored)), ErrorCode::ServiceUnavailable);
    EXPECT_FALSE(alice.take<im::HostAck>());
    world.failStore(false);
    EXPECT_THAT(world.waiting("eve"), IsEmpty());
    EXPECT_TRUE(alice.isOpen());
}

TEST_P(Offline, messagesCanBeAskedForAgainAfterTheDatabaseFailed) {
    world.addUser("Eve");
    Client& alice = signOn("Alice");
    sendIm(alice, "eve", "hello", stored);
    Client& eve = world.signOn("eve");
    world.failStore(true);
    EXPECT_EQ(eve.errorOf(eve.send(im::OfflineRetrieve{})), ErrorCode::ServiceUnavailable);
    EXPECT_FALSE(eve.take<im::OfflineRetrieveReply>());
    world.failStore(false);
    EXPECT_THAT(retrieve(eve), ElementsAre("hello"));
}

TEST_P(Offline, aClientThatIsGoneBeforeItsMessagesAreReadLeavesThemThere) {
    world.addUser("Eve");
    Client& alice = signOn("Alice");
    sendIm(alice, "eve", "hello", stored);
    Client& eve = world.signOn("eve");
    world.letStoreAnswer(false);
    eve.send(im::OfflineRetrieve{});
    eve.breakLine();
    world.letStoreAnswer(true);
    EXPECT_THAT(retrieve(world.signOn("eve")), ElementsAre("hello"));
}

// ICBM-12
TEST_P(Offline, messagesOfAimUsersReachIcqClientsWithoutHtml) {
    world.addUser("100001");
    Client& alice = signOn("Alice");
    sendIm(alice, "100001", "<b>hello</b>", stored);
    EXPECT_THAT(retrieve(world.signOn("100001")), ElementsAre("hello"));
}

TEST_P(Offline, aFullInboxOfLongMessagesArrivesWhole) {
    world.addUser("Eve");
    std::vector<std::string> sent;
    for (int sender = 0; sender < 20; ++sender) {
        Client& from = signOn("Sender" + std::to_string(sender));
        for (int i = 0; i < 10; ++i) {
            sent.push_back(std::to_string(sender) + "/" + std::to_string(i) + std::string(7000, 'x'));
            sendIm(from, "eve", sent.back(), stored);
        }
    }
    EXPECT_EQ(retrieve(world.signOn("eve")), sent);
    EXPECT_THAT(world.waiting("eve"), IsEmpty());
}

}  // namespace
}  // namespace oscar::test
