// SPDX-License-Identifier: MIT
// Messages between users who are signed on (rules ICBM-1 to ICBM-19). Alice and Eve live on different shards of two.
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
using wire::icbm::Encoding;
namespace im = wire::icbm;
namespace tags = wire::icbm::tags;
namespace fb = wire::feedbag;

constexpr wire::Cookie cookie{0, 1, 2, 0xFF, 0xFE, 5, 6, 7};

wire::u32 sendTlvs(Client& from, std::string const& to, wire::TlvList const& tlvs, Channel channel = Channel::Im) {
    return from.send(im::ChannelMsgToHost{cookie, channel, wire::string08{to}, tlvs});
}

/// IM_DATA with these sections.
wire::TlvList imData(std::vector<im::ImSection> const& sections, wire::Buffer const& capabilities = {1}) {
    wire::TlvList list;
    list.add(im::imDataTags::imCapabilities, wire::rest<wire::u08>{capabilities});
    for (im::ImSection const& section : sections) list.add(im::imDataTags::imText, section);
    return list;
}

im::ImSection ascii(std::string_view text) { return {Encoding::Ascii, 0, wire::blob{wire::asBytes(text)}}; }

wire::TlvList textTlvs(std::string_view text) {
    wire::TlvList tlvs;
    tlvs.add(tags::imData, imData({ascii(text)}));
    return tlvs;
}

wire::Buffer uinData(wire::u32 uin) {
    wire::Buffer data;
    for (unsigned i = 0; i < 4; ++i) data.push_back(static_cast<wire::u08>(uin >> (8 * i)));
    data.insert(data.end(), {1, 0, 3, 0, 'h', 'i', 0});
    return data;
}

bool has(Received<im::ChannelMsgToClient> const& message, wire::u16 tag) {
    return message->icbmTlvs.find(tag).has_value();
}

/// Two users on one shard, and on two.
class Message : public NewUsersOnShards {};
INSTANTIATE_TEST_SUITE_P(Shards, Message, testing::Values(1u, 2u));

TEST(MessageShards, aliceAndEveLiveOnDifferentOnes) {
    World world{2};
    EXPECT_NE(&world.shardOf("alice"), &world.shardOf("eve"));
}

// ICBM-1
TEST_P(Message, withoutTextIsRefusedAndNeitherDeliveredNorAcknowledged) {
    Client& alice = signOn("Alice");
    Client& eve = signOn("Eve");
    wire::TlvList none, empty, noSection, emptyText, brokenSection;
    empty.add(tags::imData, wire::TlvList{});
    noSection.add(tags::imData, imData({}));
    emptyText.add(tags::imData, imData({ascii("")}));
    wire::Buffer const oneByte{0};
    wire::TlvList broken;
    broken.add(wire::Tlv{im::imDataTags::imText.number, oneByte});
    brokenSection.add(tags::imData, broken);
    for (wire::TlvList* tlvs : {&none, &empty, &noSection, &emptyText, &brokenSection}) {
        tlvs->add(tags::requestHostAck).add(tags::store);
        wire::u32 const id = sendTlvs(alice, "eve", *tlvs);
        EXPECT_EQ(alice.errorOf(id), ErrorCode::BustedSnacPayload);
    }
    EXPECT_FALSE(alice.take<im::HostAck>());
    EXPECT_THAT(texts(eve), IsEmpty());
}

// ICBM-1
TEST_P(Message, needsTextOnChannel3AndDataOnTheOthers) {
    Client& alice = signOn("Alice");
    Client& eve = signOn("Eve");
    wire::Buffer const bytes{1, 2, 3, 4, 5};
    wire::TlvList data;
    data.add(tags::data, wire::blob{bytes});
    EXPECT_EQ(alice.errorOf(sendTlvs(alice, "eve", data, Channel::Im)), ErrorCode::BustedSnacPayload);
    EXPECT_EQ(alice.errorOf(sendTlvs(alice, "eve", data, Channel::Mime)), ErrorCode::BustedSnacPayload);
    for (Channel channel : {Channel::Rendezvous, Channel::Icq, Channel::CoBrowser})
        EXPECT_EQ(alice.errorOf(sendTlvs(alice, "eve", textTlvs("hi"), channel)), ErrorCode::BustedSnacPayload);
    EXPECT_THAT(eve.takeAll<im::ChannelMsgToClient>(), IsEmpty());

    EXPECT_FALSE(alice.errorOf(sendTlvs(alice, "eve", textTlvs("hi"), Channel::Mime)));
    EXPECT_FALSE(alice.errorOf(sendTlvs(alice, "eve", data, Channel::CoBrowser)));
    EXPECT_THAT(eve.takeAll<im::ChannelMsgToClient>(), SizeIs(2));
}

