// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace oscar::oscarctl {

/// The password from standard input. From a terminal it is asked for twice and not shown. Throws
/// std::runtime_error when the two differ or standard input holds more than any password.
std::string readPassword();

}  // namespace oscar::oscarctl
