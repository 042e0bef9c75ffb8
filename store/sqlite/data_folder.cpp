// SPDX-License-Identifier: MIT
#include "store/sqlite/data_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/file.h>

#include "store/open_error.h"
#include "store/sqlite/migrations.h"

namespace oscar::store {
namespace {

namespace fs = std::filesystem;

void makeFolder(fs::path const& folder) {
    std::error_code error;
    if (fs::create_directories(folder, error)) {
        fs::permissions(folder, fs::perms::owner_all, error);
        syncFolder(fs::absolute(folder).lexically_normal().parent_path());
    }
    if (error) throwSystemError(folder, error.value());
}

// The kernel gives the lock back when the program ends, however it ends.
File lockFolder(fs::path const& folder) {
    File opened = openFile(folder, O_RDONLY | O_DIRECTORY);
    if (::flock(opened.descriptor(), LOCK_EX | LOCK_NB) != 0)
        throw OpenError(fmt::format("{}: another server is using this data folder", folder.string()));
    return opened;
}

std::string inWords(fs::path const& path, DatabaseError const& error) {
    switch (error.code()) {
        case SQLITE_NOTADB: return fmt::format("{}: this is no database", path.string());
        case SQLITE_CORRUPT:
            return fmt::format("{}: the database is damaged; restore it from a backup", path.string());
        case SQLITE_FULL: return fmt::format("{}: the disk is full", path.string());
        case SQLITE_READONLY: return fmt::format("{}: the database can't be written", path.string());
        default: return fmt::format("{}: {}", path.string(), error.what());
    }
}

bool hasAccounts(Database& database) {
    Statement statement(database, "SELECT 1 FROM account LIMIT 1");
    return statement.query().next();
}

// An empty password, sealed for nobody: opens under the right key only.
wire::Buffer keyProof(Database& database) {
    Statement statement(database, "SELECT key_proof FROM server");
    Rows row = statement.query();
    row.next();
    return row.blob(0);
}

void setKeyProof(Database& database, Seal const& seal) {
    Statement statement(database, "UPDATE server SET key_proof = ?1");
    statement.execute(seal.seal({}, {}));
}

Seal openSeal(fs::path const& keyFile, Database& database) {
    bool const needed = hasAccounts(database);
    std::error_code unreadable;
    bool const there = fs::exists(keyFile, unreadable) || unreadable;
    if (needed && !there)
        throw OpenError(
            fmt::format("{}: the key of the passwords is missing, and the database has accounts; restore it "
                        "from a backup",
                        keyFile.string()));
    Seal const seal = there ? Seal::load(keyFile) : Seal::create(keyFile);
    if (!seal.unseal({}, keyProof(database))) {
        if (needed)
            throw OpenError(
                fmt::format("{}: this is not the key that the passwords in the database were sealed with; "
                            "restore it from a backup",
                            keyFile.string()));
        setKeyProof(database, seal);
    }
    return seal;
}

}  // namespace

DataFolder openDataFolder(fs::path const& folder) {
    makeFolder(folder);
    File lock = lockFolder(folder);
    fs::path const path = folder / "oscar.db";
    // SQLite gives its other files the rights of this one.
    openFile(path, O_RDWR | O_CREAT);
    try {
        Database database(path.string());
        migrate(database, path.string(), migrations());
        Seal seal = openSeal(folder / "server.key", database);
        return {std::move(lock), std::move(database), seal};
    } catch (DatabaseError const& error) {
        throw OpenError(inWords(path, error));
    }
}

DataFolder openMemory() {
    Database database(":memory:");
    migrate(database, ":memory:", migrations());
    return {{}, std::move(database), Seal::forgotten()};
}

}  // namespace oscar::store