// ICBM-2
TEST_P(Message, arrivesWithTheSendersNameInPlaceOfTheReceivers) {
    Client& alice = signOn("Ali Ce");
    Client& eve = signOn("Eve");
    wire::TlvList tlvs = textTlvs("hello");
    wire::TlvList const arriving = tlvs;
    tlvs.add(tags::requestHostAck).add(tags::store);
    sendTlvs(alice, "eve", tlvs);
    auto const message = eve.take<im::ChannelMsgToClient>();
    ASSERT_TRUE(message);
    EXPECT_EQ((*message)->info.displayId.text, "Ali Ce");
    EXPECT_TRUE((*message)->info.userAttributes.has(wire::oservice::nickInfoTags::nickFlags));
    EXPECT_EQ((*message)->cookie, cookie);
    EXPECT_EQ((*message)->channel, Channel::Im);
    EXPECT_EQ(message->header.requestId & wire::serverRequestId, wire::serverRequestId);
    // WANT_EVENTS comes behind what was sent.
    auto const bytes = (*message)->icbmTlvs.bytes();
    EXPECT_TRUE(wire::sameBytes(bytes.first(arriving.bytes().size()), arriving.bytes()));
    EXPECT_FALSE(has(*message, tags::requestHostAck.number));
    EXPECT_FALSE(has(*message, tags::store.number));
}

// ICBM-3
TEST_P(Message, keepsTagsThatTheServerDoesNotKnowUnchangedAndInOrder) {
    Client& alice = signOn("Alice", {.icbmFlags = 3});
    Client& eve = signOn("Eve");
    wire::Buffer const value{0, 1, 2, 0xFF}, other{9};
    wire::TlvList tlvs;
    tlvs.add(wire::Tlv{0x7777, value});
    tlvs.add(tags::imData, imData({ascii("hello")}));
    tlvs.add(wire::Tlv{0x0013, {}}).add(wire::Tlv{0x0001, other}).add(wire::Tlv{0x7777, other});
    tlvs.add(wire::Tlv{tags::bart.number, value}).add(wire::Tlv{tags::avatarInfo.number, value});
    sendTlvs(alice, "eve", tlvs);
    auto const message = eve.take<im::ChannelMsgToClient>();
    ASSERT_TRUE(message);
    EXPECT_TRUE(wire::sameBytes((*message)->icbmTlvs.bytes(), tlvs.bytes()));
}

// ICBM-4
TEST_P(Message, toSomebodyWhoBlocksTheSenderFailsAsIfHeWereOffline) {
    Client& alice = signOn("Alice");
    Client& eve = signOn("Eve");
    ASSERT_TRUE(insert(eve, pdinfo(fb::PdMode::DenySome)));
    ASSERT_TRUE(insert(eve, item("Alice", 0, 10, fb::ClassId::Deny)));
    EXPECT_EQ(alice.errorOf(sendIm(alice, "eve", "let me in", {.store = true})), ErrorCode::NotLoggedOn);
    EXPECT_FALSE(alice.take<im::HostAck>());
    EXPECT_THAT(texts(eve), IsEmpty());
    EXPECT_THAT(world.waiting("eve"), IsEmpty());
}

