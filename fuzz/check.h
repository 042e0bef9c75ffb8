// SPDX-License-Identifier: MIT
// A check that holds in every build, and that libFuzzer takes for a finding.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace oscar::fuzz {

inline void check(bool holds, char const* what) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
}

}  // namespace oscar::fuzz
