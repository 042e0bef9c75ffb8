// SPDX-License-Identifier: MIT
#include "net/connection.h"

#include <sodium.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "net/shard_loop.h"

namespace oscar::net {
namespace {

static_assert(sizeof(Connection) <= 256, "an idle connection is this object and what the kernel keeps");

/// Whether to try again when epoll says so.
bool isTransient(int error) {
    return error == EAGAIN || error == EINTR || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

using core::CloseReason;

Connection::Connection(ShardLoop& shard, UniqueFd fd, Admission admission)
    : Link(static_cast<wire::u16>(randombytes_uniform(0x10000)), admission.address().text(),
           &shard.buffers()),
      shard_(shard),
      admission_(std::move(admission)),
      fd_(std::move(fd)) {}

Connection::Connection(ShardLoop& shard, Handover handover)
    : Link(handover.nextSequence, handover.admission.address().text(), &shard.buffers()),
      shard_(shard),
      admission_(std::move(handover.admission)),
      reader_(handover.lastSequence, std::move(handover.unread)),
      fd_(std::move(handover.fd)) {
    out.bytes() = std::move(handover.unsent);
    if (!out.bytes().empty()) flushSoon();
}

std::string Connection::localEndpoint() const {
    sockaddr_storage local{};
    socklen_t length = sizeof local;
    ::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&local), &length);
    return endpointText(local);
}

void Connection::flushSoon() {
    if (state_ != State::Open) return dropLate();
    std::size_t const bound = shard_.options().sendQueueBytes;
    std::size_t const burst = waiting() - waitingBefore_;
    if (waiting() - notCounted_ > bound) transmit();
    if (waiting() - notCounted_ > bound) {
        std::size_t const restOfBurst = std::min(burst, waiting());
        if (burst <= bound || waiting() - restOfBurst > bound) {
            discard();
            reset_ = true;
            return end(CloseReason::SendQueueFull);
        }
        notCounted_ = restOfBurst;
    }
    waitingBefore_ = waiting();
    sending_ = true;
    markDirty();
}

void Connection::close(CloseReason reason, core::Milliseconds linger) {
    if (state_ != State::Open) return;
    state_ = State::Closing;
    reason_ = reason;
    linger_ = linger;
    closeAt_ = out.bytes().size();
    markDirty();
}

void Connection::pause() {
    paused_ = true;
    resuming_ = false;
}

void Connection::resume() {
    if (!paused_) return;
    resuming_ = true;
    markDirty();
}

void Connection::moveTo(unsigned shard, std::any ticket) {
    if (state_ != State::Open) return;
    state_ = State::Moving;
    move_ = std::make_unique<Move>(Move{shard, std::move(ticket)});
    markDirty();
}

bool Connection::watch() {
    interest_ = EPOLLIN;
    return shard_.loop().add(fd_.get(), interest_, *this);
}

void Connection::readOn() {
    if (state_ == State::Open && !paused_) feed({});
}

bool Connection::reads() const {
    if (state_ == State::Open) return !paused_;
    return (state_ == State::Closing || state_ == State::Lingering) && !peerClosed_;
}

void Connection::ready(unsigned events) {
    if (state_ == State::Moving || state_ == State::Ended) return;
    if (events & EPOLLOUT) markDirty();
    if (reads()) {
        if (events & (EPOLLIN | EPOLLERR | EPOLLHUP)) shard_.receiveSoon(*this);
    } else if (events & (EPOLLERR | EPOLLHUP)) {
        end(CloseReason::ConnectionLost);
    } else if (events & EPOLLIN) {
        // Only now, so that a short pause in which nothing comes costs no system call.
        setInterest(interest_ & ~EPOLLIN);
    }
}

void Connection::received(SocketBatch::Result result, wire::Bytes buffer) {
    if (isTransient(-result) || state_ == State::Ended || state_ == State::Gone) return;
    if (result > 0) {
        // A closing connection is read on, since unread bytes would make the kernel reset it and throw away
        // what the peer has not got yet.
        wire::Bytes const bytes = buffer.first(static_cast<std::size_t>(result));
        if (state_ == State::Moving || (state_ == State::Open && paused_)) {
            reader_.keep(bytes);  // since ready(), for another connection's frame
        } else if (state_ == State::Open) {
            feed(bytes);
        }
        return;
    }
    if (state_ == State::Moving) return;  // the other shard will see it
    peerClosed_ = result == 0;
    if (!peerClosed_ || lost_) {
        end(CloseReason::ConnectionLost);
    } else if (state_ == State::Open) {
        close(CloseReason::SignedOff);
    } else if (state_ == State::Lingering) {
        end(reason_);
    } else {
        markDirty();
    }
}

void Connection::feed(wire::Bytes received) {
    using Next = wire::FlapReader::Next;
    auto const fault = reader_.feed(received, [this](wire::FlapFrame const& frame) {
        Next const next = shard_.protocol().frame(*this, frame, shard_.loop().now());
        if (next == Next::Stop && state_ == State::Open) paused_ = true;
        return state_ == State::Open && !paused_ ? Next::Continue : Next::Stop;
    });
    if (!fault) return;
    shard_.protocol().fault(*this, *fault, shard_.loop().now());
    close(*fault == wire::FlapFault::BadMarker ? CloseReason::BadFrame : CloseReason::BadSequence);
}

void Connection::settle() {
    dirty_ = false;
    if (!resuming_ || state_ != State::Open) return;
    paused_ = resuming_ = false;
    feed({});
}

wire::Bytes Connection::unsent() {
    if (state_ != State::Open && state_ != State::Closing) return {};
    dropLate();
    if (lost_) discard();
    return wire::Bytes(out.bytes()).subspan(sent_);
}

void Connection::sent(SocketBatch::Result result) {
    if (result < 0) {
        if (!isTransient(-result)) lose();
        return;
    }
    wire::Buffer& bytes = out.bytes();
    sent_ += static_cast<std::size_t>(result);
    waitingBefore_ = waiting();
    notCounted_ = std::min(notCounted_, waiting());
    if (waiting() == 0) {
        discard();
    } else if (sent_ > waiting()) {
        bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(sent_));
        if (state_ != State::Open) closeAt_ -= sent_;
        sent_ = 0;
    }
}

