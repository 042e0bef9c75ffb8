// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <vector>

#include "core/ports/link.h"
#include "core/ports/store.h"
#include "core/session_info.h"

namespace oscar::admin {

/// The sessions of the running server. Called on the threads of requests, several at once; may block until
/// the shards have answered.
class Sessions {
  public:
    virtual ~Sessions() = default;
    /// All of them, in no particular order.
    virtual std::vector<core::SessionInfo> list() = 0;
    /// Signs the user's sessions off, or the one with that instance number; how many there were.
    virtual unsigned close(core::LoginId const& user, core::CloseReason reason,
                           std::optional<unsigned> instance = {}) = 0;
    /// Tells the user's sessions what is stored of him now.
    virtual void accountChanged(core::Account const& account) = 0;
};

/// What a command works with. One request has it to itself, but for `sessions`.
struct Services {
    core::Accounts& accounts;  ///< `done` must be called on another thread than the request's
    Sessions& sessions;
    wire::u32 now;  ///< seconds since the epoch
};

}  // namespace oscar::admin
