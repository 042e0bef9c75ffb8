// SPDX-License-Identifier: MIT
#include "wire/print.h"

#include <gtest/gtest.h>

#include "wire/all.h"

namespace oscar::wire {
namespace {

TEST(Print, namesTheMessageAndItsFields) {
    TlvList tlvs;
    tlvs.add(icbm::tags::store).add({0x0005, asBytes("ab")});
    EXPECT_EQ(print(icbm::ChannelMsgToHost{{1, 2, 3, 4, 5, 6, 7, 8}, icbm::Channel::Im, {"bob"}, tlvs}),
              "icbm::ChannelMsgToHost{cookie=0102030405060708, channel=1, destLoginId=\"bob\", "
              "icbmTlvs=[0006=, 0005=6162]}");
    EXPECT_EQ(print(oservice::Noop{}), "oservice::Noop{}");
    EXPECT_EQ(print(icbm::Error{ErrorCode::NotLoggedOn, {}}), "icbm::Error{code=4, errorTlvs=[]}");
}

TEST(Print, showsNestedAndMissingValues) {
    EXPECT_EQ(print(oservice::EvilNotification{30, {}}),
              "oservice::EvilNotification{newEvil=30, vilifier=none}");
    EXPECT_EQ(print(oservice::EvilNotification{30, oservice::NickwInfo{{"bob"}, 5, {}}}),
              "oservice::EvilNotification{newEvil=30, "
              "vilifier={displayId=\"bob\", evil=5, userAttributes=[]}}");
    List<string08> names;
    names.add({"a"});
    names.add({"b"});
    EXPECT_EQ(print(buddy::AddBuddies{names}), "buddy::AddBuddies{loginIds=[\"a\", \"b\"]}");
}

TEST(Print, keepsALineOfPlainText) {
    EXPECT_EQ(print(locate::GetDirInfo{{"a\"b\\c\n\x1b\xff"}}),
              "locate::GetDirInfo{loginId=\"a\\x22b\\x5cc\\x0a\\x1b\\xff\"}");
}

TEST(Print, cutsWhatIsLong) {
    Buffer const bytes(60000, 0x11);
    EXPECT_LT(print(stats::ReportEvents{{bytes}}).size(), 200u);
    EXPECT_LT(print(locate::GetDirInfo{{std::string(255, 'x')}}).size(), 200u);
    List<string08> names;
    for (int i = 0; i < 1000; ++i) names.add({"somebody"});
    EXPECT_LT(print(buddy::AddBuddies{names}).size(), 200u);
}

TEST(Print, keepsPasswordsAndCookiesSecret) {
    TlvList login;
    login.add(bucp::tags::loginId, string{"bob"}).add({0x0025, asBytes("0123456789abcdef")});
    EXPECT_EQ(print(bucp::LoginRequest{login}), "bucp::LoginRequest{tlvs=[0001=(3 bytes), 0025=(16 bytes)]}");
    EXPECT_EQ(print(bucp::SecuridResponse{{"123456"}}), "bucp::SecuridResponse{code=(6 bytes)}");
    TlvList service;
    service.add(oservice::serviceResponseTags::loginCookie, {asBytes("cookie")});
    EXPECT_EQ(print(oservice::ServiceResponse{service}).find("636f"), std::string::npos);
}

}  // namespace
}  // namespace oscar::wire
