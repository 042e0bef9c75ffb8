// SPDX-License-Identifier: MIT
// What a stored list may hold: places, names and numbers (rules FB-5, FB-8 to FB-11, FB-13, FB-25). What the rights
// reply promises is kept, and no more.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/world.h"

namespace oscar::test {
namespace {

using wire::feedbag::ClassId;
using wire::feedbag::StatusCode;
namespace fb = wire::feedbag;
namespace attributes = wire::feedbag::attributes;
namespace rights = wire::feedbag::rightsReplyTags;

class FeedbagLimits : public testing::Test {
  protected:
    World world;
    Client* alice = nullptr;
    void SetUp() override {
        world.addUser("Alice");
        alice = &world.signOn("alice");
    }
    template <class M>
    StatusCode statusOf(wire::Buffer const& item) {
        auto const status = alice->ask<fb::Status>(M{items(item)});
        if (!status) {
            ADD_FAILURE() << "no answer";
            return StatusCode::DbError;
        }
        EXPECT_EQ((*status)->statuses.count(), 1u);
        return *(*status)->statuses.begin();
    }
    StatusCode inserted(wire::Buffer const& item) { return statusOf<fb::InsertItems>(item); }
    StatusCode updated(wire::Buffer const& item) { return statusOf<fb::UpdateItems>(item); }
    wire::Tlvs rightsTlvs() {
        auto reply = alice->ask<fb::RightsReply>(fb::RightsQuery{});
        EXPECT_TRUE(reply);
        keptReply_ = std::move(reply);
        return (*keptReply_)->tlvs;
    }
    /// Inserts `count` items in requests of a hundred.
    template <class Make>
    void fill(unsigned count, Make make) {
        for (unsigned first = 0; first < count; first += 100) {
            wire::Buffer some;
            for (unsigned i = first; i < std::min(first + 100, count); ++i) {
                wire::Buffer const one = make(i);
                some.insert(some.end(), one.begin(), one.end());
            }
            ASSERT_TRUE(insert(*alice, some)) << "at " << first;
        }
    }

