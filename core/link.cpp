// SPDX-License-Identifier: MIT
#include "core/ports/link.h"

#include "core/session.h"

namespace oscar::core {

Link::Link(wire::u16 firstSequence, std::string peerAddress, wire::BufferPool* spare)
    : out(firstSequence, spare), peerAddress_(std::move(peerAddress)) {}
Link::~Link() = default;

std::string_view toString(CloseReason reason) {
    switch (reason) {
        case CloseReason::SignedOff: return "signed off";
        case CloseReason::ConnectionLost: return "connection lost";
        case CloseReason::SignOnDone: return "sign-on done";
        case CloseReason::SignOnRefused: return "sign-on refused";
        case CloseReason::SignOnTimeout: return "sign-on timeout";
        case CloseReason::BadFrame: return "bad frame";
        case CloseReason::BadSequence: return "bad sequence";
        case CloseReason::BadCookie: return "bad cookie";
        case CloseReason::SignedOnElsewhere: return "signed on elsewhere";
        case CloseReason::TooManyInstances: return "too many instances";
        case CloseReason::TooManyErrors: return "too many errors";
        case CloseReason::SendQueueFull: return "send queue full";
        case CloseReason::ClosedByAdmin: return "closed by admin";
        case CloseReason::AccountGone: return "account gone";
        case CloseReason::Draining: return "draining";
        case CloseReason::ServerError: return "server error";
    }
    return "unknown";
}

}  // namespace oscar::core
