// SPDX-License-Identifier: MIT
// What a widespread client really sends, sent to the real server: each request gets its answer, and the
// others notice what they should. Where the recorded server erred (the README of the captures tells), the
// tables say what is right.
#include <gtest/gtest.h>

#include "tests/e2e/replay.h"

namespace oscar::test {
namespace {

using Lists = std::map<std::string, std::vector<std::string>>;

std::vector<std::string> const aliceAndBob{"alice", "bob"};
std::vector<std::string> const twoNumbers{"100001", "100002"};
Lists const aliceAndBobKnowEachOther{{"alice", {"bob"}}, {"bob", {"alice"}}};
Lists const twoNumbersKnowEachOther{{"100001", {"100002"}}, {"100002", {"100001"}}};

constexpr wire::u16 unknownName = 1, wrongPassword = 5;  // LOGIN__ERRORS
constexpr wire::u16 notLoggedOn = 4;                     // ERROR__CODE

std::vector<Scenario> const scenarios{
    {.capture = "aim-sign-on-md5",
     .accounts = {"alice"},
     .refusals = {{118, wrongPassword}, {125, unknownName}}},

    {.capture = "icq-sign-on", .accounts = {"100001"}, .refusals = {{76, wrongPassword}}},

    {.capture = "aim-buddy-list", .accounts = {"alice", "bob", "carol", "dave"}},

    {.capture = "aim-presence",
     .accounts = aliceAndBob,
     .lists = {{"alice", {}}},
     .expectations = {{"bob signs on", "alice", "arrived bob"},
                      {"bob is idle since 10 minutes", "alice", "arrived bob, idle 10"},
                      {"bob is back", "alice", "arrived bob"},
                      {"bob signs off", "alice", "departed bob"},
                      {"bob signs on", "alice", "arrived bob"},
                      {"bob's connection is lost", "alice", "departed bob"}}},

    {.capture = "aim-im",
     .accounts = aliceAndBob,
     .lists = aliceAndBobKnowEachOther,
     .refusals = {{37, notLoggedOn}},
     .expectations = {{"alice to bob: plain text", "bob", "message from alice as sent, wants events"},
                      {"alice to bob: HTML", "bob", "message from alice as sent, wants events"},
                      {"alice to bob: text outside ASCII", "bob", "message from alice as sent, wants events"},
                      {"bob to alice: an answer", "alice", "message from bob as sent, wants events"},
                      {"bob to alice: typing notice (typing)", "alice", "typing 2 from bob"},
                      {"bob to alice: typing notice (typed)", "alice", "typing 1 from bob"},
                      {"bob to alice: typing notice (stopped)", "alice", "typing 0 from bob"},
                      {"bob closes the conversation", "alice", "typing 0 from bob"},
                      {"bob to alice: a long text (700 Cyrillic letters)", "alice",
                       "message from bob as sent, wants events"},
                      {"alice signs off", "bob", "departed alice"}}},

    {.capture = "aim-auto-response",
     .accounts = aliceAndBob,
     .lists = aliceAndBobKnowEachOther,
     .expectations = {{"bob goes away with a message", "alice",
                       "arrived bob, away, status 0001, \"gone fishing\""},
                      {"alice to bob; bob's client answers by itself", "alice",
                       "message from bob as sent, automatic, wants events"},
                      {"alice to bob; bob's client answers by itself", "bob",
                       "message from alice as sent, wants events"},
                      {"alice signs off", "bob", "departed alice"}}},

    // The profile's time (SIG_TIME) is part of what others see.
    {.capture = "aim-away-profile",
     .accounts = aliceAndBob,
     .lists = aliceAndBobKnowEachOther,
     .refusals = {{36, notLoggedOn}},
     .expectations = {{"bob sets his profile", "alice", "arrived bob"},
                      {"bob goes away", "alice", "arrived bob, away, status 0001, \"back at five, čau\""},
                      {"bob is back, with a status text", "alice", "arrived bob, \"listening to jazz\""},
                      {"bob removes the status text", "alice", "arrived bob"},
                      {"bob becomes invisible", "alice", "departed bob"},
                      {"bob becomes visible", "alice", "arrived bob"},
                      {"alice signs off", "bob", "departed alice"}}},

    // Blocking works both ways (rule PD-3). Bob is permitted when only some are, so that mode 3 changes
    // nothing.
    {.capture = "aim-privacy",
     .accounts = aliceAndBob,
     .lists = aliceAndBobKnowEachOther,
     .refusals = {{19, notLoggedOn}},
     .expectations = {{"alice denies bob", "alice", "departed bob"},
                      {"alice denies bob", "bob", "departed alice"},
                      {"alice no longer denies bob", "alice", "arrived bob"},
                      {"alice no longer denies bob", "bob", "arrived alice"},
                      {"alice: deny all (mode 2)", "alice", "departed bob"},
                      {"alice: deny all (mode 2)", "bob", "departed alice"},
                      {"alice: permit buddies (mode 5)", "alice", "arrived bob"},
                      {"alice: permit buddies (mode 5)", "bob", "arrived alice"},
                      {"alice signs off", "bob", "departed alice"}}},

    // The status text shown is that of the first instance (rule MULTI-6). From the moment the last instance
    // that others see is signed off until the new one is on, the user is offline.
    {.capture = "aim-multi-instance",
     .accounts = {"alice", "bob", "carol"},
     .lists = aliceAndBobKnowEachOther,
     .expectations =
         {{"bob signs on a second time", "alice/2", "arrived bob"},
          {"bob signs on a second time", "bob/1", "arrived alice"},
          {"alice to bob: both instances get it", "bob/1", "message from alice as sent, wants events"},
          {"alice to bob: both instances get it", "bob/3", "message from alice as sent, wants events"},
          {"bob's first instance adds carol", "bob/1", "13/11 as sent"},
          {"bob's first instance adds carol", "bob/1", "13/08 as sent"},
          {"bob's first instance adds carol", "bob/1", "13/09 as sent"},
          {"bob's first instance adds carol", "bob/1", "13/12 as sent"},
          {"bob's second instance goes away", "alice/2", "arrived bob"},
          {"bob's first instance signs off", "alice/2", "arrived bob, away, status 0001, \"out\""},
          {"alice to bob", "alice/2", "message from bob as sent, automatic, wants events"},
          {"alice to bob", "bob/1", "message from alice as sent, wants events"},
          {"bob signs on without allowing several sign-ons", "alice/2", "departed bob"},
          {"bob signs on without allowing several sign-ons", "alice/2", "arrived bob"},
          {"bob signs on without allowing several sign-ons", "bob/1", "signed off, reason 1"},
          {"bob signs on without allowing several sign-ons", "bob/1", "closed"},
          {"bob signs on without allowing several sign-ons", "bob/4", "arrived alice"},
          {"alice signs off", "bob/4", "departed alice"}},
     .numbered = true,
     .alone = 4},

    {.capture = "aim-offline-message",
     .accounts = aliceAndBob,
     .lists = {{"alice", {}}},
     .expectations = {{"bob signs on", "bob", "message from alice as sent, kept"},
                      {"bob signs on", "bob", "message from alice as sent, kept"},
                      {"bob signs on", "bob", "message from alice as sent, kept"}}},

    // The recorded server took the HTML away, though these clients say that they want it.
    {.capture = "icq-im",
     .accounts = {"100001", "100002", "alice"},
     .lists = {{"100001", {"100002"}}, {"100002", {"100001"}}, {"alice", {}}},
     .expectations = {{"100001 to 100002: plain text", "100002", "message from 100001 as sent, wants events"},
                      {"100001 to 100002: HTML", "100002", "message from 100001 as sent, wants events"},
                      {"100001 to 100002: text outside ASCII", "100002",
                       "message from 100001 as sent, wants events"},
                      {"100002 to alice (ICQ to AIM)", "alice", "message from 100002 as sent, wants events"},
                      {"alice to 100002 (AIM to ICQ)", "100002", "message from alice as sent, wants events"},
                      {"100001 signs off", "100002", "departed 100001"}}},

    // An ICQ user who hides still sees the others.
    {.capture = "icq-states",
     .accounts = twoNumbers,
     .lists = twoNumbersKnowEachOther,
     .expectations = {{"100002: away", "100001", "arrived 100002, away, status 0001, icq"},
                      {"100002: na", "100001", "arrived 100002, away, status 0005, icq"},
                      {"100002: occupied", "100001", "arrived 100002, away, status 0011, icq"},
                      {"100002: dnd", "100001", "arrived 100002, away, status 0013, icq"},
                      {"100002: free4chat", "100001", "arrived 100002, status 0020, icq"},
                      {"100002: evil", "100001", "arrived 100002, status 3000, icq"},
                      {"100002: lunch", "100001", "arrived 100002, away, status 2001, icq"},
                      {"100002: invisible", "100001", "departed 100002"},
                      {"100002: available", "100001", "arrived 100002, icq"},
                      {"100001 signs off", "100002", "departed 100001"}}},

    {.capture = "icq-offline-message",
     .accounts = twoNumbers,
     .lists = {{"100001", {}}},
     .expectations = {{"100002 signs on", "100002", "message from 100001 as sent, kept"},
                      {"100002 signs on", "100002", "message from 100001 as sent, kept"}}},

    // The recorded server knew neither the visible list nor the ignore list. The client becomes available in
    // two steps: first the mode in which the visible list counts ends, then the invisible state.
    {.capture = "icq-visibility",
     .accounts = twoNumbers,
     .lists = twoNumbersKnowEachOther,
     .refusals = {{49, notLoggedOn}},
     .expectations = {{"100002 becomes invisible", "100001", "departed 100002"},
                      {"100002 puts 100001 on the visible list", "100001",
                       "arrived 100002, status 0100, icq"},
                      {"100002 becomes available", "100001", "departed 100002"},
                      {"100002 becomes available", "100001", "arrived 100002, icq"},
                      {"100002 puts 100001 on the invisible list", "100001", "departed 100002"},
                      {"100002 takes 100001 off it", "100001", "arrived 100002, icq"},
                      {"100002 ignores 100001", "100001", "departed 100002"},
                      {"100002 ignores 100001", "100002", "departed 100001"},
                      {"100002 no longer ignores 100001", "100001", "arrived 100002, icq"},
                      {"100002 no longer ignores 100001", "100002", "arrived 100001, icq"},
                      {"100001 signs off", "100002", "departed 100001"}}},

    {.capture = "icq-status-note",
     .accounts = twoNumbers,
     .lists = twoNumbersKnowEachOther,
     .expectations = {{"100002 is away with a note", "100001",
                       "arrived 100002, away, status 0001, \"обед till 2\", icq"},
                      {"100002 sets the mood coffee", "100001",
                       "arrived 100002, away, status 0001, \"обед till 2\", icq"},
                      {"100002 sets the mood coffee", "100001", "client error 3 from 100002 as sent"},
                      {"100002 sets the mood coffee", "100002", "proposal from 100001 as sent"},
                      {"100001 asks for the note again", "100001", "client error 3 from 100002 as sent"},
                      {"100001 asks for the note again", "100002", "proposal from 100001 as sent"},
                      {"100001 signs off", "100002", "departed 100001"}}},

    // The server adds the address that it sees (rule RDV-7).
    {.capture = "aim-file-transfer",
     .accounts = aliceAndBob,
     .lists = aliceAndBobKnowEachOther,
     .expectations = {{"alice offers a file", "alice", "acceptance from bob as sent"},
                      {"alice offers a file", "bob", "proposal from alice as sent, address verified"},
                      {"alice offers another", "bob", "proposal from alice as sent, address verified"},
                      {"bob refuses it", "alice", "cancel from bob as sent"},
                      {"alice offers it again", "bob", "proposal from alice as sent, address verified"},
                      {"alice takes the offer back", "bob", "cancel from alice as sent"},
                      {"alice signs off", "bob", "departed alice"}}},

    {.capture = "aim-direct-im",
     .accounts = aliceAndBob,
     .lists = aliceAndBobKnowEachOther,
     .expectations = {{"alice proposes a direct IM session", "alice", "acceptance from bob as sent"},
                      {"alice proposes a direct IM session", "bob",
                       "proposal from alice as sent, address verified"},
                      {"alice proposes again; bob refuses", "alice", "client error 3 from bob as sent"},
                      {"alice proposes again; bob refuses", "bob",
                       "proposal from alice as sent, address verified"},
                      {"alice cancels", "bob", "cancel from alice as sent"},
                      {"alice signs off", "bob", "departed alice"}}},
};

class RecordedClient : public testing::TestWithParam<Scenario> {};

TEST_P(RecordedClient, getsItsAnswersAndOthersNoticeWhatTheyShould) {
    Replay replay(GetParam());
    EXPECT_EQ(replay.run(), Replay::rowsOf(GetParam()));
}

std::string nameOfScenario(testing::TestParamInfo<Scenario> const& scenario) {
    std::string name = scenario.param.capture;
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(Captures, RecordedClient, testing::ValuesIn(scenarios), nameOfScenario);

}  // namespace

/// For the names of failing tests.
void PrintTo(Scenario const& scenario, std::ostream* out) { *out << scenario.capture; }

}  // namespace oscar::test
