// SPDX-License-Identifier: MIT
// From the cookie to being online, and the limits announced on the way (rules ON-1 to ON-14, LIM-2, LIM-3).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/rates.h"
#include "foodgroups/dispatch.h"
#include "tests/support/world.h"

namespace oscar::test {
namespace {

using core::CloseReason;
using core::Milliseconds;
using testing::AnyOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Ge;
using testing::IsEmpty;
using testing::Optional;
using testing::SizeIs;
using testing::UnorderedElementsAre;
using wire::ErrorCode;
using wire::FrameType;
using wire::u16;
using wire::u32;
namespace os = wire::oservice;

std::vector<u16> offered() {
    std::vector<u16> groups;
    for (auto const& group : foodgroups::all()) groups.push_back(static_cast<u16>(group.foodgroup));
    return groups;
}

/// Foodgroup and version pairs, e.g. {{1, 4}, {19, 6}}.
wire::List<os::FoodgroupVersion> versions(std::vector<std::pair<u16, u16>> const& pairs) {
    wire::List<os::FoodgroupVersion> list;
    for (auto const& [group, version] : pairs) list.add({group, version});
    return list;
}

/// CLIENT_ONLINE that names these foodgroups with these versions.
void goOnline(Client& client, std::vector<std::pair<u16, u16>> const& pairs = {}) {
    wire::List<os::Version> list;
    for (auto const& [group, version] : pairs) list.add({group, version, 0x29, 1});
    client.send(os::ClientOnline{list});
}

class Service : public testing::TestWithParam<unsigned> {
  protected:
    World world{GetParam()};

