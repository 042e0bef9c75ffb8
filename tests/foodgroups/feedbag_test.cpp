// SPDX-License-Identifier: MIT
// The stored list: what a client reads, changes and is told (rules FB-1 to FB-24).
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

wire::Buffer const root = item("", 0, 0, ClassId::Group);
wire::Buffer const group = item("Buddies", 1, 0, ClassId::Group);

class Feedbag : public testing::Test, protected NewUsers {};

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

// PD-8
TEST_F(Feedbag, refusesThatAUserDeniesHimself) {
    Client& alice = signOn("Alice");
    wire::Buffer const self = item("a Lice", 0, 10, ClassId::Deny);
    EXPECT_EQ(alice.errorOf(alice.send(fb::InsertItems{items(self)})), wire::ErrorCode::NotSupportedByHost);
    EXPECT_THAT(query(alice), IsEmpty());
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
