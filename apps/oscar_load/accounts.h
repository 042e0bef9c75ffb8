// SPDX-License-Identifier: MIT
// Whom the tool signs on as.
#pragma once

#include <string>
#include <vector>

#include "apps/oscar_load/options.h"

namespace oscar::load {

struct Account {
    std::string name;
    std::string password;
};

/// `count` accounts: from the file, a line each with name, blank and password; else prefix0, prefix1 and so
/// on, as `oscarctl user add --count N --prefix P` makes them. Throws std::runtime_error if the file has too
/// few.
std::vector<Account> accountsFor(Options const& options, std::size_t count);

}  // namespace oscar::load
