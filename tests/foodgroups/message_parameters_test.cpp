// SPDX-License-Identifier: MIT
// What a client wants to receive, and what it is told of the rest (rules PARM-1 to PARM-8, ICBM-16, ICBM-17).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/new_users.h"

namespace oscar::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using wire::ErrorCode;
using wire::icbm::Channel;
using wire::icbm::MissedCallReason;
using wire::icbm::Parameters;
namespace im = wire::icbm;
namespace flags = wire::icbm::parameterFlags;

constexpr wire::u32 usual = flags::channelMsgsAllowed | flags::missedCallsEnabled | flags::eventsAllowed;

void setParameters(Client& client, Parameters const& parameters, Channel channel = Channel::AllChannels) {
    EXPECT_FALSE(client.errorOf(client.send(im::AddParameters{channel, parameters})));
}

/// One entry of MISSED_CALLS.
struct Call {
    std::string sender;
    Channel channel{};
    unsigned count = 0;
    MissedCallReason reason{};
    friend bool operator==(Call const&, Call const&) = default;
};
std::ostream& operator<<(std::ostream& out, Call const& call) {
    return out << call.sender << " channel " << static_cast<int>(call.channel) << " x" << call.count << " reason "
               << static_cast<int>(call.reason);
}

std::vector<Call> missed(Client& client) {
    std::vector<Call> calls;
    for (auto const& message : client.takeAll<im::MissedCalls>())
        for (im::MissedCall const& call : message->missedCallArray)
            calls.push_back({std::string(call.senderInfo.displayId.text), call.channel, call.numMissed, call.reason});
    return calls;
}

/// Alice writes to Eve, on one shard and on two.
class MessageParameters : public NewUsersOnShards {};
INSTANTIATE_TEST_SUITE_P(Shards, MessageParameters, testing::Values(1u, 2u));

// PARM-3
TEST_P(MessageParameters, beforeAClientSetsAnyItGetsEverything) {
    Client& alice = signOn("Alice");
    Client& eve = signOn("Eve", {.icbmFlags = std::nullopt});
    auto const reply = eve.ask<im::ParameterReply>(im::ParameterQuery{});
    ASSERT_TRUE(reply);
    EXPECT_GE((*reply)->maxSlots, 1);
    Parameters const& defaults = (*reply)->parameters;
    EXPECT_EQ(defaults.icbmFlags, flags::channelMsgsAllowed | flags::missedCallsEnabled);
    EXPECT_EQ(defaults.maxIncomingICBMLen, 8000);
    EXPECT_EQ(defaults.maxSourceEvil, 999);
    EXPECT_EQ(defaults.maxDestinationEvil, 999);
    EXPECT_EQ(defaults.minInterICBMInterval, 0u);

    std::string const text(7000, 'x');
    sendIm(alice, "eve", text);
    sendIm(alice, "eve", "and at once another");
    EXPECT_THAT(texts(eve), ElementsAre(text, "and at once another"));
}

// PARM-1, ICBM-17
TEST_P(MessageParameters, ofOneChannelOverrideThoseOfAll) {
    Client& alice = signOn("Alice");
    Client& eve = signOn("Eve");
    setParameters(eve, {0, 8000, 999, 999, 0}, Channel::Mime);
    EXPECT_EQ(alice.errorOf(sendIm(alice, "eve", "mime", {.channel = Channel::Mime})),
              ErrorCode::NotSupportedByClient);
    EXPECT_FALSE(alice.take<im::HostAck>());
    sendIm(alice, "eve", "text");
    EXPECT_THAT(texts(eve), ElementsAre("text"));

    setParameters(eve, {0, 8000, 999, 999, 0});
    setParameters(eve, {usual, 8000, 999, 999, 0}, Channel::Mime);
    EXPECT_EQ(alice.errorOf(sendIm(alice, "eve", "text")), ErrorCode::NotSupportedByClient);
    sendIm(alice, "eve", "mime", {.channel = Channel::Mime});
    EXPECT_THAT(texts(eve), ElementsAre("mime"));
    // A channel that is not wanted is no missed call.
    EXPECT_THAT(missed(eve), IsEmpty());
}