// ICBM-5
TEST_P(Message, toSomebodyWhomTheSenderBlocksIsRefused) {
    Client& alice = signOn("Alice");
    Client& eve = signOn("Eve");
    ASSERT_TRUE(insert(alice, pdinfo(fb::PdMode::DenySome)));
    ASSERT_TRUE(insert(alice, item("Eve", 0, 10, fb::ClassId::Deny)));
    EXPECT_EQ(alice.errorOf(sendIm(alice, "eve", "go away")), ErrorCode::InLocalPermitDeny);
    EXPECT_THAT(texts(eve), IsEmpty());
}

// ICBM-6
TEST_P(Message, toSomebodyOfflineOrUnknownFailsUnlessItMayBeStored) {
    Client& alice = signOn("Alice");
    world.addUser("Eve");
    EXPECT_EQ(alice.errorOf(sendIm(alice, "eve", "hello")), ErrorCode::NotLoggedOn);
    EXPECT_EQ(alice.errorOf(sendIm(alice, "nobody", "hello")), ErrorCode::NotLoggedOn);
    EXPECT_EQ(alice.errorOf(sendIm(alice, "nobody at all", "hello", {.store = true})), ErrorCode::NotLoggedOn);
    EXPECT_EQ(alice.errorOf(sendIm(alice, "", "hello", {.store = true})), ErrorCode::NotLoggedOn);
    EXPECT_EQ(alice.errorOf(sendIm(alice, "   ", "hello")), ErrorCode::NotLoggedOn);
    EXPECT_FALSE(alice.take<im::HostAck>());
    EXPECT_THAT(world.waiting("eve"), IsEmpty());
}

// ICBM-7
TEST_P(Message, isAcknowledgedWhenAskedForWithTheNameAsItWasTyped) {
    Client& alice = signOn("Alice");
    signOn("Eve");
    wire::TlvList tlvs = textTlvs("hello");
    sendTlvs(alice, " E v E", tlvs);
    EXPECT_THAT(alice.frames, IsEmpty());
    tlvs.add(tags::requestHostAck);
    wire::u32 const id = sendTlvs(alice, " E v E", tlvs);
    auto const ack = alice.take<im::HostAck>();
    ASSERT_TRUE(ack);
    EXPECT_EQ(ack->header.requestId, id);
    EXPECT_EQ((*ack)->cookie, cookie);
    EXPECT_EQ((*ack)->channel, Channel::Im);
    EXPECT_EQ((*ack)->loginId.text, " E v E");
    EXPECT_THAT(alice.frames, IsEmpty());
}

// ICBM-8
TEST_P(Message, thatIsAnAutomaticAnswerIsDeliveredButNeitherAcknowledgedNorStored) {
    Client& alice = signOn("Alice");
    Client& eve = signOn("Eve");
    sendIm(alice, "eve", "I am away", {.ack = true, .autoResponse = true});
    EXPECT_FALSE(alice.take<im::HostAck>());
    auto const message = eve.take<im::ChannelMsgToClient>();
    ASSERT_TRUE(message);
    EXPECT_TRUE(has(*message, tags::autoResponse.number));
    eve.signOff();
    wire::u32 const id = sendIm(alice, "eve", "I am away", {.store = true, .autoResponse = true});
    EXPECT_EQ(alice.errorOf(id), ErrorCode::NotLoggedOn);
    EXPECT_THAT(world.waiting("eve"), IsEmpty());
}

// ICBM-9
TEST_P(Message, asksForTypingEventsIfItsSenderWantsThem) {
    Client& alice = signOn("Alice", {.icbmFlags = 0x0B});
    Client& eve = signOn("Eve", {.icbmFlags = 0x03});
    auto const wantsEvents = [](Client& from, Client& to, std::string const& name, Channel channel) {
        wire::Buffer const bytes{1, 2, 3, 4, 5};
        wire::TlvList tlvs = textTlvs("hello");
        tlvs.add(tags::data, wire::blob{bytes});
        sendTlvs(from, name, tlvs, channel);
        auto const message = to.take<im::ChannelMsgToClient>();
        EXPECT_TRUE(message);
        return message && has(*message, tags::wantEvents.number);
    };
    EXPECT_TRUE(wantsEvents(alice, eve, "eve", Channel::Im));
    EXPECT_TRUE(wantsEvents(alice, eve, "eve", Channel::Mime));
    EXPECT_FALSE(wantsEvents(alice, eve, "eve", Channel::CoBrowser));
    EXPECT_FALSE(wantsEvents(eve, alice, "alice", Channel::Im));

    wire::u32 const typing = 1u << fb::buddyPrefs::discloseTyping;
    wire::TlvList off;
    off.add(fb::attributes::buddyPrefs, 0).add(fb::attributes::buddyPrefsValid, typing);
    ASSERT_TRUE(insert(alice, item("", 0, 20, fb::ClassId::BuddyPrefs, off)));
    EXPECT_FALSE(wantsEvents(alice, eve, "eve", Channel::Im));
}

