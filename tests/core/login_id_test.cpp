// SPDX-License-Identifier: MIT
#include "core/login_id.h"

#include <gmock/gmock.h>

namespace oscar::core {
namespace {

// AUTH-9
TEST(LoginId, isTheSameHoweverOneTypesIt) {
    EXPECT_EQ(LoginId("Chatting Chuck"), LoginId(" cHATTINGchuck "));
    EXPECT_EQ(LoginId("Chatting Chuck").text(), "chattingchuck");
    EXPECT_NE(LoginId("ChattingChuck"), LoginId("ChattingChuk"));
    EXPECT_TRUE(LoginId("10 00 01").isUin());
    EXPECT_FALSE(LoginId("m100001").isUin());
    EXPECT_FALSE(LoginId("  ").isUin());
}

// AUTH-11
TEST(LoginId, aScreenNameHas3To16CharactersAndBeginsWithALetter) {
    for (auto const* good : {"abc", "Chatting Chuck", "x12", "abcdefghijklmnop"})
        EXPECT_EQ(whatIsWrongWithScreenName(good), "") << good;
    for (auto const* bad : {"", "ab", "a b", "1abc", " abc", "abc ", "abcdefghijklmnopq", "a-bc", "ab\nc", "\xE4" "bc"})
        EXPECT_NE(whatIsWrongWithScreenName(bad), "") << bad;
}

// AUTH-11
TEST(LoginId, anIcqNumberLiesBetween10000And2147483646) {
    for (auto const* good : {"10000", "100001", "2147483646"}) EXPECT_EQ(whatIsWrongWithUin(good), "") << good;
    for (auto const* bad : {"", "9999", "2147483647", "99999999999", "010000", "10000x", "-10000", "+10000", " 10000"})
        EXPECT_NE(whatIsWrongWithUin(bad), "") << bad;
}

// AUTH-11
TEST(LoginId, aPasswordHas4To16CharactersAndAnIcqPassword6To8) {
    LoginId const aim("alice"), icq("100001");
    for (auto const* good : {"1234", "1234567890123456"}) EXPECT_EQ(whatIsWrongWithPassword(aim, good), "") << good;
    for (auto const* bad : {"", "123", "12345678901234567"}) EXPECT_NE(whatIsWrongWithPassword(aim, bad), "") << bad;
    for (auto const* good : {"123456", "12345678"}) EXPECT_EQ(whatIsWrongWithPassword(icq, good), "") << good;
    for (auto const* bad : {"", "12345", "123456789"}) EXPECT_NE(whatIsWrongWithPassword(icq, bad), "") << bad;
}

}  // namespace
}  // namespace oscar::core
