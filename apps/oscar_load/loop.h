// SPDX-License-Identifier: MIT
// epoll with waits as fine as the kernel has them. The server's own loop ticks in milliseconds, which is too
// coarse for messages that are due at a certain microsecond.
#pragma once

#include <chrono>
#include <span>
#include <vector>

#include "net/fd.h"
#include "wire/types.h"

namespace oscar::load {

using Clock = std::chrono::steady_clock;
using Time = Clock::time_point;
using Nanoseconds = std::chrono::nanoseconds;

class Loop {
  public:
    /// Told when its descriptor is ready. Lives as long as the descriptor is watched, and is destroyed
    /// between turns.
    class Watcher {
      public:
        virtual void ready(unsigned events) = 0;

      protected:
        ~Watcher() = default;
    };

    /// Throws std::system_error when the kernel has no epoll left to give.
    Loop();

    void add(int fd, unsigned events, Watcher& watcher);
    void change(int fd, unsigned events, Watcher& watcher);

    /// Waits for something to be ready, until `until` at most, and lets the watchers handle it.
    void turn(Time until);

    /// The time at which the last wait ended.
    Time now() const { return now_; }
    /// Shared by all connections: each reads only when there is something to read.
    std::span<wire::u08> receiveBuffer() { return receiveBuffer_; }

  private:
    net::UniqueFd epoll_;
    Time now_ = Clock::now();
    std::vector<wire::u08> receiveBuffer_;
};

}  // namespace oscar::load
