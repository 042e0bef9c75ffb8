// SPDX-License-Identifier: MIT
// Who may see and reach whom.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/actions.h"

namespace oscar::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using wire::ErrorCode;
using wire::feedbag::ClassId;
using wire::feedbag::PdMode;
namespace pd = wire::pd;

/// Eve sets the rules; Alice and Carol watch her, and she watches them. Carol is no buddy of hers in the list sense
/// of PERMIT_ON_LIST unless a test says so: she is a temporary one.
class PrivacyRules : public testing::TestWithParam<unsigned> {
  protected:
    PrivacyRules() {
        for (char const* name : {"Alice", "Eve", "Carol", "100001"}) world.addUser(name);
        alice = &world.signOn("alice");
        carol = &world.signOn("carol");
        eve = &world.signOn("eve");
        storeBuddies(*alice, {"eve"});
        storeBuddies(*carol, {"eve"});
        storeBuddies(*eve, {"alice"});
        sendNames<wire::buddy::AddTempBuddies>(*eve, {"carol"});
        forgetAll();
    }

    void forgetAll() {
        for (Client* client : {alice, carol, eve}) client->forget();
    }

    /// Everything at once: sees, is seen, can write, can be written to, can ask.
    void expectOpen(Client& other, std::string const& name) {
        SCOPED_TRACE(name + " should be able to see and reach Eve, and be reached");
        EXPECT_EQ(other.errorOf(sendIm(other, "eve", "hi")), std::nullopt);
        EXPECT_THAT(texts(*eve), ElementsAre("hi"));
        EXPECT_EQ(eve->errorOf(sendIm(*eve, name, "hi")), std::nullopt);
        EXPECT_THAT(texts(other), ElementsAre("hi"));
        EXPECT_TRUE(askInfo(other, "eve", 1));
        EXPECT_TRUE(askInfo(*eve, name, 1));
        forgetAll();
        setAway(*eve, "here");
        setAway(other, "here");
        EXPECT_THAT(other.arrived(), ElementsAre("Eve"));
        EXPECT_THAT(eve->arrived(), testing::SizeIs(1));
        setAway(*eve, "");
        setAway(other, "");
        forgetAll();
    }

    void expectClosed(Client& other, std::string const& name) {
        SCOPED_TRACE(name + " should neither see nor reach Eve, nor be reached");
        EXPECT_EQ(other.errorOf(sendIm(other, "eve", "hi")), ErrorCode::NotLoggedOn);
        EXPECT_EQ(eve->errorOf(sendIm(*eve, name, "hi")), ErrorCode::InLocalPermitDeny);
        EXPECT_THAT(texts(*eve), IsEmpty());
        EXPECT_THAT(texts(other), IsEmpty());
        EXPECT_FALSE(askInfo(other, "eve", 1));
        EXPECT_FALSE(askInfo(*eve, name, 1));
        other.send(wire::icbm::ClientEvent{{}, wire::icbm::Channel::Im, {"eve"}, wire::icbm::Event::Typing});
        EXPECT_FALSE(eve->take<wire::icbm::ClientEvent>());
        forgetAll();
        setAway(*eve, "here");
        setAway(other, "here");
        EXPECT_THAT(other.arrived(), IsEmpty());
        EXPECT_THAT(eve->arrived(), IsEmpty());
        setAway(*eve, "");
        setAway(other, "");
        forgetAll();
    }

    bool store(wire::Buffer const& item) { return insert(*eve, item); }
    static wire::Buffer permit(std::string const& name, wire::u16 id) { return item(name, 0, id, ClassId::Permit); }
    static wire::Buffer deny(std::string const& name, wire::u16 id) { return item(name, 0, id, ClassId::Deny); }
    static wire::Buffer masked(wire::u32 mask) {
        namespace attributes = wire::feedbag::attributes;
        return item("", 0, 9, ClassId::Pdinfo,
                    wire::TlvList{}.add(attributes::pdMode, PdMode::PermitAll).add(attributes::pdMask, mask));
    }

