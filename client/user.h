// SPDX-License-Identifier: MIT
// What the server tells about a user, taken out of the receive buffer.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "wire/locate.h"

namespace oscar::client {

/// AOL spec, OSERVICE__NickwInfo.
struct User {
    std::string displayId;
    wire::u16 evil = 0;       ///< warning level, tenths of a percent
    wire::u32 nickFlags = 0;  ///< wire::oservice::nickFlags, both halves
    bool away = false;
    std::optional<wire::u16> idleMinutes;  ///< none while active
    wire::u32 status = 0;                  ///< bits of wire::oservice::icqStatus and others
    wire::u32 signedOnAt = 0;              ///< seconds since the Unix epoch; 0 = not told
    std::vector<wire::Uuid> capabilities;  ///< short ones written out in full
    std::string statusText;                ///< UTF-8
};

User readUser(wire::oservice::NickwInfo const& info);

/// The answer to a question about a user (AOL spec, LOCATE__USER_INFO_REPLY).
struct UserDetails {
    User user;
    std::string profile;      ///< HTML in UTF-8
    std::string awayMessage;  ///< HTML in UTF-8
    std::vector<wire::Uuid> capabilities;
};

UserDetails readUserDetails(wire::locate::UserInfoReply const& reply);

}  // namespace oscar::client
