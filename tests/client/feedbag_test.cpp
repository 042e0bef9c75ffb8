// SPDX-License-Identifier: MIT
#include "client/feedbag.h"

#include <gtest/gtest.h>

namespace oscar {
namespace {

using namespace client;
using wire::feedbag::ClassId;
using wire::feedbag::PdMode;
using wire::feedbag::StatusCode;
using Ids = std::vector<wire::u16>;

/// What a server that accepts all does.
void carryOut(Feedbag& list, FeedbagPlan const& plan) {
    ASSERT_EQ(plan.status, StatusCode::Success);
    for (FeedbagStep const& step : plan.steps)
        for (FeedbagItem const& item : step.items) {
            bool const there = list.find(item.groupId, item.itemId) != nullptr;
            EXPECT_EQ(there, step.verb != FeedbagVerb::Insert);
            if (step.verb == FeedbagVerb::Delete) {
                list.erase(item.groupId, item.itemId);
            } else {
                list.put(item);
            }
        }
}

TEST(Feedbag, theFirstBuddyBringsRootAndGroupInAolsOrder) {
    Feedbag list;
    FeedbagPlan const plan = planAddBuddy(list, "Bob B", "Friends");
    ASSERT_EQ(plan.steps.size(), 4u);
    EXPECT_EQ(plan.steps[0].items[0].classId, ClassId::Group);
    EXPECT_EQ(plan.steps[0].items[0].groupId, 0);
    EXPECT_EQ(plan.steps[1].items[0].name, "Bob B");
    EXPECT_EQ(plan.steps[2].items[0].name, "Friends");
    EXPECT_EQ(plan.steps[3].verb, FeedbagVerb::Update);
    carryOut(list, plan);
    EXPECT_EQ(list.order(0), Ids{1});
    EXPECT_EQ(list.order(1), Ids{1});
    ASSERT_EQ(list.buddy("bobb").size(), 1u);
}

TEST(Feedbag, aBuddyStandsOnceInAGroupButMayStandInSeveral) {
    Feedbag list;
    carryOut(list, planAddBuddy(list, "bob", "Friends"));
    EXPECT_EQ(planAddBuddy(list, "B o B", "friends").status, StatusCode::AlreadyExists);
    carryOut(list, planAddBuddy(list, "bob", "Work"));
    carryOut(list, planAddBuddy(list, "carol", "Friends"));
    EXPECT_EQ(list.buddy("bob").size(), 2u);
    EXPECT_EQ(list.order(0), (Ids{1, 2}));
    EXPECT_EQ(list.order(1), (Ids{1, 2}));
    carryOut(list, planRemoveBuddy(list, "BOB"));
    EXPECT_TRUE(list.buddy("bob").empty());
    EXPECT_EQ(list.order(1), Ids{2});
    EXPECT_EQ(list.order(2), Ids{});
    EXPECT_EQ(planRemoveBuddy(list, "bob").status, StatusCode::NotFound);
}

TEST(Feedbag, renamingAGroupKeepsItsMembersAndItsUnknownAttributes) {
    Feedbag list;
    carryOut(list, planAddBuddy(list, "bob", "Friends"));
    FeedbagItem group = *list.group("Friends");
    wire::TlvList more;
    more.add(wire::Tlv{0x0134, wire::asBytes("x")});
    group.attributes.insert(group.attributes.end(), more.bytes().begin(), more.bytes().end());
    list.put(group);
    carryOut(list, planRenameGroup(list, "FRIENDS", "Best friends"));
    ASSERT_TRUE(list.group("best friends"));
    EXPECT_EQ(list.order(1), Ids{1});
    EXPECT_TRUE(list.group("best friends")->tlvs().find(0x0134));
    carryOut(list, planAddBuddy(list, "carol", "Best friends"));
    EXPECT_TRUE(list.group("best friends")->tlvs().find(0x0134));
    carryOut(list, planAddBuddy(list, "dave", "Work"));
    EXPECT_EQ(planRenameGroup(list, "Work", "best FRIENDS").status, StatusCode::AlreadyExists);
    EXPECT_EQ(planRenameGroup(list, "none", "some").status, StatusCode::NotFound);
}

TEST(Feedbag, aRemovedGroupTakesItsMembersAlongInBoundedSteps) {
    Feedbag list;
    for (int i = 0; i < 120; ++i) carryOut(list, planAddBuddy(list, "buddy" + std::to_string(i), "Crowd"));
    carryOut(list, planAddBuddy(list, "bob", "Friends"));
    FeedbagPlan const plan = planRemoveGroup(list, "Crowd");
    for (FeedbagStep const& step : plan.steps) EXPECT_LE(step.items.size(), 50u);
    carryOut(list, plan);
    EXPECT_EQ(list.items().size(), 3u) << "root, Friends, bob";
    EXPECT_EQ(list.order(0), Ids{2});
}

TEST(Feedbag, privacyIsEveryoneUntilSetAndIsSetInOneItem) {
    Feedbag list;
    EXPECT_EQ(list.privacyMode(), PdMode::PermitAll);
    carryOut(list, planPrivacyMode(list, PdMode::DenySome));
    EXPECT_EQ(list.privacyMode(), PdMode::DenySome);
    carryOut(list, planPrivacyMode(list, PdMode::PermitOnList));
    EXPECT_EQ(list.privacyMode(), PdMode::PermitOnList);
    EXPECT_EQ(list.items().size(), 1u);
}

TEST(Feedbag, permitsAndDeniesAreItemsOfTheRootGroup) {
    Feedbag list;
    carryOut(list, planAddRootItem(list, ClassId::Deny, "mallory"));
    carryOut(list, planAddRootItem(list, ClassId::Permit, "mallory"));
    EXPECT_EQ(planAddRootItem(list, ClassId::Deny, "Mall Ory").status, StatusCode::AlreadyExists);
    ASSERT_TRUE(list.named(ClassId::Deny, "mallory"));
    EXPECT_EQ(list.named(ClassId::Deny, "mallory")->groupId, 0);
    carryOut(list, planRemoveRootItem(list, ClassId::Deny, "MALLORY"));
    EXPECT_FALSE(list.named(ClassId::Deny, "mallory"));
    EXPECT_TRUE(list.named(ClassId::Permit, "mallory"));
    EXPECT_EQ(planRemoveRootItem(list, ClassId::Deny, "mallory").status, StatusCode::NotFound);
}

TEST(Feedbag, itemsAreKeptInOrderOfTheirIdsAndTheirNumberIsBounded) {
    Feedbag list;
    for (unsigned i = 0; i < Feedbag::maxItems + 100; ++i) {
        unsigned const id = i ^ 1;  // each pair the wrong way round
        list.put(
            {"x", static_cast<wire::u16>(id / 100), static_cast<wire::u16>(id % 100), ClassId::Buddy, {}});
    }
    EXPECT_EQ(list.items().size(), Feedbag::maxItems);
    auto const ids = [](FeedbagItem const& item) { return std::pair(item.groupId, item.itemId); };
    for (std::size_t i = 1; i < list.items().size(); ++i)
        ASSERT_LT(ids(list.items()[i - 1]), ids(list.items()[i]));
}

}  // namespace
}  // namespace oscar