// ICBM-9, ICBM-19, OFF-4: the tags SEND_TIME, FRIENDLY_NAME, ANONYMOUS and WANT_EVENTS are the server's
TEST_P(Message, doesNotCarryTagsThatOnlyTheServerMaySet) {
    Client& alice = signOn("Alice", {.icbmFlags = 3});
    Client& eve = signOn("Eve");
    wire::TlvList tlvs;
    tlvs.add(tags::sendTime, wire::t70{1}).add(tags::wantEvents);
    tlvs.add(tags::imData, imData({ascii("trust me")}));
    tlvs.add(tags::friendlyName, wire::string{"The Bank"}).add(tags::anonymous).add(tags::anonymous);
    tlvs.add(tags::wantEvents).add(tags::sendTime, wire::t70{2});
    sendTlvs(alice, "eve", tlvs);
    auto const message = eve.take<im::ChannelMsgToClient>();
    ASSERT_TRUE(message);
    EXPECT_TRUE(wire::sameBytes((*message)->icbmTlvs.bytes(), textTlvs("trust me").bytes()));
    EXPECT_EQ((*message)->info.displayId.text, "Alice");
}

// ICBM-10, ICBM-11
TEST_P(Message, inAnyEncodingAndAnyNumberOfSectionsStaysAsItWasByteForByte) {
    Client& alice = signOn("Alice", {.icbmFlags = 3});
    Client& eve = signOn("Eve");
    std::string const utf16("\x26\x03\xD8\x3D\xDE\x00\x00<\x00" "B\x00>", 12), latin1("\xFC\xDF\x00<i>", 6);
    auto const unicode = im::ImSection{Encoding::Unicode, 0xFFFF, wire::blob{wire::asBytes(utf16)}};
    auto const western = im::ImSection{Encoding::Latin1, 0xFFFF, wire::blob{wire::asBytes(latin1)}};
    auto const html = ascii("<HTML><BODY BGCOLOR=\"#ffffff\">&lt;hi&gt;</BODY></HTML>");
    std::vector<wire::TlvList> const all{
        imData({html}),       imData({unicode}, {1, 1}),     imData({western}, {1, 2}),
        imData({unicode}, {}), imData({western}, {1, 1, 2}), imData({html, unicode, western}, {1, 1, 1, 2})};
    for (wire::TlvList const& data : all) {
        wire::TlvList tlvs;
        tlvs.add(tags::imData, data);
        sendTlvs(alice, "eve", tlvs);
        auto const message = eve.take<im::ChannelMsgToClient>();
        ASSERT_TRUE(message);
        EXPECT_TRUE(wire::sameBytes((*message)->icbmTlvs.bytes(), tlvs.bytes()));
    }
}

// ICBM-12
TEST_P(Message, losesItsHtmlForIcqUsersWhoDoNotAskForIt) {
    Client& alice = signOn("Alice");
    Client& icq = signOn("100001");
    std::string const html = "<HTML><B>a &lt; b</B><BR>c</HTML>";
    sendIm(alice, "100001", html);
    EXPECT_THAT(texts(icq), ElementsAre("a < b\nc"));
    // An ICQ user's text reaches AIM clients as plain text too.
    sendIm(icq, "alice", html);
    EXPECT_THAT(texts(alice), ElementsAre("a < b\nc"));

    icq.send(im::AddParameters{Channel::AllChannels, {0x40B, 8000, 999, 999, 0}});
    sendIm(alice, "100001", html);
    EXPECT_THAT(texts(icq), ElementsAre(html));
}

