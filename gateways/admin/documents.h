// SPDX-License-Identifier: MIT
// What is written about the commands, made from their rows.
#pragma once

#include <string>
#include <string_view>

#include "gateways/admin/commands.h"

namespace oscar::admin {

/// "oscarctl user show NAME"
std::string usage(Command const& command);

/// About the commands that begin with these words; about all, with the program's options, for none. Empty if
/// no command begins so.
std::string helpText(std::string_view words);

/// A script for bash.
std::string bashCompletion();

/// docs/oscarctl.md
std::string docsPage();

}  // namespace oscar::admin
