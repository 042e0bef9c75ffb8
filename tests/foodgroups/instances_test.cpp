// SPDX-License-Identifier: MIT
// Several clients of one user at once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/actions.h"

namespace oscar::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;
using wire::MulticonnFlags;
namespace info = wire::oservice::nickInfoTags;

constexpr wire::Uuid fileTransfer = {0x09, 0x46, 0x13, 0x43, 0x4C, 0x7F, 0x11, 0xD1,
                                     0x82, 0x22, 0x44, 0x45, 0x53, 0x54, 0x00, 0x00};

/// Alice watches Eve; with two shards and with three they live apart.
class Instances : public testing::TestWithParam<unsigned> {
  protected:
    Instances() {
        world.addUser("Alice");
        world.addUser("Eve");
        alice = &world.signOn("alice");
        storeBuddies(*alice, {"eve"});
    }

    World world{GetParam()};
    Client* alice = nullptr;
};
INSTANTIATE_TEST_SUITE_P(Shards, Instances, testing::Values(1u, 2u, 3u));

std::optional<wire::DisconnectReason> reasonOf(Client const& client) {
    auto const tlvs = client.signoff();
    return tlvs ? tlvs->get(wire::signoffTags::disconnectReason) : std::nullopt;
}

// MULTI-1
TEST_P(Instances, clientsThatShareStaySignedOnTogether) {
    Client& home = world.signOn("eve");
    Client& work = world.signOn("eve");
    EXPECT_TRUE(home.isOpen());
    EXPECT_TRUE(work.isOpen());
}

// MULTI-1
TEST_P(Instances, clientThatCannotShareEndsAllOthers) {
    Client& home = world.signOn("eve");
    Client& work = world.signOn("eve");
    Client& old = world.signOn("eve", {.multiconnFlags = MulticonnFlags::OldClient});
    for (Client* ended : {&home, &work}) {
        EXPECT_EQ(reasonOf(*ended), wire::DisconnectReason::NewLogin);
        EXPECT_EQ(ended->closed, core::CloseReason::SignedOnElsewhere);
    }
    EXPECT_TRUE(old.isOpen());
}

// MULTI-1
TEST_P(Instances, clientThatDoesNotWantToShareEndsAllOthers) {
    Client& home = world.signOn("eve");
    Client& single = world.signOn("eve", {.multiconnFlags = MulticonnFlags::Single});
    EXPECT_EQ(reasonOf(home), wire::DisconnectReason::NewLogin);
    EXPECT_FALSE(home.isOpen());
    EXPECT_TRUE(single.isOpen());
}

// MULTI-1: what can't be one of several makes room for whoever comes
TEST_P(Instances, clientThatCannotShareMakesRoomForTheNext) {
    Client& old = world.signOn("eve", {.multiconnFlags = MulticonnFlags::OldClient});
    Client& recent = world.signOn("eve");
    EXPECT_EQ(old.closed, core::CloseReason::SignedOnElsewhere);
    EXPECT_TRUE(recent.isOpen());
}

// MULTI-1
TEST_P(Instances, flagInTheSignonFrameCountsMoreThanThatOfTheSignOn) {
    Client& home = world.signOn("eve");
    auto const answer = world.bucp("eve", "secret12", MulticonnFlags::OldClient);
    world.present(answer.cookie, "198.51.100.8", MulticonnFlags::RecentClient);
    EXPECT_TRUE(home.isOpen());

    auto const other = world.bucp("eve", "secret12", MulticonnFlags::RecentClient);
    world.present(other.cookie, "198.51.100.8", MulticonnFlags::Single);
    EXPECT_FALSE(home.isOpen());
}

// MULTI-2
TEST_P(Instances, messageGoesToTheClientsInUse) {
    Client& home = world.signOn("eve");
    Client& work = world.signOn("eve");
    Client& phone = world.signOn("eve");
    sendIm(*alice, "eve", "to all");
    EXPECT_THAT(texts(home), ElementsAre("to all"));
    EXPECT_THAT(texts(work), ElementsAre("to all"));
    EXPECT_THAT(texts(phone), ElementsAre("to all"));

    setAway(home, "lunch");
    setIdle(work, 600);
    sendIm(*alice, "eve", "to the phone");
    EXPECT_THAT(texts(home), IsEmpty());
    EXPECT_THAT(texts(work), IsEmpty());
    EXPECT_THAT(texts(phone), ElementsAre("to the phone"));
    EXPECT_THAT(alice->takeAll<wire::icbm::HostAck>(), SizeIs(2));
}

