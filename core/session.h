// SPDX-License-Identifier: MIT
#pragma once

namespace oscar::core {

class Session {};

}  // namespace oscar::core
