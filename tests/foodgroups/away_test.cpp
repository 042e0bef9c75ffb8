// SPDX-License-Identifier: MIT
// Away and idle.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/actions.h"

namespace oscar::test {
namespace {

using testing::IsEmpty;
namespace info = wire::oservice::nickInfoTags;
namespace lo = wire::locate;

/// Alice watches Eve.
class Away : public testing::TestWithParam<unsigned> {
  protected:
    Away() {
        world.addUser("Alice");
        world.addUser("Eve");
        world.addUser("100001");
        alice = &world.signOn("alice");
        eve = &world.signOn("eve");
        storeBuddies(*alice, {"eve", "100001"});
        alice->forget();
    }
    UserInfo arrival() {
        auto const last = lastArrival(*alice);
        EXPECT_TRUE(last) << "no ARRIVED";
        return last.value_or(UserInfo{});
    }

    World world{GetParam()};
    Client *alice, *eve;
};
INSTANTIATE_TEST_SUITE_P(Shards, Away, testing::Values(1u, 2u, 3u));

// AWAY-1, AWAY-2
TEST_P(Away, messageMakesAwayAndTheEmptyOneBack) {
    setAway(*eve, "gone fishing");
    EXPECT_TRUE(arrival().isAway());
    EXPECT_EQ(awayMessageOf(*alice, "eve"), "gone fishing");
    setAway(*eve, "");
    EXPECT_FALSE(arrival().isAway());
    EXPECT_EQ(awayMessageOf(*alice, "eve"), "");
}

// AWAY-1: other settings leave it as it is
TEST_P(Away, profileAndCapabilitiesDoNotEndIt) {
    setAway(*eve, "gone fishing");
    setProfile(*eve, "about me");
    setCapabilities(*eve, {shortCap(1)});
    EXPECT_TRUE(arrival().isAway());
    EXPECT_EQ(awayMessageOf(*alice, "eve"), "gone fishing");
}

// AWAY-1
TEST_P(Away, messageEndsWithTheSession) {
    setAway(*eve, "gone fishing");
    eve->breakLine();
    eve = &world.signOn("eve");
    EXPECT_FALSE(arrival().isAway());
    EXPECT_EQ(awayMessageOf(*alice, "eve"), "");
}

// AWAY-2
TEST_P(Away, messageIsFetchedWithItsTypeAndTime) {
    wire::u32 const since = world.now().unix;
    setAway(*eve, "<b>gone</b>");
    world.pass(core::Seconds(30));
    auto const check = [&](auto const& reply) {
        ASSERT_TRUE(reply);
        auto const parts = (*reply)->locateInfo;
        EXPECT_EQ(parts.get(lo::tags::unavailableType).value_or(wire::string{}).text, "text/aolrtf");
        EXPECT_EQ(parts.get(lo::tags::unavailableData).value_or(wire::string{}).text, "<b>gone</b>");
        EXPECT_EQ(parts.get(lo::tags::unavailableTime).value_or(wire::t70{}).seconds, since);
    };
    check(askInfo(*alice, "eve", lo::queryType::unavailable));
    check(alice->ask<lo::UserInfoReply>(lo::UserInfoQuery{lo::OldQueryType::AwayMessage, {"eve"}}));
    EXPECT_EQ(arrival().get(info::awayTime).value_or(wire::t70{}).seconds, since);
}

// AWAY-2
TEST_P(Away, icqUserIsAwayByHisStatus) {
    Client& icq = world.signOn("100001");
    setStatus(icq, wire::oservice::icqStatus::away);
    auto const seen = arrival();
    EXPECT_EQ(seen.name(), "100001");
    EXPECT_TRUE(seen.isAway());
    EXPECT_EQ(seen.get(info::status), 1u);
    setStatus(icq, 0);
    EXPECT_FALSE(arrival().isAway());
}

// AWAY-3
TEST_P(Away, idleTimeIsShownInMinutesAndTheServerCountsOn) {
    setIdle(*eve, 605);
    EXPECT_EQ(arrival().get(info::idleTime), 10);
    world.pass(core::Seconds(300));
    EXPECT_THAT(alice->arrived(), IsEmpty());  // clients count for themselves
    auto const reply = askInfo(*alice, "eve", 0);
    ASSERT_TRUE(reply);
    EXPECT_EQ((*reply)->info.userAttributes.get(info::idleTime), 15);

    world.pass(core::Seconds(60));
    setAway(*eve, "asleep");
    EXPECT_EQ(arrival().get(info::idleTime), 16);
    alice->signOff();
    alice = &world.signOn("alice", {}, true);
    EXPECT_EQ(arrival().get(info::idleTime), 16);
}

// AWAY-3
TEST_P(Away, idleTimeIsGoneWhenTheUserIsBack) {
    EXPECT_FALSE((*askInfo(*alice, "eve", 0))->info.userAttributes.has(info::idleTime));
    setIdle(*eve, 600);
    EXPECT_TRUE(arrival().has(info::idleTime));
    setIdle(*eve, 0);
    EXPECT_FALSE(arrival().has(info::idleTime));
}

// AWAY-3
TEST_P(Away, absurdIdleTimesAreCutToWhatCanBeShown) {
    setIdle(*eve, 0xFFFFFFFF);
    EXPECT_EQ(arrival().get(info::idleTime), 0xFFFF);
    setIdle(*eve, 0xFFFF * 60u);
    EXPECT_EQ(arrival().get(info::idleTime), 0xFFFF);
}

// AWAY-5
TEST_P(Away, idleTimeIsHiddenByThePrivacyFlag) {
    namespace flags = wire::oservice::privacyFlags;
    eve->send(wire::oservice::SetPrivacyFlags{flags::member});
    setIdle(*eve, 600);
    EXPECT_FALSE(arrival().has(info::idleTime));
    EXPECT_FALSE((*askInfo(*alice, "eve", 0))->info.userAttributes.has(info::idleTime));
    eve->send(wire::oservice::SetPrivacyFlags{flags::idle | flags::member});
    EXPECT_EQ(arrival().get(info::idleTime), 10);
}

// AWAY-5
TEST_P(Away, idleTimeIsHiddenByThePreference) {
    namespace attributes = wire::feedbag::attributes;
    wire::u32 const bit = 1u << wire::feedbag::buddyPrefs::discloseIdle;
    auto const prefs = [&](wire::u32 values) {
        return item("", 0, 8, wire::feedbag::ClassId::BuddyPrefs,
                    wire::TlvList{}.add(attributes::buddyPrefsValid, bit).add(attributes::buddyPrefs, values));
    };
    ASSERT_TRUE(insert(*eve, prefs(0)));
    setIdle(*eve, 600);
    EXPECT_FALSE(arrival().has(info::idleTime));
    eve->forget();
    eve->send(wire::oservice::NickInfoQuery{});
    auto const own = ownInfo(*eve);
    ASSERT_FALSE(own.empty());
    EXPECT_EQ(own.front().get(info::idleTime), 10);  // he himself may know
    ASSERT_TRUE(update(*eve, prefs(bit)));
    setIdle(*eve, 600);
    EXPECT_EQ(arrival().get(info::idleTime), 10);
}

// FB-24: a stored list that is not in use has no say
TEST_P(Away, preferenceOfAListNotInUseHidesNothing) {
    namespace attributes = wire::feedbag::attributes;
    wire::u32 const bit = 1u << wire::feedbag::buddyPrefs::discloseIdle;
    ASSERT_TRUE(insert(*eve, item("", 0, 8, wire::feedbag::ClassId::BuddyPrefs,
                                  wire::TlvList{}
                                      .add(attributes::buddyPrefsValid, bit)
                                      .add(attributes::buddyPrefs, 0u))));
    eve->signOff();
    eve = &world.signOn("eve", {.useFeedbag = false, .buddies = {"alice"}});
    setIdle(*eve, 600);
    EXPECT_EQ(arrival().get(info::idleTime), 10);
}

}  // namespace
}  // namespace oscar::test
