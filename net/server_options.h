// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/ports/link.h"
#include "core/ports/mailboxes.h"
#include "net/limits.h"

namespace oscar::net {

struct ServerOptions {
    /// "ADDRESS:PORT" or "[ADDRESS]:PORT"; the address may be a name, port 0 lets the system choose.
    /// "[::]:PORT" takes IPv4 clients too, unless an entry of its own does.
    std::vector<std::string> listen{"0.0.0.0:5190"};
    unsigned shards = 0;  ///< 0 = one a processor
    /// What may wait for one client before who writes more closes it; see Connection.
    std::size_t sendQueueBytes = 256 * 1024;
    LimitOptions limits = {};
    /// Receive and send for many connections with one system call, where the kernel allows it.
    bool ioUring = true;
};

/// What runs on a shard. Made, called and destroyed on the shard's thread.
class ShardProgram {
  public:
    virtual ~ShardProgram() = default;
    virtual core::Protocol& protocol() = 0;
    /// What events are carried out on.
    virtual core::Shard& shard() = 0;
};

/// Called on the shard's own thread. The mailboxes outlive the program.
using ShardFactory = std::function<std::unique_ptr<ShardProgram>(unsigned index, core::Mailboxes&)>;

}  // namespace oscar::net
