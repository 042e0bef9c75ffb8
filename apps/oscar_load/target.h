// SPDX-License-Identifier: MIT
// The server under load, as all users see it.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <functional>
#include <map>

#include "apps/oscar_load/loop.h"
#include "apps/oscar_load/options.h"
#include "client/session.h"

namespace oscar::load {

class Target {
  public:
    /// Throws std::runtime_error if the server's name has no address.
    Target(Loop& loop, Options const& options);

    Loop& loop() { return loop_; }
    Options const& options() const { return options_; }

    /// Addresses are looked up once. Throws std::runtime_error.
    sockaddr_storage const& resolve(client::Address const& address);
    /// Where the next connection comes from: one address has ports for 28,000. Only on the loopback
    /// interface.
    std::optional<in_addr_t> nextSource(sockaddr_storage const& server);

    /// Whether users fetch and use their stored list.
    bool usesFeedbag = true;
    /// What user number `user` does when CLIENT_ONLINE is sent, before it counts as online. Calls `done` when
    /// that is finished, with the reason if it failed.
    using Done = std::function<void(std::optional<std::string> const& failure)>;
    std::function<void(client::Session&, std::size_t user, Done)> prepare;

  private:
    Loop& loop_;
    Options const& options_;
    std::map<std::string, sockaddr_storage> known_;
    std::size_t sources_ = 0;  ///< handed out
};

}  // namespace oscar::load
