// SPDX-License-Identifier: MIT
// Another server's frames, as recorded, drive the session.
#include "client/text.h"
#include "tests/client/session_driver.h"

namespace oscar {
namespace {

using namespace client;
using namespace tests;
using Stage = Session::Stage;

void hearAll(Line& line, std::vector<wire::Buffer> const& frames) {
    ASSERT_FALSE(frames.empty());
    for (wire::Buffer const& frame : frames) line.hear(frame);
}

TEST(RecordedServer, isSignedOnTo) {
    auto const frames = recorded("sign_on_md5.txt");
    Line line;
    line.session.connected();
    hearAll(line, frames.at("log-on"));
    ASSERT_EQ(line.session.stage(), Stage::Redirected);
    EXPECT_EQ(line.session.redirect(), (Address{"127.0.0.1", 6299}));
    line.session.connected();
    hearAll(line, frames.at("session"));
    EXPECT_EQ(line.session.stage(), Stage::Online);
    ASSERT_EQ(line.all<SignedOn>().size(), 1u);
    EXPECT_EQ(line.session.displayId(), "alice");
    EXPECT_EQ(line.session.foodgroups().size(), 13u);
    EXPECT_EQ(line.all<OfflineMessagesEnd>().size(), 1u);
    User const self = line.all<OwnInfo>().back().user;
    EXPECT_EQ(self.nickFlags, 0x0011u);
    EXPECT_EQ(self.capabilities.size(), 10u);
    EXPECT_TRUE(line.all<client::Error>().empty());
}

TEST(RecordedServer, refusesAWrongPasswordAndAnUnknownName) {
    auto const frames = recorded("sign_on_md5.txt");
    for (auto const& [connection, code] :
         {std::pair{"wrong-password", wire::LoginError::MismatchNickOrPassword},
          std::pair{"unknown-name", wire::LoginError::InvalidNickOrPassword}}) {
        Line line;
        line.session.connected();
        hearAll(line, frames.at(connection));
        ASSERT_EQ(line.all<SignOnFailed>().size(), 1u) << connection;
        EXPECT_EQ(line.all<SignOnFailed>()[0].code, code) << connection;
    }
}

TEST(RecordedServer, deliversMessagesAndTypingEvents) {
    auto const frames = recorded("messages.txt");
    Line bob;
    bob.signOn();
    hearAll(bob, frames.at("bob"));
    auto const messages = bob.all<MessageReceived>();
    ASSERT_EQ(messages.size(), 3u);
    EXPECT_EQ(messages[0].from.displayId, "alice");
    EXPECT_EQ(messages[0].text, "<HTML><BODY>plain words</BODY></HTML>");
    EXPECT_EQ(plainText(messages[1].text), "bold red link");
    EXPECT_EQ(plainText(messages[2].text),
              "\u00dcn\u00efc\u00f6d\u00e9: \u00df, \u20ac, \u041f\u0440\u0438\u0432\u0435\u0442, "
              "\u65e5\u672c\u8a9e, emoji \U0001F600");
    EXPECT_TRUE(messages[0].wantsEvents);
    Line alice;
    alice.signOn();
    hearAll(alice, frames.at("alice"));
    EXPECT_EQ(alice.all<MessageAcked>().size(), 3u);
    EXPECT_EQ(alice.all<Typing>().size(), 4u);
    auto const answers = alice.all<MessageReceived>();
    ASSERT_EQ(answers.size(), 2u);
    EXPECT_EQ(plainText(answers[1].text).size(), 1400u) << "700 Cyrillic letters";
    EXPECT_EQ(alice.all<client::Error>().at(0).code, wire::ErrorCode::NotLoggedOn);
}

TEST(RecordedServer, deliversKeptMessagesWithTheirTime) {
    Line line;
    line.signOn();
    hearAll(line, recorded("offline_messages.txt").at("session"));
    auto const messages = line.all<MessageReceived>();
    ASSERT_EQ(messages.size(), 4u) << "three of a user's, one of the system's";
    EXPECT_FALSE(messages[0].sentAt);
    for (std::size_t i = 1; i < messages.size(); ++i)
        EXPECT_EQ(messages[i].sentAt.value_or(0) >> 16, 0x6B01u);
    EXPECT_EQ(line.all<OfflineMessagesEnd>().size(), 1u);
}

TEST(RecordedServer, sendsAListThatIsUnderstood) {
    Line line;
    line.signOn();
    hearAll(line, recorded("buddy_list.txt").at("session"));
    Feedbag const& list = line.session.feedbag();
    EXPECT_EQ(list.items().size(), 7u);
    EXPECT_TRUE(list.group("Best friends"));
    EXPECT_TRUE(list.group("Old pals \u00e9"));
    ASSERT_EQ(list.buddy("bob").size(), 1u);
    EXPECT_EQ(list.buddy("bob")[0]->tlvs().get(wire::feedbag::attributes::alias)->text, "Bobby \u00dc");
    EXPECT_EQ(list.order(0), (std::vector<wire::u16>{1, 2}));
}

TEST(RecordedServer, tellsOfAwayUsersAndTheirStatusText) {
    Line line;
    line.signOn();
    std::optional<UserDetails> bob;
    auto const frames = recorded("away_profile.txt");
    for (wire::Buffer const& frame : frames.at("session")) {
        wire::SnacFrame snac = wire::decodeSnac(wire::Bytes(frame).subspan(wire::flapHeaderSize)).value();
        if (snac.header.type == wire::locate::UserInfoReply::snac.type && snac.header.foodgroup == 2)
            bob = readUserDetails(wire::decode<wire::locate::UserInfoReply>(snac.body).value());
        line.hear(frame);
    }
    ASSERT_TRUE(bob);
    EXPECT_TRUE(bob->user.away);
    EXPECT_EQ(plainText(bob->awayMessage), "back at five, \u010dau");
    EXPECT_EQ(plainText(bob->profile).substr(0, 12), "I like tea &");
    auto const arrivals = line.all<BuddyArrived>();
    ASSERT_GE(arrivals.size(), 3u);
    EXPECT_EQ(arrivals[0].user.statusText, "back at five, \u010dau");
    EXPECT_TRUE(arrivals[0].user.away);
    EXPECT_EQ(line.all<BuddyDeparted>().size(), 1u) << "invisible";
}

}  // namespace
}  // namespace oscar
