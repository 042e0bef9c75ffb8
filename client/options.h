// SPDX-License-Identifier: MIT
// What a session is to be like.
#pragma once

#include <string>
#include <vector>

#include "wire/icbm.h"

namespace oscar::client {

/// How the password is shown to the server.
enum class LogOn : wire::u08 {
    Md5,      ///< digest over the password's digest, as AIM 5.5 and later
    OldMd5,   ///< digest over the password, as AIM 3.5 to 5.2 and ICQ
    Roasted,  ///< the oldest way: reversible, in the first frame
};

/// What the client calls itself.
struct ClientInfo {
    std::string name = "liboscar";
    wire::u16 id = 0x0109;
    wire::u16 major = 0;
    wire::u16 minor = 1;
    wire::u16 point = 0;
    wire::u16 build = 0;
    wire::u32 distribution = 0;
    std::string language = "en";
    std::string country = "us";
};

struct Options {
    std::string name;      ///< as typed: the server normalises it (AUTH-10)
    std::string password;  ///< forgotten as soon as it has been used
    LogOn logOn = LogOn::Md5;
    wire::MulticonnFlags multiconn = wire::MulticonnFlags::RecentClient;
    ClientInfo client;
    std::vector<wire::Uuid> capabilities;
    /// Whether the stored list is fetched and put in force.
    bool useFeedbag = true;
    /// What the session wants to receive, on all channels (PARM-4).
    wire::icbm::Parameters icbm{
        wire::icbm::parameterFlags::channelMsgsAllowed | wire::icbm::parameterFlags::missedCallsEnabled |
            wire::icbm::parameterFlags::eventsAllowed | wire::icbm::parameterFlags::offlineMsgsAllowed,
        8000, 999, 999, 0};
    /// Hang up over a wrong sequence number of the server's: good for tests, too strict for life (FLAP-8).
    bool strictSequence = false;
    /// Bytes that may wait for the network; an action that would go beyond fails.
    std::size_t maxOutput = 1 << 20;
    /// Begins the row of message cookies and sequence numbers; 0 = take a random one.
    wire::u64 seed = 0;
};

}  // namespace oscar::client
