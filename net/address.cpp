// SPDX-License-Identifier: MIT
#include "net/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace oscar::net {
namespace {

constexpr std::array<wire::u08, 12> ipv4Prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

}  // namespace

std::optional<Address> Address::parse(std::string const& text) {
    Address address;
    if (::inet_pton(AF_INET6, text.c_str(), address.bytes_.data()) == 1) return address;
    std::ranges::copy(ipv4Prefix, address.bytes_.begin());
    if (::inet_pton(AF_INET, text.c_str(), address.bytes_.data() + 12) == 1) return address;
    return std::nullopt;
}

Address Address::of(sockaddr_storage const& socketAddress) {
    Address address;
    if (socketAddress.ss_family == AF_INET6) {
        sockaddr_in6 in{};
        std::memcpy(&in, &socketAddress, sizeof in);
        std::memcpy(address.bytes_.data(), &in.sin6_addr, 16);
    } else {
        sockaddr_in in{};
        std::memcpy(&in, &socketAddress, sizeof in);
        std::ranges::copy(ipv4Prefix, address.bytes_.begin());
        std::memcpy(address.bytes_.data() + 12, &in.sin_addr, 4);
    }
    return address;
}

bool Address::isIpv4() const { return std::equal(ipv4Prefix.begin(), ipv4Prefix.end(), bytes_.begin()); }

wire::u32 Address::ipv4() const {
    if (!isIpv4()) return 0;
    wire::u32 number = 0;
    for (std::size_t i = 12; i < 16; ++i) number = number << 8 | bytes_[i];
    return number;
}

std::string Address::text() const {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (isIpv4()) {
        ::inet_ntop(AF_INET, bytes_.data() + 12, text.data(), text.size());
    } else {
        ::inet_ntop(AF_INET6, bytes_.data(), text.data(), text.size());
    }
    return text.data();
}

Address Address::prefix(unsigned bits) const {
    Address cut = *this;
    for (unsigned i = 0; i < 16; ++i) {
        unsigned const keep = bits > 8 * i ? std::min(8u, bits - 8 * i) : 0;
        cut.bytes_[i] = static_cast<wire::u08>(cut.bytes_[i] & (0xFF00u >> keep));
    }
    return cut;
}

std::string endpointText(sockaddr_storage const& socketAddress) {
    Address const address = Address::of(socketAddress);
    // The port stands at the same place in both families' structures.
    sockaddr_in in{};
    std::memcpy(&in, &socketAddress, sizeof in);
    std::string const host = address.isIpv4() ? address.text() : "[" + address.text() + "]";
    return host + ":" + std::to_string(ntohs(in.sin_port));
}

std::optional<Network> Network::parse(std::string const& text) {
    std::size_t const slash = text.find('/');
    auto const base = Address::parse(text.substr(0, slash));
    if (!base) return std::nullopt;
    unsigned const width = base->isIpv4() && text.find(':') == std::string::npos ? 32 : 128;
    unsigned bits = width;
    if (slash != std::string::npos) {
        char const* const begin = text.data() + slash + 1;
        char const* const end = text.data() + text.size();
        auto const [at, error] = std::from_chars(begin, end, bits);
        if (error != std::errc{} || at != end || bits > width) return std::nullopt;
    }
    return Network(*base, bits + (128 - width));
}

}  // namespace oscar::net
