// SPDX-License-Identifier: MIT
#include "store/sqlite/request_queue.h"

namespace oscar::store {

bool RequestQueue::push(std::unique_ptr<Request>& request) {
    bool tell = false;
    {
        std::lock_guard const lock(mutex_);
        if (!closed_ && waiting_.size() < bound) {
            waiting_.push_back(std::move(request));
            if (waiting_.size() == 1) filled_.notify_one();
            return true;
        }
        // Once for each time it fills up: a line a refusal would fill the disk as well.
        tell = !closed_ && !std::exchange(overflowTold_, true);
    }
    if (tell) log_.write(core::Level::Error, "store queue full", {{"requests", std::to_string(bound)}});
    return false;
}

Batch RequestQueue::take() {
    std::lock_guard const lock(mutex_);
    overflowTold_ = false;
    return std::exchange(waiting_, {});
}

Batch RequestQueue::waitAndTake() {
    std::unique_lock lock(mutex_);
    filled_.wait(lock, [this] { return closed_ || !waiting_.empty(); });
    overflowTold_ = false;
    return std::exchange(waiting_, {});
}

void RequestQueue::close() {
    std::lock_guard const lock(mutex_);
    closed_ = true;
    filled_.notify_all();
}

}  // namespace oscar::store
