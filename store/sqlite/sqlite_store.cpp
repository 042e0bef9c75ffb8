// SPDX-License-Identifier: MIT
#include "store/sqlite/sqlite_store.h"

#include "store/sqlite/shard_store.h"

namespace oscar::store {

SqliteStore::SqliteStore(std::filesystem::path const& folder, core::Log& log)
    : engine_(openDataFolder(folder), log), queue_(std::make_shared<RequestQueue>(log)), thread_([this] {
          for (Batch batch = queue_->waitAndTake(); !batch.empty(); batch = queue_->waitAndTake())
              engine_.carryOut(std::move(batch));
      }) {}

SqliteStore::~SqliteStore() {
    queue_->close();
    thread_.join();
}

std::unique_ptr<core::Store> SqliteStore::forShard(Post post) {
    return std::make_unique<ShardStore>(queue_, std::move(post));
}

}  // namespace oscar::store
