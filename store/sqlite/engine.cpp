// SPDX-License-Identifier: MIT
#include "store/sqlite/engine.h"

#include <algorithm>
#include <map>

namespace oscar::store {

Engine::Engine(DataFolder files, core::Log& log)
    : files_(std::move(files)),
      log_(log),
      tables_(files_.database, files_.seal),
      begin_(files_.database, "BEGIN"),
      beginWriting_(files_.database, "BEGIN IMMEDIATE"),
      commit_(files_.database, "COMMIT"),
      savepoint_(files_.database, "SAVEPOINT request"),
      toSavepoint_(files_.database, "ROLLBACK TO request"),
      release_(files_.database, "RELEASE request") {}

void Engine::carryOut(Batch batch) {
    try {
        inOneTransaction(batch);
    } catch (std::exception const& error) {
        logFailure("store transaction failed", "all", error);
        afterFailure(batch);
    }
    deliver(std::move(batch));
}

void Engine::inOneTransaction(Batch const& batch) {
    bool const writing = std::ranges::any_of(batch, [](auto const& request) { return request->writes(); });
    (writing ? beginWriting_ : begin_).execute();
    for (auto const& request : batch) attempt(*request);
    commit_.execute();
}

void Engine::afterFailure(Batch const& batch) {
    try {
        if (files_.database.inTransaction()) files_.database.execute("ROLLBACK");
    } catch (std::exception const& error) {
        logFailure("store rollback failed", "all", error);
    }
    for (auto const& request : batch) {
        request->fail();
        if (request->writes()) continue;
        // What it read may have been written by a request that has come to nothing.
        try {
            request->run(tables_);
        } catch (std::exception const& error) {
            logFailure("store request failed", request->name(), error);
        }
    }
}

void Engine::attempt(Request& request) {
    if (request.writes()) savepoint_.execute();
    bool succeeded = false;
    try {
        succeeded = request.run(tables_);
    } catch (std::exception const& error) {
        logFailure("store request failed", request.name(), error);
        request.fail();
        // SQLite does so by itself when the disk is full or can't be read.
        if (!files_.database.inTransaction())
            throw DatabaseError(0, "rolled back by the failure of one request");
    }
    if (!request.writes()) return;
    if (!succeeded) toSavepoint_.execute();
    release_.execute();
}

void Engine::logFailure(char const* event, char const* request, std::exception const& error) {
    log_.write(core::Level::Error, event, {{"request", request}, {"error", error.what()}});
}

void Engine::deliver(Batch batch) {
    std::map<std::shared_ptr<Post const>, std::shared_ptr<Batch>> byShard;
    for (auto& request : batch) {
        auto& finished = byShard[request->home()];
        if (!finished) finished = std::make_shared<Batch>();
        finished->push_back(std::move(request));
    }
    for (auto const& [post, finished] : byShard) {
        (*post)([batchOfShard = finished] {
            for (auto const& request : *batchOfShard) request->finish();
        });
    }
}

}  // namespace oscar::store
