// SPDX-License-Identifier: MIT
// Results for people and for programs, both from the same JSON values.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <string_view>

#include "wire/types.h"

namespace oscar::admin {

/// `text` with a question mark for each byte that is not printable ASCII: what users and clients chose must
/// not steer a terminal nor make two lines of one.
std::string printable(std::string_view text);

/// "2026-11-21T12:00:00Z"
std::string timeText(wire::u32 unix);

/// Objects with the same keys as a table with a heading; nothing for none.
std::string table(boost::json::array const& rows);

/// A line "key: value" for each member.
std::string lines(boost::json::object const& object);

}  // namespace oscar::admin
