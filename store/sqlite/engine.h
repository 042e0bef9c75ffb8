// SPDX-License-Identifier: MIT
#pragma once

#include "core/ports/log.h"
#include "store/sqlite/data_folder.h"
#include "store/sqlite/request.h"

namespace oscar::store {

/// Carries out batches of requests: one transaction and one fsync for all of them. Who calls it, and on which
/// thread, is what SqliteStore and InlineStore differ in.
class Engine {
  public:
    Engine(DataFolder files, core::Log& log);

    /// In order; each request sees what those before it changed.
    ///
    /// 1. One that fails leaves no trace and hurts no other.
    /// 2. If the commit fails, nothing was changed: all that write answer Unavailable, all that read are read
    /// again.
    /// 3. Without a request that writes there is no fsync.
    /// 4. Afterwards each shard is posted its completions, all in one.
    void carryOut(Batch batch);

  private:
    void inOneTransaction(Batch const& batch);
    void afterFailure(Batch const& batch);
    /// Throws when more is lost than this one request.
    void attempt(Request& request);
    void logFailure(char const* event, char const* request, std::exception const& error);
    static void deliver(Batch batch);

    DataFolder files_;
    core::Log& log_;
    Tables tables_;
    Statement begin_, beginWriting_, commit_, savepoint_, toSavepoint_, release_;
};

}  // namespace oscar::store
