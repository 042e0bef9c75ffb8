// SPDX-License-Identifier: MIT
#include "client/address.h"

#include <gtest/gtest.h>

namespace oscar {
namespace {

using client::Address;
using client::parseAddress;

TEST(Address, isReadInAllItsForms) {
    EXPECT_EQ(parseAddress("bos.example.org:5190", 1), (Address{"bos.example.org", 5190}));
    EXPECT_EQ(parseAddress("10.0.0.1", 5191), (Address{"10.0.0.1", 5191}));
    EXPECT_EQ(parseAddress("[::1]:5192", 1), (Address{"::1", 5192}));
    EXPECT_EQ(parseAddress("[::1]", 5190), (Address{"::1", 5190}));
    EXPECT_EQ(parseAddress("fe80::1", 5190), (Address{"fe80::1", 5190}));
}

TEST(Address, isRefusedWhenItLeadsNowhere) {
    for (std::string_view bad : {"", ":5190", "host:", "host:0", "host:65536", "host:12x", "host:-1", "[::1",
                                 "[::1]x", "[]:5190", "[::1]:"})
        EXPECT_FALSE(parseAddress(bad, 5190)) << bad;
}

}  // namespace
}  // namespace oscar
