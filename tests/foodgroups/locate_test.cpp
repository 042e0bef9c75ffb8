// SPDX-License-Identifier: MIT
// Profiles, away messages and capabilities, as others ask for them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/actions.h"

namespace oscar::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;
using wire::ErrorCode;
using wire::feedbag::ClassId;
using wire::feedbag::PdMode;
namespace info = wire::oservice::nickInfoTags;
namespace lo = wire::locate;
namespace parts = wire::locate::queryType;

constexpr wire::Uuid htmlMessages{0x01, 0x38, 0xCA, 0x7B, 0x76, 0x9A, 0x49, 0x15,
                                  0x88, 0xF2, 0x13, 0xFC, 0x00, 0x97, 0x9E, 0xA8};

/// Alice asks about Eve; they are no buddies of each other.
class Locate : public testing::TestWithParam<unsigned> {
  protected:
    Locate() {
        world.addUser("Alice");
        world.addUser("Big Eve");
        alice = &world.signOn("alice");
        eve = &world.signOn("bigeve");
    }

    /// The numbers of the TLVs in the answer, in order.
    static std::vector<wire::u16> tags(lo::UserInfoReply const& reply) {
        std::vector<wire::u16> numbers;
        for (wire::Tlv const& tlv : reply.locateInfo) numbers.push_back(tlv.tag);
        return numbers;
    }
    std::optional<ErrorCode> refusal(Client& asker, std::string const& name) {
        auto const recent = asker.errorOf(asker.send(lo::UserInfoQuery2{parts::sig, {name}}));
        auto const old = asker.errorOf(asker.send(lo::UserInfoQuery{lo::OldQueryType::GeneralInfo, {name}}));
        EXPECT_EQ(recent, old);
        return recent;
    }
    void fillIn() {
        setProfile(*eve, "about me");
        setAway(*eve, "gone fishing");
        setCapabilities(*eve, {shortCap(0x1343), htmlMessages});
    }

    World world{GetParam()};
    Client *alice, *eve;
};
INSTANTIATE_TEST_SUITE_P(Shards, Locate, testing::Values(1u, 2u, 3u));

// LOC-3
TEST_P(Locate, answerHoldsThePartsAskedForTypeBeforeData) {
    fillIn();
    struct Case {
        wire::u32 asked;
        std::vector<wire::u16> tags;
    };
    std::vector<wire::u16> const sig{1, 2, 0x0A}, away{3, 4, 0x0B}, caps{5};
    for (Case const& each :
         {Case{0, {}}, Case{parts::sig, sig}, Case{parts::unavailable, away}, Case{parts::capabilities, caps},
          Case{7, {1, 2, 0x0A, 3, 4, 0x0B, 5}}, Case{parts::certs, {}}, Case{0xFFFFFFF8, {}}}) {
        SCOPED_TRACE(each.asked);
        auto const reply = askInfo(*alice, "BIG eve", each.asked);
        ASSERT_TRUE(reply);
        EXPECT_EQ((*reply)->info.displayId.text, "Big Eve");
        EXPECT_TRUE((*reply)->info.userAttributes.has(info::nickFlags));
        EXPECT_EQ(tags(**reply), each.tags);
    }
}

// LOC-3
TEST_P(Locate, partsBringWhatTheUserSet) {
    fillIn();
    auto const reply = askInfo(*alice, "bigeve", 7);
    ASSERT_TRUE(reply);
    auto const told = (*reply)->locateInfo;
    EXPECT_EQ(told.get(lo::tags::sigType).value_or(wire::string{}).text, "text/html");
    EXPECT_EQ(told.get(lo::tags::sigData).value_or(wire::string{}).text, "about me");
    EXPECT_EQ(told.get(lo::tags::unavailableData).value_or(wire::string{}).text, "gone fishing");
    auto const list = told.get(lo::tags::capabilities);
    ASSERT_TRUE(list);
    std::vector<wire::Uuid> caps;
    for (wire::Uuid const& uuid : *list) caps.push_back(uuid);
    EXPECT_THAT(caps, UnorderedElementsAre(shortCap(0x1343), htmlMessages));  // short ones in long form too
}

