// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

namespace oscar::bench {

/// What operator new has handed out in this program so far.
struct Allocations {
    std::size_t count = 0;
    std::size_t bytes = 0;
};
Allocations allocations();

}  // namespace oscar::bench