// ICBM-12
TEST_P(Message, keepsItsHtmlForIcqClientsWithTheCapability) {
    Client& alice = signOn("Alice");
    Client& icq = signOn("100001");
    wire::Uuid const xhtmlIm{0x09, 0x46, 0x00, 0x02, 0x4C, 0x7F, 0x11, 0xD1, 0x82, 0x22, 0x44, 0x45, 0x53, 0x54, 0, 0};
    wire::Uuid const htmlMessages{0x01, 0x38, 0xCA, 0x7B, 0x76, 0x9A, 0x49, 0x15,
                                  0x88, 0xF2, 0x13, 0xFC, 0x00, 0x97, 0x9E, 0xA8};
    for (wire::Uuid const& capability : {xhtmlIm, htmlMessages}) {
        wire::List<wire::Uuid> capabilities;
        capabilities.add(capability);
        icq.send(wire::locate::SetInfo{wire::TlvList{}.add(wire::locate::tags::capabilities, capabilities)});
        sendIm(alice, "100001", "<b>bold</b>");
        EXPECT_THAT(texts(icq), ElementsAre("<b>bold</b>"));
        icq.send(wire::locate::SetInfo{
            wire::TlvList{}.add(wire::locate::tags::capabilities, wire::rest<wire::Uuid>{})});
        sendIm(alice, "100001", "<b>bold</b>");
        EXPECT_THAT(texts(icq), ElementsAre("bold"));
    }
}

// ICBM-12
TEST_P(Message, inUtf16LosesItsHtmlSectionBySection) {
    Client& alice = signOn("Alice");
    Client& icq = signOn("100001");
    std::string const utf16("\x00<\x00i\x00>\x26\x03\x00<\x00/\x00i\x00>", 16), plain("\x26\x03", 2);
    wire::TlvList tlvs;
    tlvs.add(tags::imData, imData({{Encoding::Unicode, 0, wire::blob{wire::asBytes(utf16)}}, ascii("<u>x</u>")}));
    sendTlvs(alice, "100001", tlvs);
    auto const message = icq.take<im::ChannelMsgToClient>();
    ASSERT_TRUE(message);
    wire::TlvList const expected = imData({{Encoding::Unicode, 0, wire::blob{wire::asBytes(plain)}}, ascii("x")});
    auto const data = (*message)->icbmTlvs.find(tags::imData.number);
    ASSERT_TRUE(data);
    EXPECT_TRUE(wire::sameBytes(*data, expected.bytes()));
}

// ICBM-13
TEST_P(Message, ofIcqsOldKindCarriesTheSendersOwnNumber) {
    Client& icq = signOn("100001");
    Client& aim = signOn("Alice");
    Client& eve = signOn("Eve");
    auto const arrivesAs = [&](Client& from, wire::Buffer const& data, wire::Buffer const& expected) {
        wire::TlvList tlvs;
        tlvs.add(tags::data, wire::blob{data});
        sendTlvs(from, "eve", tlvs, Channel::Icq);
        auto const message = eve.take<im::ChannelMsgToClient>();
        ASSERT_TRUE(message);
        auto const arrived = (*message)->icbmTlvs.find(tags::data.number);
        ASSERT_TRUE(arrived);
        EXPECT_TRUE(wire::sameBytes(*arrived, expected));
    };
    arrivesAs(icq, uinData(100001), uinData(100001));
    arrivesAs(icq, uinData(666666), uinData(100001));
    arrivesAs(aim, uinData(100001), uinData(0));
    wire::Buffer const tooShort{1, 2, 3};
    wire::TlvList tlvs;
    tlvs.add(tags::data, wire::blob{tooShort});
    EXPECT_EQ(icq.errorOf(sendTlvs(icq, "eve", tlvs, Channel::Icq)), ErrorCode::BustedSnacPayload);
}

