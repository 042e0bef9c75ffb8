// SPDX-License-Identifier: MIT
// The store of a single server: SQLite in a data folder, one thread for all shards.
#pragma once

#include <filesystem>
#include <memory>
#include <thread>

#include "core/ports/log.h"
#include "core/ports/store.h"
#include "store/sqlite/engine.h"
#include "store/sqlite/request_queue.h"

namespace oscar::store {

/// Requests that arrive while one batch is being committed make up the next: the busier the server, the more
/// of them share an fsync. When 100,000 wait, further ones answer Unavailable at once.
class SqliteStore {
  public:
    /// Opens the folder or makes it. Throws OpenError. `log` must outlive this and all that forShard()
    /// returned.
    SqliteStore(std::filesystem::path const& folder, core::Log& log);
    /// Carries out and posts what was accepted, then closes the database.
    ~SqliteStore();
    SqliteStore(SqliteStore const&) = delete;
    SqliteStore& operator=(SqliteStore const&) = delete;

    /// The store for one shard, to be called on its thread. `post` brings completions there; it is called
    /// once a batch, on the store's thread (or, for what is refused at once, on the caller's) and has to be
    /// valid until this SqliteStore is gone. The returned object may live longer.
    std::unique_ptr<core::Store> forShard(Post post);

  private:
    Engine engine_;
    std::shared_ptr<RequestQueue> queue_;
    std::thread thread_;
};

}  // namespace oscar::store