// MULTI-2
TEST_P(Instances, messageGoesToAllClientsWhenNoneIsInUse) {
    Client& home = world.signOn("eve");
    Client& work = world.signOn("eve");
    setAway(home, "lunch");
    setIdle(work, 600);
    sendIm(*alice, "eve", "anybody there?");
    EXPECT_THAT(texts(home), ElementsAre("anybody there?"));
    EXPECT_THAT(texts(work), ElementsAre("anybody there?"));
}

// MULTI-3
TEST_P(Instances, allClientsHearOfBuddies) {
    Client& aliceAtWork = world.signOn("alice", {}, true);
    Client& eve = world.signOn("eve");
    EXPECT_THAT(alice->arrived(), ElementsAre("Eve"));
    EXPECT_THAT(aliceAtWork.arrived(), ElementsAre("Eve"));
    eve.signOff();
    EXPECT_THAT(alice->departed(), ElementsAre("Eve"));
    EXPECT_THAT(aliceAtWork.departed(), ElementsAre("Eve"));
}

// MULTI-3
TEST_P(Instances, newcomerHearsOfBuddiesWhoAreOnAndTheOthersHearNothingNew) {
    world.signOn("eve");
    alice->forget();
    Client& aliceAtWork = world.signOn("alice", {}, true);
    EXPECT_THAT(aliceAtWork.arrived(), ElementsAre("Eve"));
    EXPECT_THAT(alice->arrived(), IsEmpty());
}

// MULTI-3
TEST_P(Instances, changeOfTheListGoesToTheOtherClientsOnly) {
    Client& aliceAtWork = world.signOn("alice");
    auto const added = item("carol", 1, 7, wire::feedbag::ClassId::Buddy);
    ASSERT_TRUE(insert(*alice, added));
    auto const told = aliceAtWork.take<wire::feedbag::InsertItems>();
    ASSERT_TRUE(told);
    EXPECT_TRUE(wire::sameBytes((*told)->items.bytes(), added));
    EXPECT_FALSE(alice->take<wire::feedbag::InsertItems>());
}

// MULTI-3, FB-21: also a client that does not use the stored list may edit it, for those that do
TEST_P(Instances, changeByAClientThatDoesNotUseTheListCountsForOneThatDoes) {
    world.addUser("Carol");
    Client& editor = world.signOn("alice", {.useFeedbag = false, .buddies = {"nobody"}});
    Client& carol = world.signOn("carol");
    ASSERT_TRUE(insert(editor, item("carol", 1, 7, wire::feedbag::ClassId::Buddy)));
    EXPECT_THAT(alice->arrived(), ElementsAre("Carol"));
    EXPECT_THAT(editor.arrived(), IsEmpty());
    ASSERT_TRUE(erase(editor, item("carol", 1, 7, wire::feedbag::ClassId::Buddy)));
    carol.signOff();
    EXPECT_THAT(alice->departed(), IsEmpty());

    Client& eve = world.signOn("eve");
    alice->forget();
    ASSERT_TRUE(insert(editor, pdinfo(wire::feedbag::PdMode::DenyAll)));
    EXPECT_THAT(alice->departed(), ElementsAre("Eve"));
    EXPECT_EQ(eve.errorOf(sendIm(eve, "alice", "hi")), wire::ErrorCode::NotLoggedOn);
}

// PRES-1, PRES-2: one client's list is its own
TEST_P(Instances, clientHearsOfTheBuddiesOfItsOwnList) {
    world.addUser("Carol");
    Client& oldStyle = world.signOn("alice", {.useFeedbag = false, .buddies = {"carol"}});
    world.signOn("eve");
    world.signOn("carol");
    EXPECT_THAT(alice->arrived(), ElementsAre("Eve"));
    EXPECT_THAT(oldStyle.arrived(), ElementsAre("Carol"));
}

// PRES-2
TEST_P(Instances, buddyKnownToOneClientArrivesAtAnotherThatAddsHim) {
    Client& oldStyle = world.signOn("alice", {.useFeedbag = false, .buddies = {"nobody"}});
    world.signOn("eve");
    EXPECT_THAT(alice->arrived(), ElementsAre("Eve"));
    EXPECT_THAT(oldStyle.arrived(), IsEmpty());
    sendNames<wire::buddy::AddBuddies>(oldStyle, {"eve"});
    EXPECT_THAT(oldStyle.arrived(), ElementsAre("Eve"));
    EXPECT_THAT(alice->arrived(), IsEmpty());
}

