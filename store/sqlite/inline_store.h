// SPDX-License-Identifier: MIT
// The same store without file or thread, for tests that decide themselves when the database has answered.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "core/ports/log.h"
#include "core/ports/store.h"
#include "store/sqlite/engine.h"
#include "store/sqlite/request_queue.h"

namespace oscar::store {

/// A database in memory. Nothing happens outside runPending().
class InlineStore {
  public:
    /// `log` must outlive this and all that forShard() returned.
    explicit InlineStore(core::Log& log);

    /// Must not be called when this InlineStore is gone.
    std::unique_ptr<core::Store> forShard();

    /// Carries out what waits, as one batch, and runs the completions. Requests that these make wait for the
    /// next call. Returns how many requests were carried out.
    unsigned runPending();

    /// While on, requests are not carried out but answered with Unavailable, as when the disk is gone.
    void fail(bool fails) { fails_ = fails; }

  private:
    Engine engine_;
    std::shared_ptr<RequestQueue> queue_;
    std::vector<std::function<void()>> posted_;
    bool fails_ = false;
};

}  // namespace oscar::store
