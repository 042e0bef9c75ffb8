// SPDX-License-Identifier: MIT
#include "apps/oscar_load/accounts.h"

#include <fmt/format.h>

#include <fstream>
#include <stdexcept>

namespace oscar::load {

std::vector<Account> accountsFor(Options const& options, std::size_t count) {
    std::vector<Account> accounts;
    accounts.reserve(count);
    if (options.accountsFile.empty()) {
        for (std::size_t i = 0; i < count; ++i)
            accounts.push_back({options.prefix + std::to_string(i), options.password});
        return accounts;
    }
    std::ifstream file(options.accountsFile);
    if (!file) throw std::runtime_error(fmt::format("cannot read {}", options.accountsFile));
    for (std::string line; accounts.size() < count && std::getline(file, line);) {
        // The name may hold blanks, a password from a list of accounts does not.
        auto const blank = line.find_last_of(" \t");
        if (blank == std::string::npos) continue;
        accounts.push_back({line.substr(0, blank), line.substr(blank + 1)});
    }
    if (accounts.size() < count)
        throw std::runtime_error(fmt::format("{} has {} accounts, this run needs {}", options.accountsFile,
                                             accounts.size(), count));
    return accounts;
}

}  // namespace oscar::load
