// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "core/ports/link.h"
#include "net/event_loop.h"
#include "net/mail.h"
#include "net/socket_batch.h"

namespace oscar::net {

class ShardLoop;

/// A TCP connection on its shard: bytes on one side, frames on the other. While nothing is under way it holds
/// no buffer. The protocol is called from two places only, when bytes have come and at the end of a turn, so
/// that what the link's functions ask for never happens inside them.
///
/// The bound on what waits to be sent is ServerOptions::sendQueueBytes; when the network takes nothing and
/// more waits, the link closes itself with SendQueueFull. One burst (what is written between two calls of
/// flushSoon) that is bigger than the bound by itself is taken and not counted, if no more than the bound
/// waited before it: a big reply is not the client's fault. So a link holds at most that burst and twice the
/// bound.
class Connection final : public core::Link, public EventLoop::Watcher {
  public:
    /// How long the rest of what was written may take after close().
    static constexpr core::Milliseconds flushTime{5000};

    Connection(ShardLoop& shard, UniqueFd fd, Admission admission);
    /// Goes on where the connection left another shard.
    Connection(ShardLoop& shard, Handover handover);

    wire::u32 peerIpv4() const override { return admission_.address().ipv4(); }
    std::string localEndpoint() const override;
    void flushSoon() override;
    void close(core::CloseReason reason, core::Milliseconds linger = core::Milliseconds{0}) override;
    bool closing() const override { return state_ != State::Open; }
    bool flushed() const override { return out.bytes().empty(); }
    void pause() override;
    void resume() override;
    void moveTo(unsigned shard, std::any ticket) override;

    // What follows is for the shard.

    /// Begins to be told of events. False if the kernel can't.
    bool watch();
    void ready(unsigned events) override;
    /// Hands the protocol the bytes that came with the connection from another shard.
    void readOn();
    int fd() const { return fd_.get(); }
    void received(SocketBatch::Result result, wire::Bytes buffer);
    // What was asked for during the turn is done in three steps: reading on; sending; closing and moving.
    void settle();
    wire::Bytes unsent();
    void sent(SocketBatch::Result result);
    void settled();
    /// Ends the link without sending more. An earlier reason stays.
    void giveUp(core::CloseReason reason);
    core::TimePoint deadline() const { return deadline_; }

    std::size_t index = 0;  ///< among the shard's connections

  private:
    enum class State : wire::u08 {
        Open,
        Closing,    ///< close() was called, not all is sent
        Lingering,  ///< all is sent, the peer may close first
        Moving,     ///< leaves the shard at the end of the turn
        Ended,      ///< is reported at the end of the turn
        Gone,
    };
    struct Move {
        unsigned shard;
        std::any ticket;
    };

    bool reads() const;
    std::size_t waiting() const { return out.bytes().size() - sent_; }
    void feed(wire::Bytes received);
    void transmit();
    void dropLate();
    void discard();
    void lose();
    void end(core::CloseReason reason);
    void endOrLinger();
    void finish();
    void leave();
    void setDeadline(core::TimePoint deadline);
    void setInterest(unsigned events);
    void markDirty();

    ShardLoop& shard_;
    Admission admission_;
    wire::FlapReader reader_;
    std::unique_ptr<Move> move_;
    core::TimePoint deadline_{};
    core::Milliseconds linger_{0};
    UniqueFd fd_;
    std::size_t sent_ = 0;           ///< bytes of `out` that the network has taken
    std::size_t closeAt_ = 0;        ///< bytes of `out` that were there when it was closed
    std::size_t waitingBefore_ = 0;  ///< bytes that waited after the latest burst or send
    std::size_t notCounted_ = 0;     ///< of them, the rest of a burst above the bound
    wire::u08 interest_ = 0;
    State state_ = State::Open;
    core::CloseReason reason_{};
    bool paused_ = false;
    bool resuming_ = false;
    bool dirty_ = false;       ///< stands in the shard's list for the end of the turn
    bool sending_ = false;     ///< Protocol::flushed is due when all is sent
    bool peerClosed_ = false;  ///< the peer sends no more
    bool lost_ = false;        ///< sending failed
    bool reset_ = false;       ///< what the kernel has not sent yet is not worth waiting for
};

}  // namespace oscar::net
