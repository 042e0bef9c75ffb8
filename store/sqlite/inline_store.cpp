// SPDX-License-Identifier: MIT
#include "store/sqlite/inline_store.h"

#include <utility>

#include "store/sqlite/shard_store.h"

namespace oscar::store {

InlineStore::InlineStore(core::Log& log)
    : engine_(openMemory(), log), queue_(std::make_shared<RequestQueue>(log)) {}

std::unique_ptr<core::Store> InlineStore::forShard() {
    return std::make_unique<ShardStore>(
        queue_, [this](std::function<void()> task) { posted_.push_back(std::move(task)); });
}

unsigned InlineStore::runPending() {
    Batch batch = queue_->take();
    auto const count = static_cast<unsigned>(batch.size());
    if (fails_) {
        for (auto const& request : batch) request->finish();  // before it has run, its outcome is Unavailable
    } else if (!batch.empty()) {
        engine_.carryOut(std::move(batch));
    }
    for (auto const& task : std::exchange(posted_, {})) task();
    return count;
}

}  // namespace oscar::store