// MULTI-4
TEST_P(Instances, clientsGetTheLowestFreeNumbers) {
    auto const numberOf = [](Client& client) {
        client.send(wire::oservice::NickInfoQuery{});
        auto const blocks = ownInfo(client);
        return blocks.empty() ? std::nullopt : blocks.front().get(info::myInstanceNum);
    };
    Client& first = world.signOn("eve");
    Client& second = world.signOn("eve");
    Client& third = world.signOn("eve");
    EXPECT_EQ(numberOf(first), 1);
    EXPECT_EQ(numberOf(second), 2);
    EXPECT_EQ(numberOf(third), 3);
    second.signOff();
    EXPECT_EQ(numberOf(world.signOn("eve")), 2);
}

// MULTI-5
TEST_P(Instances, recentClientIsToldOfTheWholeAndOfEachClient) {
    Client& recent = world.signOn("eve", {.oserviceVersion = 4});
    Client& older = world.signOn("eve", {.oserviceVersion = 3});
    setAway(older, "lunch");
    recent.forget();
    recent.send(wire::oservice::NickInfoQuery{});
    auto const blocks = ownInfo(recent);
    ASSERT_THAT(blocks, SizeIs(3));
    EXPECT_FALSE(blocks[0].isAway());  // not all are
    EXPECT_FALSE(blocks[1].isAway());
    EXPECT_TRUE(blocks[2].isAway());
    EXPECT_EQ(blocks[0].get(info::myInstanceNum), 1);
    EXPECT_EQ(blocks[1].get(info::primaryInstance), 1);
    EXPECT_EQ(blocks[2].get(info::primaryInstance), 2);

    older.forget();
    older.send(wire::oservice::NickInfoQuery{});
    EXPECT_THAT(ownInfo(older), SizeIs(1));
}

// MULTI-5
TEST_P(Instances, clientIsToldWhenAnotherComesChangesOrGoes) {
    Client& recent = world.signOn("eve", {.oserviceVersion = 4});
    Client& other = world.signOn("eve");
    EXPECT_THAT(ownInfo(recent), SizeIs(3));
    setAway(other, "lunch");
    auto const blocks = ownInfo(recent);
    ASSERT_THAT(blocks, SizeIs(3));
    EXPECT_TRUE(blocks[2].isAway());
    other.signOff();
    EXPECT_THAT(ownInfo(recent), SizeIs(2));
}

// MULTI-6
TEST_P(Instances, userIsAwayWhenAllHisClientsAre) {
    Client& home = world.signOn("eve");
    Client& work = world.signOn("eve");
    setAway(home, "lunch");
    auto arrival = lastArrival(*alice);
    ASSERT_TRUE(arrival);
    EXPECT_FALSE(arrival->isAway());
    EXPECT_FALSE(arrival->has(info::awayTime));
    setAway(work, "lunch");
    arrival = lastArrival(*alice);
    ASSERT_TRUE(arrival);
    EXPECT_TRUE(arrival->isAway());
    EXPECT_EQ(arrival->get(info::awayTime).value_or(wire::t70{}).seconds, world.now().unix);
    setAway(home, "");
    arrival = lastArrival(*alice);
    ASSERT_TRUE(arrival);
    EXPECT_FALSE(arrival->isAway());
}

// MULTI-6
TEST_P(Instances, userIsIdleWhenAllHisClientsAreAsLongAsTheOneIdleShortest) {
    Client& home = world.signOn("eve");
    Client& work = world.signOn("eve");
    setIdle(home, 3600);
    EXPECT_FALSE(lastArrival(*alice)->has(info::idleTime));
    setIdle(work, 600);
    EXPECT_EQ(lastArrival(*alice)->get(info::idleTime), 10);
    setIdle(work, 0);
    EXPECT_FALSE(lastArrival(*alice)->has(info::idleTime));
}

// MULTI-6
TEST_P(Instances, userIsInvisibleWhenAllHisClientsAre) {
    Client& home = world.signOn("eve");
    Client& work = world.signOn("eve");
    setStatus(home, invisible);
    EXPECT_THAT(alice->departed(), IsEmpty());
    setStatus(work, invisible);
    EXPECT_THAT(alice->departed(), ElementsAre("Eve"));
    alice->forget();
    setStatus(home, 0);
    EXPECT_THAT(alice->arrived(), ElementsAre("Eve"));
}