// PARM-1
TEST_P(MessageParameters, haveAsManySlotsAsTheServerSaysAndOneCanBeFreed) {
    Client& eve = signOn("Eve");
    auto const reply = eve.ask<im::ParameterReply>(im::ParameterQuery{});
    ASSERT_TRUE(reply);
    Parameters const some{usual, 8000, 999, 999, 0};
    auto const add = [&](unsigned channel) {
        return eve.errorOf(eve.send(im::AddParameters{static_cast<Channel>(channel), some}));
    };
    unsigned const slots = (*reply)->maxSlots;
    for (unsigned channel = 1; channel <= slots; ++channel) EXPECT_FALSE(add(channel));
    EXPECT_EQ(add(slots + 1), ErrorCode::ListOverflow);
    EXPECT_FALSE(add(1));  // one that has a slot
    EXPECT_FALSE(add(0));  // and the defaults take none
    EXPECT_FALSE(eve.errorOf(eve.send(im::DeleteParameters{Channel::Im})));
    EXPECT_FALSE(add(slots + 1));
}

// PARM-1
TEST_P(MessageParameters, ofAChannelThatWasFreedAreThoseOfAllAgain) {
    Client& alice = signOn("Alice");
    Client& eve = signOn("Eve");
    setParameters(eve, {0, 8000, 999, 999, 0}, Channel::Im);
    EXPECT_EQ(alice.errorOf(sendIm(alice, "eve", "one")), ErrorCode::NotSupportedByClient);
    EXPECT_FALSE(eve.errorOf(eve.send(im::DeleteParameters{Channel::Im})));
    sendIm(alice, "eve", "two");
    EXPECT_THAT(texts(eve), ElementsAre("two"));
    EXPECT_EQ(eve.errorOf(eve.send(im::DeleteParameters{Channel::AllChannels})), ErrorCode::RequestDenied);
}

// PARM-2
TEST_P(MessageParameters, outOfRangeAreBroughtIntoIt) {
    world.addUser("Alice");
    world.changeAccount("alice", [](core::Account& account) { account.evil = 999; });
    Client& alice = world.signOn("alice");
    Client& eve = signOn("Eve");
    setParameters(eve, {usual, 1, 0xFFFF, 0xFFFF, 0});
    sendIm(alice, "eve", "up to 80 bytes must do");
    EXPECT_THAT(texts(eve), ElementsAre("up to 80 bytes must do"));
    EXPECT_EQ(alice.errorOf(sendIm(alice, "eve", std::string(80, 'x'))), ErrorCode::RefusedByClient);
    setParameters(eve, {usual, 0xFFFF, 0xFFFF, 0xFFFF, 0});
    sendIm(alice, "eve", std::string(7000, 'x'));
    EXPECT_THAT(texts(eve), SizeIs(1));

    world.changeAccount("alice", [](core::Account& account) { account.evil = 1000; });
    alice.signOff();
    Client& worse = world.signOn("alice");
    EXPECT_EQ(worse.errorOf(sendIm(worse, "eve", "999 is the most")), ErrorCode::TooEvilSender);
}

// PARM-4
TEST_P(MessageParameters, mayHaveFlagsThatTheServerDoesNotKnow) {
    Client& alice = signOn("Alice");
    Client& eve = signOn("Eve");
    setParameters(eve, {0xFFFFFFFF, 8000, 999, 999, 0});
    sendIm(alice, "eve", "hello");
    EXPECT_THAT(texts(eve), ElementsAre("hello"));
}

