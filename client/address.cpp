// SPDX-License-Identifier: MIT
#include "client/address.h"

#include <charconv>

namespace oscar::client {

std::optional<Address> parseAddress(std::string_view text, wire::u16 defaultPort) {
    std::string_view host = text;
    std::string_view port;
    bool hasPort = false;
    if (text.starts_with('[')) {
        std::size_t const end = text.find(']');
        if (end == std::string_view::npos) return std::nullopt;
        host = text.substr(1, end - 1);
        port = text.substr(end + 1);
        hasPort = !port.empty();
        if (hasPort && !port.starts_with(':')) return std::nullopt;
        if (hasPort) port.remove_prefix(1);
    } else if (std::size_t const colon = text.find(':');
               colon != std::string_view::npos && colon == text.rfind(':')) {
        host = text.substr(0, colon);
        port = text.substr(colon + 1);
        hasPort = true;
    }
    Address address{std::string(host), defaultPort};
    if (hasPort) {
        auto const [end, fault] = std::from_chars(port.data(), port.data() + port.size(), address.port);
        if (fault != std::errc{} || end != port.data() + port.size()) return std::nullopt;
    }
    if (address.host.empty() || address.port == 0) return std::nullopt;
    return address;
}

}  // namespace oscar::client