    World world{GetParam()};
    Client *alice, *carol, *eve;
};
INSTANTIATE_TEST_SUITE_P(Shards, PrivacyRules, testing::Values(1u, 2u, 3u));

// PD-1
TEST_P(PrivacyRules, storedListRulesAndTheSessionsListsMeanNothingBesideIt) {
    sendNames<pd::AddDenyListEntries>(*eve, {"alice"});
    expectOpen(*alice, "alice");
    ASSERT_TRUE(store(pdinfo(PdMode::DenySome)));
    ASSERT_TRUE(store(deny("carol", 5)));
    expectOpen(*alice, "alice");
    expectClosed(*carol, "carol");
}

// PD-1
TEST_P(PrivacyRules, sessionsListsRuleWhenTheStoredListIsNotInUse) {
    ASSERT_TRUE(store(pdinfo(PdMode::DenyAll)));
    eve->signOff();
    eve = &world.signOn("eve", {.useFeedbag = false, .buddies = {"alice", "carol"}});
    expectOpen(*alice, "alice");
    sendNames<pd::AddDenyListEntries>(*eve, {"A lice"});
    expectClosed(*alice, "alice");
    expectOpen(*carol, "carol");
    sendNames<pd::DelDenyListEntries>(*eve, {"alice"});
    expectOpen(*alice, "alice");
}

// PD-1
TEST_P(PrivacyRules, sessionsListsEndWithTheSession) {
    eve->signOff();
    eve = &world.signOn("eve", {.useFeedbag = false, .buddies = {"alice"}});
    sendNames<pd::AddDenyListEntries>(*eve, {"alice"});
    eve->breakLine();
    eve = &world.signOn("eve", {.useFeedbag = false, .buddies = {"alice"}});
    expectOpen(*alice, "alice");
}

// PD-2
TEST_P(PrivacyRules, everybodyIsLetInByPermitAll) {
    ASSERT_TRUE(store(deny("alice", 5)));
    ASSERT_TRUE(store(pdinfo(PdMode::PermitAll)));
    expectOpen(*alice, "alice");
    expectOpen(*carol, "carol");
}

// PD-2: also buddies, and also strangers
TEST_P(PrivacyRules, nobodyIsLetInByDenyAll) {
    ASSERT_TRUE(store(permit("alice", 5)));
    ASSERT_TRUE(store(pdinfo(PdMode::DenyAll)));
    expectClosed(*alice, "alice");
    expectClosed(*carol, "carol");
}

// PD-2
TEST_P(PrivacyRules, onlyThoseOnThePermitListAreLetInByPermitSome) {
    ASSERT_TRUE(store(permit("C A R O L", 5)));
    ASSERT_TRUE(store(pdinfo(PdMode::PermitSome)));
    expectClosed(*alice, "alice");
    expectOpen(*carol, "carol");
}

// PD-2
TEST_P(PrivacyRules, onlyThoseOnTheDenyListAreKeptOutByDenySome) {
    ASSERT_TRUE(store(deny("ALICE", 5)));
    ASSERT_TRUE(store(pdinfo(PdMode::DenySome)));
    expectClosed(*alice, "alice");
    expectOpen(*carol, "carol");
}

// PD-2
TEST_P(PrivacyRules, onlyBuddiesAreLetInByPermitOnList) {
    ASSERT_TRUE(store(pdinfo(PdMode::PermitOnList)));
    expectOpen(*alice, "alice");
    expectClosed(*carol, "carol");
    ASSERT_TRUE(insert(*eve, item("carol", 1, 2, ClassId::Buddy)));
    expectOpen(*carol, "carol");
    ASSERT_TRUE(erase(*eve, item("alice", 1, 1, ClassId::Buddy)));
    EXPECT_EQ(alice->errorOf(sendIm(*alice, "eve", "hi")), ErrorCode::NotLoggedOn);
}

