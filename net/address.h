// SPDX-License-Identifier: MIT
// Addresses as values: one type for both families.
#pragma once

#include <sys/socket.h>

#include <array>
#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "wire/types.h"

namespace oscar::net {

/// A numeric address. IPv4 is kept in its IPv6 form (::ffff:a.b.c.d), so that a client is the same one
/// whichever kind of socket it came in on.
class Address {
    std::array<wire::u08, 16> bytes_{};

  public:
    Address() = default;
    static std::optional<Address> parse(std::string const& text);
    static Address of(sockaddr_storage const& socketAddress);

    bool isIpv4() const;
    /// As a number, 0 for IPv6.
    wire::u32 ipv4() const;
    /// "192.0.2.1", also for the IPv6 form of it, or "2001:db8::1".
    std::string text() const;
    /// The first `bits` of the 128, the rest zero.
    Address prefix(unsigned bits) const;
    std::array<wire::u08, 16> const& bytes() const { return bytes_; }

    friend auto operator<=>(Address const&, Address const&) = default;
};

/// "192.0.2.1:5190" or "[2001:db8::1]:5190".
std::string endpointText(sockaddr_storage const& socketAddress);

/// An address, or a range of them: "127.0.0.1", "10.0.0.0/8", "2001:db8::/32".
class Network {
    Address base_;
    unsigned bits_;

    Network(Address base, unsigned bits) : base_(base.prefix(bits)), bits_(bits) {}

  public:
    static std::optional<Network> parse(std::string const& text);
    bool contains(Address const& address) const { return address.prefix(bits_) == base_; }
};

}  // namespace oscar::net
