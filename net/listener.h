// SPDX-License-Identifier: MIT
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "net/event_loop.h"
#include "net/limits.h"

namespace oscar::net {

class ShardLoop;

/// One clear line: "cannot listen on 127.0.0.1:5190: Address already in use".
class ListenError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// A bound and listening TCP socket. What is set on it holds for the connections that it accepts: no delay,
/// and keep-alives that notice within five minutes that a client is gone (LIM-2).
class ListeningSocket {
    UniqueFd fd_;

  public:
    explicit ListeningSocket(UniqueFd fd) : fd_(std::move(fd)) {}
    int fd() const { return fd_.get(); }
    /// With the real port if 0 was asked for.
    std::string endpoint() const;
    /// From now on clients are refused.
    void shutDown();
};

/// Opens the sockets of all endpoints (as in ServerOptions::listen); throws ListenError.
std::vector<ListeningSocket> listenOn(std::vector<std::string> const& endpoints);

/// A shard's ear at a listening socket. All shards watch the same socket; the kernel wakes one of them.
class Acceptor final : EventLoop::Watcher {
    ShardLoop& shard_;
    ListeningSocket const& socket_;
    Limits& limits_;
    bool armed_ = false;
    bool stopped_ = false;

  public:
    Acceptor(ShardLoop& shard, ListeningSocket const& socket, Limits& limits);
    ~Acceptor();
    Acceptor(Acceptor const&) = delete;
    Acceptor& operator=(Acceptor const&) = delete;

    /// Listens again after a pause.
    void tick();
    /// For good. The object must stay to the end of the turn.
    void stop();

  private:
    void ready(unsigned events) override;
    void arm();
    void disarm();
};

}  // namespace oscar::net