// PD-2: as QIP writes it
TEST_P(PrivacyRules, listWithoutAModeLetsEverybodyIn) {
    ASSERT_TRUE(store(deny("alice", 5)));
    expectOpen(*alice, "alice");
    ASSERT_TRUE(store(item("", 0, 9, ClassId::Pdinfo)));
    expectOpen(*alice, "alice");
}

// "Block all" and "allow some" hold against strangers as they do against buddies: neither is on the other's list.
TEST_P(PrivacyRules, strangerIsKeptOutAsABuddyIs) {
    world.addUser("Mallory");
    Client& stranger = world.signOn("mallory", {.buddies = {"eve"}}, true);
    EXPECT_THAT(stranger.arrived(), ElementsAre("Eve"));
    for (auto const mode : {PdMode::DenyAll, PdMode::PermitSome, PdMode::PermitOnList}) {
        SCOPED_TRACE(static_cast<int>(mode));
        ASSERT_TRUE(store(pdinfo(mode)));
        EXPECT_THAT(stranger.departed(), ElementsAre("Eve"));
        EXPECT_EQ(stranger.errorOf(sendIm(stranger, "eve", "psst")), ErrorCode::NotLoggedOn);
        EXPECT_FALSE(askInfo(stranger, "eve", 1));
        EXPECT_THAT(texts(*eve), IsEmpty());
        ASSERT_TRUE(erase(*eve, pdinfo(mode)));
        EXPECT_THAT(stranger.arrived(), ElementsAre("Eve"));
    }
}

// The same while Eve is away from the server: her stored settings decide.
TEST_P(PrivacyRules, messageOfOneKeptOutIsNotStoredForOneOffline) {
    ASSERT_TRUE(store(pdinfo(PdMode::PermitSome)));
    ASSERT_TRUE(store(permit("carol", 5)));
    eve->signOff();
    EXPECT_EQ(alice->errorOf(sendIm(*alice, "eve", "hi", {.store = true})), ErrorCode::NotLoggedOn);
    EXPECT_EQ(carol->errorOf(sendIm(*carol, "eve", "hi", {.store = true})), std::nullopt);
    EXPECT_THAT(world.waiting("eve"), testing::SizeIs(1));
}

// PD-3, D-6: blocking works both ways, and the change holds at once while both are on
TEST_P(PrivacyRules, blockedUserNeitherSeesNorReaches) {
    ASSERT_TRUE(store(pdinfo(PdMode::DenySome)));
    expectOpen(*alice, "alice");
    ASSERT_TRUE(store(deny("alice", 5)));
    EXPECT_THAT(alice->departed(), ElementsAre("Eve"));
    EXPECT_THAT(eve->departed(), ElementsAre("Alice"));
    expectClosed(*alice, "alice");
    expectOpen(*carol, "carol");
    ASSERT_TRUE(erase(*eve, deny("alice", 5)));
    EXPECT_THAT(alice->arrived(), ElementsAre("Eve"));
    EXPECT_THAT(eve->arrived(), ElementsAre("Alice"));
    expectOpen(*alice, "alice");
}

// PD-3: one's own list changes meanwhile, on both sides
TEST_P(PrivacyRules, blockHoldsWhateverTheBlockedOneDoesWithHisOwnList) {
    ASSERT_TRUE(store(pdinfo(PdMode::DenySome)));
    ASSERT_TRUE(store(deny("alice", 5)));
    forgetAll();
    ASSERT_TRUE(erase(*alice, item("eve", 1, 1, ClassId::Buddy)));
    ASSERT_TRUE(insert(*alice, item("Eve", 1, 2, ClassId::Buddy)));
    ASSERT_TRUE(insert(*alice, pdinfo(PdMode::PermitSome)));
    ASSERT_TRUE(insert(*alice, permit("eve", 5)));
    sendNames<wire::buddy::AddTempBuddies>(*alice, {"eve"});
    sendNames<pd::AddTempPermitListEntries>(*alice, {"eve"});
    alice->signOff();
    alice = &world.signOn("alice", {}, true);
    EXPECT_THAT(alice->arrived(), IsEmpty());
    EXPECT_THAT(eve->arrived(), IsEmpty());
    expectClosed(*alice, "alice");
}

