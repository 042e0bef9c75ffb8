// SPDX-License-Identifier: MIT
// Messages between users: from the sender's instance to the receiver's home shard, and its outcome back.
#pragma once

#include <functional>

#include "core/error.h"
#include "core/shard.h"

namespace oscar::core {

/// A message on its way, borrowed from the sender's frame.
struct Envelope {
    LoginId receiver;
    wire::string08 destLoginId;  ///< as the sender typed it
    LoginId const* sender = nullptr;
    wire::u32 senderNickFlags = 0;
    wire::u16 senderEvil = 0;
    wire::u16 senderMaxDestinationEvil = 999;
    bool senderIsIcq = false;
    wire::Bytes senderInfo;  ///< encoded NickwInfo
    wire::Cookie cookie{};
    wire::icbm::Channel channel{};
    wire::Tlvs icbmTlvs;  ///< as they shall arrive, without what only the server may set
    bool store = false;
    bool wantsEvents = false;
    bool wantsAck = false;     ///< the sender asked for HOST_ACK
    wire::u32 requestId = 0;   ///< of the sender's SNAC
};

/// The same, owning its bytes, to travel between shards or wait for the disk.
class OwnedEnvelope {
    struct Contents {
        Envelope envelope;
        LoginId sender;
        std::string destLoginId;
        wire::Buffer senderInfo;
        wire::Buffer icbmTlvs;
    };
    std::shared_ptr<Contents> contents_;

  public:
    explicit OwnedEnvelope(Envelope const& borrowed);
    Envelope const& operator*() const { return contents_->envelope; }
    Envelope const* operator->() const { return &contents_->envelope; }
};

/// What became of a message: passed on or durably stored, or the error for its sender.
using Outcome = Result<>;

/// Tells the sender.
using Conclude = void (*)(Instance& sender, Envelope const& message, Outcome const& outcome);

/// Delivers or stores a message on behalf of `from`; `conclude` hears the outcome, at once if everything is on this
/// shard and in memory, and not at all if the sender is gone by then. Between users of one shard who are online it
/// allocates nothing.
void sendMessage(Shard& shard, Instance& from, Envelope const& message, Conclude conclude);

/// CLIENT_EVENT and CLIENT_ERR: to the instances of a user, or nobody, without an answer (TYPE-2, RDV-1).
struct Relay {
    wire::Snac snac;
    wire::Buffer body;  ///< of the SNAC, as the receiver shall see it
    bool needsEvents = false;  ///< only to clients that asked for events (TYPE-3)
    wire::icbm::Channel channel{};
};
void relay(Shard& shard, Instance& from, LoginId const& to, Relay relay);

/// Writes what waits for the instance's user to this instance, oldest first; forgets it once the network has taken
/// it. Then calls `done`, which flushes the link: all is one burst, since a bound on what is sent must not keep a
/// full inbox from its owner.
void deliverStored(Shard& shard, Instance& asking, std::function<void(Instance&, Result<>)> done);

/// Whether an IM may be passed on: well-formed, with a text (ICBM-1).
bool hasText(wire::Tlvs imData);

}  // namespace oscar::core
