// SPDX-License-Identifier: MIT
// Who is told what of whom, and when.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/actions.h"

namespace oscar::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;
using wire::feedbag::ClassId;
using wire::feedbag::PdMode;
namespace bu = wire::buddy;
namespace info = wire::oservice::nickInfoTags;

constexpr wire::u16 initialDeparts = bu::rightsQueryFlags::initialDeparts;
constexpr wire::u16 rejectPending = bu::rightsQueryFlags::rejectPendingBuddies;

/// Alice and Eve live on different shards, if there are several.
class Presence : public testing::TestWithParam<unsigned> {
  protected:
    Presence() {
        world.addUser("Alice");
        world.addUser("Eve");
        world.addUser("Carol");
        world.addUser("100001");
    }

    /// An administrator changes the account of a user who is on.
    void changeAccount(std::string const& name, std::function<void(core::Account&)> change) {
        world.changeAccount(name, std::move(change));
        world.shardOf(name).accountChanged(world.stored(name).account);
        world.settle();
    }

    World world{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Shards, Presence, testing::Values(1u, 2u, 3u));

// PRES-1
TEST_P(Presence, buddyOfTheStoredListIsWatched) {
    Client& alice = world.signOn("alice");
    storeBuddies(alice, {"eve"});
    world.signOn("eve");
    world.signOn("carol");
    EXPECT_THAT(alice.arrived(), ElementsAre("Eve"));
}

// PRES-1
TEST_P(Presence, storedListThatIsNotInUseWatchesNobody) {
    storeBuddies(world.signOn("alice"), {"eve"});
    Client& alice = world.signOn("alice", {.useFeedbag = false});
    world.pass(core::Seconds(10));
    world.signOn("eve");
    EXPECT_THAT(alice.arrived(), IsEmpty());
}

// PRES-1
TEST_P(Presence, buddyOfTheClientsOwnListIsWatched) {
    Client& alice = world.signOn("alice", {.useFeedbag = false, .buddies = {"E v e"}});
    Client& eve = world.signOn("eve");
    EXPECT_THAT(alice.arrived(), ElementsAre("Eve"));
    sendNames<bu::DelBuddies>(alice, {"EVE"});
    setAway(eve, "lunch");
    EXPECT_THAT(alice.arrived(), IsEmpty());
}

// PRES-1
TEST_P(Presence, temporaryBuddyIsWatched) {
    Client& alice = world.signOn("alice");
    Client& eve = world.signOn("eve");
    sendNames<bu::AddTempBuddies>(alice, {"eve"});
    EXPECT_THAT(alice.arrived(), ElementsAre("Eve"));
    sendNames<bu::DelTempBuddies>(alice, {"eve"});
    eve.signOff();
    EXPECT_THAT(alice.departed(), IsEmpty());
}

// PRES-1
TEST_P(Presence, buddyWhoIsAddedWhileHeIsOnArrivesAtOnce) {
    Client& alice = world.signOn("alice");
    world.signOn("eve");
    storeBuddies(alice, {"carol"});
    EXPECT_THAT(alice.arrived(), IsEmpty());
    ASSERT_TRUE(insert(alice, item("eve", 1, 9, ClassId::Buddy)));
    EXPECT_THAT(alice.arrived(), ElementsAre("Eve"));
}

// PRES-1
TEST_P(Presence, buddyWhoIsTakenOffTheListIsHeardOfNoMore) {
    Client& alice = world.signOn("alice");
    Client& eve = world.signOn("eve");
    storeBuddies(alice, {"eve"});
    alice.forget();
    ASSERT_TRUE(erase(alice, item("eve", 1, 1, ClassId::Buddy)));
    setAway(eve, "lunch");
    eve.signOff();
    EXPECT_THAT(alice.arrived(), IsEmpty());
    EXPECT_THAT(alice.departed(), IsEmpty());
}

// PRES-2
TEST_P(Presence, userWhoHasNotFinishedSigningOnIsNotSeen) {
    Client& alice = world.signOn("alice");
    storeBuddies(alice, {"eve"});
    Client& eve = world.signOn("eve", {.clientOnline = false});
    EXPECT_THAT(alice.arrived(), IsEmpty());
    eve.send(wire::oservice::ClientOnline{});
    EXPECT_THAT(alice.arrived(), ElementsAre("Eve"));
}

// PRES-2
TEST_P(Presence, userHearsAtSignOnOfThoseWhoAreOn) {
    storeBuddies(world.signOn("alice"), {"eve", "carol", "100001"});
    world.signOn("eve");
    world.signOn("100001");
    Client& carol = world.signOn("carol");
    setStatus(carol, invisible);
    Client& alice = world.signOn("alice", {.multiconnFlags = wire::MulticonnFlags::Single}, true);
    EXPECT_THAT(alice.arrived(), UnorderedElementsAre("Eve", "100001"));
    EXPECT_THAT(alice.departed(), IsEmpty());
}

// PRES-3
TEST_P(Presence, everyVisibleChangeIsToldToWatchers) {
    Client& alice = world.signOn("alice");
    storeBuddies(alice, {"eve"});
    Client& eve = world.signOn("eve");
    alice.forget();
    auto const arrival = [&] {
        auto const last = lastArrival(alice);
        EXPECT_TRUE(last) << "no ARRIVED";
        return last.value_or(UserInfo{});
    };

    setAway(eve, "lunch");
    EXPECT_TRUE(arrival().isAway());
    setAway(eve, "");
    EXPECT_FALSE(arrival().isAway());
    setIdle(eve, 120);
    EXPECT_EQ(arrival().get(info::idleTime), 2);
    setStatus(eve, 0x0010);
    EXPECT_EQ(arrival().get(info::status), 0x0010u);
    setCapabilities(eve, {shortCap(0x1343)});
    EXPECT_THAT(arrival().caps(), ElementsAre(shortCap(0x1343)));
    changeAccount("eve", [](core::Account& account) { account.evil = 150; });
    EXPECT_EQ(arrival().info.evil, 150);
    changeAccount("eve", [](core::Account& account) { account.displayId = "E V E"; });
    EXPECT_EQ(arrival().name(), "E V E");
    EXPECT_THAT(alice.departed(), IsEmpty());
}

// PRES-3, BART-10
TEST_P(Presence, statusTextIsToldToWatchers) {
    Client& alice = world.signOn("alice");
    storeBuddies(alice, {"eve"});
    Client& eve = world.signOn("eve");
    alice.forget();
    wire::Buffer const text{0, 5, 'h', 'e', 'l', 'l', 'o', 0, 0};
    wire::List<wire::BartId> items;
    items.add({wire::bartTypes::statusStr, wire::bartFlags::data, {text}});
    eve.send(wire::oservice::SetNickinfoFields{wire::TlvList{}.add(info::bartInfo, items)});
    auto const arrival = lastArrival(alice);
    ASSERT_TRUE(arrival);
    auto const shown = arrival->get(info::bartInfo);
    ASSERT_TRUE(shown);
    EXPECT_TRUE(wire::sameBytes(shown->bytes(), items.bytes()));
}

// PRES-4
TEST_P(Presence, signOffIsToldOnceToAllWhoSawTheUser) {
    Client& alice = world.signOn("alice");
    Client& carol = world.signOn("carol");
    storeBuddies(alice, {"eve"});
    sendNames<bu::AddTempBuddies>(alice, {"eve"});  // on two lists at once
    sendNames<bu::AddTempBuddies>(carol, {"eve"});
    Client& eve = world.signOn("eve");
    EXPECT_THAT(alice.arrived(), ElementsAre("Eve"));
    eve.signOff();
    EXPECT_THAT(alice.departed(), ElementsAre("Eve"));
    EXPECT_THAT(carol.departed(), ElementsAre("Eve"));
}

// PRES-4
TEST_P(Presence, userWhoWasNotSeenDoesNotDepart) {
    Client& alice = world.signOn("alice");
    storeBuddies(alice, {"eve"});
    Client& eve = world.signOn("eve");
    setStatus(eve, invisible);
    alice.forget();
    eve.signOff();
    EXPECT_THAT(alice.departed(), IsEmpty());
}

// PRES-4
TEST_P(Presence, brokenLineIsASignOff) {
    Client& alice = world.signOn("alice");
    storeBuddies(alice, {"eve"});
    world.signOn("eve").breakLine();
    EXPECT_THAT(alice.departed(), ElementsAre("Eve"));
}

// PRES-5
TEST_P(Presence, departureCarriesTheNameAndTheFlagsZeroAlone) {
    world.addUser("Big Eve");
    Client& alice = world.signOn("alice");
    storeBuddies(alice, {"bigeve"});
    Client& eve = world.signOn("b i g eve");
    changeAccount("bigeve", [](core::Account& account) { account.evil = 150; });
    alice.forget();
    eve.signOff();
    auto const departed = alice.take<bu::Departed>();
    ASSERT_TRUE(departed);
    ASSERT_EQ((*departed)->departedInfos.count(), 1u);
    auto const gone = *(*departed)->departedInfos.begin();
    EXPECT_EQ(gone.displayId.text, "Big Eve");  // with its spaces and capitals
    EXPECT_EQ(gone.evil, 0);
    EXPECT_EQ(gone.userAttributes.count(), 1u);
    EXPECT_EQ(gone.userAttributes.get(info::nickFlags), 0);
}

// PRES-5: also one who hides keeps the form of his name
TEST_P(Presence, userWhoHidesDepartsUnderHisFormattedName) {
    world.addUser("Big Eve");
    Client& alice = world.signOn("alice");
    storeBuddies(alice, {"bigeve"});
    Client& eve = world.signOn("bigeve");
    setStatus(eve, invisible);
    EXPECT_THAT(alice.departed(), ElementsAre("Big Eve"));
    setStatus(eve, 0);
    ASSERT_TRUE(insert(eve, pdinfo(PdMode::DenyAll)));
    EXPECT_THAT(alice.departed(), ElementsAre("Big Eve"));
}

// PRES-7
TEST_P(Presence, lossAndReturnOfTheRightToSeeAreToldToBothSides) {
    Client& alice = world.signOn("alice");
    Client& eve = world.signOn("eve");
    storeBuddies(alice, {"eve"});
    storeBuddies(eve, {"alice"});
    alice.forget();
    eve.forget();

    auto const blocked = item("alice", 0, 5, ClassId::Deny);
    ASSERT_TRUE(insert(eve, blocked));
    ASSERT_TRUE(insert(eve, pdinfo(PdMode::DenySome)));
    EXPECT_THAT(alice.departed(), ElementsAre("Eve"));
    EXPECT_THAT(eve.departed(), ElementsAre("Alice"));
    setAway(alice, "lunch");
    setAway(eve, "lunch");
    EXPECT_THAT(alice.arrived(), IsEmpty());
    EXPECT_THAT(eve.arrived(), IsEmpty());

    ASSERT_TRUE(erase(eve, blocked));
    EXPECT_THAT(alice.arrived(), ElementsAre("Eve"));
    EXPECT_THAT(eve.arrived(), ElementsAre("Alice"));
}

// PRES-7
TEST_P(Presence, oneWhoSawNothingBeforeIsNotToldOfTheLoss) {
    Client& alice = world.signOn("alice");
    Client& eve = world.signOn("eve");
    storeBuddies(alice, {"eve"});
    setStatus(eve, invisible);
    alice.forget();
    ASSERT_TRUE(insert(eve, pdinfo(PdMode::DenyAll)));
    EXPECT_THAT(alice.departed(), IsEmpty());
}

// PRES-8
TEST_P(Presence, clientThatAsksForItIsToldOfOfflineBuddies) {
    storeBuddies(world.signOn("alice"), {"E ve", "carol", "No Body"});
    world.signOn("carol");
    auto const single = wire::MulticonnFlags::Single;
    Client& alice = world.signOn("alice", {.multiconnFlags = single, .buddyFlags = initialDeparts}, true);
    EXPECT_THAT(alice.departed(), UnorderedElementsAre("E ve", "No Body"));  // as she wrote them
    EXPECT_THAT(alice.arrived(), ElementsAre("Carol"));

    Client& again = world.signOn("alice", {.multiconnFlags = single}, true);
    EXPECT_THAT(again.departed(), IsEmpty());
    EXPECT_THAT(again.arrived(), ElementsAre("Carol"));
}

// PRES-8, PD-2: nothing tells one who blocks or hides from one who is offline
TEST_P(Presence, buddyWhoIsOnUnseenDepartsExactlyAsOneWhoIsOffline) {
    world.addUser("Big Eve");
    world.addUser("Lonely Bob");
    storeBuddies(world.signOn("alice"), {"bigeve", "lonely bob", "carol"});
    Client& eve = world.signOn("bigeve");
    ASSERT_TRUE(insert(eve, pdinfo(PdMode::DenyAll)));
    setStatus(world.signOn("carol"), invisible);
    Client& alice = world.signOn(
        "alice", {.multiconnFlags = wire::MulticonnFlags::Single, .buddyFlags = initialDeparts}, true);
    EXPECT_THAT(alice.departed(), UnorderedElementsAre("bigeve", "lonely bob", "carol"));
    EXPECT_THAT(alice.arrived(), IsEmpty());
}

// PRES-8
TEST_P(Presence, pendingBuddyIsRejectedForAClientThatAsksForIt) {
    Client& setup = world.signOn("alice");
    storeBuddies(setup, {"carol"});
    ASSERT_TRUE(insert(setup, item("100001", 1, 9, ClassId::Buddy,
                                   wire::TlvList{}.add(wire::feedbag::attributes::pending))));
    world.signOn("100001");
    EXPECT_THAT(setup.arrived(), IsEmpty());  // FA-3

    auto const single = wire::MulticonnFlags::Single;
    Client& alice = world.signOn(
        "alice", {.multiconnFlags = single, .buddyFlags = wire::u16(initialDeparts | rejectPending)}, true);
    auto const rejected = alice.take<bu::RejectNotification>();
    ASSERT_TRUE(rejected);
    ASSERT_EQ((*rejected)->loginIds.count(), 1u);
    EXPECT_EQ((*(*rejected)->loginIds.begin()).text, "100001");
    EXPECT_THAT(alice.departed(), ElementsAre("carol"));

    Client& plain = world.signOn("alice", {.multiconnFlags = single, .buddyFlags = initialDeparts}, true);
    EXPECT_FALSE(plain.take<bu::RejectNotification>());
    EXPECT_THAT(plain.departed(), UnorderedElementsAre("carol", "100001"));
}

// PRES-10: absent means as before, so "none any more" must be said
TEST_P(Presence, clearedCapabilitiesAreToldAsAnEmptyList) {
    Client& alice = world.signOn("alice");
    storeBuddies(alice, {"eve"});
    Client& eve = world.signOn("eve");
    EXPECT_FALSE(lastArrival(alice)->has(info::caps));
    setCapabilities(eve, {shortCap(0x1343)});
    alice.forget();
    setCapabilities(eve, {});
    auto const arrival = lastArrival(alice);
    ASSERT_TRUE(arrival);
    EXPECT_TRUE(arrival->has(info::caps));
    EXPECT_THAT(arrival->caps(), IsEmpty());
}

// PRES-10: long and short ones, also to a receiver that asserts SHORT_CAPS
TEST_P(Presence, allCapabilitiesArriveInFullLength) {
    wire::Uuid const html{0x01, 0x38, 0xCA, 0x7B, 0x76, 0x9A, 0x49, 0x15,
                          0x88, 0xF2, 0x13, 0xFC, 0x00, 0x97, 0x9E, 0xA8};
    Client& alice = world.signOn("alice");
    setCapabilities(alice, {shortCap(0x0000)});
    storeBuddies(alice, {"eve"});
    Client& eve = world.signOn("eve", {.clientOnline = false});
    setCapabilities(eve, {shortCap(0x1343), html, shortCap(0x0000)});
    eve.send(wire::oservice::ClientOnline{});
    auto const arrival = lastArrival(alice);
    ASSERT_TRUE(arrival);
    EXPECT_THAT(arrival->caps(), UnorderedElementsAre(shortCap(0x1343), html, shortCap(0x0000)));
    EXPECT_FALSE(arrival->has(info::shortCaps));
}

// PRES-11
TEST_P(Presence, invisibleUserDepartsAndReturnsAndCanStillWrite) {
    Client& alice = world.signOn("alice");
    storeBuddies(alice, {"eve"});
    Client& eve = world.signOn("eve");
    alice.forget();
    setStatus(eve, invisible);
    EXPECT_THAT(alice.departed(), ElementsAre("Eve"));
    setAway(eve, "lunch");
    setIdle(eve, 600);
    EXPECT_THAT(alice.arrived(), IsEmpty());
    sendIm(eve, "alice", "from nowhere");
    EXPECT_THAT(texts(alice), ElementsAre("from nowhere"));
    setStatus(eve, 0);
    EXPECT_THAT(alice.arrived(), ElementsAre("Eve"));
}

// PRES-11: invisible from the first moment on
TEST_P(Presence, userWhoSignsOnInvisibleIsNeverSeen) {
    Client& alice = world.signOn("alice");
    storeBuddies(alice, {"eve"});
    Client& eve = world.signOn("eve", {.clientOnline = false});
    setStatus(eve, invisible);
    eve.send(wire::oservice::ClientOnline{});
    EXPECT_THAT(alice.arrived(), IsEmpty());
}

// PRES-12
TEST_P(Presence, icqUserShowsWhatIcqClientsInsistOn) {
    Client& alice = world.signOn("alice");
    storeBuddies(alice, {"100001"});
    Client& icq = world.signOn("100001");
    auto arrival = lastArrival(alice);
    ASSERT_TRUE(arrival);
    EXPECT_EQ(arrival->get(info::nickFlags), 0x0050);
    EXPECT_EQ(arrival->get(info::status), 0u);
    EXPECT_EQ(arrival->get(info::icqDcInfo), wire::oservice::DcInfo{});

    wire::oservice::DcInfo direct{192, 0, 2, 9, 0, 0, 0x14, 0x46, 4};
    icq.send(wire::oservice::SetNickinfoFields{
        wire::TlvList{}.add(info::status, 0x00020001u).add(info::icqDcInfo, direct)});
    arrival = lastArrival(alice);
    ASSERT_TRUE(arrival);
    EXPECT_EQ(arrival->get(info::nickFlags), 0x0070);
    EXPECT_EQ(arrival->get(info::status), 0x00020001u);
    EXPECT_EQ(arrival->get(info::icqDcInfo), direct);
}

// PRES-14
TEST_P(Presence, temporaryListVanishesAtDisconnect) {
    Client& first = world.signOn("alice");
    sendNames<bu::AddTempBuddies>(first, {"eve"});
    first.breakLine();
    Client& alice = world.signOn("alice");
    world.signOn("eve");
    EXPECT_THAT(alice.arrived(), IsEmpty());
}

// PRES-14
TEST_P(Presence, temporaryBuddyMayBeAddedTwice) {
    Client& alice = world.signOn("alice");
    Client& eve = world.signOn("eve");
    EXPECT_EQ(alice.errorOf(sendNames<bu::AddTempBuddies>(alice, {"eve", "Eve"})), std::nullopt);
    EXPECT_EQ(alice.errorOf(sendNames<bu::AddTempBuddies>(alice, {"eve"})), std::nullopt);
    EXPECT_THAT(alice.arrived(), ElementsAre("Eve"));
    setAway(eve, "lunch");
    EXPECT_THAT(alice.arrived(), ElementsAre("Eve"));
}

// PRES-14
TEST_P(Presence, wrongNameUndoesTheWholeAddition) {
    Client& alice = world.signOn("alice");
    EXPECT_EQ(alice.errorOf(sendNames<bu::AddTempBuddies>(alice, {"eve", ""})), wire::ErrorCode::BustedSnacPayload);
    std::vector<std::string> tooMany{"carol"};
    for (unsigned i = 0; i < core::limits::tempBuddies; ++i) tooMany.push_back("user" + std::to_string(i));
    EXPECT_EQ(alice.errorOf(sendNames<bu::AddTempBuddies>(alice, tooMany)), wire::ErrorCode::ListOverflow);
    wire::Buffer const cut{3, 'e', 'v', 'e', 9, 'x'};
    EXPECT_EQ(alice.errorOf(alice.sendSnac(3, 0x000F, cut)), wire::ErrorCode::BustedSnacPayload);
    world.signOn("eve");
    world.signOn("carol");
    EXPECT_THAT(alice.arrived(), IsEmpty());
}

// PRES-15
TEST_P(Presence, timeOnlineIsCountedFromSignOn) {
    Client& alice = world.signOn("alice");
    storeBuddies(alice, {"eve"});
    wire::u32 const signedOnAt = world.now().unix;
    Client& eve = world.signOn("eve");
    world.pass(core::Seconds(90));
    alice.forget();
    setAway(eve, "lunch");
    auto const arrival = lastArrival(alice);
    ASSERT_TRUE(arrival);
    EXPECT_EQ(arrival->get(info::onlineTime), 90u);
    EXPECT_EQ(arrival->get(info::signonTod).value_or(wire::t70{}).seconds, signedOnAt);
}

// PRES-15
TEST_P(Presence, accountIsShownAsUnconfirmedUntilItIs) {
    world.changeAccount("eve", [](core::Account& account) { account.confirmed = false; });
    Client& alice = world.signOn("alice");
    storeBuddies(alice, {"eve"});
    world.signOn("eve");
    constexpr auto unconfirmed = wire::oservice::nickFlags::unconfirmed;
    EXPECT_TRUE(lastArrival(alice)->get(info::nickFlags).value_or(0) & unconfirmed);
    changeAccount("eve", [](core::Account& account) { account.confirmed = true; });
    EXPECT_FALSE(lastArrival(alice)->get(info::nickFlags).value_or(unconfirmed) & unconfirmed);
}

// PRES-16
TEST_P(Presence, eachNotificationHoldsOneUser) {
    storeBuddies(world.signOn("alice"), {"eve", "carol", "100001", "nobody"});
    world.signOn("eve");
    world.signOn("carol");
    Client& alice = world.signOn(
        "alice", {.multiconnFlags = wire::MulticonnFlags::Single, .buddyFlags = initialDeparts}, true);
    auto const arrived = alice.takeAll<bu::Arrived>();
    auto const departed = alice.takeAll<bu::Departed>();
    ASSERT_THAT(arrived, SizeIs(2));
    ASSERT_THAT(departed, SizeIs(2));
    for (auto const& one : arrived) EXPECT_EQ(one->arrivedInfos.count(), 1u);
    for (auto const& one : departed) EXPECT_EQ(one->departedInfos.count(), 1u);
}

// PD-11, PRES-1: himself on his own list, even invisible
TEST_P(Presence, userWhoIsHisOwnBuddySeesHimself) {
    Client& eve = world.signOn("eve");
    storeBuddies(eve, {"eve"});
    EXPECT_THAT(eve.arrived(), ElementsAre("Eve"));
    setStatus(eve, invisible);
    EXPECT_THAT(eve.departed(), IsEmpty());
    ASSERT_TRUE(insert(eve, pdinfo(PdMode::DenyAll)));
    EXPECT_THAT(eve.departed(), IsEmpty());
    eve.signOff();
    EXPECT_FALSE(eve.isOpen());
}

}  // namespace
}  // namespace oscar::test
