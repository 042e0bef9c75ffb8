// SPDX-License-Identifier: MIT
// Send buffers between two uses: who has nothing to send holds none, and who begins to send need not
// allocate.
#pragma once

#include <utility>

#include "wire/types.h"

namespace oscar::wire {

/// Belongs to one thread. Keeps at most maxSpare buffers of at most maxCapacity bytes each.
class BufferPool {
    std::vector<Buffer> spare_;

  public:
    static constexpr std::size_t firstCapacity = 512;  ///< of a new buffer: most bursts to one client fit
    static constexpr std::size_t maxCapacity = 4096;
    static constexpr std::size_t maxSpare = 1024;

    /// An empty buffer with capacity.
    Buffer take() {
        Buffer buffer;
        if (spare_.empty()) {
            buffer.reserve(firstCapacity);
        } else {
            buffer = std::move(spare_.back());
            spare_.pop_back();
        }
        return buffer;
    }

    /// Takes the memory back; what the bounds don't allow is freed.
    void give(Buffer&& used) {
        Buffer buffer = std::move(used);
        if (buffer.capacity() == 0 || buffer.capacity() > maxCapacity || spare_.size() >= maxSpare) return;
        buffer.clear();
        spare_.push_back(std::move(buffer));
    }

    std::size_t spare() const { return spare_.size(); }
};

}  // namespace oscar::wire
