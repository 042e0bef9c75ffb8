// SPDX-License-Identifier: MIT
#include "apps/oscar_load/process.h"

#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

namespace oscar::load {
namespace {

std::string fileOf(pid_t process, char const* name) {
    return "/proc/" + std::to_string(process) + "/" + name;
}

/// The number in kB that follows `key` at the beginning of a line; 0 if it is not there.
std::size_t kilobytesIn(std::string const& file, std::string const& key) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);)
        if (line.starts_with(key)) return std::stoul(line.substr(key.size())) * 1024;
    return 0;
}

Nanoseconds lengthOf(timeval const& time) {
    return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

}  // namespace

std::optional<Nanoseconds> cpuTime(pid_t process) {
    std::ifstream in(fileOf(process, "stat"));
    std::string const all(std::istreambuf_iterator<char>(in), {});
    auto const nameEnd = all.rfind(')');  // the name may hold spaces
    if (nameEnd == std::string::npos) return std::nullopt;
    std::istringstream fields(all.substr(nameEnd + 1));
    std::string skipped;
    for (int field = 3; field < 14; ++field) fields >> skipped;  // proc(5): utime is the 14th, stime the 15th
    long user = 0;
    long system = 0;
    if (!(fields >> user >> system)) return std::nullopt;
    return Nanoseconds((user + system) * (1'000'000'000 / ::sysconf(_SC_CLK_TCK)));
}

Nanoseconds ownCpuTime() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return lengthOf(usage.ru_utime) + lengthOf(usage.ru_stime);
}

std::optional<Memory> memoryOf(pid_t process) {
    std::size_t const resident = kilobytesIn(fileOf(process, "status"), "VmRSS:");
    if (resident == 0) return std::nullopt;
    return Memory{resident, kilobytesIn(fileOf(process, "smaps_rollup"), "Pss:")};
}

}  // namespace oscar::load
