// SPDX-License-Identifier: MIT
// Messages that are made once: what differs from one to the next is written over it.
#pragma once

#include <string_view>

#include "apps/oscar_load/line.h"

namespace oscar::load {

/// A message to one receiver; its cookie is the time it counts from, which comes back with the message.
class PreparedMessage {
    wire::Buffer frame_;
    wire::u32 requestId_ = 0;

  public:
    PreparedMessage(std::string_view to, std::size_t bytes);

    /// The frame of the next message; its sequence number is the writer's.
    wire::Buffer& next(Time counted);
};

/// When a message that has arrived was to be sent; nothing if it was not made by next().
std::optional<Time> countedFrom(Frame const& channelMsgToClient);

}  // namespace oscar::load
