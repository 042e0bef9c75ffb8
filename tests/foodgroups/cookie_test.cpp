// SPDX-License-Identifier: MIT
// Login cookies: for one account, once, for a minute.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/world.h"

namespace oscar::test {
namespace {

using core::CloseReason;
namespace os = wire::oservice;

/// The name that a BOSS connection is signed on under, as it shows to others.
std::string shownName(Client& client) {
    auto const info = client.ask<os::NickInfoUpdate>(os::NickInfoQuery{});
    return info ? std::string((*(*info)->info.begin()).displayId.text) : std::string();
}

class Cookie : public testing::TestWithParam<unsigned> {
  protected:
    World world{GetParam()};

    void SetUp() override {
        for (auto const* name : {"Alice", "Chatting Chuck"}) world.addUser(name);
    }
};
INSTANTIATE_TEST_SUITE_P(, Cookie, testing::Values(1u, 2u));

// AUTH-8
TEST_P(Cookie, aCookieWorksOnceAlsoWhenTheFirstSessionIsOver) {
    for (bool const over : {false, true}) {
        wire::Buffer const cookie = world.bucp("alice").cookie;
        Client& first = world.present(cookie);
        ASSERT_TRUE(first.take<os::HostOnline>());
        if (over) first.signOff();
        for (int i = 0; i < 3; ++i) {  // whatever shard it comes in on
            Client& again = world.present(cookie);
            EXPECT_EQ(again.closed, CloseReason::BadCookie);
            EXPECT_TRUE(again.signoff());
            EXPECT_FALSE(again.take<os::HostOnline>());
        }
        EXPECT_EQ(first.isOpen(), !over);
    }
}

// AUTH-8, LIM-1
TEST_P(Cookie, aCookieIsGoodForAMinute) {
    wire::Buffer const used = world.bucp("alice").cookie, late = world.bucp("alice").cookie;
    world.pass(core::Seconds{60});
    EXPECT_TRUE(world.present(used).take<os::HostOnline>());
    world.pass(core::Seconds{1});
    EXPECT_EQ(world.present(late).closed, CloseReason::BadCookie);
    world.pass(core::Seconds{120});  // and a used one is not forgotten before it has expired
    EXPECT_EQ(world.present(used).closed, CloseReason::BadCookie);
}

// AUTH-8
TEST_P(Cookie, aForgedCookieIsRefused) {
    wire::Buffer const cookie = world.bucp("alice").cookie;
    for (std::size_t at : {0u, 23u, 24u, 40u, 100u, 255u}) {
        wire::Buffer forged = cookie;
        forged[at] ^= 1;
        EXPECT_EQ(world.present(forged).closed, CloseReason::BadCookie) << at;
    }
    for (std::size_t size : {0u, 1u, 255u, 257u, 60'000u}) {
        wire::Buffer forged = cookie;
        forged.resize(size);
        EXPECT_EQ(world.present(forged).closed, CloseReason::BadCookie) << size;
    }
    World other;
    other.addUser("Alice");
    EXPECT_EQ(world.present(other.bucp("alice").cookie).closed, CloseReason::BadCookie);
    EXPECT_TRUE(world.present(cookie).isOpen());
}

// AUTH-8
TEST_P(Cookie, aCookieIsForItsOwnAccountWhateverNameStandsBesideIt) {
    wire::Buffer const cookie = world.bucp("alice").cookie;
    wire::TlvList tlvs;
    tlvs.add(wire::signonTags::loginId, wire::string{"Chatting Chuck"}).add(wire::signonTags::loginCookie, wire::blob{cookie});
    Client& client = world.connect();
    client.sendHello(tlvs);
    EXPECT_EQ(shownName(client), "Alice");
}

}  // namespace
}  // namespace oscar::test