// MULTI-6
TEST_P(Instances, statusShowsWhatIsCommonToAllClients) {
    Client& home = world.signOn("eve");
    Client& work = world.signOn("eve");
    setStatus(home, invisible | 0x0013);
    auto arrival = lastArrival(*alice);
    ASSERT_TRUE(arrival);
    EXPECT_EQ(arrival->get(info::status), 0u);  // the other has said nothing, so has nothing in common
    setStatus(work, 0x0011);
    arrival = lastArrival(*alice);
    ASSERT_TRUE(arrival);
    EXPECT_EQ(arrival->get(info::status), 0x0011u);
}

// MULTI-6
TEST_P(Instances, capabilitiesAreThoseOfAllClientsTogether) {
    Client& home = world.signOn("eve");
    Client& work = world.signOn("eve");
    setCapabilities(home, {fileTransfer, shortCap(0x0001)});
    setCapabilities(work, {shortCap(0x0002), shortCap(0x0001)});
    auto const arrival = lastArrival(*alice);
    ASSERT_TRUE(arrival);
    EXPECT_THAT(arrival->caps(), UnorderedElementsAre(fileTransfer, shortCap(0x0001), shortCap(0x0002)));
}

// MULTI-7
TEST_P(Instances, awayMessageIsThatOfTheClientThatWentAwayLast) {
    Client& home = world.signOn("eve");
    Client& work = world.signOn("eve");
    setAway(work, "at work");
    world.pass(core::Seconds(60));
    setAway(home, "at home");
    EXPECT_EQ(awayMessageOf(*alice, "eve"), "at home");
    world.pass(core::Seconds(60));
    setAway(work, "back in an hour");
    EXPECT_EQ(awayMessageOf(*alice, "eve"), "back in an hour");
}

// MULTI-7
TEST_P(Instances, profileIsTheOneSetLast) {
    Client& home = world.signOn("eve");
    Client& work = world.signOn("eve");
    setProfile(home, "from home");
    setProfile(work, "from work");
    EXPECT_EQ(profileOf(*alice, "eve"), "from work");
    setProfile(home, "from home again");
    EXPECT_EQ(profileOf(*alice, "eve"), "from home again");
}

// MULTI-8
TEST_P(Instances, userStaysOnAsTheRestOfHimWhenOneClientEnds) {
    Client& home = world.signOn("eve");
    Client& work = world.signOn("eve");
    setAway(work, "at work");
    alice->forget();
    home.signOff();
    EXPECT_THAT(alice->departed(), IsEmpty());
    auto const arrival = lastArrival(*alice);
    ASSERT_TRUE(arrival);
    EXPECT_TRUE(arrival->isAway());
    EXPECT_TRUE(work.isOpen());
}

// MULTI-8
TEST_P(Instances, userDepartsWhenOnlyAnInvisibleClientIsLeft) {
    Client& home = world.signOn("eve");
    Client& work = world.signOn("eve");
    setStatus(work, invisible);
    alice->forget();
    home.breakLine();
    EXPECT_THAT(alice->departed(), ElementsAre("Eve"));
    EXPECT_THAT(alice->arrived(), IsEmpty());
}

// MULTI-8, PD-4: what held by the lists of the client that ended holds no longer
TEST_P(Instances, temporaryPermitEndsWithTheClientThatGaveIt) {
    Client& home = world.signOn("eve");
    Client& work = world.signOn("eve");
    ASSERT_TRUE(insert(home, pdinfo(wire::feedbag::PdMode::DenyAll)));
    sendNames<wire::pd::AddTempPermitListEntries>(work, {"alice"});
    alice->forget();
    work.signOff();
    EXPECT_THAT(alice->departed(), ElementsAre("Eve"));
    EXPECT_EQ(alice->errorOf(sendIm(*alice, "eve", "hello?")), wire::ErrorCode::NotLoggedOn);
}

// MULTI-10
TEST_P(Instances, answerToAChangeOfStatusShowsTheStatusOfTheOneWhoAsked) {
    Client& home = world.signOn("eve");
    Client& work = world.signOn("eve");
    setStatus(home, 0);
    work.forget();
    wire::u32 const id = setStatus(work, invisible);
    auto const answer = work.take<wire::oservice::NickInfoUpdate>();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->header.requestId, id);
    EXPECT_EQ((*(*answer)->info.begin()).userAttributes.get(info::status), invisible);
    EXPECT_EQ(lastArrival(*alice)->get(info::status), 0u);
}

}  // namespace
}  // namespace oscar::test
