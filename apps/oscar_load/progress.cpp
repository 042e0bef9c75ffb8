// SPDX-License-Identifier: MIT
#include "apps/oscar_load/progress.h"

#include <unistd.h>

namespace oscar::load {

Progress::Progress(bool wanted)
    : wanted_(wanted), terminal_(::isatty(STDERR_FILENO) == 1), next_(began_ + std::chrono::seconds(1)) {}

Progress::~Progress() {
    if (open_) fmt::print(stderr, "\n");
}

void Progress::show(Time now, std::string const& text) {
    double const seconds = std::chrono::duration<double>(now - began_).count();
    std::string const line = fmt::format("{:6.1f} s  {}", seconds, text);
    // Erases what an earlier, longer line has left.
    fmt::print(stderr, "{}", terminal_ ? fmt::format("\r{}\x1b[K", line) : line + "\n");
    open_ = terminal_;
    next_ = now + std::chrono::seconds(1);
}

}  // namespace oscar::load
