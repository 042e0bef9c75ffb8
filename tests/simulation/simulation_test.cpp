// SPDX-License-Identifier: MIT
// After every step of a random day each client must show exactly those buddies whom it may see (PRES-2), as they are,
// and must have got exactly the messages that it should have, in order.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "tests/simulation/scenario.h"

namespace oscar::test::simulation {
namespace {

class Simulation : public testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(Shards, Simulation, testing::Values(1u, 2u, 3u));

/// For longer runs: OSCAR_SIMULATION_SEEDS=first:count.
std::pair<unsigned, unsigned> seeds() {
    unsigned first = 1, count = 15;
    if (char const* const text = std::getenv("OSCAR_SIMULATION_SEEDS")) {
        EXPECT_EQ(std::sscanf(text, "%u:%u", &first, &count), 2);
    }
    return {first, count};
}

TEST_P(Simulation, everyClientShowsWhomItMaySeeAndNoMessageIsLostOrDoubled) {
    auto const [first, count] = seeds();
    constexpr unsigned steps = 300;
    for (unsigned seed = first; seed < first + count && !HasFailure(); ++seed) {
        Scenario scenario(seed * 3 + GetParam(), GetParam());
        scenario.setUp();
        unsigned step = 0;
        while (step < steps && !HasFailure()) {
            scenario.step();
            ++step;
        }
        if (!HasFailure()) scenario.finish();
        EXPECT_FALSE(HasFailure()) << "seed " << seed << ", step " << step << "; before that:\n" << scenario.history();
    }
}

}  // namespace
}  // namespace oscar::test::simulation
