// SPDX-License-Identifier: MIT
#include "net/address.h"

#include <gtest/gtest.h>

#include "net/limits.h"
#include "tests/net/harness.h"
#include "wire/buffer_pool.h"

namespace oscar::net::test {
namespace {

Address address(std::string const& text) { return Address::parse(text).value(); }

TEST(Address, isShownAsItIsUsuallyWritten) {
    EXPECT_EQ(address("192.0.2.1").text(), "192.0.2.1");
    EXPECT_EQ(address("::ffff:192.0.2.1").text(), "192.0.2.1");
    EXPECT_EQ(address("2001:DB8::0:1").text(), "2001:db8::1");
    EXPECT_EQ(address("192.0.2.1").ipv4(), 0xC0000201u);
    EXPECT_EQ(address("2001:db8::1").ipv4(), 0u);
    EXPECT_FALSE(Address::parse("example.org"));
    EXPECT_FALSE(Address::parse("1.2.3"));
}

TEST(Network, containsItsAddressesOnly) {
    auto const contains = [](std::string const& network, std::string const& one) {
        return Network::parse(network).value().contains(address(one));
    };
    EXPECT_TRUE(contains("10.0.0.0/8", "10.255.0.1"));
    EXPECT_FALSE(contains("10.0.0.0/8", "11.0.0.1"));
    EXPECT_TRUE(contains("192.0.2.128/25", "192.0.2.200"));
    EXPECT_FALSE(contains("192.0.2.128/25", "192.0.2.100"));
    EXPECT_TRUE(contains("192.0.2.1", "::ffff:192.0.2.1"));
    EXPECT_FALSE(contains("192.0.2.1", "192.0.2.2"));
    EXPECT_TRUE(contains("0.0.0.0/0", "8.8.8.8"));
    EXPECT_FALSE(contains("0.0.0.0/0", "2001:db8::1"));
    EXPECT_TRUE(contains("::/0", "8.8.8.8"));
    EXPECT_TRUE(contains("2001:db8::/32", "2001:db8:5::1"));
    for (char const* wrong : {"", "/", "10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0.0/8x", "10.0.0.0/-1",
                              "net"})
        EXPECT_FALSE(Network::parse(wrong)) << wrong;
}

TEST(Limits, countIpv6ClientsByTheirNetwork) {
    JournalLog log;
    Limits limits({.connections = 10, .perAddress = 2, .trusted = {"2001:db8:1::7"}}, log);
    core::TimePoint const now{};
    auto const first = limits.admit(address("2001:db8:1::1"), now);
    {
        auto const second = limits.admit(address("2001:db8:1::2"), now);
        EXPECT_TRUE(first && second);
        EXPECT_FALSE(limits.admit(address("2001:db8:1::3"), now));
        EXPECT_TRUE(limits.admit(address("2001:db8:1::7"), now)) << "trusted";
        EXPECT_FALSE(limits.admit(address("2001:db8:1::3"), now)) << "one who was not counted has left";
        EXPECT_TRUE(limits.admit(address("2001:db8:2::1"), now)) << "another network";
    }
    EXPECT_TRUE(limits.admit(address("2001:db8:1::3"), now));
    EXPECT_EQ(limits.connections(), 1u);
    EXPECT_EQ(log.journal.count("connection refused"), 1u);
}

TEST(BufferPool, lendsAndTakesBackWithinBounds) {
    wire::BufferPool pool;
    wire::Buffer buffer = pool.take();
    EXPECT_GE(buffer.capacity(), wire::BufferPool::firstCapacity);
    buffer.push_back(1);
    wire::u08 const* const memory = buffer.data();
    pool.give(std::move(buffer));
    wire::Buffer const again = pool.take();
    EXPECT_TRUE(again.empty());
    EXPECT_EQ(again.data(), memory);

    pool.give(wire::Buffer(wire::BufferPool::maxCapacity + 1));
    EXPECT_EQ(pool.spare(), 0u);
    for (std::size_t i = 0; i < wire::BufferPool::maxSpare + 10; ++i) pool.give(wire::Buffer(16));
    EXPECT_EQ(pool.spare(), wire::BufferPool::maxSpare);
}

}  // namespace
}  // namespace oscar::net::test
