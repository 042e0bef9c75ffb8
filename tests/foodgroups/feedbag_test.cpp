// SPDX-License-Identifier: MIT
// The stored list: what a client reads, changes and is told (rules FB-1 to FB-24).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/world.h"

namespace oscar::test {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using wire::feedbag::ClassId;
using wire::feedbag::StatusCode;
namespace fb = wire::feedbag;
namespace attributes = wire::feedbag::attributes;

wire::Buffer operator+(wire::Buffer a, wire::Buffer const& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

wire::Buffer const root = item("", 0, 0, ClassId::Group);
wire::Buffer const group = item("Buddies", 1, 0, ClassId::Group);

/// The statuses that answer a change.
template <class M>
std::vector<StatusCode> statuses(Client& client, wire::Buffer const& bytes) {
    std::vector<StatusCode> codes;
    auto const status = client.ask<fb::Status>(M{items(bytes)});
    if (!status) {
        ADD_FAILURE() << "no answer with the request's id";
        return codes;
    }
    for (StatusCode code : (*status)->statuses) codes.push_back(code);
    return codes;
}
auto const insertStatuses = statuses<fb::InsertItems>;
auto const updateStatuses = statuses<fb::UpdateItems>;
auto const deleteStatuses = statuses<fb::DeleteItems>;

/// The whole list as one piece.
wire::Buffer query(Client& client) {
    wire::u32 const id = client.send(fb::Query{});
    wire::Buffer all;
    for (auto const& part : client.takeAll<fb::Reply>()) {
        EXPECT_EQ(part.header.requestId, id);
        all = all + wire::toBuffer(part->items.bytes());
    }
    return all;
}

wire::u32 lastUpdate(Client& client) {
    auto const reply = client.ask<fb::Reply>(fb::Query{});
    return reply ? (*reply)->lastUpdate.seconds : 0;
}

class Feedbag : public testing::Test {
  protected:
    World world;
    Client& signOn(std::string const& name, SignOnOptions const& options = {}) {
        world.addUser(name);
        return world.signOn(name, options);
    }
};

// FB-1, FB-3
TEST_F(Feedbag, isSortedByGroupAndItemWhateverTheOrderOfItsMaking) {
    Client& alice = signOn("Alice");
    wire::Buffer const b2 = item("bob", 2, 7, ClassId::Buddy), b1 = item("eve", 1, 300, ClassId::Buddy),
                       b0 = item("carol", 1, 2, ClassId::Buddy), g2 = item("Work", 2, 0, ClassId::Group),
                       deny = item("mallory", 0, 5, ClassId::Deny);
    ASSERT_TRUE(insert(alice, root));
    ASSERT_TRUE(insert(alice, b2 + b1));
    ASSERT_TRUE(insert(alice, g2 + deny + group + b0));
    EXPECT_EQ(query(alice), root + deny + group + b0 + b1 + g2 + b2);
    auto const reply = alice.ask<fb::Reply>(fb::Query{});
    ASSERT_TRUE(reply);
    EXPECT_EQ((*reply)->numClasses, 0);
    EXPECT_EQ((*reply)->items.count(), 7u);
    // So it is stored.
    EXPECT_EQ(world.stored("alice").feedbag, query(alice));
}

// FB-2, quirks: climm reads a time of 0 as "more follows"
TEST_F(Feedbag, isNeverWithoutATimeEvenEmpty) {
    Client& alice = signOn("Alice");
    auto const reply = alice.ask<fb::Reply>(fb::Query{});
    ASSERT_TRUE(reply);
    EXPECT_EQ((*reply)->items.count(), 0u);
    EXPECT_NE((*reply)->lastUpdate.seconds, 0u);
    EXPECT_EQ(reply->header.flags, 0);
}

// FB-2
TEST_F(Feedbag, ofAThousandBuddiesWithLongAliasesComesBackWholeAtTheNextSignOn) {
    Client& alice = signOn("Alice");
    wire::Buffer expected = root + group;
    ASSERT_TRUE(insert(alice, expected));
    std::string const note(300, 'n');
    for (wire::u16 first = 1; first <= 1000; first = static_cast<wire::u16>(first + 100)) {
        wire::Buffer some;
        for (wire::u16 id = first; id < first + 100; ++id) {
            std::string const alias = "The alias of " + std::to_string(id) + std::string(150, 'x');
            some = some + item("buddy" + std::to_string(id), 1, id, ClassId::Buddy,
                               wire::TlvList{}
                                   .add(attributes::alias, wire::string{alias})
                                   .add(attributes::note, wire::string{note}));
        }
        ASSERT_TRUE(insert(alice, some));
        expected = expected + some;
    }
    ASSERT_GT(expected.size(), 0x10000u);
    alice.signOff();

    Client& again = world.signOn("alice", {.useFeedbag = false, .clientOnline = false});
    wire::u32 const id = again.send(fb::Query{});
    for (ReceivedFrame const& frame : again.frames) EXPECT_LE(frame.payload->size(), wire::politeFlapPayload);
    auto const parts = again.takeAll<fb::Reply>();
    ASSERT_GT(parts.size(), 1u);
    wire::Buffer all;
    for (auto const& part : parts) {
        EXPECT_EQ(part.header.requestId, id);
        bool const last = &part == &parts.back();
        EXPECT_EQ(part.header.flags, last ? 0 : wire::snacFlags::moreRepliesFollow);
        EXPECT_EQ(part->lastUpdate.seconds, parts.front()->lastUpdate.seconds);
        EXPECT_GT(part->items.count(), 0u);
        all = all + wire::toBuffer(part->items.bytes());
    }
    EXPECT_EQ(all, expected);
    EXPECT_TRUE(again.isOpen());
}

// FB-4
TEST_F(Feedbag, thatTheClientHasAlreadyIsNotSentAgain) {
    Client& alice = signOn("Alice");
    storeBuddies(alice, {"bob"});
    wire::u32 const time = lastUpdate(alice);
    auto const same = alice.ask<fb::ReplyNotModified>(fb::QueryIfModified{{time}, 3});
    ASSERT_TRUE(same);
    EXPECT_EQ((*same)->lastUpdate.seconds, time);
    EXPECT_EQ((*same)->numItems, 3);
    EXPECT_FALSE(alice.take<fb::Reply>());
    for (auto const& other : {fb::QueryIfModified{{time - 1}, 3}, fb::QueryIfModified{{time + 1}, 3},
                              fb::QueryIfModified{{time}, 2}, fb::QueryIfModified{{time}, std::nullopt},
                              fb::QueryIfModified{{0}, 0}}) {
        auto const reply = alice.ask<fb::Reply>(other);
        ASSERT_TRUE(reply);
        EXPECT_EQ((*reply)->items.count(), 3u);
        EXPECT_FALSE(alice.take<fb::ReplyNotModified>());
    }
    ASSERT_TRUE(erase(alice, item("bob", 1, 1, ClassId::Buddy)));
    EXPECT_TRUE(alice.ask<fb::Reply>(fb::QueryIfModified{{time}, 3}));
}

// FB-4, D-16: some clients write the count as one byte
TEST_F(Feedbag, thatTheClientHasAlreadyIsRecognisedByACountOfOneByte) {
    Client& alice = signOn("Alice");
    storeBuddies(alice, {"bob"});
    wire::Buffer body = wire::encode(wire::t70{lastUpdate(alice)});
    body.push_back(3);
    alice.sendSnac(0x13, fb::QueryIfModified::snac.type, body);
    EXPECT_TRUE(alice.take<fb::ReplyNotModified>());
}

// FB-6
TEST_F(Feedbag, keepsItsRootGroup) {
    Client& alice = signOn("Alice");
    ASSERT_TRUE(insert(alice, root + group));
    EXPECT_THAT(deleteStatuses(alice, root), ElementsAre(StatusCode::BadRequest));
    EXPECT_THAT(deleteStatuses(alice, group + root), ElementsAre(StatusCode::NotExecuted, StatusCode::BadRequest));
    EXPECT_EQ(query(alice), root + group);
}

// FB-7
TEST_F(Feedbag, takesAGroupAlsoBeforeTheRootGroup) {
    Client& alice = signOn("Alice");
    ASSERT_TRUE(insert(alice, group));
    ASSERT_TRUE(insert(alice, item("bob", 1, 1, ClassId::Buddy)));
    ASSERT_TRUE(insert(alice, root));
    EXPECT_EQ(query(alice), root + group + item("bob", 1, 1, ClassId::Buddy));
}

// FB-12, FB-13
TEST_F(Feedbag, answersEachItemWithAStatusInOrderAndDoesAllOrNothing) {
    Client& alice = signOn("Alice");
    ASSERT_TRUE(insert(alice, root + group + item("bob", 1, 1, ClassId::Buddy)));
    wire::Buffer const before = query(alice);
    wire::u32 const time = lastUpdate(alice);
    wire::Buffer const carol = item("carol", 1, 2, ClassId::Buddy), twice = item("dave", 1, 1, ClassId::Buddy),
                       dan = item("dan", 1, 9, ClassId::Buddy);
    EXPECT_THAT(insertStatuses(alice, carol + twice + dan),
                ElementsAre(StatusCode::NotExecuted, StatusCode::AlreadyExists, StatusCode::NotExecuted));
    EXPECT_THAT(updateStatuses(alice, item("bob", 1, 1, ClassId::Buddy) + dan),
                ElementsAre(StatusCode::NotExecuted, StatusCode::NotFound));
    EXPECT_THAT(deleteStatuses(alice, item("bob", 1, 1, ClassId::Buddy) + carol + group),
                ElementsAre(StatusCode::NotExecuted, StatusCode::NotFound, StatusCode::NotExecuted));
    EXPECT_THAT(insertStatuses(alice, carol + carol), ElementsAre(StatusCode::NotExecuted, StatusCode::AlreadyExists));
    EXPECT_EQ(query(alice), before);
    EXPECT_EQ(lastUpdate(alice), time);
    EXPECT_EQ(world.stored("alice").feedbag, before);
    EXPECT_THAT(insertStatuses(alice, carol + dan), ElementsAre(StatusCode::Success, StatusCode::Success));
}

// FB-12
TEST_F(Feedbag, answersARequestOfNothingWithNothing) {
    Client& alice = signOn("Alice");
    Client& other = world.signOn("alice");
    wire::u32 const time = lastUpdate(alice);
    EXPECT_THAT(insertStatuses(alice, {}), IsEmpty());
    EXPECT_EQ(lastUpdate(alice), time);
    EXPECT_FALSE(other.take<fb::InsertItems>());
}

// FB-14
TEST_F(Feedbag, updateReplacesAllAttributes) {
    Client& alice = signOn("Alice");
    wire::TlvList two, one;
    two.add(attributes::alias, wire::string{"Bobby"}).add(attributes::note, wire::string{"a friend"});
    one.add(attributes::note, wire::string{"a good friend"});
    ASSERT_TRUE(insert(alice, item("bob", 1, 1, ClassId::Buddy, two)));
    ASSERT_TRUE(update(alice, item("Bob", 1, 1, ClassId::Buddy, one)));
    EXPECT_EQ(query(alice), item("Bob", 1, 1, ClassId::Buddy, one));
    ASSERT_TRUE(update(alice, item("Bob", 1, 1, ClassId::Buddy)));
    EXPECT_EQ(query(alice), item("Bob", 1, 1, ClassId::Buddy));
}

// FB-15
TEST_F(Feedbag, refusesAttributesBelow100AndThoseOfTheServer) {
    Client& alice = signOn("Alice");
    ASSERT_TRUE(insert(alice, item("bob", 1, 1, ClassId::Buddy)));
    for (wire::u16 tag : {0, 1, 99}) {
        wire::TlvList const list = wire::TlvList{}.add(wire::Tlv{tag, {}});
        EXPECT_THAT(insertStatuses(alice, item("eve", 1, 2, ClassId::Buddy, list)),
                    ElementsAre(StatusCode::BadRequest));
        EXPECT_THAT(updateStatuses(alice, item("bob", 1, 1, ClassId::Buddy, list)),
                    ElementsAre(StatusCode::BadRequest));
    }
    for (wire::u16 tag : {100, 101, 103, 104, 106, 109, 199}) {
        wire::TlvList const list = wire::TlvList{}.add(wire::Tlv{tag, {}});
        EXPECT_THAT(insertStatuses(alice, item("eve", 1, 2, ClassId::Buddy, list)),
                    ElementsAre(StatusCode::BadRequest));
        EXPECT_THAT(updateStatuses(alice, item("bob", 1, 1, ClassId::Buddy, list)),
                    ElementsAre(StatusCode::BadRequest));
    }
    EXPECT_EQ(query(alice), item("bob", 1, 1, ClassId::Buddy));
}

// FB-15, FA-2
TEST_F(Feedbag, letsAClientInsertAndDeletePendingButNotChangeIt) {
    Client& alice = signOn("Alice");
    wire::TlvList const pending = wire::TlvList{}.add(attributes::pending);
    wire::TlvList const alias = wire::TlvList{}.add(attributes::alias, wire::string{"Bobby"});
    wire::TlvList both = pending;
    both.add(attributes::alias, wire::string{"Bobby"});
    ASSERT_TRUE(insert(alice, item("bob", 1, 1, ClassId::Buddy, pending)));
    ASSERT_TRUE(update(alice, item("bob", 1, 1, ClassId::Buddy, alias)));
    EXPECT_EQ(query(alice), item("bob", 1, 1, ClassId::Buddy, both));
    ASSERT_TRUE(update(alice, item("bob", 1, 1, ClassId::Buddy, both)));
    EXPECT_EQ(query(alice), item("bob", 1, 1, ClassId::Buddy, both));
    ASSERT_TRUE(insert(alice, item("eve", 1, 2, ClassId::Buddy)));
    EXPECT_THAT(updateStatuses(alice, item("eve", 1, 2, ClassId::Buddy, pending)),
                ElementsAre(StatusCode::BadRequest));
    ASSERT_TRUE(erase(alice, item("bob", 1, 1, ClassId::Buddy)));
    EXPECT_EQ(query(alice), item("eve", 1, 2, ClassId::Buddy));
}

// FB-15, FB-16
TEST_F(Feedbag, keepsUnknownAttributesAndClassesByteForByteInTheirOrder) {
    Client& alice = signOn("Alice");
    std::string everything;
    for (int c = 0; c < 256; ++c) everything += static_cast<char>(c);
    wire::Bytes const bytes = wire::asBytes(everything);
    wire::TlvList odd;
    odd.add(wire::Tlv{0x7FFF, bytes}).add(wire::Tlv{0x00FE, {}}).add(wire::Tlv{0xFFFF, bytes});
    odd.add(wire::Tlv{0x0131, {}}).add(wire::Tlv{0x00FE, bytes}).add(wire::Tlv{10001, {}});
    wire::Buffer const all = item("Delete Later", 0, 3, static_cast<ClassId>(0x0007), odd) +
                             item("odd \xC3\xA9", 0, 4, static_cast<ClassId>(0x03FF), odd) +
                             item("plugin", 0, 5, static_cast<ClassId>(0x4242), odd) +
                             item("bob", 1, 1, ClassId::Buddy, odd) +
                             item("1#EXT", 1, 2, ClassId::ExternalUser, odd) +
                             item("plugin", 1, 3, static_cast<ClassId>(0xFFFF), odd);
    ASSERT_TRUE(insert(alice, all));
    EXPECT_EQ(query(alice), all);
    alice.signOff();
    EXPECT_EQ(query(world.signOn("alice")), all);
}

// FB-17
TEST_F(Feedbag, changesAreToldToTheUsersOtherClientsAndNeverToTheirAuthor) {
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
TEST_F(Feedbag, changesThatWereRefusedAreToldToNobody) {
    Client& alice = signOn("Alice");
    Client& other = world.signOn("alice");
    EXPECT_THAT(updateStatuses(alice, item("bob", 1, 1, ClassId::Buddy)), ElementsAre(StatusCode::NotFound));
    EXPECT_THAT(insertStatuses(alice, item("bob", 0, 1, ClassId::Buddy)), ElementsAre(StatusCode::BadRequest));
    EXPECT_THAT(other.frames, IsEmpty());
}

// FB-17, FLAP-4
TEST_F(Feedbag, changesTooLargeForOldClientsAreToldInParts) {
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
TEST_F(Feedbag, dateTimeItemsGetTheServersTimeAlwaysGrowing) {
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
TEST_F(Feedbag, aNewTimeIsToldToItsAuthorBehindTheStatus) {
    Client& alice = signOn("Alice");
    alice.send(fb::InsertItems{items(item("Import Time", 0, 5, ClassId::DateTime))});
    ASSERT_THAT(alice.frames, SizeIs(2));
    EXPECT_TRUE(alice.frames[0].is(0x13, fb::Status::snac.type));
    EXPECT_TRUE(alice.frames[1].is(0x13, fb::UpdateItems::snac.type));
}

// FB-19
TEST_F(Feedbag, changesBetweenStartAndEndAreStoredEvenIfTheEndNeverComes) {
    Client& alice = signOn("Alice");
    alice.send(fb::StartCluster{});
    ASSERT_TRUE(insert(alice, item("bob", 1, 1, ClassId::Buddy)));
    alice.breakLine();
    EXPECT_EQ(query(world.signOn("alice")), item("bob", 1, 1, ClassId::Buddy));
}

// FB-20
TEST_F(Feedbag, takesAnOrderOfItemsThatDoNotExist) {
    Client& alice = signOn("Alice");
    wire::List<wire::u16> order;
    for (wire::u16 id : {7, 8, 9, 7}) order.add(id);
    wire::Buffer const ordered =
        item("Buddies", 1, 0, ClassId::Group, wire::TlvList{}.add(attributes::order, order));
    ASSERT_TRUE(insert(alice, ordered));
    EXPECT_EQ(query(alice), ordered);
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

// FB-22
TEST_F(Feedbag, timeGrowsWithEachChangeAlsoWithinASecondAndWithADeletion) {
    Client& alice = signOn("Alice");
    std::vector<wire::u32> times{lastUpdate(alice)};
    ASSERT_TRUE(insert(alice, root + group + item("bob", 1, 1, ClassId::Buddy)));
    times.push_back(lastUpdate(alice));
    ASSERT_TRUE(update(alice, item("Bob", 1, 1, ClassId::Buddy)));
    times.push_back(lastUpdate(alice));
    ASSERT_TRUE(erase(alice, item("Bob", 1, 1, ClassId::Buddy)));
    times.push_back(lastUpdate(alice));
    for (std::size_t i = 2; i < times.size(); ++i) EXPECT_GT(times[i], times[i - 1]);
    EXPECT_GE(times[1], times[0]);
    alice.signOff();
    Client& again = world.signOn("alice");
    EXPECT_EQ(lastUpdate(again), times.back());
    world.pass(core::Milliseconds(60'000));
    ASSERT_TRUE(erase(again, group));
    EXPECT_EQ(lastUpdate(again), world.now().unix);
}

// FB-23
TEST_F(Feedbag, preferencesCountOnlyIfTheyWereSet) {
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
TEST_F(Feedbag, thatAClientDoesNotUseHasNoEffect) {
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
TEST_F(Feedbag, changedByAClientThatDoesNotUseItTakesEffectForTheOneThatDoes) {
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

// PD-8
TEST_F(Feedbag, refusesThatAUserDeniesHimself) {
    Client& alice = signOn("Alice");
    wire::Buffer const self = item("a Lice", 0, 10, ClassId::Deny);
    EXPECT_EQ(alice.errorOf(alice.send(fb::InsertItems{items(self)})), wire::ErrorCode::NotSupportedByHost);
    EXPECT_THAT(query(alice), IsEmpty());
}

// FB-12: never "success" before it is on disk
TEST_F(Feedbag, answersAChangeOnlyWhenTheDiskHasIt) {
    Client& alice = signOn("Alice");
    world.letStoreAnswer(false);
    wire::u32 const id = alice.send(fb::InsertItems{items(group)});
    EXPECT_FALSE(alice.take<fb::Status>());
    world.letStoreAnswer(true);
    auto const status = alice.take<fb::Status>();
    ASSERT_TRUE(status);
    EXPECT_EQ(status->header.requestId, id);
}

TEST_F(Feedbag, aChangeThatTheDatabaseFailedToStoreIsReportedAndTheSessionsBeginAnew) {
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

TEST_F(Feedbag, aFailedChangeEndsTheOtherSessionsAlsoWhenItsAuthorIsGone) {
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

TEST_F(Feedbag, aMalformedChangeIsRefusedAndChangesNothing) {
    Client& alice = signOn("Alice");
    wire::Buffer whole = group + item("bob", 1, 1, ClassId::Buddy);
    whole.pop_back();
    for (wire::u16 type : {0x08, 0x09, 0x0A})
        EXPECT_EQ(alice.errorOf(alice.sendSnac(0x13, type, whole)), wire::ErrorCode::BustedSnacPayload);
    EXPECT_THAT(query(alice), IsEmpty());
}

}  // namespace
}  // namespace oscar::test
