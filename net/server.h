// SPDX-License-Identifier: MIT
#pragma once

#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "net/server_options.h"
#include "net/shard_loop.h"

namespace oscar::net {

/// All shards of a process, with their threads and the sockets they listen on.
class Server {
  public:
    /// Binds and listens. Throws ListenError with one clear line, or std::invalid_argument for an option that
    /// can't be right. Raises the limit on open files as far as it goes.
    Server(ServerOptions options, core::Log& log, ShardFactory factory);
    /// Stops and joins.
    ~Server();
    Server(Server const&) = delete;
    Server& operator=(Server const&) = delete;

    /// Makes the shards' programs, each on its thread, then serves. Throws what a factory throws; then
    /// nothing runs.
    void start();
    /// Where it listens, with the real port when 0 was asked for.
    std::vector<std::string> endpoints() const;
    unsigned shards() const { return static_cast<unsigned>(common_.inboxes.size()); }
    /// Connections at this moment.
    std::size_t connections() const { return common_.limits.connections(); }
    /// Any thread that is not a shard's, at any time. What is posted before start() waits for it; what is
    /// posted before a shard's end is carried out; later ones go with the server, not carried out.
    void post(unsigned shard, core::Event event);
    /// Any thread, returns at once: no more clients are accepted, Protocol::shutDown is called on each shard;
    /// each connection may send what it had (5 s at most), letters between shards are delivered, then the
    /// threads end.
    void stop();
    /// Waits for that end. Not on a shard's thread.
    void join();

  private:
    void runShard(unsigned index, std::promise<void> made, std::shared_future<bool> goes);

    std::size_t const connectionsWanted_;
    Common common_;
    LastRound lastRound_;
    ShardFactory factory_;
    std::vector<std::unique_ptr<ShardLoop>> loops_;
    std::vector<std::thread> threads_;
};

}  // namespace oscar::net