void Connection::settled() {
    if (state_ == State::Moving || state_ == State::Ended) {
        if (dirty_) return;  // only now: it stands in the next turn's list
        return state_ == State::Moving ? leave() : finish();
    }
    if (state_ == State::Open && sending_ && flushed() && !lost_) {
        sending_ = false;
        shard_.protocol().flushed(*this, shard_.loop().now());
    }
    if (state_ == State::Closing) {
        if (flushed()) {
            endOrLinger();
        } else if (deadline_ == core::TimePoint{}) {
            setDeadline(shard_.loop().now().steady + flushTime);
        }
    }
    if (state_ == State::Moving || state_ == State::Ended) return;
    bool const in = reads() || (state_ == State::Open && interest_ & EPOLLIN);
    setInterest((in ? EPOLLIN : 0u) | (waiting() > 0 ? EPOLLOUT : 0u));
}

/// At once, since more waits than should.
void Connection::transmit() {
    wire::Bytes const bytes = unsent();
    if (bytes.empty()) return;
    ssize_t const count = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    sent(count < 0 ? -errno : static_cast<SocketBatch::Result>(count));
}

/// What is written after close() is not sent, and must not pile up.
void Connection::dropLate() {
    if (state_ == State::Open || state_ == State::Moving) return;
    if (out.bytes().size() > closeAt_) out.bytes().resize(closeAt_);
}

void Connection::discard() {
    shard_.buffers().give(std::move(out.bytes()));
    sent_ = closeAt_ = waitingBefore_ = notCounted_ = 0;
}

/// Sending has failed. What the client had sent before may still be there to read; its end ends the link.
void Connection::lose() {
    lost_ = true;
    discard();
    if (state_ != State::Open || paused_) end(CloseReason::ConnectionLost);
}

void Connection::end(CloseReason reason) {
    if (state_ == State::Open) reason_ = reason;
    state_ = State::Ended;
    markDirty();
}

void Connection::endOrLinger() {
    if (linger_ <= core::Milliseconds{0} || peerClosed_ || lost_) return end(reason_);
    ::shutdown(fd_.get(), SHUT_WR);
    state_ = State::Lingering;
    setDeadline(shard_.loop().now().steady + linger_);
}

void Connection::giveUp(CloseReason reason) {
    if (state_ == State::Ended || state_ == State::Moving) return;
    if (state_ != State::Lingering) {
        discard();
        reset_ = true;
    }
    end(reason);
}

void Connection::finish() {
    state_ = State::Gone;
    setDeadline({});
    if (reset_) {
        ::linger const none{.l_onoff = 1, .l_linger = 0};
        ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &none, sizeof none);
    } else if (!peerClosed_) {
        // See receive(): nothing may be unread when the socket is closed.
        ::recv(fd_.get(), shard_.scratch().data(), shard_.scratch().size(), 0);
    }
    fd_.reset();
    discard();
    shard_.protocol().closed(*this, reason_, shard_.loop().now());
    shard_.bury(*this);
}

void Connection::leave() {
    state_ = State::Gone;
    wire::Buffer& bytes = out.bytes();
    bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(sent_));
    shard_.loop().remove(fd_.get());
    shard_.handOver(move_->shard, Handover{.fd = std::move(fd_),
                                           .admission = std::move(admission_),
                                           .lastSequence = reader_.lastSequence(),
                                           .unread = reader_.takeKept(),
                                           .nextSequence = out.nextSequence(),
                                           .unsent = std::move(bytes),
                                           .ticket = std::move(move_->ticket)});
    shard_.bury(*this);
}

void Connection::setDeadline(core::TimePoint deadline) {
    shard_.deadlineChanges(*this, deadline);
    deadline_ = deadline;
}

void Connection::setInterest(unsigned events) {
    if (events == interest_) return;
    interest_ = static_cast<wire::u08>(events);
    shard_.loop().change(fd_.get(), events, *this);
}

void Connection::markDirty() {
    if (dirty_ || state_ == State::Gone) return;
    dirty_ = true;
    shard_.markDirty(*this);
}

}  // namespace oscar::net
