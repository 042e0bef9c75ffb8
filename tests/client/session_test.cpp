// SPDX-License-Identifier: MIT
// The way to being signed on, and the ways to the end.
#include "client/session.h"

#include <gmock/gmock.h>

#include "client/password_proof.h"
#include "tests/client/session_driver.h"

namespace oscar {
namespace {

using namespace client;
using namespace tests;
using Stage = Session::Stage;
using wire::MulticonnFlags;
namespace os = wire::oservice;

TEST(Session, signsOnByTheDigestOfThePasswordsDigest) {
    Line line;
    line.connect();
    ASSERT_EQ(line.logOn.sent.size(), 2u);
    auto const challenge = line.logOn.sent[0].as<wire::bucp::ChallengeRequest>();
    EXPECT_EQ(challenge.tlvs.get(wire::bucp::tags::loginId)->text, "alice");
    auto const request = line.logOn.sent[1].as<wire::bucp::LoginRequest>();
    EXPECT_EQ(request.tlvs.get(wire::bucp::tags::passwordHash),
              md5Proof(wire::asBytes("1234567890"), "password"));
    EXPECT_TRUE(request.tlvs.has(wire::bucp::tags::passwordPrehashed));
    EXPECT_EQ(request.tlvs.get(wire::bucp::tags::multiconnFlags), MulticonnFlags::RecentClient);
    EXPECT_EQ(line.session.stage(), Stage::Redirected);
    EXPECT_EQ(line.session.redirect(), (Address{"127.0.0.1", 5190}));
}

TEST(Session, signsOnByTheOldDigest) {
    Options options = alice();
    options.logOn = LogOn::OldMd5;
    Line line(options);
    line.signOn();
    auto const request = line.logOn.sent[1].as<wire::bucp::LoginRequest>();
    EXPECT_EQ(request.tlvs.get(wire::bucp::tags::passwordHash),
              oldMd5Proof(wire::asBytes("1234567890"), "password"));
    EXPECT_FALSE(request.tlvs.has(wire::bucp::tags::passwordPrehashed));
}

TEST(Session, signsOnByTheRoastedPasswordInTheFirstFrame) {
    Options options = alice();
    options.logOn = LogOn::Roasted;
    Line line(options);
    line.signOn();
    auto const signon = wire::decode<wire::FlapSignon>(line.logOn.signons.at(0)).value();
    EXPECT_TRUE(
        wire::sameBytes(signon.tlvs.get(wire::signonTags::roastedPassword)->bytes, roast("password")));
    EXPECT_TRUE(line.logOn.sent.empty());
}

TEST(Session, cutsThePasswordToEightBytesForAServerThatAsksForIt) {
    Options options = alice();
    options.password = "longpassword";
    Line line(options);
    line.session.connected();
    line.hear(line.logOn.hello());
    line.session.takeOutput();
    wire::Buffer body = wire::encode(wire::bucp::ChallengeResponse{{"123"}});
    body.insert(body.end(), {0x00, 0x26, 0x00, 0x00});
    wire::FlapWriter out(1);
    out.snac({0x0017, 0x0007, 0, 1}, body);
    line.hear(out.bytes());
    line.talk();
    auto const request = line.logOn.all<wire::bucp::LoginRequest>().at(0);
    EXPECT_EQ(request.tlvs.get(wire::bucp::tags::passwordHash), md5Proof(wire::asBytes("123"), "longpass"));
}

TEST(Session, asksAndTellsAllBeforeItComesOnline) {
    Options options = alice();
    options.capabilities = {wire::Uuid{1, 2, 3}};
    Line line(options);
    line.signOn();
    auto const signon = wire::decode<wire::FlapSignon>(line.bos.signons.at(0)).value();
    EXPECT_EQ(wire::asText(signon.tlvs.get(wire::signonTags::loginCookie)->bytes), "the cookie");
    EXPECT_EQ(signon.tlvs.get(wire::signonTags::multiconnFlags), MulticonnFlags::RecentClient);
    std::vector<std::pair<int, int>> order;
    for (Sent const& snac : line.bos.sent) order.emplace_back(snac.header.foodgroup, snac.header.type);
    using P = std::pair<int, int>;
    EXPECT_THAT(order, testing::ElementsAre(P{1, 0x17}, P{1, 6}, P{1, 8}, P{2, 2}, P{3, 2}, P{4, 4}, P{9, 2},
                                            P{0x13, 2}, P{0x13, 4}, P{1, 0xE}, P{2, 4}, P{4, 2}, P{0x13, 7},
                                            P{1, 2}));
    auto const rates = line.bos.all<os::RateAddParamSub>().at(0);
    EXPECT_EQ(wire::toBuffer(rates.classIds.bytes()), (wire::Buffer{0, 1, 0, 3}));
    auto const info = line.bos.all<wire::locate::SetInfo>().at(0);
    EXPECT_EQ(info.infoData.get(wire::locate::tags::capabilities)->count(), 1u);
    auto const online = line.bos.all<os::ClientOnline>().at(0);
    EXPECT_EQ(online.groupVersions.count(), line.bos.foodgroups.size());
    ASSERT_EQ(line.all<SignedOn>().size(), 1u);
    EXPECT_EQ(line.all<SignedOn>()[0].displayId, "Alice A");
}

TEST(Session, usesFreshRequestIdsWithoutTheServersBit) {
    Line line;
    line.signOn();
    wire::u32 last = 0;
    for (Sent const& snac : line.bos.sent) {
        EXPECT_GT(snac.header.requestId, last);
        EXPECT_FALSE(snac.header.requestId & wire::serverRequestId);
        last = snac.header.requestId;
    }
}

TEST(Session, waitsForTheLastPartOfASplitList) {
    Line line;
    line.bos.list = {{{""}, 0, 0, wire::feedbag::ClassId::Group, {}},
                     {{"Friends"}, 1, 0, wire::feedbag::ClassId::Group, {}},
                     {{"bob"}, 1, 1, wire::feedbag::ClassId::Buddy, {}}};
    line.bos.itemsPerReply = 1;
    line.signOn();
    EXPECT_EQ(line.session.feedbag().items().size(), 3u);
    EXPECT_TRUE(line.session.feedbag().group("friends"));
}

TEST(Session, withoutTheStoredListNeitherFetchesNorUsesIt) {
    Options options = alice();
    options.useFeedbag = false;
    Line line(options);
    line.signOn();
    EXPECT_TRUE(line.bos.all<wire::feedbag::Query>().empty());
    EXPECT_TRUE(line.bos.all<wire::feedbag::Use>().empty());
}

TEST(Session, onAServiceConnectionOnlyAsksForWhatTheServerOffers) {
    Line line(alice(), "chat cookie");
    line.bos.foodgroups = {0x0001, 0x000E};
    line.connect();
    EXPECT_EQ(line.session.stage(), Stage::Online);
    std::vector<int> types;
    for (Sent const& snac : line.bos.sent) {
        EXPECT_EQ(snac.header.foodgroup, 1);
        types.push_back(snac.header.type);
    }
    EXPECT_THAT(types, testing::ElementsAre(0x17, 0x06, 0x08, 0x02));
}

TEST(Session, tellsARefusedSignOnWithCodeTextAndAddress) {
    Line line;
    line.session.connected();
    line.hear(line.logOn.hello());
    wire::TlvList tlvs;
    tlvs.add(wire::bucp::tags::errorUrl, wire::string{"http://example.org/why"})
        .add(wire::bucp::tags::errorSubcode, wire::LoginError::MismatchNickOrPassword);
    line.hear(line.logOn.say(wire::bucp::LoginResponse{tlvs}, 1));
    ASSERT_EQ(line.all<SignOnFailed>().size(), 1u);
    SignOnFailed const failed = line.all<SignOnFailed>()[0];
    EXPECT_EQ(failed.code, wire::LoginError::MismatchNickOrPassword);
    EXPECT_EQ(failed.text, "wrong password");
    EXPECT_EQ(failed.url, "http://example.org/why");
    EXPECT_EQ(line.session.stage(), Stage::Ended);
}

TEST(Session, oneInstanceTooManyFailsWithTheOneByteCode) {
    Line line;
    line.connect();
    line.host = &line.bos;
    line.session.connected();
    line.hear(line.bos.hello());
    wire::TlvList tlvs;
    tlvs.add(wire::signoffTags::errorSubcode08, wire::u08{0x18});
    line.hear(line.bos.signOff(tlvs));
    ASSERT_EQ(line.all<SignOnFailed>().size(), 1u);
    EXPECT_EQ(line.all<SignOnFailed>()[0].code, wire::LoginError::RateLimitReservation);
}

TEST(Session, aConnectionLostBeforeTheEndOfTheSignOnIsAFailedSignOn) {
    Line line;
    line.session.connected();
    line.session.connectionLost();
    line.session.connectionLost();
    ASSERT_EQ(line.events.size(), 1u);
    EXPECT_FALSE(line.all<SignOnFailed>().at(0).code);
}

TEST(Session, tellsWhyTheServerEndedIt) {
    struct Case {
        std::optional<wire::DisconnectReason> reason;
        DisconnectCause cause;
    };
    for (Case const& c : {Case{wire::DisconnectReason::NewLogin, DisconnectCause::SignedOnElsewhere},
                          Case{wire::DisconnectReason::AccountDeleted, DisconnectCause::AccountDeleted},
                          Case{std::nullopt, DisconnectCause::SignedOffByServer}}) {
        Line line;
        line.signOn();
        wire::TlvList tlvs;
        if (c.reason) tlvs.add(wire::signoffTags::disconnectReason, *c.reason);
        line.hear(line.bos.signOff(tlvs));
        ASSERT_EQ(line.all<Disconnected>().size(), 1u);
        EXPECT_EQ(line.all<Disconnected>()[0].cause, c.cause);
    }
}

TEST(Session, signingOffTellsTheServerAndAllWhoWait) {
    Line line;
    line.signOn();
    std::optional<wire::ErrorCode> answer;
    line.session.request(os::ProbeReq{}, [&](Reply const& reply) { answer = reply.error; });
    line.session.signOff();
    line.bos.receive(line.session.takeOutput());
    EXPECT_TRUE(line.bos.signedOff);
    EXPECT_EQ(answer, wire::ErrorCode::NotLoggedOn);
    EXPECT_EQ(line.all<Disconnected>().at(0).cause, DisconnectCause::SignedOff);
    EXPECT_EQ(line.session.setIdle(1), 0u) << "after the end nothing is sent";
    EXPECT_TRUE(line.session.takeOutput().empty());
}

TEST(Session, keepsActionsDuringAMigrationAndSendsThemToTheNewServer) {
    Line line;
    line.signOn();
    line.session.setStatus(0x10);
    line.talk();
    line.hear(line.bos.say(os::Pause{}));
    EXPECT_NE(line.session.setIdle(60), 0u);
    line.talk();
    EXPECT_EQ(line.bos.all<os::PauseAck>().size(), 1u);
    EXPECT_TRUE(line.bos.all<os::IdleNotification>().empty());
    wire::TlvList tlvs;
    tlvs.add(os::migrateTags::reconnectHere, wire::string{"other:5191"})
        .add(os::migrateTags::loginCookie, wire::blob{wire::asBytes("moved")});
    line.hear(line.bos.say(os::MigrateGroups{{}, tlvs}));
    ASSERT_EQ(line.session.stage(), Stage::Redirected);
    EXPECT_EQ(line.session.redirect(), (Address{"other", 5191}));
    EXPECT_NE(line.session.setIdle(61), 0u);
    ScriptedHost other;
    line.host = &other;
    line.connect();
    EXPECT_EQ(line.session.stage(), Stage::Online);
    EXPECT_TRUE(other.all<wire::feedbag::Query>().empty());
    EXPECT_TRUE(other.all<wire::feedbag::Use>().empty());
    EXPECT_EQ(other.all<os::SetNickinfoFields>().size(), 1u);
    EXPECT_EQ(other.all<os::IdleNotification>().size(), 2u);
    EXPECT_TRUE(other.sent.back().is<os::IdleNotification>()) << "after CLIENT_ONLINE";
    EXPECT_EQ(line.all<Resumed>().size(), 1u);
    EXPECT_EQ(line.all<SignedOn>().size(), 1u);
}

TEST(Session, passesOverWrongSequenceNumbersUnlessToldToBeStrict) {
    for (bool const strict : {false, true}) {
        Options options = alice();
        options.strictSequence = strict;
        Line line(options);
        line.signOn();
        wire::FlapWriter other(4711);
        other.snac(wire::icbm::OfflineRetrieveReply{}, wire::serverRequestId);
        line.hear(other.bytes());
        EXPECT_EQ(line.all<OfflineMessagesEnd>().size(), strict ? 0u : 1u);
        EXPECT_EQ(line.session.stage(), strict ? Stage::Ended : Stage::Online);
    }
}

TEST(Session, forgetsNothingWhenBytesComeOneByOne) {
    Line line;
    auto const slowly = [&](wire::Buffer const& bytes) {
        for (wire::u08 const& byte : bytes) line.session.receive({&byte, 1});
    };
    for (ScriptedHost* host : {&line.logOn, &line.bos}) {
        line.session.connected();
        slowly(host->hello());
        for (wire::Buffer said; !(said = line.session.takeOutput()).empty();) slowly(host->receive(said));
    }
    EXPECT_EQ(line.session.stage(), Stage::Online);
}

TEST(Session, refusesActionsWhenTooMuchOutputWaits) {
    Options options = alice();
    options.maxOutput = 4000;
    Line line(options);
    line.signOn();
    std::string const text(1000, 'x');
    unsigned sent = 0;
    while (sent < 100 && line.session.sendMessage("bob", text)) ++sent;
    EXPECT_GE(sent, 3u);
    EXPECT_LE(sent, 4u);
    line.talk();
    EXPECT_TRUE(line.session.sendMessage("bob", text)) << "there is room again";
}

}  // namespace
}  // namespace oscar
