// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>

#include "core/ports/log.h"
#include "store/sqlite/request.h"

namespace oscar::store {

/// Where requests of all shards wait for the engine, in the order of their calls. Any thread may call.
class RequestQueue {
  public:
    /// How many may wait. More are refused: the database is far behind then, and waiting longer helps nobody.
    static constexpr std::size_t bound = 100'000;

    explicit RequestQueue(core::Log& log) : log_(log) {}

    /// False when the queue is full or closed; the request is still the caller's then.
    bool push(std::unique_ptr<Request>& request);
    /// All that wait; nothing when none do.
    Batch take();
    /// The same, but waits for the first. Nothing: the queue is closed and empty.
    Batch waitAndTake();
    /// From here on push() refuses.
    void close();

  private:
    core::Log& log_;
    std::mutex mutex_;
    std::condition_variable filled_;
    Batch waiting_;
    bool closed_ = false;
    bool overflowTold_ = false;
};

}  // namespace oscar::store
