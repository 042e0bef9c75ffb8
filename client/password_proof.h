// SPDX-License-Identifier: MIT
// How a client shows that it knows the password (AUTH-2, AUTH-4).
#pragma once

#include <string_view>

#include "wire/bucp.h"

namespace oscar::client {

/// MD5(key + MD5(password) + "AOL Instant Messenger (SM)"): goes with TLV 0x4C.
wire::bucp::Digest md5Proof(wire::Bytes key, std::string_view password);

/// MD5(key + password + "AOL Instant Messenger (SM)"): what clients before AIM 5.5 send.
wire::bucp::Digest oldMd5Proof(wire::Bytes key, std::string_view password);

/// The password as the oldest clients send it: hidden from a glance, not from anyone who wants to know.
wire::Buffer roast(std::string_view password);

}  // namespace oscar::client
