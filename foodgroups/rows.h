// SPDX-License-Identifier: MIT
#pragma once

#include "foodgroups/dispatch.h"

namespace oscar::foodgroups {

std::span<Row const> oserviceRows();
std::span<Row const> locateRows();
std::span<Row const> buddyRows();
std::span<Row const> icbmRows();
std::span<Row const> pdRows();
std::span<Row const> statsRows();
std::span<Row const> feedbagRows();

}  // namespace oscar::foodgroups
