// SPDX-License-Identifier: MIT
// What follows from a change of the stored list: for the user's other clients, for presence, on disk (rules FB-17 to
// FB-24).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/new_users.h"
#include "tests/support/stored_list.h"

namespace oscar::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using wire::feedbag::ClassId;
using wire::feedbag::StatusCode;
namespace fb = wire::feedbag;
namespace attributes = wire::feedbag::attributes;

wire::Buffer const group = item("Buddies", 1, 0, ClassId::Group);

class FeedbagEffect : public testing::Test, protected NewUsers {};

// FB-17
TEST_F(FeedbagEffect, changesAreToldToTheUsersOtherClientsAndNeverToTheirAuthor) {
    Client& alice = signOn("Alice");
    Client& other = world.signOn("alice");
    Client& third = world.signOn("alice", {.useFeedbag = false});
    wire::Buffer const bob = item("bob", 1, 1, ClassId::Buddy),
                       bobby = item("bob", 1, 1, ClassId::Buddy,
                                    wire::TlvList{}.add(attributes::alias, wire::string{"Bobby"}));
    wire::TlvList const import = wire::TlvList{}.add(wire::Tlv{1, {}});
    alice.send(fb::StartCluster{import});
    ASSERT_TRUE(insert(alice, bob));
    ASSERT_TRUE(update(alice, bobby));
    ASSERT_TRUE(erase(alice, bob));
    alice.send(fb::EndCluster{});
    EXPECT_FALSE(alice.take<fb::InsertItems>() || alice.take<fb::UpdateItems>() || alice.take<fb::DeleteItems>() ||
                 alice.take<fb::StartCluster>() || alice.take<fb::EndCluster>());
    for (Client* client : {&other, &third}) {
        std::vector<wire::u16> types;
        for (ReceivedFrame const& frame : client->frames)
            if (auto const snac = frame.snac(); snac->header.foodgroup == 0x13) types.push_back(snac->header.type);
        EXPECT_THAT(types, ElementsAre(0x11, 0x08, 0x09, 0x0A, 0x12));
        auto const started = client->take<fb::StartCluster>();
        ASSERT_TRUE(started);
        EXPECT_TRUE(wire::sameBytes((*started)->tlvs.bytes(), import.bytes()));
        auto const inserted = client->take<fb::InsertItems>();
        ASSERT_TRUE(inserted);
        EXPECT_EQ(inserted->header.requestId, wire::serverRequestId);
        EXPECT_TRUE(wire::sameBytes((*inserted)->items.bytes(), bob));
        EXPECT_TRUE(wire::sameBytes((*client->take<fb::UpdateItems>())->items.bytes(), bobby));
        EXPECT_TRUE(wire::sameBytes((*client->take<fb::DeleteItems>())->items.bytes(), bob));
    }
}

// FB-17
TEST_F(FeedbagEffect, changesThatWereRefusedAreToldToNobody) {
    Client& alice = signOn("Alice");
    Client& other = world.signOn("alice");
    EXPECT_THAT(updateStatuses(alice, item("bob", 1, 1, ClassId::Buddy)), ElementsAre(StatusCode::NotFound));
    EXPECT_THAT(insertStatuses(alice, item("bob", 0, 1, ClassId::Buddy)), ElementsAre(StatusCode::BadRequest));
    EXPECT_THAT(other.frames, IsEmpty());
}

// FB-17, FLAP-4
TEST_F(FeedbagEffect, changesTooLargeForOldClientsAreToldInParts) {
    Client& alice = signOn("Alice");
    Client& other = world.signOn("alice");
    std::string const alias(4000, 'x');
    wire::Buffer all;
    wire::u16 id = 0;
    while (all.size() < 60'000) {
        ++id;
        all = all + item("buddy" + std::to_string(id), 1, id, ClassId::Buddy,
                         wire::TlvList{}.add(attributes::alias, wire::string{alias}));
    }
    ASSERT_TRUE(insert(alice, all));
    wire::Buffer told;
    for (ReceivedFrame const& frame : other.frames) EXPECT_LE(frame.payload->size(), wire::politeFlapPayload);
    for (auto const& part : other.takeAll<fb::InsertItems>()) told = told + wire::toBuffer(part->items.bytes());
    EXPECT_EQ(told, all);
}

