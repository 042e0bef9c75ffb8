// SPDX-License-Identifier: MIT
// The schema's history: the files of store/migrations, built into the program.
#pragma once

#include <span>
#include <string_view>

#include "store/sqlite/database.h"

namespace oscar::store {

struct Migration {
    std::string_view name;  ///< "0001_accounts"
    std::string_view sql;
};

/// In order; the n-th (counted from 1) leads to schema version n.
std::span<Migration const> migrations();

/// Applies those that the database does not have yet, each in one transaction of its own. Throws OpenError
/// when the database is newer than `known`, DatabaseError when SQLite refuses.
void migrate(Database& database, std::string_view path, std::span<Migration const> known);

}  // namespace oscar::store
