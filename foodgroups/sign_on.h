// SPDX-License-Identifier: MIT
// Sign-on: BUCP's challenge and digest, and the roasted password in the FLAP SIGNON frame of early clients.
#pragma once

#include "core/shard.h"
#include "wire/bucp.h"

namespace oscar::foodgroups {

/// A SNAC on a sign-on connection.
void signOnSnac(core::Shard& shard, core::Session& session, wire::SnacFrame const& frame);

/// A SIGNON frame that brings name and roasted password (AUTH-4); answered by a SIGNOFF frame.
void roastedSignOn(core::Shard& shard, core::Session& session, wire::Tlvs tlvs);

}  // namespace oscar::foodgroups