// FB-18
TEST_F(FeedbagEffect, dateTimeItemsGetTheServersTimeAlwaysGrowing) {
    Client& alice = signOn("Alice");
    Client& other = world.signOn("alice");
    auto const stamped = [&](wire::u32 time, std::string const& alias) {
        return item("Import Time", 0, 5, ClassId::DateTime,
                    wire::TlvList{}
                        .add(attributes::timeT, wire::t70{time})
                        .add(attributes::alias, wire::string{alias}));
    };
    wire::u32 const now = world.now().unix;
    // A time that the client gives is overridden, before or after now.
    ASSERT_TRUE(insert(alice, stamped(5, "a")));
    EXPECT_EQ(query(alice), stamped(now, "a"));
    ASSERT_TRUE(update(alice, stamped(0xFFFFFFFF, "b")));
    EXPECT_EQ(query(alice), stamped(now + 1, "b"));
    ASSERT_TRUE(update(alice, item("Import Time", 0, 5, ClassId::DateTime)));
    world.pass(core::Milliseconds(10'000));
    ASSERT_TRUE(update(alice, stamped(5, "c")));
    EXPECT_EQ(query(alice), stamped(now + 10, "c"));
    EXPECT_EQ(world.stored("alice").feedbag, stamped(now + 10, "c"));

    // FB-17: what the server changed itself is told to all, to the author behind the status.
    auto const own = alice.takeAll<fb::UpdateItems>();
    ASSERT_THAT(own, SizeIs(4));
    EXPECT_TRUE(wire::sameBytes(own[0]->items.bytes(), stamped(now, "a")));
    EXPECT_TRUE(wire::sameBytes(own[3]->items.bytes(), stamped(now + 10, "c")));
    auto const others = other.takeAll<fb::UpdateItems>();
    ASSERT_FALSE(others.empty());
    EXPECT_TRUE(wire::sameBytes(others.back()->items.bytes(), stamped(now + 10, "c")));
}

// FB-18
TEST_F(FeedbagEffect, aNewTimeIsToldToItsAuthorBehindTheStatus) {
    Client& alice = signOn("Alice");
    alice.send(fb::InsertItems{items(item("Import Time", 0, 5, ClassId::DateTime))});
    ASSERT_THAT(alice.frames, SizeIs(2));
    EXPECT_TRUE(alice.frames[0].is(0x13, fb::Status::snac.type));
    EXPECT_TRUE(alice.frames[1].is(0x13, fb::UpdateItems::snac.type));
}

// FB-21, PRES-7
TEST(FeedbagShards, aChangeShowsAtOnce) {
    for (unsigned shards : {1u, 2u}) {
        World world(shards);
        world.addUser("Alice");
        world.addUser("Eve");
        Client& alice = world.signOn("alice");
        Client& eve = world.signOn("eve");
        ASSERT_TRUE(insert(alice, item("eve", 1, 1, ClassId::Buddy)));
        EXPECT_THAT(alice.arrived(), ElementsAre("Eve"));
        ASSERT_TRUE(insert(eve, pdinfo(fb::PdMode::DenySome) + item("alice", 0, 10, ClassId::Deny)));
        EXPECT_THAT(alice.departed(), ElementsAre("Eve"));
        ASSERT_TRUE(erase(eve, item("alice", 0, 10, ClassId::Deny)));
        EXPECT_THAT(alice.arrived(), ElementsAre("Eve"));
        ASSERT_TRUE(erase(alice, item("eve", 1, 1, ClassId::Buddy)));
        eve.signOff();
        EXPECT_THAT(alice.departed(), IsEmpty());
    }
}

// FB-23
TEST_F(FeedbagEffect, preferencesCountOnlyIfTheyWereSet) {
    using core::Feedbag;
    auto const prefs = [](wire::TlvList const& list) {
        return Feedbag(item("", 0, 20, ClassId::BuddyPrefs, list), 1);
    };
    EXPECT_TRUE(Feedbag().preference(10, true));
    EXPECT_FALSE(Feedbag().preference(10, false));
    Feedbag const first = prefs(wire::TlvList{}
                                    .add(attributes::buddyPrefs, 0x80000400)
                                    .add(attributes::buddyPrefsValid, 0x80000401));
    EXPECT_TRUE(first.preference(10, false));
    EXPECT_TRUE(first.preference(31, false));
    EXPECT_FALSE(first.preference(0, true));
    EXPECT_TRUE(first.preference(1, true));
    EXPECT_FALSE(first.preference(1, false));
    EXPECT_TRUE(first.preference(52, true));
    EXPECT_TRUE(prefs(wire::TlvList{}.add(attributes::buddyPrefs, 0)).preference(10, true));

    // From 33 on: byte (n - 33) / 8, bit 0x80 >> (n - 33) % 8.
    wire::Buffer const values{0x80, 0x00, 0x10}, valid{0x81, 0x80, 0x10};
    Feedbag const second = prefs(wire::TlvList{}
                                     .add(attributes::buddyPrefs2, wire::rest<wire::u08>{values})
                                     .add(attributes::buddyPrefs2Valid, wire::rest<wire::u08>{valid}));
    EXPECT_TRUE(second.preference(32, false));
    EXPECT_TRUE(second.preference(33, false));
    EXPECT_FALSE(second.preference(34, false));
    EXPECT_TRUE(second.preference(34, true));
    EXPECT_FALSE(second.preference(40, true));
    EXPECT_FALSE(second.preference(41, true));
    EXPECT_TRUE(second.preference(52, false));
    EXPECT_TRUE(second.preference(53, true));
    EXPECT_TRUE(second.preference(75, true));  // beyond what is there
    EXPECT_FALSE(second.preference(4000, false));
}

// FB-24
TEST_F(FeedbagEffect, thatAClientDoesNotUseHasNoEffect) {
    Client& alice = signOn("Alice");
    signOn("Bob");
    Client& eve = signOn("Eve");
    wire::u32 const all = 0xFFFFFFFF;
    wire::Buffer const list =
        item("Bob", 1, 1, ClassId::Buddy) + pdinfo(fb::PdMode::DenyAll) +
        item("", 0, 20, ClassId::BuddyPrefs,
             wire::TlvList{}.add(attributes::buddyPrefs, 0).add(attributes::buddyPrefsValid, all));
    ASSERT_TRUE(insert(alice, list));
    alice.signOff();

    Client& again = world.signOn("alice", {.useFeedbag = false, .buddies = {"Eve"}}, true);
    EXPECT_THAT(again.arrived(), ElementsAre("Eve"));
    sendIm(eve, "alice", "hello");
    EXPECT_THAT(texts(again), ElementsAre("hello"));
    sendIm(again, "eve", "hello");
    auto const message = eve.take<wire::icbm::ChannelMsgToClient>();
    ASSERT_TRUE(message);
    EXPECT_TRUE((*message)->icbmTlvs.has(wire::icbm::tags::wantEvents));
    // It can be changed all the same.
    ASSERT_TRUE(insert(again, item("carol", 1, 2, ClassId::Buddy)));
    EXPECT_FALSE(wire::sameBytes(query(again), list));
    EXPECT_THAT(again.arrived(), IsEmpty());
}

// FB-21, FB-24: one client uses the list, the other changes it
TEST_F(FeedbagEffect, changedByAClientThatDoesNotUseItTakesEffectForTheOneThatDoes) {
    Client& eve = signOn("Eve");
    Client& uses = signOn("Alice");
    Client& changes = world.signOn("alice", {.useFeedbag = false});
    ASSERT_TRUE(insert(changes, item("Eve", 1, 1, ClassId::Buddy)));
    EXPECT_THAT(uses.arrived(), ElementsAre("Eve"));
    EXPECT_THAT(changes.arrived(), IsEmpty());
    ASSERT_TRUE(insert(changes, pdinfo(fb::PdMode::DenyAll)));
    EXPECT_THAT(uses.departed(), ElementsAre("Eve"));
    EXPECT_EQ(eve.errorOf(sendIm(eve, "alice", "hello")), wire::ErrorCode::NotLoggedOn);
}

// FB-12: never "success" before it is on disk
TEST_F(FeedbagEffect, answersAChangeOnlyWhenTheDiskHasIt) {
    Client& alice = signOn("Alice");
    world.letStoreAnswer(false);
    wire::u32 const id = alice.send(fb::InsertItems{items(group)});
    EXPECT_FALSE(alice.take<fb::Status>());
    world.letStoreAnswer(true);
    auto const status = alice.take<fb::Status>();
    ASSERT_TRUE(status);
    EXPECT_EQ(status->header.requestId, id);
}

TEST_F(FeedbagEffect, aChangeThatTheDatabaseFailedToStoreIsReportedAndTheSessionsBeginAnew) {
    Client& alice = signOn("Alice");
    Client& other = world.signOn("alice");
    ASSERT_TRUE(insert(alice, group));
    world.failStore(true);
    EXPECT_THAT(insertStatuses(alice, item("bob", 1, 1, ClassId::Buddy) + item("eve", 1, 2, ClassId::Buddy)),
                ElementsAre(StatusCode::DbError, StatusCode::DbError));
    EXPECT_FALSE(alice.isOpen());
    EXPECT_FALSE(other.isOpen());
    EXPECT_EQ(alice.closed, core::CloseReason::ServerError);
    world.failStore(false);
    EXPECT_EQ(query(world.signOn("alice")), group);
}

TEST_F(FeedbagEffect, aFailedChangeEndsTheOtherSessionsAlsoWhenItsAuthorIsGone) {
    Client& alice = signOn("Alice");
    Client& other = world.signOn("alice");
    world.letStoreAnswer(false);
    alice.send(fb::InsertItems{items(group)});
    alice.breakLine();
    world.failStore(true);
    world.letStoreAnswer(true);
    EXPECT_FALSE(other.isOpen());
    world.failStore(false);
    EXPECT_THAT(query(world.signOn("alice")), IsEmpty());
}

}  // namespace
}  // namespace oscar::test
