// SPDX-License-Identifier: MIT
#include "store/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "store/open_error.h"

namespace oscar::store {

File::~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

File openFile(std::filesystem::path const& path, int flags) {
    int const descriptor = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
    if (descriptor < 0) throwSystemError(path, errno);
    return File(descriptor);
}

void sync(File const& file, std::filesystem::path const& path) {
    if (::fsync(file.descriptor()) != 0) throwSystemError(path, errno);
}

void syncFolder(std::filesystem::path const& folder) {
    std::filesystem::path const path = folder.empty() ? "." : folder;
    sync(openFile(path, O_RDONLY | O_DIRECTORY), path);
}

void throwSystemError(std::filesystem::path const& path, int error) {
    throw OpenError(fmt::format("{}: {}", path.string(), std::generic_category().message(error)));
}

}  // namespace oscar::store
