// SPDX-License-Identifier: MIT
// What a signed-on user does and hears.
#include "client/text.h"
#include "tests/client/session_driver.h"

namespace oscar {
namespace {

using namespace client;
using namespace tests;
using wire::feedbag::ClassId;
using wire::feedbag::StatusCode;
namespace os = wire::oservice;
namespace icbm = wire::icbm;

struct SignedOnSession : testing::Test {
    Line line;
    Session& session = line.session;
    ScriptedHost& bos = line.bos;

    void SetUp() override {
        line.signOn();
        bos.sent.clear();
        line.events.clear();
    }
};

TEST_F(SignedOnSession, sendsAsciiAsItIsAndOtherTextAsUtf16) {
    auto const plain = session.sendMessage("Bob B", "hi");
    auto const other = session.sendMessage("bob", "\u0416");
    ASSERT_TRUE(plain && other);
    EXPECT_NE(plain->cookie, other->cookie);
    line.talk();
    auto const sent = bos.all<icbm::ChannelMsgToHost>();
    ASSERT_EQ(sent.size(), 2u);
    EXPECT_EQ(bos.sent[0].header.requestId, plain->requestId);
    auto const message = sent[0];
    EXPECT_EQ(message.destLoginId.text, "Bob B");
    EXPECT_EQ(message.cookie, plain->cookie);
    EXPECT_TRUE(message.icbmTlvs.has(icbm::tags::requestHostAck));
    auto const imData = message.icbmTlvs.get(icbm::tags::imData).value();
    EXPECT_EQ((*imData.begin()).tag, icbm::imDataTags::imCapabilities.number) << "comes first";
    EXPECT_EQ(wire::asText(imData.get(icbm::imDataTags::imText)->data.bytes), "hi");
    auto const section = sent[1].icbmTlvs.get(icbm::tags::imData)->get(icbm::imDataTags::imText);
    EXPECT_EQ(section->encoding, icbm::Encoding::Unicode);
    EXPECT_EQ(wire::toBuffer(section->data.bytes), (wire::Buffer{0x04, 0x16}));
}

TEST_F(SignedOnSession, neverAsksForAnAckOfAnAutomaticResponse) {
    session.sendMessage("bob", "gone", {.requestAck = true, .storeIfOffline = true, .autoResponse = true});
    session.sendMessage("bob", "keep", {.requestAck = false, .storeIfOffline = true});
    line.talk();
    auto const sent = bos.all<icbm::ChannelMsgToHost>();
    auto const automatic = sent.at(0).icbmTlvs;
    EXPECT_TRUE(automatic.has(icbm::tags::autoResponse));
    EXPECT_FALSE(automatic.has(icbm::tags::requestHostAck));
    EXPECT_FALSE(automatic.has(icbm::tags::store));
    auto const kept = sent.at(1).icbmTlvs;
    EXPECT_FALSE(kept.has(icbm::tags::requestHostAck));
    EXPECT_TRUE(kept.has(icbm::tags::store));
}

TEST_F(SignedOnSession, refusesTextThatFitsNoFrame) {
    EXPECT_FALSE(session.sendMessage("bob", std::string(70000, 'x')));
    EXPECT_FALSE(session.sendMessage("bob", std::string(40000, '\xFC')));
    EXPECT_EQ(session.setProfile(std::string(70000, 'x')), 0u);
    EXPECT_EQ(session.setAway(std::string(70000, 'x')), 0u);
    EXPECT_TRUE(session.takeOutput().empty());
}

TEST_F(SignedOnSession, joinsAllSectionsOfAMessage) {
    wire::TlvList imData;
    wire::Buffer const omega{0x03, 0xA9};
    imData.add(icbm::imDataTags::imText, {icbm::Encoding::Ascii, 0, {wire::asBytes("one ")}})
        .add(icbm::imDataTags::imText, {icbm::Encoding::Unicode, 0xFFFF, {omega}})
        .add(icbm::imDataTags::imText, {icbm::Encoding::Latin1, 0, {wire::asBytes(" \xFC")}});
    wire::TlvList tlvs;
    tlvs.add(icbm::tags::imData, imData)
        .add(icbm::tags::autoResponse)
        .add(icbm::tags::wantEvents)
        .add(icbm::tags::sendTime, {1234567890});
    wire::TlvList attributes;
    attributes.add(os::nickInfoTags::nickFlags, wire::u16{0x0010});
    wire::Cookie const cookie{1, 2, 3};
    std::string raw;
    session.onEvent([&](Event const& event) {
        line.events.push_back(event);
        raw = wire::asText(std::get<MessageReceived>(event).snac);
    });
    icbm::ChannelMsgToClient const sent{cookie, icbm::Channel::Im, nickwInfo("Bob B", attributes), tlvs};
    line.hear(bos.say(sent));
    ASSERT_EQ(line.all<MessageReceived>().size(), 1u);
    MessageReceived const message = line.all<MessageReceived>()[0];
    EXPECT_EQ(message.from.displayId, "Bob B");
    EXPECT_EQ(message.text, "one \u03a9 \u00fc");
    EXPECT_TRUE(message.autoResponse);
    EXPECT_TRUE(message.wantsEvents);
    EXPECT_EQ(message.sentAt, 1234567890u);
    EXPECT_EQ(message.cookie, cookie);
    EXPECT_EQ(raw, wire::asText(wire::encode(sent)));
}

TEST_F(SignedOnSession, tellsWhoComesAndGoes) {
    wire::TlvList told;
    wire::List<wire::u16> shortCaps;
    shortCaps.add(0x1345);
    wire::List<wire::BartId> items;
    wire::Buffer const statusText = wire::encode(wire::string16{"at sea"});
    items.add({wire::bartTypes::statusStr, wire::bartFlags::data, {statusText}});
    told.add(os::nickInfoTags::nickFlags, wire::u16{os::nickFlags::aim | os::nickFlags::unavailable})
        .add(os::nickInfoTags::idleTime, wire::u16{12})
        .add(os::nickInfoTags::status, wire::u32{0x20})
        .add(os::nickInfoTags::shortCaps, shortCaps)
        .add(os::nickInfoTags::bartInfo, items);
    wire::TlvList offline;
    offline.add(os::nickInfoTags::nickFlags, wire::u16{0});
    wire::List<os::NickwInfo> two;
    two.add(nickwInfo("Bob B", told));
    two.add(nickwInfo("carol", offline));
    line.hear(bos.say(wire::buddy::Arrived{two}));
    wire::List<os::NickwInfo> one;
    one.add(nickwInfo("bob b", offline));
    line.hear(bos.say(wire::buddy::Departed{one}));
    ASSERT_EQ(line.all<BuddyArrived>().size(), 1u);
    User const bob = line.all<BuddyArrived>()[0].user;
    EXPECT_EQ(bob.displayId, "Bob B");
    EXPECT_TRUE(bob.away);
    EXPECT_EQ(bob.idleMinutes, 12);
    EXPECT_EQ(bob.status, 0x20u);
    EXPECT_EQ(bob.statusText, "at sea");
    ASSERT_EQ(bob.capabilities.size(), 1u);
    EXPECT_EQ(bob.capabilities[0], (wire::Uuid{0x09, 0x46, 0x13, 0x45, 0x4C, 0x7F, 0x11, 0xD1, 0x82, 0x22,
                                               0x44, 0x45, 0x53, 0x54, 0x00, 0x00}));
    ASSERT_EQ(line.all<BuddyDeparted>().size(), 2u);
    EXPECT_EQ(line.all<BuddyDeparted>()[0].user.displayId, "carol");
    EXPECT_EQ(line.all<BuddyDeparted>()[1].user.displayId, "bob b");
}

TEST_F(SignedOnSession, tellsAcksTypingMissesWarningsRatesAndErrors) {
    wire::Cookie const cookie{9};
    line.hear(bos.say(icbm::HostAck{cookie, icbm::Channel::Im, {"bob"}, {}}, 77));
    line.hear(bos.say(icbm::ClientEvent{{}, icbm::Channel::Im, {"bob"}, icbm::Event::Typing}));
    wire::List<icbm::MissedCall> missed;
    missed.add({icbm::Channel::Im, nickwInfo("bob", {}), 3, icbm::MissedCallReason::RateExceeded});
    line.hear(bos.say(icbm::MissedCalls{missed}));
    line.hear(bos.say(os::EvilNotification{150, std::nullopt}));
    wire::Buffer const rate = wire::encode(os::RateParameters{3, 1, 2, 3, 4, 5, 6, 7});
    line.hear(bos.say(os::RateParamChange{os::RateCode::Limit, {rate}}));
    wire::TlvList more;
    more.add(wire::errorTags::errorSubcode, icbm::errorSubcode::offlineImExceedMax);
    line.hear(bos.say(icbm::Error{wire::ErrorCode::NotLoggedOn, more}, 78));
    EXPECT_EQ(line.all<MessageAcked>().at(0).cookie, cookie);
    EXPECT_EQ(line.all<MessageAcked>().at(0).requestId, 77u);
    EXPECT_EQ(line.all<Typing>().at(0).event, icbm::Event::Typing);
    EXPECT_EQ(line.all<MessagesMissed>().at(0).count, 3);
    EXPECT_EQ(line.all<Warned>().at(0).evil, 150);
    EXPECT_EQ(line.all<RateChanged>().at(0).classId, 3);
    client::Error const error = line.all<client::Error>().at(0);
    EXPECT_EQ(error.foodgroup, 4);
    EXPECT_EQ(error.code, wire::ErrorCode::NotLoggedOn);
    EXPECT_EQ(error.subcode, icbm::errorSubcode::offlineImExceedMax);
    EXPECT_EQ(error.requestId, 78u);
}

TEST_F(SignedOnSession, setsAwayProfileIdleAndStatus) {
    session.setAway("gone <i>fishing</i>");
    session.setProfile("\u0416");
    session.setBack();
    session.setIdle(600);
    session.setStatus(os::icqStatus::invisible);
    line.talk();
    namespace tags = wire::locate::tags;
    auto const infos = bos.all<wire::locate::SetInfo>();
    auto const away = infos.at(0).infoData;
    EXPECT_EQ(away.get(tags::unavailableType)->text, "text/aolrtf; charset=\"us-ascii\"");
    EXPECT_EQ(away.get(tags::unavailableData)->text, "gone <i>fishing</i>");
    auto const profile = infos.at(1).infoData;
    EXPECT_EQ(profile.get(tags::sigType)->text, "text/aolrtf; charset=\"unicode-2-0\"");
    EXPECT_EQ(profile.get(tags::sigData)->text, std::string_view("\x04\x16", 2));
    EXPECT_EQ(infos.at(2).infoData.get(tags::unavailableData)->text, "");
    EXPECT_EQ(bos.all<os::IdleNotification>().at(0).idleTime, 600u);
    auto const fields = bos.all<os::SetNickinfoFields>().at(0).tlvs;
    EXPECT_EQ(fields.get(os::nickInfoTags::status), os::icqStatus::invisible);
}

TEST_F(SignedOnSession, asksAboutAUserAndHearsOfHimOrOfNobody) {
    std::optional<UserDetails> bob;
    bool asked = false;
    bool nobody = false;
    wire::u32 const first = session.requestUserInfo("bob", [&](auto const& details) { bob = details; });
    wire::u32 const second = session.requestUserInfo("nobody", [&](auto const& details) {
        asked = true;
        nobody = !details;
    });
    line.talk();
    wire::TlvList told;
    told.add(wire::locate::tags::sigType, wire::string{"text/aolrtf; charset=\"utf-8\""})
        .add(wire::locate::tags::sigData, wire::string{"I like tea"});
    line.hear(bos.say(wire::locate::Error{wire::ErrorCode::NotLoggedOn, {}}, second));
    line.hear(bos.say(wire::locate::UserInfoReply{nickwInfo("Bob B", {}), told}, first));
    ASSERT_TRUE(bob);
    EXPECT_EQ(bob->user.displayId, "Bob B");
    EXPECT_EQ(bob->profile, "I like tea");
    EXPECT_TRUE(asked && nobody);
}

TEST_F(SignedOnSession, changesTheListOneStepAfterTheOther) {
    std::vector<StatusCode> results;
    auto const done = [&](StatusCode status) { results.push_back(status); };
    session.addBuddy("bob", "Friends", done);
    session.addBuddy("Bob", "friends", done);
    session.addDeny("mallory", done);
    session.renameGroup("Friends", "Best friends", done);
    EXPECT_EQ(session.takeOutput().size(), 16u + 16u + 14u)
        << "cluster and root group; nothing before its status";
    line.hear(bos.say(wire::feedbag::Error{wire::ErrorCode::GeneralFailure, {}}, 0x7000));
    EXPECT_TRUE(results.empty()) << "an error of another request";
}

TEST_F(SignedOnSession, carriesOutAllChangesInOrder) {
    std::vector<StatusCode> results;
    auto const done = [&](StatusCode status) { results.push_back(status); };
    session.addBuddy("bob", "Friends", done);
    session.addBuddy("Bob", "friends", done);
    session.addDeny("mallory", done);
    session.renameGroup("Friends", "Best friends", done);
    session.setPrivacyMode(wire::feedbag::PdMode::DenySome, done);
    line.talk();
    EXPECT_EQ(results,
              (std::vector<StatusCode>{StatusCode::Success, StatusCode::AlreadyExists, StatusCode::Success,
                                       StatusCode::Success, StatusCode::Success}));
    EXPECT_EQ(bos.all<wire::feedbag::StartCluster>().size(), 4u);
    EXPECT_EQ(bos.all<wire::feedbag::EndCluster>().size(), 4u);
    EXPECT_EQ(session.feedbag().items().size(), 5u);
    EXPECT_TRUE(session.feedbag().group("best friends"));
    EXPECT_EQ(session.feedbag().privacyMode(), wire::feedbag::PdMode::DenySome);
}

TEST_F(SignedOnSession, aRefusedStepEndsTheChangeAndLeavesTheOrderAlone) {
    session.addBuddy("bob", "Friends");
    line.talk();
    bos.statuses = {StatusCode::AuthRequired};
    StatusCode result{};
    session.addBuddy("100001", "Friends", [&](StatusCode status) { result = status; });
    line.talk();
    EXPECT_EQ(result, StatusCode::AuthRequired);
    EXPECT_TRUE(session.feedbag().buddy("100001").empty());
    EXPECT_EQ(session.feedbag().order(1), std::vector<wire::u16>{1});
    EXPECT_TRUE(bos.sent.back().is<wire::feedbag::EndCluster>());
    session.addBuddy("carol", "Friends", [&](StatusCode status) { result = status; });
    line.talk();
    EXPECT_EQ(result, StatusCode::Success) << "the next change goes on";
}

TEST_F(SignedOnSession, changesUnderWayAreTakenBackWhenTheSessionEnds) {
    std::vector<StatusCode> results;
    auto const done = [&](StatusCode status) { results.push_back(status); };
    session.addBuddy("bob", "Friends", done);
    session.addDeny("mallory", done);
    session.connectionLost();
    session.addDeny("late", done);
    EXPECT_EQ(results, std::vector<StatusCode>(3, StatusCode::Unavailable));
}

TEST_F(SignedOnSession, followsWhatAnotherInstanceDoesToTheList) {
    wire::List<wire::feedbag::Item> items;
    items.add({{"bob"}, 1, 1, ClassId::Buddy, {}});
    line.hear(bos.say(wire::feedbag::InsertItems{items}));
    EXPECT_EQ(session.feedbag().buddy("bob").size(), 1u);
    line.hear(bos.say(wire::feedbag::DeleteItems{items}));
    EXPECT_TRUE(session.feedbag().items().empty());
    auto const changes = line.all<FeedbagChanged>();
    ASSERT_EQ(changes.size(), 2u);
    EXPECT_EQ(changes[0].change, FeedbagChange::Inserted);
    EXPECT_EQ(changes[1].change, FeedbagChange::Deleted);
    EXPECT_EQ(changes[1].names, std::vector<std::string>{"bob"});
}

TEST_F(SignedOnSession, answersMayComeInSeveralParts) {
    std::vector<bool> more;
    wire::u32 const id = session.request(os::ProbeReq{}, [&](Reply const& reply) {
        more.push_back(reply.header.flags & wire::snacFlags::moreRepliesFollow);
    });
    line.hear(bos.say(os::ProbeAck{}, id, wire::snacFlags::moreRepliesFollow));
    line.hear(bos.say(os::ProbeAck{}, id));
    line.hear(bos.say(os::ProbeAck{}, id));
    EXPECT_EQ(more, (std::vector<bool>{true, false}));
}

TEST_F(SignedOnSession, boundsWhatMayWaitForTheServer) {
    unsigned asked = 0;
    while (asked < 5000 && session.request(os::ProbeReq{}, [](Reply const&) {}) != 0) ++asked;
    EXPECT_EQ(asked, 1000u);
    StatusCode last = StatusCode::Success;
    unsigned changes = 0;
    while (changes < 5000 && last == StatusCode::Success) {
        session.addDeny("x" + std::to_string(changes++), [&](StatusCode status) { last = status; });
    }
    EXPECT_NE(last, StatusCode::Success);
    EXPECT_LE(changes, 1002u);
}

TEST_F(SignedOnSession, keepsTheConnectionAlive) {
    session.keepAlive();
    line.talk();
    EXPECT_EQ(bos.keepAlives, 1u);
}

}  // namespace
}  // namespace oscar
