// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "core/login_id.h"
#include "wire/types.h"

namespace oscar::core {

/// What `oscarctl session list` shows of one instance.
struct SessionInfo {
    LoginId loginId;
    std::string displayId;
    unsigned instance = 0;
    std::string address;
    std::string clientName;
    wire::u32 onlineSince = 0;  ///< seconds since the epoch
    bool online = false;        ///< CLIENT_ONLINE has come
    bool away = false;
    unsigned idleMinutes = 0;
    bool invisible = false;
};

}  // namespace oscar::core
