// SPDX-License-Identifier: MIT
// A client's connection as the core sees it, and the protocol as a connection sees it. Neither knows the other's
// inside, so that a test can be the network.
#pragma once

#include <any>
#include <memory>
#include <string>

#include "core/time.h"
#include "wire/flap.h"

namespace oscar::core {

/// Why a connection ended: the same word in the log, the metrics, `oscarctl session list` and the tests.
enum class CloseReason : wire::u08 {
    SignedOff,          ///< the client said so, or closed
    ConnectionLost,     ///< reset, or an error of the network
    SignOnDone,         ///< the sign-on connection has done its work
    SignOnRefused,      ///< wrong password and the like; the log line says which
    SignOnTimeout,      ///< too slow, or too many frames before signing on
    BadFrame,           ///< malformed FLAP frame or SNAC header
    BadSequence,        ///< FLAP sequence number out of order
    BadCookie,          ///< login cookie unknown, used or expired
    SignedOnElsewhere,  ///< a later sign-on of the same user ended this one
    TooManyInstances,
    TooManyErrors,      ///< malformed SNACs again and again
    SendQueueFull,      ///< the client does not read
    ClosedByAdmin,
    AccountGone,        ///< suspended or deleted while signed on
    Draining,           ///< the server shuts down
    ServerError,        ///< the database failed
};
std::string_view toString(CloseReason reason);

class Session;

/// One TCP connection. Lives on one shard's thread; everything here is called on it.
class Link {
  public:
    /// `spare` lends `out` its buffers, see FlapWriter.
    Link(wire::u16 firstSequence, std::string peerAddress, wire::BufferPool* spare = nullptr);
    virtual ~Link();
    Link(Link const&) = delete;
    Link& operator=(Link const&) = delete;

    /// Frames to send. Whoever appends calls flushSoon() afterwards.
    wire::FlapWriter out;
    /// The protocol's state of this connection; the link owns it.
    std::unique_ptr<Session> session;

    std::string const& peerAddress() const { return peerAddress_; }  ///< numeric address, without port
    /// IPv4 address as a number, 0 for IPv6.
    virtual wire::u32 peerIpv4() const = 0;
    /// The address and port that the client connected to, as "host:port".
    virtual std::string localEndpoint() const = 0;

    /// Has what is in `out` sent at the end of this turn of the loop, in one system call with all else. When more
    /// waits than the bound allows, the link closes itself with SendQueueFull.
    virtual void flushSoon() = 0;
    /// Sends what is in `out`, then closes. No more frames are handed over; Protocol::closed follows later, never
    /// inside this call. With `linger` the client is given that long to close first. Later calls do nothing.
    virtual void close(CloseReason reason, Milliseconds linger = Milliseconds{0}) = 0;
    virtual bool closing() const = 0;
    /// Whether everything written so far was taken by the network.
    virtual bool flushed() const = 0;
    /// No frames are handed over until resume(); what arrives is left with the network.
    virtual void pause() = 0;
    virtual void resume() = 0;
    /// Hands the connection, with unread bytes and sequence numbers, to another shard, where Protocol::adopted is
    /// called with `ticket`. This link is dead afterwards (Protocol::closed is not called for it).
    virtual void moveTo(unsigned shard, std::any ticket) = 0;

  private:
    std::string peerAddress_;
};

/// What a connection does with its bytes. One object a shard.
class Protocol {
  public:
    virtual ~Protocol() = default;
    /// A client has connected; the server speaks first (FLAP-9).
    virtual void opened(Link& link, Now now) = 0;
    virtual void adopted(Link& link, std::any ticket, Now now) = 0;
    /// A whole frame. Stop when the link is closing, paused or moved.
    virtual wire::FlapReader::Next frame(Link& link, wire::FlapFrame const& frame, Now now) = 0;
    /// The stream can't be read on; the protocol says how it ends (it calls link.close).
    virtual void fault(Link& link, wire::FlapFault fault, Now now) = 0;
    /// The connection is gone; the session goes with it after this call.
    virtual void closed(Link& link, CloseReason reason, Now now) = 0;
    /// All of what was written has been taken by the network. Called once each time the queue runs empty.
    virtual void flushed(Link& link, Now now) = 0;
    /// At least four times a second.
    virtual void tick(Now now) = 0;
    /// The server stops: every session is signed off and closed with Draining.
    virtual void shutDown(Now now) = 0;
};

}  // namespace oscar::core
