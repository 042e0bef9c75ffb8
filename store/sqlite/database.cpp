// SPDX-License-Identifier: MIT
#include "store/sqlite/database.h"

#include <sqlite3.h>

namespace oscar::store {
namespace {

[[noreturn]] void throwError(sqlite3* handle, int code) {
    throw DatabaseError(code & 0xff, handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(code));
}

}  // namespace

void Database::Close::operator()(sqlite3* handle) const { sqlite3_close(handle); }

Database::Database(std::string const& path) {
    sqlite3* handle = nullptr;
    int const code = sqlite3_open_v2(
        path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    handle_.reset(handle);
    if (code != SQLITE_OK) throwError(handle, code);
    sqlite3_busy_timeout(handle, 5000);
    execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
            "PRAGMA cache_size = -65536");  // KiB
}

void Database::execute(std::string const& statements) {
    int const code = sqlite3_exec(handle(), statements.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) throwError(handle(), code);
}

bool Database::inTransaction() const { return sqlite3_get_autocommit(handle()) == 0; }

unsigned Database::schemaVersion() {
    Statement statement(*this, "PRAGMA user_version");
    Rows rows = statement.query();
    rows.next();
    return rows.number<unsigned>(0);
}

void Database::setSchemaVersion(unsigned version) {
    execute("PRAGMA user_version = " + std::to_string(version));
}

Rows::~Rows() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
}

bool Rows::next() {
    int const code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) throwError(sqlite3_db_handle(statement_), code);
    return false;
}

std::string Rows::text(int column) const { return std::string(wire::asText(bytes(column))); }

wire::Buffer Rows::blob(int column) const { return wire::toBuffer(bytes(column)); }

wire::Bytes Rows::bytes(int column) const {
    auto const* data = static_cast<wire::u08 const*>(sqlite3_column_blob(statement_, column));
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::int64_t Rows::integer(int column) const { return sqlite3_column_int64(statement_, column); }

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Statement::Statement(Database& database, std::string_view sql) {
    sqlite3_stmt* statement = nullptr;
    int const code = sqlite3_prepare_v3(database.handle(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) throwError(database.handle(), code);
    statement_.reset(statement);
}

// A null pointer would bind NULL instead of nothing's worth of text.
void Statement::bind(int index, std::string_view text) {
    check(sqlite3_bind_text64(statement_.get(), index, text.empty() ? "" : text.data(), text.size(),
                              SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Statement::bind(int index, wire::Bytes bytes) {
    void const* const data = bytes.empty() ? static_cast<void const*>("") : bytes.data();
    check(sqlite3_bind_blob64(statement_.get(), index, data, bytes.size(), SQLITE_TRANSIENT));
}

void Statement::bind(int index, std::int64_t number) {
    check(sqlite3_bind_int64(statement_.get(), index, number));
}

void Statement::check(int code) const {
    if (code != SQLITE_OK) throwError(sqlite3_db_handle(statement_.get()), code);
}

int Statement::changes() const { return sqlite3_changes(sqlite3_db_handle(statement_.get())); }

}  // namespace oscar::store