// ICBM-15: clients begin each session with the same cookie
TEST_P(Message, withACookieSeenBeforeIsDeliveredAllTheSame) {
    Client& alice = signOn("Alice");
    Client& eve = signOn("Eve");
    sendIm(alice, "eve", "one");
    sendIm(alice, "eve", "two");
    EXPECT_THAT(texts(eve), ElementsAre("one", "two"));
}

// ICBM-18
TEST_P(Message, toOneselfIsDeliveredLikeAnyOther) {
    Client& alice = signOn("Alice");
    sendIm(alice, "alice", "remember the milk");
    EXPECT_THAT(texts(alice), ElementsAre("remember the milk"));
    EXPECT_TRUE(alice.take<im::HostAck>());
    // Also with everybody blocked.
    ASSERT_TRUE(insert(alice, pdinfo(fb::PdMode::DenyAll)));
    sendIm(alice, "alice", "and the bread");
    EXPECT_THAT(texts(alice), ElementsAre("and the bread"));
}

TEST_P(Message, oneAfterTheOtherArriveInTheirOrder) {
    Client& alice = signOn("Alice");
    Client& eve = signOn("Eve");
    std::vector<std::string> sent;
    for (int i = 0; i < 50; ++i) {
        sent.push_back("message " + std::to_string(i));
        sendIm(alice, "eve", sent.back());
    }
    EXPECT_EQ(texts(eve), sent);
    EXPECT_THAT(alice.takeAll<im::HostAck>(), SizeIs(50));
}

// MULTI-2
TEST_P(Message, goesToTheClientsInUseOrToAllIfNoneIs) {
    Client& alice = signOn("Alice");
    Client& desk = signOn("Eve");
    Client& phone = world.signOn("eve");
    sendIm(alice, "eve", "both");
    EXPECT_THAT(texts(desk), ElementsAre("both"));
    EXPECT_THAT(texts(phone), ElementsAre("both"));
    EXPECT_THAT(alice.takeAll<im::HostAck>(), SizeIs(1));
    phone.send(wire::oservice::IdleNotification{600});
    sendIm(alice, "eve", "desk");
    EXPECT_THAT(texts(desk), ElementsAre("desk"));
    EXPECT_THAT(texts(phone), IsEmpty());
    desk.send(wire::oservice::IdleNotification{600});
    sendIm(alice, "eve", "both again");
    EXPECT_THAT(texts(desk), ElementsAre("both again"));
    EXPECT_THAT(texts(phone), ElementsAre("both again"));
}

TEST_P(Message, tooLongForAnybodyIsRefused) {
    Client& alice = signOn("Alice");
    Client& eve = signOn("Eve");
    std::size_t const overhead = textTlvs("").bytes().size();
    std::string const longest(8000 - overhead, 'x');
    EXPECT_FALSE(alice.errorOf(sendTlvs(alice, "eve", textTlvs(longest))));
    EXPECT_THAT(texts(eve), ElementsAre(longest));
    EXPECT_EQ(alice.errorOf(sendTlvs(alice, "eve", textTlvs(longest + "x"))), ErrorCode::RefusedByClient);
    std::string const huge(60000, 'x');
    EXPECT_EQ(alice.errorOf(sendTlvs(alice, "eve", textTlvs(huge))), ErrorCode::RefusedByClient);
    EXPECT_THAT(texts(eve), IsEmpty());
}

TEST_P(Message, beforeTheSenderIsOnlineIsRefused) {
    Client& eve = signOn("Eve");
    Client& alice = signOn("Alice", {.clientOnline = false});
    EXPECT_EQ(alice.errorOf(sendIm(alice, "eve", "hello")), ErrorCode::NotLoggedOn);
    EXPECT_THAT(texts(eve), IsEmpty());
}

TEST_P(Message, toSomebodyStillSigningOnIsAsToOneOffline) {
    Client& alice = signOn("Alice");
    Client& eve = signOn("Eve", {.clientOnline = false});
    EXPECT_EQ(alice.errorOf(sendIm(alice, "eve", "hello")), ErrorCode::NotLoggedOn);
    EXPECT_THAT(texts(eve), IsEmpty());
}

}  // namespace
}  // namespace oscar::test