  private:
    std::optional<Received<fb::RightsReply>> keptReply_;
};

wire::u16 id(unsigned number) { return static_cast<wire::u16>(number); }

// FB-5
TEST_F(FeedbagLimits, idsAbove32767AreReserved) {
    EXPECT_EQ(inserted(item("a", 0x7FFF, 0x7FFF, ClassId::Buddy)), StatusCode::Success);
    EXPECT_EQ(inserted(item("b", 1, 0x8000, ClassId::Buddy)), StatusCode::BadRequest);
    EXPECT_EQ(inserted(item("c", 0x8000, 1, ClassId::Buddy)), StatusCode::BadRequest);
    EXPECT_EQ(inserted(item("d", 0x8000, 0, ClassId::Group)), StatusCode::BadRequest);
    EXPECT_EQ(inserted(item("e", 0, 0xFFFF, ClassId::Deny)), StatusCode::BadRequest);
}

// FB-5, FB-13
TEST_F(FeedbagLimits, groupAndItemIdTogetherNameAnItem) {
    EXPECT_EQ(inserted(item("a", 1, 1, ClassId::Buddy)), StatusCode::Success);
    EXPECT_EQ(inserted(item("a", 2, 1, ClassId::Buddy)), StatusCode::Success);
    EXPECT_EQ(inserted(item("b", 1, 2, ClassId::Buddy)), StatusCode::Success);
    EXPECT_EQ(inserted(item("c", 1, 1, ClassId::Buddy)), StatusCode::AlreadyExists);
    EXPECT_EQ(updated(item("c", 3, 1, ClassId::Buddy)), StatusCode::NotFound);
    EXPECT_EQ(updated(item("c", 1, 1, static_cast<ClassId>(0x400))), StatusCode::BadRequest);
}

// FB-8
TEST_F(FeedbagLimits, buddiesStandInGroupsOnly) {
    EXPECT_EQ(inserted(item("a", 0, 1, ClassId::Buddy)), StatusCode::BadRequest);
    EXPECT_EQ(inserted(item("a", 1, 0, ClassId::Buddy)), StatusCode::BadRequest);
    EXPECT_EQ(inserted(item("a", 1, 1, ClassId::Buddy)), StatusCode::Success);
}

// FB-6, FB-8
TEST_F(FeedbagLimits, groupsHaveItemId0AndANameUnlessTheyAreTheRoot) {
    EXPECT_EQ(inserted(item("Buddies", 1, 1, ClassId::Group)), StatusCode::BadRequest);
    EXPECT_EQ(inserted(item("Buddies", 0, 0, ClassId::Group)), StatusCode::BadRequest);
    EXPECT_EQ(inserted(item("", 1, 0, ClassId::Group)), StatusCode::BadRequest);
    EXPECT_EQ(inserted(item("", 0, 0, ClassId::Group)), StatusCode::Success);
    EXPECT_EQ(inserted(item("Buddies", 1, 0, ClassId::Group)), StatusCode::Success);
}

// FB-8
TEST_F(FeedbagLimits, whatAolBindsToTheRootStandsThereOnly) {
    for (unsigned number : {2, 3, 4, 5, 6, 9, 14, 15, 20, 21, 22, 23, 24, 25, 29, 30, 31}) {
        auto const classId = static_cast<ClassId>(number);
        std::string const name = classId == ClassId::Pdinfo || classId == ClassId::BuddyPrefs ? "" : "some";
        EXPECT_EQ(inserted(item(name, 1, id(number), classId)), StatusCode::BadRequest) << number;
        EXPECT_EQ(inserted(item(name, 0, 0, classId)), StatusCode::BadRequest) << number;
        EXPECT_EQ(inserted(item(name, 0, id(number), classId)), StatusCode::Success) << number;
    }
}

// FB-8
TEST_F(FeedbagLimits, freeClassesStandAnywhere) {
    EXPECT_EQ(inserted(item("a", 0, 1, ClassId::Min)), StatusCode::Success);
    EXPECT_EQ(inserted(item("a", 1, 1, ClassId::Min)), StatusCode::Success);
    EXPECT_EQ(inserted(item("a", 0, 2, static_cast<ClassId>(0xFFFF))), StatusCode::Success);
    EXPECT_EQ(inserted(item("a", 2, 0, ClassId::Min)), StatusCode::BadRequest);  // the group's own place
}

// FB-9
TEST_F(FeedbagLimits, groupNamesAreUniqueWhateverTheirCaseButNotTheirSpaces) {
    EXPECT_EQ(inserted(item("abc", 1, 0, ClassId::Group)), StatusCode::Success);
    EXPECT_EQ(inserted(item("aBc", 2, 0, ClassId::Group)), StatusCode::AlreadyExists);
    EXPECT_EQ(inserted(item("a b c", 2, 0, ClassId::Group)), StatusCode::Success);
    EXPECT_EQ(updated(item("ABC", 2, 0, ClassId::Group)), StatusCode::AlreadyExists);
    EXPECT_EQ(updated(item("ABC", 1, 0, ClassId::Group)), StatusCode::Success);
}

// FB-9
TEST_F(FeedbagLimits, rootItemsHaveUniqueCompressedNamesInTheirClass) {
    EXPECT_EQ(inserted(item("abc", 0, 1, ClassId::Permit)), StatusCode::Success);
    EXPECT_EQ(inserted(item("aBc", 0, 2, ClassId::Permit)), StatusCode::AlreadyExists);
    EXPECT_EQ(inserted(item("a b c", 0, 2, ClassId::Permit)), StatusCode::AlreadyExists);
    EXPECT_EQ(inserted(item("abc", 0, 2, ClassId::Deny)), StatusCode::Success);
}

// FB-9
TEST_F(FeedbagLimits, itemsOfAGroupHaveUniqueCompressedNames) {
    EXPECT_EQ(inserted(item("abc", 1, 1, ClassId::Buddy)), StatusCode::Success);
    EXPECT_EQ(inserted(item("A bc", 1, 2, ClassId::Buddy)), StatusCode::AlreadyExists);
    EXPECT_EQ(inserted(item("A bc", 2, 2, ClassId::Buddy)), StatusCode::Success);
    EXPECT_EQ(inserted(item("def", 1, 3, ClassId::Buddy)), StatusCode::Success);
    EXPECT_EQ(updated(item("ab c", 1, 3, ClassId::Buddy)), StatusCode::AlreadyExists);
    // A name that was freed can be taken.
    EXPECT_EQ(updated(item("ghi", 1, 1, ClassId::Buddy)), StatusCode::Success);
    EXPECT_EQ(updated(item("abc", 1, 3, ClassId::Buddy)), StatusCode::Success);
    ASSERT_TRUE(erase(*alice, item("ghi", 1, 1, ClassId::Buddy)));
    EXPECT_EQ(inserted(item("GHI", 1, 9, ClassId::Buddy)), StatusCode::Success);
}

// FB-10
TEST_F(FeedbagLimits, oneItemClassesHaveOneItemAndNoName) {
    for (ClassId classId : {ClassId::Pdinfo, ClassId::BuddyPrefs}) {
        wire::u16 const at = classId == ClassId::Pdinfo ? 10 : 20;
        EXPECT_EQ(inserted(item("mine", 0, at, classId)), StatusCode::BadRequest);
        EXPECT_EQ(inserted(item("", 0, at, classId)), StatusCode::Success);
        EXPECT_EQ(inserted(item("", 0, id(at + 1u), classId)), StatusCode::AlreadyExists);
        EXPECT_EQ(updated(item("mine", 0, at, classId)), StatusCode::BadRequest);
    }
}

TEST_F(FeedbagLimits, whoeverIsAUserHasAName) {
    EXPECT_EQ(inserted(item("", 1, 1, ClassId::Buddy)), StatusCode::BadLoginid);
    EXPECT_EQ(inserted(item("   ", 1, 1, ClassId::Buddy)), StatusCode::BadLoginid);
    for (ClassId classId : {ClassId::Permit, ClassId::Deny, ClassId::IgnoreList})
        EXPECT_EQ(inserted(item("", 0, 1, classId)), StatusCode::BadLoginid);
    EXPECT_EQ(inserted(item("", 0, 1, ClassId::Min)), StatusCode::Success);
}

// FB-11, FB-25
TEST_F(FeedbagLimits, namesAndAttributesAreAsLongAsTheRightsReplySaysAndNoLonger) {
    wire::Tlvs const limits = rightsTlvs();
    auto const name = limits.get(rights::maxItemNameLen);
    auto const most = limits.get(rights::maxItemAttrs);
    ASSERT_TRUE(name && most);
    EXPECT_EQ(*name, 97);
    EXPECT_EQ(inserted(item(std::string(*name, 'a'), 1, 1, ClassId::Buddy)), StatusCode::Success);
    EXPECT_EQ(inserted(item(std::string(*name + 1u, 'b'), 1, 2, ClassId::Buddy)), StatusCode::BadRequest);
    EXPECT_EQ(updated(item(std::string(*name + 1u, 'a'), 1, 1, ClassId::Buddy)), StatusCode::BadRequest);
    std::string const value(*most - 4u, 'x');
    auto const with = [](std::string const& text) {
        return wire::TlvList{}.add(attributes::alias, wire::string{text});
    };
    EXPECT_EQ(inserted(item("long", 1, 2, ClassId::Buddy, with(value))), StatusCode::Success);
    EXPECT_EQ(inserted(item("longer", 1, 3, ClassId::Buddy, with(value + "x"))), StatusCode::BadRequest);
    EXPECT_EQ(updated(item("long", 1, 2, ClassId::Buddy, with(value + "x"))), StatusCode::BadRequest);
}

// FB-13, FB-25
TEST_F(FeedbagLimits, eachClassHasAsManyItemsAsTheRightsReplySaysAndNoMore) {
    auto const byClass = rightsTlvs().get(rights::maxItemsByClass);
    ASSERT_TRUE(byClass);
    ASSERT_GE(byClass->count(), 21u);
    unsigned number = 0;
    for (wire::u16 const most : *byClass) {
        auto const classId = static_cast<ClassId>(number++);
        bool const isGroup = classId == ClassId::Group, isBuddy = classId == ClassId::Buddy;
        bool const nameless = classId == ClassId::Pdinfo || classId == ClassId::BuddyPrefs;
        if (nameless) continue;  // one each: oneItemClassesHaveOneItemAndNoName
        auto const make = [&](unsigned i) {
            std::string const name = "item" + std::to_string(i);
            if (isGroup) return item(i == 0 ? "" : name, id(i), 0, classId);
            return item(name, isBuddy ? 1 : 0, id(i + 1), classId);
        };
        std::string const user = "user" + std::to_string(number);
        world.addUser(user);
        alice = &world.signOn(user);
        fill(most, make);
        EXPECT_EQ(inserted(make(most)), isBuddy ? StatusCode::OverBuddyLimit : StatusCode::OverRowLimit)
            << "class " << number - 1;
        ASSERT_TRUE(erase(*alice, make(most - 1u)));
        EXPECT_EQ(inserted(make(most)), StatusCode::Success);
    }
}

// FB-13
TEST_F(FeedbagLimits, aRequestThatWouldExceedALimitIsNotCarriedOutInPart) {
    unsigned const most = core::limits::buddies;
    auto const make = [](unsigned i) { return item("b" + std::to_string(i), 1, id(i + 1), ClassId::Buddy); };
    fill(most - 1, make);
    wire::Buffer two = make(most - 1);
    wire::Buffer const second = make(most);
    two.insert(two.end(), second.begin(), second.end());
    auto const status = alice->ask<fb::Status>(fb::InsertItems{items(two)});
    ASSERT_TRUE(status);
    std::vector<StatusCode> codes;
    for (StatusCode code : (*status)->statuses) codes.push_back(code);
    EXPECT_THAT(codes, testing::ElementsAre(StatusCode::NotExecuted, StatusCode::OverBuddyLimit));
    EXPECT_EQ(inserted(make(most)), StatusCode::Success);
}

// FB-13
TEST_F(FeedbagLimits, clientsOwnClassesShareOneLimit) {
    auto const most = rightsTlvs().get(rights::maxClientItems);
    ASSERT_TRUE(most);
    auto const make = [](unsigned i) {
        return item("item" + std::to_string(i), 0, id(i + 1), static_cast<ClassId>(0x400 + i % 7));
    };
    fill(*most, make);
    EXPECT_EQ(inserted(make(*most)), StatusCode::OverRowLimit);
}

TEST_F(FeedbagLimits, aWholeListHasALimitThatNoRealOneMeets) {
    using core::Feedbag;
    using Operation = core::Feedbag::Operation;
    std::string const value(4000, 'x');
    unsigned last = 0;
    auto const some = [&](unsigned count) {
        wire::Buffer all;
        for (unsigned i = 0; i < count; ++i) {
            ++last;
            wire::Buffer const one = item("b" + std::to_string(last), 1, id(last), ClassId::Buddy,
                                          wire::TlvList{}.add(attributes::alias, wire::string{value}));
            all.insert(all.end(), one.begin(), one.end());
        }
        return all;
    };
    Feedbag list;
    ASSERT_TRUE(list.change(Operation::Insert, items(some(250)), 1).done);
    wire::Buffer const before = list.bytes();
    auto const refused = list.change(Operation::Insert, items(some(20)), 2);
    EXPECT_FALSE(refused.done);
    EXPECT_THAT(refused.statuses, testing::SizeIs(20));
    EXPECT_EQ(refused.statuses.front(), StatusCode::NotExecuted);
    EXPECT_EQ(refused.statuses.back(), StatusCode::OverRowLimit);
    EXPECT_EQ(list.bytes(), before);
    EXPECT_EQ(list.updated(), 1u);
    ASSERT_TRUE(list.change(Operation::Insert, items(some(5)), 3).done);
    EXPECT_LE(list.bytes().size(), Feedbag::longestList);
}

}  // namespace
}  // namespace oscar::test
