// SPDX-License-Identifier: MIT
// What two users see of each other, with the real client half on one side and the real server on the other.
#include <gtest/gtest.h>

#include "client/text.h"
#include "tests/e2e/clients.h"
#include "tests/e2e/flap_socket.h"
#include "tests/e2e/oscard.h"

namespace oscar::test {
namespace {

using client::BuddyArrived;
using client::BuddyDeparted;
using client::MessageReceived;
using wire::feedbag::StatusCode;
namespace im = wire::icbm;

class Conversation : public testing::Test {
  protected:
    Oscard server;
    TestClient alice{server.address()}, bob{server.address()}, carol{server.address()};

    Conversation() { server.addUsers({"alice", "bob", "carol"}); }
};

TEST_F(Conversation, textOfAnyAlphabetArrivesAsItWasWrittenWhoeverWritesToWhom) {
    server.addUser("Dave Smith");
    TestClient dave{server.address()};
    std::map<std::string, TestClient*> const users{
        {"alice", &alice}, {"bob", &bob}, {"carol", &carol}, {"Dave Smith", &dave}};
    for (auto const& [name, client] : users) signOn(*client, name);
    std::vector<std::string> const texts{"plain words", "Grüße, naïve coöperation", "пока, 日本語",
                                         "smile 😀, love 💛"};
    for (auto const& [from, sender] : users) {
        for (auto const& [to, receiver] : users) {
            for (std::string const& text : texts) {
                auto const sent = send(*sender, to, text);
                auto const got = receiver->expectEvent<MessageReceived>();
                EXPECT_EQ(got.text, text);
                EXPECT_EQ(got.from.displayId, from);
                EXPECT_EQ(got.cookie, sent.cookie);
                EXPECT_FALSE(got.autoResponse);
                EXPECT_EQ(sender->expectEvent<client::MessageAcked>().requestId, sent.requestId);
            }
        }
    }
}

TEST_F(Conversation, whoIsOnTheListIsSeenComingAndGoing) {
    signOn(alice, "alice");
    addBuddy(alice, "bob");
    expectNoEvent<BuddyArrived>(alice);

    signOn(bob, "bob");
    EXPECT_EQ(alice.expectEvent<BuddyArrived>().user.displayId, "bob");
    bob.signOff();
    EXPECT_EQ(alice.expectEvent<BuddyDeparted>().user.displayId, "bob");
    signOn(bob, "bob");
    alice.expectEvent<BuddyArrived>();
    bob.vanish();
    alice.expectEvent<BuddyDeparted>();
}

TEST_F(Conversation, whoSignsOnSeesAtOnceWhoIsThere) {
    signOn(alice, "alice");
    addBuddy(alice, "bob");
    addBuddy(alice, "carol");
    alice.signOff();
    signOn(bob, "bob");
    signOn(alice, "alice");
    EXPECT_EQ(alice.expectEvent<BuddyArrived>().user.displayId, "bob");
    expectNoEvent<BuddyArrived>(alice);
}

TEST_F(Conversation, awayIdleAndProfileAreSeenByOthers) {
    signOn(alice, "alice");
    signOn(bob, "bob");
    addBuddy(alice, "bob");
    alice.expectEvent<BuddyArrived>();

    bob->setProfile("I like <b>ducks</b> and Müsli");
    bob->setAway("gone to the 湖");
    bob.fence();
    EXPECT_TRUE(alice.expectEvent<BuddyArrived>([](auto const& e) { return e.user.away; }).user.away);
    auto const about = userInfo(alice, "bob");
    ASSERT_TRUE(about);
    EXPECT_EQ(about->profile, "I like <b>ducks</b> and Müsli");
    EXPECT_EQ(about->awayMessage, "gone to the 湖");

    bob->setBack();
    bob.fence();
    alice.expectEvent<BuddyArrived>([](auto const& e) { return !e.user.away; });
    EXPECT_EQ(userInfo(alice, "bob")->awayMessage, "");
    bob->setIdle(600);
    bob.fence();
    auto const idle =
        alice.expectEvent<BuddyArrived>([](auto const& e) { return e.user.idleMinutes.has_value(); });
    EXPECT_EQ(idle.user.idleMinutes, 10);
    bob->setIdle(0);
    bob.fence();
    alice.expectEvent<BuddyArrived>([](auto const& e) { return !e.user.idleMinutes; });
    EXPECT_FALSE(userInfo(alice, "carol")) << "who is offline has nothing to tell";
}

TEST_F(Conversation, typingIsToldToTheOtherAndNobodyElse) {
    signOn(alice, "alice");
    signOn(bob, "bob");
    signOn(carol, "carol");
    for (im::Event const event : {im::Event::Typing, im::Event::Typed, im::Event::None}) {
        alice->sendTyping("bob", event);
        alice.fence();
        auto const told = bob.expectEvent<client::Typing>();
        EXPECT_EQ(told.from, "alice");
        EXPECT_EQ(told.event, event);
    }
    expectNoEvent<client::Typing>(carol);
    expectNoEvent<client::Typing>(alice);
}

TEST_F(Conversation, whoIsBlockedNeitherSeesNorReachesTheOther) {
    signOn(alice, "alice");
    signOn(bob, "bob");
    addBuddy(alice, "bob");
    addBuddy(bob, "alice");
    alice.expectEvent<BuddyArrived>();
    bob.expectEvent<BuddyArrived>();

    changeList(alice, [&](auto done) { alice->addDeny("bob", done); });
    changeList(alice, [&](auto done) { alice->setPrivacyMode(wire::feedbag::PdMode::DenySome, done); });
    EXPECT_EQ(bob.expectEvent<BuddyDeparted>().user.displayId, "alice");
    EXPECT_EQ(alice.expectEvent<BuddyDeparted>().user.displayId, "bob");
    auto const refused = send(bob, "alice", "please");
    auto const error = bob.expectEvent<client::Error>();
    EXPECT_EQ(error.code, wire::ErrorCode::NotLoggedOn) << "as if she were offline";
    EXPECT_EQ(error.requestId, refused.requestId);
    bob->sendTyping("alice", im::Event::Typing);
    EXPECT_FALSE(userInfo(bob, "alice"));
    send(alice, "bob", "never mind");
    EXPECT_EQ(alice.expectEvent<client::Error>().code, wire::ErrorCode::InLocalPermitDeny);
    expectNoEvent<MessageReceived>(alice);
    expectNoEvent<client::Typing>(alice);

    changeList(alice, [&](auto done) { alice->removeDeny("bob", done); });
    EXPECT_EQ(bob.expectEvent<BuddyArrived>().user.displayId, "alice");
    EXPECT_EQ(alice.expectEvent<BuddyArrived>().user.displayId, "bob");
    send(bob, "alice", "friends again?");
    EXPECT_EQ(alice.expectEvent<MessageReceived>().text, "friends again?");
}

TEST_F(Conversation, theListIsThereAtTheNextSignOn) {
    signOn(alice, "alice");
    addBuddy(alice, "bob", "Friends");
    addBuddy(alice, "carol", "Old pals é");
    changeList(alice, [&](auto done) { alice->renameGroup("Friends", "Best friends", done); });
    changeList(alice, [&](auto done) { alice->removeBuddy("carol", done); });
    addBuddy(alice, "dave", "Best friends");
    alice.signOff();

    signOn(alice, "alice");
    client::Feedbag const& list = alice->feedbag();
    auto const* const group = list.group("Best friends");
    ASSERT_TRUE(group);
    EXPECT_TRUE(list.group("Old pals é"));
    EXPECT_FALSE(list.group("Friends"));
    EXPECT_TRUE(list.buddy("carol").empty());
    for (std::string const name : {"bob", "dave"}) {
        auto const entries = list.buddy(name);
        ASSERT_EQ(entries.size(), 1u) << name;
        EXPECT_EQ(entries[0]->groupId, group->groupId);
    }
    EXPECT_EQ(list.order(group->groupId).size(), 2u);
}

TEST_F(Conversation, messagesWaitInOrderForWhoIsOfflineAndComeOnce) {
    signOn(alice, "alice");
    std::vector<std::string> const texts{"first", "zweite: ü", "third 😀"};
    for (std::string const& text : texts) {
        send(alice, "bob", text, client::MessageOptions{.storeIfOffline = true});
        alice.expectEvent<client::MessageAcked>();
    }
    send(alice, "bob", "not to be kept");
    EXPECT_EQ(alice.expectEvent<client::Error>().code, wire::ErrorCode::NotLoggedOn);

    signOn(bob, "bob");
    bob->retrieveOfflineMessages();
    bob.expectEvent<client::OfflineMessagesEnd>();
    for (std::string const& text : texts) {
        auto const kept = bob.expectEvent<MessageReceived>();
        EXPECT_EQ(kept.text, text);
        EXPECT_EQ(kept.from.displayId, "alice");
        EXPECT_TRUE(kept.sentAt);
    }
    expectNoEvent<MessageReceived>(bob);
    bob.signOff();
    signOn(bob, "bob");
    bob->retrieveOfflineMessages();
    bob.expectEvent<client::OfflineMessagesEnd>();
    expectNoEvent<MessageReceived>(bob);
}

TEST_F(Conversation, bothInstancesGetMessagesAndEachOthersListChanges) {
    signOn(alice, "alice");
    TestClient laptop{server.address()};
    signOn(bob, "bob");
    signOn(laptop, "bob");
    send(alice, "bob", "to all of you");
    EXPECT_EQ(bob.expectEvent<MessageReceived>().text, "to all of you");
    EXPECT_EQ(laptop.expectEvent<MessageReceived>().text, "to all of you");

    addBuddy(bob, "alice");
    laptop.expectEvent<client::FeedbagChanged>([](auto const& e) { return !e.names.empty(); });
    laptop.waitFor([&] { return laptop->feedbag().buddy("alice").size() == 1; },
                   "the other instance's buddy");
    EXPECT_EQ(laptop.expectEvent<BuddyArrived>().user.displayId, "alice");

    addBuddy(alice, "bob");
    alice.expectEvent<BuddyArrived>();
    laptop->setAway("out");
    laptop.fence();
    send(alice, "bob", "to who is there");
    EXPECT_EQ(bob.expectEvent<MessageReceived>().text, "to who is there");
    expectNoEvent<MessageReceived>(laptop);
    bob.signOff();
    alice.expectEvent<BuddyArrived>([](auto const& e) { return e.user.away; });
    expectNoEvent<BuddyDeparted>(alice);
    laptop.signOff();
    alice.expectEvent<BuddyDeparted>();
}

TEST_F(Conversation, aSignOnThatAllowsNoOthersEndsThem) {
    TestClient other{server.address()};
    signOn(bob, "bob");
    client::Options options = optionsOf("bob");
    options.multiconn = wire::MulticonnFlags::Single;
    other.signOn(options);
    EXPECT_EQ(bob.expectEvent<client::Disconnected>().cause, client::DisconnectCause::SignedOnElsewhere);
    bob.expectClosed();
    other.fence();
}

TEST_F(Conversation, whoEndsHisOtherInstanceAndNeverComesOnlineIsOffline) {
    signOn(alice, "alice");
    addBuddy(alice, "bob");
    signOn(bob, "bob");
    alice.expectEvent<BuddyArrived>();
    {
        FlapSocket const half = present(
            server.address(), logIn(server.address(), "bob", usualPassword, wire::MulticonnFlags::Single));
        EXPECT_EQ(bob.expectEvent<client::Disconnected>().cause, client::DisconnectCause::SignedOnElsewhere);
        alice.expectEvent<BuddyDeparted>();
    }
    send(alice, "bob", "are you there?");
    EXPECT_EQ(alice.expectEvent<client::Error>().code, wire::ErrorCode::NotLoggedOn);
}

}  // namespace
}  // namespace oscar::test
