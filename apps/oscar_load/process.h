// SPDX-License-Identifier: MIT
// What the kernel tells about the server's process, and about this one.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <optional>

#include "apps/oscar_load/loop.h"

namespace oscar::load {

/// CPU time that a process has used, in user and system mode; nothing if there is no such process.
std::optional<Nanoseconds> cpuTime(pid_t process);

/// CPU time that this process has used.
Nanoseconds ownCpuTime();

/// Bytes of a process that are in memory.
struct Memory {
    std::size_t resident = 0;      ///< with pages that it shares with others
    std::size_t proportional = 0;  ///< shared pages divided by who shares them; 0 if the kernel does not tell
};

std::optional<Memory> memoryOf(pid_t process);

}  // namespace oscar::load
