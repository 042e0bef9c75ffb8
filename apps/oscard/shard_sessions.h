// SPDX-License-Identifier: MIT
#pragma once

#include "gateways/admin/services.h"
#include "net/server.h"

namespace oscar::oscard {

/// The sessions of all shards, for oscarctl: asks each shard on its own thread and waits for the answers.
class ShardSessions final : public admin::Sessions {
    net::Server& server_;

  public:
    explicit ShardSessions(net::Server& server) : server_(server) {}

    std::vector<core::SessionInfo> list() override;
    unsigned close(core::LoginId const& user, core::CloseReason reason,
                   std::optional<unsigned> instance) override;
    void accountChanged(core::Account const& account) override;
};

}  // namespace oscar::oscard
