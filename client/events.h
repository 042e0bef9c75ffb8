// SPDX-License-Identifier: MIT
// What a session tells its owner. Events own what they hold, but for members that say otherwise.
#pragma once

#include <variant>

#include "client/user.h"
#include "wire/feedbag.h"
#include "wire/flap.h"
#include "wire/icbm.h"

namespace oscar::client {

/// CLIENT_ONLINE is on its way: from now on all actions work.
struct SignedOn {
    std::string displayId;
};

/// The end of a session that never came up.
struct SignOnFailed {
    std::optional<wire::LoginError> code;  ///< none: it was not the server that refused
    std::string text;                      ///< for people
    std::string url;                       ///< where the server says more; may be empty
};

/// What a refusal means, for people.
std::string_view loginErrorText(wire::LoginError code);

enum class DisconnectCause : wire::u08 {
    SignedOff,          ///< by signOff()
    SignedOnElsewhere,  ///< another instance ended this one; do not reconnect
    AccountDeleted,     ///< do not reconnect
    SignedOffByServer,  ///< for a reason it did not tell
    ConnectionLost,     ///< without a word
    BadFrame,           ///< what came was no FLAP stream
};

/// The end of a session that was signed on.
struct Disconnected {
    DisconnectCause cause{};
    std::string url;
};

/// A message on channel 1.
struct MessageReceived {
    User from;
    std::string text;  ///< UTF-8, HTML from AIM clients; plainText() takes the markup away
    bool autoResponse = false;
    bool wantsEvents = false;         ///< the sender likes to know when you type
    std::optional<wire::u32> sentAt;  ///< seconds since the Unix epoch; only if it was kept for you
    wire::Cookie cookie{};
    wire::Bytes snac;  ///< the whole 04/07; valid during the call only
};

struct BuddyArrived {
    User user;
};

struct BuddyDeparted {
    User user;  ///< of an offline user only displayId and perhaps statusText say something
};

struct Typing {
    std::string from;
    wire::icbm::Event event{};
};

/// The server has passed on or stored a message that was sent with requestAck.
struct MessageAcked {
    wire::Cookie cookie{};
    std::string to;
    wire::u32 requestId = 0;
};

/// Messages that did not reach you.
struct MessagesMissed {
    User from;
    wire::u16 count = 0;
    wire::icbm::MissedCallReason reason{};
};

/// All kept messages have been delivered.
struct OfflineMessagesEnd {};

/// Any ERROR SNAC.
struct Error {
    wire::u16 foodgroup = 0;
    wire::ErrorCode code{};
    std::optional<wire::u16> subcode;
    wire::u32 requestId = 0;  ///< as returned by the action that failed
    std::string text;
};

enum class FeedbagChange : wire::u08 { Inserted, Updated, Deleted };

/// Another instance, or the server, has changed the list; feedbag() has it already.
struct FeedbagChanged {
    FeedbagChange change{};
    std::vector<std::string> names;
};

/// The server tells about this user.
struct OwnInfo {
    User user;
};

/// This user's warning level is new.
struct Warned {
    wire::u16 evil = 0;      ///< tenths of a percent
    std::optional<User> by;  ///< none: anonymous, or the level went down
};

struct RateChanged {
    wire::oservice::RateCode code{};
    wire::u16 classId = 0;
};

/// PAUSE: actions are kept until the session goes on, here or at another server.
struct Paused {};

/// The session goes on after Paused.
struct Resumed {};

using Event = std::variant<SignedOn, SignOnFailed, Disconnected, MessageReceived, BuddyArrived, BuddyDeparted,
                           Typing, MessageAcked, MessagesMissed, OfflineMessagesEnd, Error, FeedbagChanged,
                           OwnInfo, Warned, RateChanged, Paused, Resumed>;

}  // namespace oscar::client