// PARM-5, PARM-6, PARM-7, ICBM-16
TEST_P(MessageParameters, holdBackMessagesThatComeTooFastAndReportThemAtTheNextSlot) {
    Client& alice = signOn("Alice");
    Client& eve = signOn("Eve");
    setParameters(eve, {usual, 8000, 999, 999, 5000});
    sendIm(alice, "eve", "one");
    EXPECT_TRUE(alice.take<im::HostAck>());
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(alice.errorOf(sendIm(alice, "eve", "too fast")), ErrorCode::RateToClient);
    EXPECT_FALSE(alice.take<im::HostAck>());
    world.pass(core::Milliseconds(4500));
    EXPECT_EQ(alice.errorOf(sendIm(alice, "eve", "too fast")), ErrorCode::RateToClient);
    EXPECT_THAT(missed(eve), IsEmpty());
    world.pass(core::Milliseconds(500));
    EXPECT_THAT(missed(eve), ElementsAre(Call{"Alice", Channel::Im, 4, MissedCallReason::RateExceeded}));
    sendIm(alice, "eve", "two");
    EXPECT_THAT(texts(eve), ElementsAre("one", "two"));
    world.pass(core::Milliseconds(10000));
    EXPECT_THAT(missed(eve), IsEmpty());
}

// PARM-5
TEST_P(MessageParameters, withAnIntervalHoldAlsoWhenAnotherChannelHasNone) {
    Client& alice = signOn("Alice");
    Client& eve = signOn("Eve");
    setParameters(eve, {usual, 8000, 999, 999, 5000}, Channel::Im);
    setParameters(eve, {usual, 8000, 999, 999, 0}, Channel::Mime);
    sendIm(alice, "eve", "one");
    sendIm(alice, "eve", "mime", {.channel = Channel::Mime});
    EXPECT_EQ(alice.errorOf(sendIm(alice, "eve", "too fast")), ErrorCode::RateToClient);
    EXPECT_THAT(texts(eve), ElementsAre("one", "mime"));
}

// PARM-5
TEST_P(MessageParameters, ofOneClientDoNotSlowDownTheOthersOfTheUser) {
    Client& alice = signOn("Alice");
    Client& slow = signOn("Eve");
    Client& fast = world.signOn("eve");
    setParameters(slow, {usual, 8000, 999, 999, 5000});
    sendIm(alice, "eve", "one");
    EXPECT_FALSE(alice.errorOf(sendIm(alice, "eve", "two")));
    EXPECT_THAT(alice.takeAll<im::HostAck>(), SizeIs(2));
    EXPECT_THAT(texts(slow), ElementsAre("one"));
    EXPECT_THAT(texts(fast), ElementsAre("one", "two"));
    world.pass(core::Milliseconds(5000));
    EXPECT_THAT(missed(slow), SizeIs(1));
    EXPECT_THAT(missed(fast), IsEmpty());
}

// PARM-6
TEST_P(MessageParameters, sumUpMissedCallsBySenderChannelAndReason) {
    Client& alice = signOn("Alice");
    Client& bob = signOn("Bob");
    Client& eve = signOn("Eve");
    setParameters(eve, {usual, 200, 999, 999, 5000});
    sendIm(bob, "eve", "the slot is taken");
    std::string const large(300, 'x');
    sendIm(alice, "eve", "fast");
    sendIm(bob, "eve", "fast");
    sendIm(alice, "eve", large);
    sendIm(alice, "eve", "fast", {.channel = Channel::Mime});
    alice.send(wire::oservice::SetNickinfoFields{
        wire::TlvList{}.add(wire::oservice::nickInfoTags::status, wire::u32{1})});  // looks different, is the same
    sendIm(alice, "eve", "fast");
    sendIm(alice, "eve", large);
    world.pass(core::Milliseconds(5000));
    EXPECT_THAT(missed(eve), ElementsAre(Call{"Alice", Channel::Im, 2, MissedCallReason::RateExceeded},
                                         Call{"Bob", Channel::Im, 1, MissedCallReason::RateExceeded},
                                         Call{"Alice", Channel::Im, 2, MissedCallReason::TooLarge},
                                         Call{"Alice", Channel::Mime, 1, MissedCallReason::RateExceeded}));
}

