// SPDX-License-Identifier: MIT
#pragma once

#include "core/options.h"
#include "core/sign_on.h"

namespace oscar::core {

/// What all shards share. Thread-safe: constant, or locked and off the path of messages.
struct Complex {
    Options const options;
    CookieJar const cookies;
    SignOnThrottle throttle;

    explicit Complex(Options chosen, std::function<bool(std::string const&)> trustedAddress = [](auto&) { return false; })
        : options(std::move(chosen)),
          throttle(options.signOnFailures, options.signOnFailureWindow, std::move(trustedAddress)) {}
};

}  // namespace oscar::core
