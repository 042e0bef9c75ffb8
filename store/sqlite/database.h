// SPDX-License-Identifier: MIT
// A thin skin over sqlite3: what is opened gets closed, what fails throws DatabaseError. Nothing of this
// leaves the folder. One thread at a time.
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "wire/types.h"

struct sqlite3;
struct sqlite3_stmt;

namespace oscar::store {

/// SQLite refused. what() holds its words and never a value that was bound.
class DatabaseError : public std::runtime_error {
  public:
    DatabaseError(int code, std::string const& text) : std::runtime_error(text), code_(code) {}
    /// SQLite's primary result code.
    int code() const { return code_; }

  private:
    int code_;
};

class Database {
  public:
    /// Opens or creates; ":memory:" for one that is gone with this object. A commit is on the disk when it
    /// returns.
    explicit Database(std::string const& path);

    /// Carries out one or more statements that have no result.
    void execute(std::string const& statements);
    /// False again when SQLite has rolled back by itself, as it does when the disk is full.
    bool inTransaction() const;

    unsigned schemaVersion();
    /// Part of the transaction in which it is called.
    void setSchemaVersion(unsigned version);

    sqlite3* handle() const { return handle_.get(); }

  private:
    struct Close {
        void operator()(sqlite3* handle) const;
    };
    std::unique_ptr<sqlite3, Close> handle_;
};

/// The rows of a running statement. The statement is free for its next run when this is gone.
class Rows {
  public:
    explicit Rows(sqlite3_stmt* statement) : statement_(statement) {}
    ~Rows();
    Rows(Rows const&) = delete;
    Rows& operator=(Rows const&) = delete;

    /// To the first or next row; false behind the last.
    bool next();

    /// Columns of the current row, counted from 0. NULL reads as empty or 0.
    std::string text(int column) const;
    wire::Buffer blob(int column) const;
    /// Valid until next().
    wire::Bytes bytes(int column) const;
    std::int64_t integer(int column) const;
    template <std::integral Number>
    Number number(int column) const {
        return static_cast<Number>(integer(column));
    }

  private:
    sqlite3_stmt* statement_;
};

/// A statement, prepared once and run often. Must be gone before its database.
class Statement {
  public:
    Statement(Database& database, std::string_view sql);

    /// Runs with ?1, ?2, ... replaced by the values, which are copied.
    template <class... Values>
    Rows query(Values const&... values) {
        int index = 0;
        (bind(++index, values), ...);
        return Rows(statement_.get());
    }
    /// The same for a statement without result. Says how many rows were inserted, changed or deleted.
    template <class... Values>
    int execute(Values const&... values) {
        query(values...).next();
        return changes();
    }

  private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };

    void bind(int index, std::string_view text);
    void bind(int index, std::string const& text) { bind(index, std::string_view(text)); }
    void bind(int index, wire::Bytes bytes);
    void bind(int index, wire::Buffer const& bytes) { bind(index, wire::Bytes(bytes)); }
    void bind(int index, std::int64_t number);
    void bind(int index, std::integral auto number) { bind(index, static_cast<std::int64_t>(number)); }
    void check(int code) const;
    int changes() const;

    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

}  // namespace oscar::store