// PD-3: while both block each other, one's pardon alone changes nothing
TEST_P(PrivacyRules, mutualBlockEndsWhenBothHaveEndedIt) {
    ASSERT_TRUE(store(pdinfo(PdMode::DenySome)));
    ASSERT_TRUE(store(deny("alice", 5)));
    ASSERT_TRUE(insert(*alice, pdinfo(PdMode::DenySome)));
    ASSERT_TRUE(insert(*alice, deny("eve", 5)));
    forgetAll();
    ASSERT_TRUE(erase(*eve, deny("alice", 5)));
    EXPECT_THAT(alice->arrived(), IsEmpty());
    EXPECT_THAT(eve->arrived(), IsEmpty());
    EXPECT_EQ(eve->errorOf(sendIm(*eve, "alice", "hi")), ErrorCode::NotLoggedOn);
    ASSERT_TRUE(erase(*alice, deny("eve", 5)));
    EXPECT_THAT(alice->arrived(), ElementsAre("Eve"));
    EXPECT_THAT(eve->arrived(), ElementsAre("Alice"));
    forgetAll();
    expectOpen(*alice, "alice");
}

// PD-4
TEST_P(PrivacyRules, temporaryPermitOverridesModeAndListsForTheSession) {
    ASSERT_TRUE(store(pdinfo(PdMode::DenyAll)));
    ASSERT_TRUE(store(deny("alice", 5)));
    forgetAll();
    sendNames<pd::AddTempPermitListEntries>(*eve, {"Al ice"});
    EXPECT_THAT(alice->arrived(), ElementsAre("Eve"));
    EXPECT_THAT(eve->arrived(), ElementsAre("Alice"));
    expectOpen(*alice, "alice");
    expectClosed(*carol, "carol");
    sendNames<pd::DelTempPermitListEntries>(*eve, {"alice"});
    EXPECT_THAT(alice->departed(), ElementsAre("Eve"));
    expectClosed(*alice, "alice");

    sendNames<pd::AddTempPermitListEntries>(*eve, {"alice"});
    eve->signOff();
    eve = &world.signOn("eve");
    expectClosed(*alice, "alice");
}

// PD-4
TEST_P(PrivacyRules, temporaryPermitsAreLimitedAsAnnounced) {
    std::vector<std::string> names;
    for (unsigned i = 0; i < core::limits::tempPermits; ++i) names.push_back("user" + std::to_string(i));
    EXPECT_EQ(eve->errorOf(sendNames<pd::AddTempPermitListEntries>(*eve, names)), std::nullopt);
    EXPECT_EQ(eve->errorOf(sendNames<pd::AddTempPermitListEntries>(*eve, {"onemore"})), ErrorCode::ListOverflow);
}

// PD-5
TEST_P(PrivacyRules, maskShowsTheUserToItsClassesOnly) {
    Client& icq = world.signOn("100001", {.useFeedbag = false, .buddies = {"eve"}}, true);
    EXPECT_THAT(icq.arrived(), ElementsAre("Eve"));
    ASSERT_TRUE(store(masked(wire::oservice::nickFlags::icq)));
    EXPECT_THAT(alice->departed(), ElementsAre("Eve"));
    EXPECT_THAT(icq.departed(), IsEmpty());
    EXPECT_FALSE(askInfo(*alice, "eve", 1));
    EXPECT_TRUE(askInfo(icq, "eve", 1));

    ASSERT_TRUE(update(*eve, masked(0xFFFFFFFF)));
    EXPECT_THAT(alice->arrived(), ElementsAre("Eve"));
}