// LOC-3
TEST_P(Locate, awayMessageIsToldOnlyWhileAway) {
    fillIn();
    setAway(*eve, "");
    auto const reply = askInfo(*alice, "bigeve", parts::unavailable);
    ASSERT_TRUE(reply);
    EXPECT_THAT(tags(**reply), IsEmpty());
}

// LOC-3
TEST_P(Locate, unknownAndOfflineUsersGetTheSameRefusal) {
    EXPECT_EQ(refusal(*alice, "nobody"), ErrorCode::NotLoggedOn);
    eve->signOff();
    EXPECT_EQ(refusal(*alice, "bigeve"), ErrorCode::NotLoggedOn);
    world.signOn("bigeve", {.clientOnline = false});
    EXPECT_EQ(refusal(*alice, "bigeve"), ErrorCode::NotLoggedOn);
}

// LOC-3
TEST_P(Locate, blockIsARefusalOnBothSides) {
    ASSERT_TRUE(insert(*eve, pdinfo(PdMode::DenySome)));
    ASSERT_TRUE(insert(*eve, item("alice", 0, 5, ClassId::Deny)));
    EXPECT_EQ(refusal(*alice, "bigeve"), ErrorCode::NotLoggedOn);
    EXPECT_EQ(refusal(*eve, "alice"), ErrorCode::NotLoggedOn);
    ASSERT_TRUE(update(*eve, pdinfo(PdMode::PermitAll)));
    EXPECT_EQ(refusal(*alice, "bigeve"), std::nullopt);
    EXPECT_EQ(refusal(*eve, "alice"), std::nullopt);
}

// LOC-3, PRES-11
TEST_P(Locate, invisibleUserIsNotToBeFound) {
    setStatus(*eve, invisible);
    EXPECT_EQ(refusal(*alice, "bigeve"), ErrorCode::NotLoggedOn);
    setStatus(*eve, 0);
    EXPECT_EQ(refusal(*alice, "bigeve"), std::nullopt);
}

// LOC-3
TEST_P(Locate, questionWithoutANameIsMalformed) {
    EXPECT_EQ(refusal(*alice, ""), ErrorCode::BustedSnacPayload);
    EXPECT_EQ(refusal(*alice, "   "), ErrorCode::BustedSnacPayload);
    EXPECT_EQ(alice->errorOf(alice->sendSnac(2, 0x0015, wire::Buffer{0, 0, 0, 1, 9, 'x'})),
              ErrorCode::BustedSnacPayload);
}

// LOC-4, PD-11
TEST_P(Locate, userMayAlwaysAskAboutHimself) {
    fillIn();
    setStatus(*eve, invisible);
    ASSERT_TRUE(insert(*eve, pdinfo(PdMode::DenyAll)));
    auto const reply = askInfo(*eve, "bigeve", 7);
    ASSERT_TRUE(reply);
    EXPECT_EQ(tags(**reply), (std::vector<wire::u16>{1, 2, 0x0A, 3, 4, 0x0B, 5}));

    Client& early = world.signOn("alice", {.multiconnFlags = wire::MulticonnFlags::Single, .clientOnline = false});
    setProfile(early, "before all others");
    EXPECT_EQ(profileOf(early, "alice"), "before all others");
}

// LOC-5, D-7
TEST_P(Locate, oldQuestionsAreAnsweredByTheirType) {
    fillIn();
    auto const asked = [&](wire::u16 type) {
        auto const reply =
            alice->ask<lo::UserInfoReply>(lo::UserInfoQuery{static_cast<lo::OldQueryType>(type), {"bigeve"}});
        EXPECT_TRUE(reply);
        return reply ? tags(**reply) : std::vector<wire::u16>{0xFFFF};
    };
    EXPECT_THAT(asked(1), ElementsAre(1, 2, 0x0A));
    EXPECT_THAT(asked(2), ElementsAre(3, 4, 0x0B));
    EXPECT_THAT(asked(3), ElementsAre(1, 2, 0x0A, 3, 4, 0x0B));
    EXPECT_THAT(asked(4), ElementsAre(5));
    setAway(*eve, "");
    EXPECT_THAT(asked(2), IsEmpty());
    EXPECT_THAT(asked(3), ElementsAre(1, 2, 0x0A));
}

