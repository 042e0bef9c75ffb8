// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

#include "core/time.h"

namespace oscar::core {

class Shard;

/// Something to be done on another shard's thread.
using Event = std::function<void(Shard&)>;

/// The way from one shard to another (and, with a cluster, to another node). One object a shard; called on its thread.
class Mailboxes {
  public:
    virtual ~Mailboxes() = default;
    /// Events from one shard to another arrive in the order of their posting. They leave together at the end of the
    /// turn. Never blocks.
    virtual void post(unsigned shard, Event event) = 0;
    virtual unsigned shards() const = 0;
};

}  // namespace oscar::core