    void SetUp() override {
        for (auto const* name : {"Alice", "Bob"}) world.addUser(name);
    }
    /// Presents a good cookie; what came is kept.
    Client& begin(std::string const& name) { return world.present(world.bucp(name).cookie); }
};
INSTANTIATE_TEST_SUITE_P(, Service, testing::Values(1u, 2u));

// ON-1
TEST_P(Service, hostOnlineIsTheFirstThingAClientHears) {
    for (unsigned i = 0; i < GetParam(); ++i) {  // also after the move to the user's shard
        Client& client = begin("alice");
        ASSERT_THAT(client.frames, SizeIs(2));
        EXPECT_EQ(client.frames[0].type, FrameType::Signon);
        auto const online = client.take<os::HostOnline>();
        ASSERT_TRUE(online);
        std::vector<u16> groups;
        for (u16 group : (*online)->groups) groups.push_back(group);
        EXPECT_EQ(groups, offered());
    }
}

// ON-2, BAD-2: foodgroups that were never announced are not served
TEST_P(Service, foodgroupsThatAreNotAnnouncedAreNotServed) {
    Client& alice = world.signOn("alice", {.clientOnline = false});
    auto const announced = offered();
    for (u16 group = 0; group < 0x40; ++group) {
        if (std::ranges::find(announced, group) != announced.end()) continue;
        if (group == static_cast<u16>(wire::Foodgroup::Plugin) || group == static_cast<u16>(wire::Foodgroup::Mdir))
            continue;  // BAD-6
        for (u16 type : {2, 3, 4, 7}) {
            u32 const id = alice.sendSnac(group, type, wire::Buffer(20));
            EXPECT_THAT(alice.errorOf(id), Optional(AnyOf(ErrorCode::InvalidSnac, ErrorCode::NotSupportedByHost, ErrorCode::ObsoleteSnac)))
                << group << ' ' << type;
            EXPECT_THAT(alice.frames, IsEmpty()) << group << ' ' << type;
        }
    }
    EXPECT_TRUE(alice.isOpen());
    alice.send(wire::bucp::ChallengeRequest{});
    EXPECT_FALSE(alice.take<wire::bucp::ChallengeResponse>());
}

// ON-2: also services that other connections may once be for
TEST_P(Service, aServiceThatIsNotThereIsRefused) {
    Client& alice = world.signOn("alice");
    for (u16 group : {0x07, 0x0D, 0x0E, 0x0F, 0x10, 0x18})
        EXPECT_EQ(alice.errorOf(alice.send(os::ServiceRequest{group, {}})), ErrorCode::ServiceUnavailable) << group;
    EXPECT_EQ(alice.errorOf(alice.send(os::ServiceRequest{0x7777, {}})), ErrorCode::ServiceNotDefined);
}

// ON-3
TEST_P(Service, versionsAreAtMostWhatWasAskedForAndTheMessageOfTheDayFollows) {
    Client& client = begin("alice");
    client.forget();
    u32 const id = client.send(os::ClientVersions{versions({{1, 2}, {2, 99}, {19, 3}, {0x0D, 1}, {0x7777, 1}})});
    ASSERT_THAT(client.frames, SizeIs(2));
    auto const answer = client.take<os::HostVersions>();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->header.requestId, id);
    std::vector<std::pair<u16, u16>> got;
    for (os::FoodgroupVersion const& version : (*answer)->versions) got.emplace_back(version.foodgroup, version.version);
    EXPECT_THAT(got, ElementsAre(std::pair{1, 2}, std::pair{2, 1}, std::pair{19, 3}));
    auto const motd = client.take<os::Motd>();
    ASSERT_TRUE(motd);
    EXPECT_EQ(motd->header.requestId, wire::serverRequestId);
    EXPECT_FALSE((*motd)->tlvs.has(os::motdTags::message));
}

// ON-3
TEST(ServiceWithAMessageOfTheDay, everybodyIsToldIt) {
    core::Options options;
    options.motd = "Maintenance at noon";
    World world{2, options};
    world.addUser("Alice");
    Client& client = world.present(world.bucp("alice").cookie);
    client.send(os::ClientVersions{versions({{1, 3}})});
    EXPECT_EQ((*client.take<os::Motd>())->tlvs.get(os::motdTags::message)->text, "Maintenance at noon");
}

std::size_t blocksOfOwnInfo(Client& client) {
    auto const info = client.ask<os::NickInfoUpdate>(os::NickInfoQuery{});
    return info ? (*info)->info.count() : 0;
}

// ON-3
TEST_P(Service, withoutVersionsTheLowestHoldUntilClientOnlineClaimsMore) {
    Client& client = begin("alice");
    auto const rates = client.ask<os::RateParamsReply>(os::RateParamsQuery{});
    ASSERT_TRUE(rates);
    EXPECT_FALSE((*rates)->hasState());
    client.send(wire::feedbag::Use{});
    EXPECT_EQ(blocksOfOwnInfo(client), 1u);
    goOnline(client, {{1, 4}, {19, 3}, {4, 1}});
    EXPECT_EQ(blocksOfOwnInfo(client), 2u);
    EXPECT_TRUE((*client.ask<os::RateParamsReply>(os::RateParamsQuery{}))->hasState());
}

// ON-4, RATE-11
TEST_P(Service, rateParametersListEverySnacThatIsServedInOneClass) {
    Client& client = begin("alice");
    client.send(os::ClientVersions{versions({{1, 3}})});
    auto const rates = client.ask<os::RateParamsReply>(os::RateParamsQuery{});
    ASSERT_TRUE(rates);
    EXPECT_EQ((*rates)->numClasses, core::rateClasses.size());
    EXPECT_TRUE((*rates)->hasState());
    std::vector<std::pair<u16, u16>> members;
    for (auto const& each : (*rates)->rateMembers)
        for (auto const& member : each.members) members.emplace_back(member.foodgroup, member.type);
    for (auto const& group : foodgroups::all())
        for (auto const& row : group.rows)
            EXPECT_EQ(std::ranges::count(members, std::pair{static_cast<u16>(group.foodgroup), row.snac.type}), 1)
                << static_cast<int>(group.foodgroup) << ' ' << row.snac.type;
    wire::List<u16> classes;
    classes.add(1);
    u32 const id = client.send(os::RateAddParamSub{classes});
    EXPECT_FALSE(client.errorOf(id));
    EXPECT_TRUE(client.isOpen());
}

/// All that clients ask before they go online, in one write.
template <class... M>
wire::Buffer allAtOnce(wire::FlapWriter& out, M const&... questions) {
    u32 id = 0;
    (out.snac(questions, ++id), ...);
    return std::exchange(out.bytes(), {});
}

// ON-5, ON-13
TEST_P(Service, questionsBeforeClientOnlineAreAllAnsweredAlsoWhenTheyComeAtOnce) {
    Client& client = world.connect();
    wire::FlapWriter out(1);
    wire::Buffer const cookie = world.bucp("alice").cookie;
    wire::TlvList tlvs;
    tlvs.add(wire::signonTags::loginCookie, wire::blob{cookie});
    out.frame(FrameType::Signon, [&](wire::Writer& writer) { put(writer, wire::FlapSignon{1, tlvs}); });
    client.sendBytes(allAtOnce(out, wire::feedbag::QueryIfModified{}, wire::pd::RightsQuery{}, wire::feedbag::RightsQuery{},
                               wire::icbm::ParameterQuery{}, wire::buddy::RightsQuery{}, wire::locate::RightsQuery{},
                               os::RateParamsQuery{}, wire::feedbag::Query{}, os::NickInfoQuery{}));
    EXPECT_EQ(client.take<wire::feedbag::Reply>()->header.requestId, 1u);
    EXPECT_EQ(client.take<wire::pd::RightsReply>()->header.requestId, 2u);
    EXPECT_EQ(client.take<wire::feedbag::RightsReply>()->header.requestId, 3u);
    EXPECT_EQ(client.take<wire::icbm::ParameterReply>()->header.requestId, 4u);
    EXPECT_EQ(client.take<wire::buddy::RightsReply>()->header.requestId, 5u);
    EXPECT_EQ(client.take<wire::locate::RightsReply>()->header.requestId, 6u);
    EXPECT_EQ(client.take<os::RateParamsReply>()->header.requestId, 7u);
    EXPECT_EQ(client.take<wire::feedbag::Reply>()->header.requestId, 8u);
    EXPECT_EQ(client.take<os::NickInfoUpdate>()->header.requestId, 9u);
}

/// Alice, who has Bob on her list, online; what she hears of him from now on.
class Visibility : public Service {
  protected:
    Client* alice = nullptr;