// LOC-1
TEST_P(Locate, tagsPresentReplaceEmptyOnesClearAbsentOnesStay) {
    fillIn();
    setProfile(*eve, "about me, anew");
    EXPECT_EQ(profileOf(*alice, "bigeve"), "about me, anew");
    EXPECT_EQ(awayMessageOf(*alice, "bigeve"), "gone fishing");
    setProfile(*eve, "");
    EXPECT_EQ(profileOf(*alice, "bigeve"), "");
    EXPECT_EQ(awayMessageOf(*alice, "bigeve"), "gone fishing");
    setCapabilities(*eve, {});
    auto const reply = askInfo(*alice, "bigeve", parts::capabilities);
    ASSERT_TRUE(reply);
    EXPECT_EQ((*reply)->locateInfo.find(5).value_or(wire::Bytes{}).size(), 0u);
}

// LOC-2
TEST_P(Locate, tooLongTextsAndTornCapabilitiesAreRefusedAndChangeNothing) {
    fillIn();
    auto const rights = eve->ask<lo::RightsReply>(lo::RightsQuery{});
    ASSERT_TRUE(rights);
    std::size_t const most = (*rights)->tlvs.get(lo::rightsReplyTags::maxSigLen).value();
    EXPECT_EQ(eve->errorOf(setProfile(*eve, std::string(most + 1, 'x'))), ErrorCode::BustedSnacPayload);
    EXPECT_EQ(eve->errorOf(setAway(*eve, std::string(most + 1, 'x'))), ErrorCode::BustedSnacPayload);
    EXPECT_EQ(eve->errorOf(eve->sendSnac(2, 4, wire::Buffer{0, 5, 0, 3, 1, 2, 3})), ErrorCode::BustedSnacPayload);
    std::vector<wire::Uuid> caps(core::limits::capabilities + 1u, shortCap(1));
    EXPECT_EQ(eve->errorOf(setCapabilities(*eve, caps)), ErrorCode::BustedSnacPayload);
    EXPECT_EQ(profileOf(*alice, "bigeve"), "about me");
    EXPECT_EQ(awayMessageOf(*alice, "bigeve"), "gone fishing");

    EXPECT_EQ(eve->errorOf(setProfile(*eve, std::string(most, 'x'))), std::nullopt);
    EXPECT_EQ(profileOf(*alice, "bigeve"), std::string(most, 'x'));
}

// LOC-6
TEST_P(Locate, profileIsKeptForLaterSessionsIfTheClientWantsThat) {
    eve->send(lo::SetInfo{wire::TlvList{}
                              .add(lo::tags::sigType, wire::string{"text/html"})
                              .add(lo::tags::sigData, wire::string{"kept"})
                              .add(lo::tags::supportHostSig, wire::u08{1})});
    eve->signOff();
    eve = &world.signOn("bigeve");
    EXPECT_EQ(profileOf(*alice, "bigeve"), "kept");
    setProfile(*eve, "for today");
    EXPECT_EQ(profileOf(*alice, "bigeve"), "for today");
    eve->signOff();
    world.signOn("bigeve");
    EXPECT_EQ(profileOf(*alice, "bigeve"), "kept");
}

// LOC-6
TEST_P(Locate, profileIsToldToTheUsersOtherClientsByItsTime) {
    Client& other = world.signOn("bigeve");
    world.pass(core::Seconds(7));
    setProfile(*eve, "new");
    auto const told = ownInfo(other);
    ASSERT_THAT(told, testing::Not(IsEmpty()));
    EXPECT_EQ(told.front().get(info::sigTime).value_or(wire::t70{}).seconds, world.now().unix);
}

// LOC-7: there is no such page, so there is nothing to return
TEST_P(Locate, htmlPageIsNeverMadeUp) {
    fillIn();
    auto const reply = askInfo(*alice, "bigeve", parts::htmlInfo);
    ASSERT_TRUE(reply);
    EXPECT_THAT(tags(**reply), IsEmpty());
}

}  // namespace
}  // namespace oscar::test
