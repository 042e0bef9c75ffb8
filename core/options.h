// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "core/ports/store.h"
#include "core/time.h"

namespace oscar::core {

/// What whoever runs the server may choose; the same for all shards.
struct Options {
    std::string advertise;  ///< "host:port" that clients are sent to; empty = the address they came in on
    std::string url = "http://www.aim.com/";  ///< page that clients offer with an error
    std::string motd;                         ///< message of the day; empty = none
    Seconds signOnDeadline{30};               ///< LIM-1, ON-9
    Seconds cookieLifetime{60};               ///< LIM-1
    unsigned instancesPerUser = 5;            ///< AUTH-13
    unsigned signOnFailures = 10;             ///< per address (and per account and address) within the window
    Seconds signOnFailureWindow{300};
    InboxLimits inbox;
};

/// Limits that the rights replies announce and the server holds to.
namespace limits {
inline constexpr wire::u16 sigLength = 4096;      ///< bytes of profile or away message
inline constexpr wire::u16 capabilities = 64;     ///< per instance
inline constexpr wire::u16 buddies = 1000;        ///< of a list, stored or kept by the client
inline constexpr wire::u16 watchers = 3000;       ///< announced; more are served
inline constexpr wire::u16 tempBuddies = 160;
inline constexpr wire::u16 permits = 1000;
inline constexpr wire::u16 denies = 1000;
inline constexpr wire::u16 tempPermits = 100;
inline constexpr wire::u16 icbmSlots = 4;         ///< channels with parameters of their own
inline constexpr wire::u16 icbmLength = 8000;     ///< bytes of TLVs of one message
inline constexpr unsigned signOnFrames = 10;      ///< FLAP-18
inline constexpr unsigned malformedSnacs = 20;    ///< BAD-4: then the connection is closed
inline constexpr Milliseconds signOnLinger{5000}; ///< time for the client to close first
inline constexpr Milliseconds listlessDelay{3000};///< ON-7: a client that sends neither list
inline constexpr std::size_t missedCalls = 20;    ///< senders remembered for one MISSED_CALLS
}  // namespace limits

}  // namespace oscar::core