// PD-5
TEST_P(PrivacyRules, maskOfTheSessionShowsTheUserToItsClassesOnly) {
    eve->signOff();
    eve = &world.signOn("eve", {.useFeedbag = false, .buddies = {"alice"}});
    forgetAll();
    eve->send(pd::SetGroupPermitMask{wire::oservice::nickFlags::icq});
    EXPECT_THAT(alice->departed(), ElementsAre("Eve"));
    eve->send(pd::SetGroupPermitMask{wire::oservice::nickFlags::aim});
    EXPECT_THAT(alice->arrived(), ElementsAre("Eve"));
}

// PD-6: bit 0; AIM users' settings always hold for messages (the modes above), an ICQ user's only if he says so
TEST_P(PrivacyRules, icqUsersListsHideHimAndRuleMessagesOnlyIfHeSaysSo) {
    namespace attributes = wire::feedbag::attributes;
    Client& icq = world.signOn("100001");
    storeBuddies(icq, {"carol"});
    ASSERT_TRUE(insert(*alice, item("100001", 1, 5, ClassId::Buddy)));
    EXPECT_THAT(alice->arrived(), ElementsAre("100001"));

    wire::TlvList hides;
    hides.add(attributes::pdMode, PdMode::DenySome);
    ASSERT_TRUE(insert(icq, item("", 0, 9, ClassId::Pdinfo, hides)));
    ASSERT_TRUE(insert(icq, deny("alice", 5)));
    EXPECT_THAT(alice->departed(), ElementsAre("100001"));
    sendIm(*alice, "100001", "hi");
    EXPECT_THAT(texts(icq), ElementsAre("hi"));

    hides.add(attributes::pdFlags, wire::feedbag::pdFlags::appliesIm);
    ASSERT_TRUE(update(icq, item("", 0, 9, ClassId::Pdinfo, hides)));
    EXPECT_EQ(alice->errorOf(sendIm(*alice, "100001", "hi")), ErrorCode::NotLoggedOn);
    EXPECT_THAT(texts(icq), IsEmpty());
}

// PD-7
TEST_P(PrivacyRules, ownNameAloneStandsForEverybodyOrNobody) {
    eve->signOff();
    eve = &world.signOn("eve", {.useFeedbag = false, .buddies = {"alice", "carol"}});
    sendNames<pd::AddPermitListEntries>(*eve, {"E v e"});
    expectClosed(*alice, "alice");
    expectClosed(*carol, "carol");
    sendNames<pd::AddDenyListEntries>(*eve, {"eve"});
    expectOpen(*alice, "alice");
    expectOpen(*carol, "carol");
}

// PD-7
TEST_P(PrivacyRules, otherNamesSwitchToTheModeOfTheirList) {
    eve->signOff();
    eve = &world.signOn("eve", {.useFeedbag = false, .buddies = {"alice", "carol"}});
    sendNames<pd::AddPermitListEntries>(*eve, {"carol"});
    expectClosed(*alice, "alice");
    expectOpen(*carol, "carol");
    sendNames<pd::AddDenyListEntries>(*eve, {"carol"});
    expectOpen(*alice, "alice");
    expectClosed(*carol, "carol");
    sendNames<pd::AddPermitListEntries>(*eve, {"alice"});
    sendNames<pd::DelPermitListEntries>(*eve, {"carol"});
    expectOpen(*alice, "alice");
    expectClosed(*carol, "carol");
}

// PD-8
TEST_P(PrivacyRules, userCannotDenyHimself) {
    auto const own = deny("E V E", 5);
    EXPECT_EQ(eve->errorOf(eve->send(wire::feedbag::InsertItems{items(own)})), ErrorCode::NotSupportedByHost);
    ASSERT_TRUE(store(deny("alice", 5)));
    EXPECT_EQ(eve->errorOf(eve->send(wire::feedbag::UpdateItems{items(own)})), ErrorCode::NotSupportedByHost);
}