// ICBM-16, PARM-7
TEST_P(MessageParameters, refuseMessagesThatAreTooLarge) {
    Client& alice = signOn("Alice");
    Client& eve = signOn("Eve");
    setParameters(eve, {usual, 200, 999, 999, 0});
    EXPECT_EQ(alice.errorOf(sendIm(alice, "eve", std::string(300, 'x'))), ErrorCode::RefusedByClient);
    EXPECT_THAT(texts(eve), IsEmpty());
    EXPECT_THAT(missed(eve), ElementsAre(Call{"Alice", Channel::Im, 1, MissedCallReason::TooLarge}));
}

// ICBM-16, PARM-7
TEST_P(MessageParameters, refuseSendersWhoAreWarnedTooHigh) {
    world.addUser("Alice");
    world.changeAccount("alice", [](core::Account& account) { account.evil = 301; });
    Client& alice = world.signOn("alice");
    Client& eve = signOn("Eve");
    setParameters(eve, {usual, 8000, 300, 999, 0});
    EXPECT_EQ(alice.errorOf(sendIm(alice, "eve", "hello")), ErrorCode::TooEvilSender);
    EXPECT_THAT(missed(eve), ElementsAre(Call{"Alice", Channel::Im, 1, MissedCallReason::EvilSender}));
    setParameters(eve, {usual, 8000, 301, 999, 0});
    sendIm(alice, "eve", "hello");
    EXPECT_THAT(texts(eve), ElementsAre("hello"));
}

// ICBM-16, PARM-7
TEST_P(MessageParameters, refuseReceiversWhoAreWarnedTooHighForTheSender) {
    Client& alice = signOn("Alice");
    world.addUser("Eve");
    world.changeAccount("eve", [](core::Account& account) { account.evil = 301; });
    Client& eve = world.signOn("eve");
    setParameters(alice, {usual, 8000, 999, 300, 0});
    EXPECT_EQ(alice.errorOf(sendIm(alice, "eve", "hello")), ErrorCode::TooEvilReceiver);
    EXPECT_THAT(missed(eve), ElementsAre(Call{"Alice", Channel::Im, 1, MissedCallReason::EvilReceiver}));
    setParameters(alice, {usual, 8000, 999, 301, 0});
    sendIm(alice, "eve", "hello");
    EXPECT_THAT(texts(eve), ElementsAre("hello"));
}

// ICBM-16
TEST_P(MessageParameters, tellNothingOfMissedCallsToWhomDoesNotWantThem) {
    Client& alice = signOn("Alice");
    Client& eve = signOn("Eve");
    setParameters(eve, {flags::channelMsgsAllowed, 200, 999, 999, 5000});
    sendIm(alice, "eve", "one");
    sendIm(alice, "eve", "two");
    sendIm(alice, "eve", std::string(300, 'x'));
    world.pass(core::Milliseconds(6000));
    EXPECT_THAT(missed(eve), IsEmpty());
}

TEST_P(MessageParameters, ofAClientThatIsGoneBeforeItsMissedCallsAreDueAreForgotten) {
    Client& alice = signOn("Alice");
    Client& eve = signOn("Eve");
    setParameters(eve, {usual, 8000, 999, 999, 5000});
    sendIm(alice, "eve", "one");
    sendIm(alice, "eve", "two");
    eve.breakLine();
    Client& again = world.signOn("eve");
    world.pass(core::Milliseconds(10000));
    EXPECT_THAT(missed(again), IsEmpty());
    sendIm(alice, "eve", "three");
    EXPECT_THAT(texts(again), ElementsAre("three"));
}

TEST_P(MessageParameters, rememberABoundedNumberOfMissedSenders) {
    Client& eve = signOn("Eve");
    setParameters(eve, {usual, 8000, 999, 999, 5000});
    std::vector<Client*> senders;
    for (unsigned i = 0; i < core::limits::missedCalls + 5; ++i)
        senders.push_back(&signOn("Sender" + std::to_string(i)));
    sendIm(*senders[0], "eve", "the slot is taken");
    for (Client* sender : senders) sendIm(*sender, "eve", "fast");
    world.pass(core::Milliseconds(5000));
    EXPECT_THAT(missed(eve), SizeIs(core::limits::missedCalls));
}

}  // namespace
}  // namespace oscar::test
