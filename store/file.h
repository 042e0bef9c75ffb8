// SPDX-License-Identifier: MIT
// The few things that a data folder needs of the system and that std::filesystem does not have. All of them
// throw OpenError with the path and the system's words.
#pragma once

#include <filesystem>
#include <utility>

namespace oscar::store {

/// An open file or folder.
class File {
  public:
    explicit File(int descriptor) : descriptor_(descriptor) {}
    ~File();
    File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    File& operator=(File&&) = delete;

    int descriptor() const { return descriptor_; }

  private:
    int descriptor_;
};

/// Opens with the flags of open(2); what it creates is for the owner alone (mode 0600).
File openFile(std::filesystem::path const& path, int flags);

/// What this file holds survives a power cut from here on. For a folder: the names in it.
void sync(File const& file, std::filesystem::path const& path);
void syncFolder(std::filesystem::path const& folder);

[[noreturn]] void throwSystemError(std::filesystem::path const& path, int error);

}  // namespace oscar::store
