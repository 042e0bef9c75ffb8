// SPDX-License-Identifier: MIT
// Where a server listens, as RECONNECT_HERE tells it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "wire/types.h"

namespace oscar::client {

struct Address {
    std::string host;
    wire::u16 port = 5190;
    friend bool operator==(Address const&, Address const&) = default;
};

/// Reads "host", "host:port", "[v6]:port" or a bare IPv6 address. Nothing if there is no host or the port is
/// no number from 1 to 65535.
std::optional<Address> parseAddress(std::string_view text, wire::u16 defaultPort);

}  // namespace oscar::client
