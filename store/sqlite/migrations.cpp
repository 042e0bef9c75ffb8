// SPDX-License-Identifier: MIT
#include "store/sqlite/migrations.h"

#include <fmt/format.h>

#include "store/open_error.h"

namespace oscar::store {

void migrate(Database& database, std::string_view path, std::span<Migration const> known) {
    unsigned const found = database.schemaVersion();
    if (found > known.size())
        throw OpenError(
            fmt::format("the database {} was written by a newer version (schema {}, this program knows {}); "
                        "use that version or a backup",
                        path, found, known.size()));
    for (unsigned version = found + 1; version <= known.size(); ++version) {
        database.execute("BEGIN IMMEDIATE");
        try {
            database.execute(std::string(known[version - 1].sql));
            database.setSchemaVersion(version);
            database.execute("COMMIT");
        } catch (DatabaseError const&) {
            if (database.inTransaction()) database.execute("ROLLBACK");
            throw;
        }
    }
}

}  // namespace oscar::store
