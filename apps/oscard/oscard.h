// SPDX-License-Identifier: MIT
// The server put together: log, database, shards, and the socket of oscarctl.
#pragma once

#include "apps/config/config.h"
#include "apps/log/log.h"
#include "apps/oscard/shard_sessions.h"
#include "core/complex.h"
#include "net/control_socket.h"
#include "net/server.h"
#include "store/sqlite/sqlite_store.h"

namespace oscar::oscard {

class Oscard {
    // What stands further down uses what stands above, and goes before it.
    log::LineLog log_;
    core::Complex complex_;
    net::Server server_;
    store::SqliteStore store_;
    ShardSessions sessions_;
    std::optional<net::ControlSocket>
        control_;  ///< there while the shards run, since it waits for their answers

  public:
    /// Listens, opens the database and serves. Throws std::exception with one clear line for who starts it.
    explicit Oscard(config::Config const& config);
    /// Signs every session off, waits until each has what was sent to it, and keeps what was accepted.
    ~Oscard();
    Oscard(Oscard const&) = delete;
    Oscard& operator=(Oscard const&) = delete;

  private:
    std::unique_ptr<net::ShardProgram> makeProgram(unsigned index, core::Mailboxes& mailboxes);
    std::string answerControl(std::string const& line);
};

}  // namespace oscar::oscard
