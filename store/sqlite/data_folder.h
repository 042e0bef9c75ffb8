// SPDX-License-Identifier: MIT
// A data folder: `oscar.db` (the database) and `server.key` (the key of the passwords in it).
#pragma once

#include <filesystem>
#include <optional>

#include "store/file.h"
#include "store/seal.h"
#include "store/sqlite/database.h"

namespace oscar::store {

/// Opened, checked, with the newest schema. The database belongs to this program alone as long as this lives.
struct DataFolder {
    std::optional<File> lock;
    Database database;
    Seal seal;
};

/// Makes what is missing, for the owner's eyes only. Throws OpenError.
DataFolder openDataFolder(std::filesystem::path const& folder);
/// In memory, with a key that is nowhere kept.
DataFolder openMemory();

}  // namespace oscar::store