    void SetUp() override {
        Service::SetUp();
        alice = &world.signOn("alice");
        storeBuddies(*alice, {"bob"});
    }
    void storeListOfBob() {
        Client& bob = world.signOn("bob");
        storeBuddies(bob, {"alice"});
        bob.signOff();
        alice->forget();
    }
};
INSTANTIATE_TEST_SUITE_P(, Visibility, testing::Values(1u, 2u));

// ON-6, ON-7
TEST_P(Visibility, aUserOfTheStoredListAppearsWhenHeHasAskedForItAndIsOnline) {
    storeListOfBob();
    Client& bob = begin("bob");
    bob.send(wire::feedbag::Use{});
    EXPECT_THAT(alice->arrived(), IsEmpty());
    EXPECT_THAT(bob.arrived(), IsEmpty());
    goOnline(bob);
    EXPECT_THAT(alice->arrived(), ElementsAre("Bob"));
    EXPECT_THAT(bob.arrived(), ElementsAre("Alice"));
}

// ON-6
TEST_P(Visibility, theListMayAlsoBeAskedForAfterClientOnline) {
    storeListOfBob();
    Client& bob = begin("bob");
    goOnline(bob);
    EXPECT_THAT(alice->arrived(), IsEmpty());
    bob.send(wire::feedbag::Use{});
    EXPECT_THAT(alice->arrived(), ElementsAre("Bob"));
    EXPECT_THAT(bob.arrived(), ElementsAre("Alice"));
}

// ON-7
TEST_P(Visibility, aUserWhoKeepsHisListHimselfAppearsAtClientOnline) {
    storeListOfBob();
    Client& bob = begin("bob");
    wire::List<wire::string08> names;
    names.add(wire::string08{"alice"});
    bob.send(wire::buddy::AddBuddies{names});
    EXPECT_THAT(alice->arrived(), IsEmpty());
    goOnline(bob);
    EXPECT_THAT(alice->arrived(), ElementsAre("Bob"));
    EXPECT_THAT(bob.arrived(), ElementsAre("Alice"));
}

// ON-7
TEST_P(Visibility, aUserWithoutAnyListAppearsAtClientOnline) {
    goOnline(begin("bob"));
    EXPECT_THAT(alice->arrived(), ElementsAre("Bob"));
}

// ON-7
TEST_P(Visibility, aUserWhoDoesNotAskForHisStoredListAppearsAFewSecondsLater) {
    storeListOfBob();
    Client& bob = begin("bob");
    goOnline(bob);
    world.pass(Milliseconds{2'750});
    EXPECT_THAT(alice->arrived(), IsEmpty());
    world.pass(Milliseconds{250});
    EXPECT_THAT(alice->arrived(), ElementsAre("Bob"));
    EXPECT_THAT(bob.arrived(), IsEmpty());  // FB-24: his list has no effect
    bob.send(wire::feedbag::Use{});
    EXPECT_THAT(bob.arrived(), ElementsAre("Alice"));
    world.pass(core::Seconds{120});
    EXPECT_TRUE(bob.isOpen());
}

// ON-7
TEST_P(Visibility, whoIsSigningOnIsNotSeenAndNotReached) {
    Client& bob = world.signOn("bob", {.clientOnline = false});
    EXPECT_THAT(alice->arrived(), IsEmpty());
    EXPECT_EQ(alice->errorOf(sendIm(*alice, "bob", "hello")), ErrorCode::NotLoggedOn);
    EXPECT_EQ(bob.errorOf(sendIm(bob, "alice", "hello")), ErrorCode::NotLoggedOn);
    EXPECT_THAT(texts(bob), IsEmpty());
    EXPECT_THAT(texts(*alice), IsEmpty());
    bob.signOff();
    EXPECT_THAT(alice->departed(), IsEmpty());
}

// ON-8
TEST_P(Visibility, aNewcomerHearsWhoOfHisBuddiesIsOnline) {
    for (auto const* name : {"Carol", "Dave", "Erin"}) world.addUser(name);
    Client& carol = world.signOn("carol");
    world.signOn("erin");
    Client& bob = world.signOn("bob", {.buddies = {"alice", "carol", "dave"}});
    EXPECT_THAT(alice->arrived(), ElementsAre("Bob"));
    EXPECT_THAT(carol.arrived(), IsEmpty()) << "who does not ask does not hear";
    bob.signOff();
    Client& again = world.signOn("bob", {.useFeedbag = false, .buddies = {"alice", "carol", "dave"}}, true);
    EXPECT_THAT(again.arrived(), UnorderedElementsAre("Alice", "Carol"));
    EXPECT_THAT(again.departed(), IsEmpty());
}

// ON-10
TEST_P(Service, foodgroupsThatClientOnlineDoesNotNameAreWithdrawnUnlessInUse) {
    Client& client = begin("alice");
    client.send(wire::feedbag::Use{});
    goOnline(client, {{1, 4}, {4, 1}});
    EXPECT_EQ(client.errorOf(client.send(wire::locate::RightsQuery{})), ErrorCode::NotSupportedByHost);
    EXPECT_FALSE(client.take<wire::locate::RightsReply>());
    EXPECT_TRUE(client.ask<wire::feedbag::Reply>(wire::feedbag::Query{}));
    EXPECT_TRUE(client.ask<wire::icbm::ParameterReply>(wire::icbm::ParameterQuery{}));
    EXPECT_TRUE(client.ask<os::NickInfoUpdate>(os::NickInfoQuery{}));
}

// ON-10
TEST_P(Service, aClientOnlineThatNamesNoneTakesNoneAway) {
    Client& client = begin("alice");
    goOnline(client);
    EXPECT_TRUE(client.ask<wire::locate::RightsReply>(wire::locate::RightsQuery{}));
}

// ON-11
TEST_P(Service, afterClientOnlineTheIntervalOfReportsIsTold) {
    Client& client = begin("alice");
    EXPECT_FALSE(client.take<wire::stats::SetMinReportInterval>());
    goOnline(client);
    EXPECT_TRUE(client.take<wire::stats::SetMinReportInterval>());
    goOnline(client);
    EXPECT_FALSE(client.take<wire::stats::SetMinReportInterval>()) << "a second one changes nothing";
    EXPECT_TRUE(client.ask<wire::stats::ReportAck>(wire::stats::ReportEvents{}));
}

// ON-12
TEST_P(Service, anyVersionsAreAccepted) {
    for (u16 version : {1, 2, 3, 4, 5, 0x7FFF, 0xFFFF}) {
        Client& client = begin("alice");
        client.send(os::ClientVersions{versions({{1, version}, {19, version}, {4, version}})});
        auto const answer = client.take<os::HostVersions>();
        ASSERT_TRUE(answer);
        for (os::FoodgroupVersion const& each : (*answer)->versions) EXPECT_LE(each.version, version);
        goOnline(client, {{1, version}, {19, version}, {4, version}});
        EXPECT_TRUE(client.ask<wire::feedbag::Reply>(wire::feedbag::Query{})) << version;
        client.signOff();
    }
}

// ON-14
TEST_P(Visibility, whenTheConnectionBreaksTheUserIsOfflineAndHisSessionIsForgotten) {
    Client& bob = world.signOn("bob");
    bob.send(os::IdleNotification{600});
    wire::TlvList away;
    away.add(wire::locate::tags::unavailableType, wire::string{"text/plain"})
        .add(wire::locate::tags::unavailableData, wire::string{"out"});
    bob.send(wire::locate::SetInfo{away});
    alice->forget();
    bob.breakLine();
    EXPECT_THAT(alice->departed(), ElementsAre("Bob"));
    EXPECT_EQ(alice->errorOf(sendIm(*alice, "bob", "hello")), ErrorCode::NotLoggedOn);
    EXPECT_FALSE(world.shardOf("bob").find(core::LoginId("bob")));

    world.signOn("bob");
    auto const arrived = alice->take<wire::buddy::Arrived>();
    ASSERT_TRUE(arrived);
    for (auto const& info : (*arrived)->arrivedInfos) {
        EXPECT_FALSE(info.userAttributes.has(os::nickInfoTags::idleTime));
        EXPECT_FALSE(info.userAttributes.get(os::nickInfoTags::nickFlags).value_or(0) & os::nickFlags::unavailable);
    }
}

// LIM-2
TEST_P(Visibility, aClientThatSendsNothingIsNotDropped) {
    Client& bob = world.signOn("bob");
    world.pass(core::Seconds{1800});
    EXPECT_TRUE(bob.isOpen());
    EXPECT_TRUE(alice->isOpen());
    EXPECT_THAT(alice->departed(), IsEmpty());
    sendIm(*alice, "bob", "still there?");
    EXPECT_THAT(texts(bob), ElementsAre("still there?"));
}

// LIM-3, LIM-4
TEST_P(Service, theLimitsAnnouncedAreNoLowerThanAolsWere) {
    Client& client = begin("alice");
    auto const locate = client.ask<wire::locate::RightsReply>(wire::locate::RightsQuery{});
    EXPECT_THAT((*locate)->tlvs.get(wire::locate::rightsReplyTags::maxSigLen), Optional(Ge(1024)));
    EXPECT_THAT((*locate)->tlvs.get(wire::locate::rightsReplyTags::maxCapabilitiesLen), Optional(Ge(16)));
    auto const buddy = client.ask<wire::buddy::RightsReply>(wire::buddy::RightsQuery{});
    EXPECT_THAT((*buddy)->tlvs.get(wire::buddy::rightsReplyTags::maxBuddies), Optional(Ge(600)));
    EXPECT_THAT((*buddy)->tlvs.get(wire::buddy::rightsReplyTags::maxWatchers), Optional(Ge(750)));
    auto const pd = client.ask<wire::pd::RightsReply>(wire::pd::RightsQuery{});
    EXPECT_THAT((*pd)->tlvs.get(wire::pd::rightsReplyTags::maxPermits), Optional(Ge(200)));
    EXPECT_THAT((*pd)->tlvs.get(wire::pd::rightsReplyTags::maxDenies), Optional(Ge(200)));
    auto const feedbag = client.ask<wire::feedbag::RightsReply>(wire::feedbag::RightsQuery{});
    auto const byClass = (*feedbag)->tlvs.get(wire::feedbag::rightsReplyTags::maxItemsByClass);
    ASSERT_TRUE(byClass);
    constexpr std::array captured{600, 51, 128, 128, 1, 1, 50, 0, 0, 3, 0, 0, 0, 128, 128, 20, 200, 1, 0, 1, 0};
    ASSERT_GE(byClass->count(), captured.size());
    std::size_t classId = 0;
    for (u16 most : *byClass) {
        EXPECT_GE(most, classId < captured.size() ? captured[classId] : 0) << classId;
        ++classId;
    }
}

// LIM-3
TEST_P(Service, theLimitsAnnouncedHold) {
    Client& client = world.signOn("alice");
    wire::List<wire::string08> names;
    std::vector<std::string> texts;
    for (unsigned i = 0; i <= core::limits::buddies; ++i) texts.push_back("buddy" + std::to_string(i));
    for (unsigned i = 0; i < core::limits::buddies; ++i) names.add(wire::string08{texts[i]});
    EXPECT_FALSE(client.errorOf(client.send(wire::buddy::AddBuddies{names})));
    wire::List<wire::string08> one;
    one.add(wire::string08{texts.back()});
    EXPECT_EQ(client.errorOf(client.send(wire::buddy::AddBuddies{one})), ErrorCode::ListOverflow);

    std::string profile(core::limits::sigLength, 'p');
    wire::TlvList fits;
    fits.add(wire::locate::tags::sigData, wire::string{profile});
    EXPECT_FALSE(client.errorOf(client.send(wire::locate::SetInfo{fits})));
    profile += 'p';
    wire::TlvList tooLong;
    tooLong.add(wire::locate::tags::sigData, wire::string{profile});
    EXPECT_EQ(client.errorOf(client.send(wire::locate::SetInfo{tooLong})), ErrorCode::BustedSnacPayload);
    wire::Buffer const caps(16 * (core::limits::capabilities + 1u));
    wire::TlvList tooMany;
    tooMany.add(wire::Tlv{wire::locate::tags::capabilities.number, caps});
    EXPECT_EQ(client.errorOf(client.send(wire::locate::SetInfo{tooMany})), ErrorCode::BustedSnacPayload);
}

}  // namespace
}  // namespace oscar::test
