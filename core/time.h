// SPDX-License-Identifier: MIT
// Time is an argument: one event sees one `Now`, which the loop (or the test) takes once.
#pragma once

#include <chrono>
#include <cstdint>

namespace oscar::core {

using Milliseconds = std::chrono::milliseconds;
using Seconds = std::chrono::seconds;

/// Milliseconds on a clock that never jumps.
using TimePoint = std::chrono::time_point<std::chrono::steady_clock, Milliseconds>;

struct Now {
    TimePoint steady;        ///< to measure spans with
    std::uint32_t unix = 0;  ///< seconds since the epoch, UTC, to tell others
};

}  // namespace oscar::core
