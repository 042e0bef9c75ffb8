// SPDX-License-Identifier: MIT
// What the command line asks for.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>

#include "client/address.h"

namespace oscar::load {

using Span = std::chrono::duration<double>;  ///< seconds

struct Options {
    client::Address server{"127.0.0.1", 5190};
    std::string accountsFile;  ///< empty = accounts are made of prefix and number
    std::string prefix = "load";
    std::string password;
    /// The server is bench/floor: no sign-on, no protocol.
    bool floor = false;
    /// Users of the scenario: sessions of idle and storm, accounts of signon.
    std::size_t sessions = 1000;
    std::size_t pairs = 100;
    std::size_t watchers = 1000;
    std::size_t buddies = 0;   ///< in the stored list of each user
    std::size_t parallel = 0;  ///< sign-ons under way at a time; 0 = as the scenario likes
    std::size_t window = 1;    ///< messages of a pair that are under way
    std::size_t bytes = 32;    ///< of a message's text
    double rate = 0;           ///< messages a second of all pairs together; 0 = closed loop
    double thenRate = 0;       ///< after the measured time as long again at this rate; 0 = not
    std::size_t stalled = 0;   ///< receivers that stop reading
    std::size_t sources = 64;  ///< addresses of the loopback range to connect from
    Span duration{10};
    Span warmUp{1};
    Span timeout{30};  ///< of one sign-on
    std::optional<pid_t> serverProcess;
    bool json = false;
    bool progress = true;
    std::string plot;  ///< file to draw to; empty = none
};

}  // namespace oscar::load