// PD-9
TEST_P(PrivacyRules, eachChangeOfModeTakesEffectAtOnceAndOnlyForThoseItConcerns) {
    ASSERT_TRUE(store(permit("carol", 5)));
    ASSERT_TRUE(store(pdinfo(PdMode::PermitSome)));
    EXPECT_THAT(alice->departed(), ElementsAre("Eve"));
    EXPECT_THAT(carol->departed(), IsEmpty());
    ASSERT_TRUE(update(*eve, pdinfo(PdMode::DenyAll)));
    EXPECT_THAT(alice->departed(), IsEmpty());
    EXPECT_THAT(carol->departed(), ElementsAre("Eve"));
    ASSERT_TRUE(update(*eve, pdinfo(PdMode::PermitOnList)));
    EXPECT_THAT(alice->arrived(), ElementsAre("Eve"));
    EXPECT_THAT(carol->arrived(), IsEmpty());
    ASSERT_TRUE(erase(*eve, pdinfo(PdMode::PermitOnList)));
    EXPECT_THAT(alice->arrived(), IsEmpty());
    EXPECT_THAT(carol->arrived(), ElementsAre("Eve"));
}

// PD-10
TEST_P(PrivacyRules, limitsAreAnnouncedAndHeld) {
    auto const rights = eve->ask<pd::RightsReply>(pd::RightsQuery{});
    ASSERT_TRUE(rights);
    namespace tags = pd::rightsReplyTags;
    EXPECT_EQ((*rights)->tlvs.get(tags::maxPermits), core::limits::permits);
    EXPECT_EQ((*rights)->tlvs.get(tags::maxDenies), core::limits::denies);
    EXPECT_EQ((*rights)->tlvs.get(tags::maxTempPermits), core::limits::tempPermits);
    std::vector<std::string> names;
    for (unsigned i = 0; i <= core::limits::denies; ++i) names.push_back("u" + std::to_string(i));
    EXPECT_EQ(eve->errorOf(sendNames<pd::AddDenyListEntries>(*eve, names)), ErrorCode::ListOverflow);
    EXPECT_EQ(eve->errorOf(sendNames<pd::AddPermitListEntries>(*eve, names)), ErrorCode::ListOverflow);
}

// PD-11
TEST_P(PrivacyRules, userAlwaysSeesHisOwnInfo) {
    ASSERT_TRUE(store(pdinfo(PdMode::DenyAll)));
    setStatus(*eve, invisible);
    EXPECT_TRUE(askInfo(*eve, "eve", 1));
    sendIm(*eve, "eve", "note");
    EXPECT_THAT(texts(*eve), ElementsAre("note"));
}

// ICQ's ignore list (class 0x0E) works both ways, whatever the mode.
TEST_P(PrivacyRules, ignoredUserNeitherSeesNorReaches) {
    ASSERT_TRUE(store(item("alice", 0, 5, ClassId::IgnoreList)));
    EXPECT_THAT(alice->departed(), ElementsAre("Eve"));
    expectClosed(*alice, "alice");
    expectOpen(*carol, "carol");
}

// ICQ's visible list: mode PERMIT_SOME of an ICQ user shows him to those on it also while he is invisible.
TEST_P(PrivacyRules, icqUserOnInvisibleIsSeenByHisVisibleList) {
    Client& icq = world.signOn("100001");
    storeBuddies(icq, {"carol"});
    ASSERT_TRUE(insert(*alice, item("100001", 1, 5, ClassId::Buddy)));
    ASSERT_TRUE(insert(*carol, item("100001", 1, 5, ClassId::Buddy)));
    forgetAll();
    setStatus(icq, invisible);
    ASSERT_TRUE(insert(icq, permit("alice", 5)));
    ASSERT_TRUE(insert(icq, pdinfo(PdMode::PermitSome)));
    EXPECT_THAT(alice->departed(), ElementsAre("100001"));
    EXPECT_THAT(alice->arrived(), ElementsAre("100001"));
    EXPECT_TRUE(askInfo(*alice, "100001", 1));
    EXPECT_THAT(carol->departed(), ElementsAre("100001"));
    EXPECT_THAT(carol->arrived(), IsEmpty());
    EXPECT_FALSE(askInfo(*carol, "100001", 1));
}

}  // namespace
}  // namespace oscar::test
