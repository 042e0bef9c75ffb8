// SPDX-License-Identifier: MIT
// The rate classes that OSERVICE__RATE_PARAMS_REPLY announces (AOL spec, "Rate Limiting").
#pragma once

#include <array>

#include "wire/oservice.h"

namespace oscar::core {

/// Thresholds as AOL's servers sent them; milliseconds.
inline constexpr std::array<wire::oservice::RateParameters, 5> rateClasses{{
    {1, 80, 2500, 2000, 1500, 800, 6000, 6000},
    {2, 80, 3000, 2000, 1500, 1000, 6000, 6000},
    {3, 20, 5100, 5000, 4000, 3000, 6000, 6000},
    {4, 20, 5500, 5300, 4200, 3000, 8000, 8000},
    {5, 10, 5500, 5300, 4200, 3000, 8000, 8000},
}};

}  // namespace oscar::core
