// SPDX-License-Identifier: MIT
#include "net/server.h"

#include <pthread.h>
#include <sodium.h>

#include <algorithm>
#include <stdexcept>

#include "net/signals.h"

namespace oscar::net {
namespace {

/// Descriptors that are not for clients: listening sockets, epoll, the database, the log.
constexpr std::size_t filesForOthers = 64;

/// With more connections than files the server could not open its own any more.
LimitOptions withinOpenFiles(LimitOptions limits, unsigned shards) {
    std::size_t const files = raiseOpenFileLimit();
    std::size_t const others = filesForOthers + std::size_t{4} * shards;
    std::size_t const room = files > 2 * others ? files - others : files / 2;
    if (limits.connections == 0 || limits.connections > room) limits.connections = room;
    return limits;
}

ServerOptions checked(ServerOptions options) {
    if (options.shards == 0) options.shards = std::max(1u, std::thread::hardware_concurrency());
    options.limits = withinOpenFiles(options.limits, options.shards);
    return options;
}

}  // namespace

Server::Server(ServerOptions options, core::Log& log, ShardFactory factory)
    : connectionsWanted_(options.limits.connections),
      common_(checked(std::move(options)), log),
      lastRound_(common_.inboxes),
      factory_(std::move(factory)) {
    if (::sodium_init() < 0) throw std::runtime_error("libsodium can't be initialised");
    for (unsigned index = 0; index < shards(); ++index)
        loops_.push_back(std::make_unique<ShardLoop>(index, common_));
}

Server::~Server() {
    stop();
    join();
}

void Server::start() {
    std::promise<bool> go;
    std::shared_future<bool> const goes = go.get_future().share();
    std::vector<std::future<void>> made;
    try {
        SignalsBlocked const blocked;
        for (unsigned index = 0; index < shards(); ++index) {
            std::promise<void> isMade;
            made.push_back(isMade.get_future());
            threads_.emplace_back([this, index, goes, isMade = std::move(isMade)]() mutable {
                runShard(index, std::move(isMade), goes);
            });
        }
        for (std::future<void>& one : made) one.get();
    } catch (...) {
        go.set_value(false);
        join();
        throw;
    }
    go.set_value(true);
    // Only now: a server that can't start has one thing to say.
    std::size_t const most = common_.options.limits.connections;
    if (most < connectionsWanted_)
        common_.log.write(core::Level::Info, "fewer connections than configured",
                          {{"connections", std::to_string(most)},
                           {"configured", std::to_string(connectionsWanted_)}});
}

/// No shard serves before all programs are made, so that a failure leaves nothing half done.
void Server::runShard(unsigned index, std::promise<void> made, std::shared_future<bool> goes) {
    ::pthread_setname_np(::pthread_self(), ("shard " + std::to_string(index)).c_str());
    std::unique_ptr<ShardProgram> program;
    try {
        program = factory_(index, *loops_[index]);
        made.set_value();
    } catch (...) {
        made.set_exception(std::current_exception());
    }
    if (goes.get()) loops_[index]->run(*program, lastRound_);
}

std::vector<std::string> Server::endpoints() const {
    std::vector<std::string> all;
    for (ListeningSocket const& listener : common_.listeners) all.push_back(listener.endpoint());
    return all;
}

void Server::post(unsigned shard, core::Event event) { common_.inboxes.at(shard).put(std::move(event)); }

void Server::stop() {
    common_.limits.close();
    for (ListeningSocket& listener : common_.listeners) listener.shutDown();
    for (Inbox& inbox : common_.inboxes) inbox.put(Stop{});
}

void Server::join() {
    for (std::thread& thread : threads_)
        if (thread.joinable()) thread.join();
    threads_.clear();
}

}  // namespace oscar::net
