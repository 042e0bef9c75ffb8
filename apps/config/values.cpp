// SPDX-License-Identifier: MIT
#include "apps/config/values.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

namespace oscar::config {
namespace {

template <class Number>
std::optional<Number> number(std::string_view text, Number most = std::numeric_limits<Number>::max()) {
    Number value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value > most) return std::nullopt;
    return value;
}

/// The number of bits of an address, or nothing if `text` is no numeric address.
std::optional<unsigned> addressBits(std::string_view text) {
    std::array<unsigned char, sizeof(in6_addr)> address;
    std::string const terminated(text);
    if (inet_pton(AF_INET, terminated.c_str(), address.data()) == 1) return 32;
    if (inet_pton(AF_INET6, terminated.c_str(), address.data()) == 1) return 128;
    return std::nullopt;
}

bool isHostName(std::string_view host) {
    return !host.empty() && std::ranges::all_of(host, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '.';
    });
}

/// "host:port", where a host is a name, an IPv4 address or an IPv6 address in brackets.
bool isHostAndPort(std::string_view text) {
    auto const colon = text.rfind(':');
    if (colon == std::string_view::npos || !number<std::uint16_t>(text.substr(colon + 1))) return false;
    std::string_view const host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']'))
        return addressBits(host.substr(1, host.size() - 2)) == 128u;
    return isHostName(host);
}

template <class Enum, std::size_t N>
std::optional<Enum> choice(std::string_view text,
                           std::array<std::pair<std::string_view, Enum>, N> const& names) {
    auto const found = std::ranges::find(names, text, &std::pair<std::string_view, Enum>::first);
    if (found == names.end()) return std::nullopt;
    return found->second;
}

template <class Enum, std::size_t N>
std::string nameOf(Enum value, std::array<std::pair<std::string_view, Enum>, N> const& names) {
    return std::string(std::ranges::find(names, value, &std::pair<std::string_view, Enum>::second)->first);
}

constexpr std::array<std::pair<std::string_view, core::Level>, 4> levels{{{"debug", core::Level::Debug},
                                                                          {"info", core::Level::Info},
                                                                          {"warning", core::Level::Warning},
                                                                          {"error", core::Level::Error}}};
constexpr std::array<std::pair<std::string_view, LogFormat>, 2> formats{
    {{"text", LogFormat::Text}, {"json", LogFormat::Json}}};

constexpr std::array<std::pair<char, std::uint32_t>, 3> units{{{'h', 3600}, {'m', 60}, {'s', 1}}};

}  // namespace

std::optional<std::uint64_t> ValueType<std::uint64_t>::parse(std::string_view text) {
    return number<std::uint64_t>(text);
}

std::optional<bool> ValueType<bool>::parse(std::string_view text) {
    if (text == "true") return true;
    if (text == "false") return false;
    return std::nullopt;
}

std::optional<core::Seconds> ValueType<core::Seconds>::parse(std::string_view text) {
    if (text.empty()) return std::nullopt;
    auto const amount = number<std::uint32_t>(text.substr(0, text.size() - 1));
    auto const unit = std::ranges::find(units, text.back(), &std::pair<char, std::uint32_t>::first);
    if (!amount || unit == units.end()) return std::nullopt;
    return core::Seconds{std::uint64_t{*amount} * unit->second};
}

std::string ValueType<core::Seconds>::print(core::Seconds value) {
    for (auto const& [letter, seconds] : units)
        if (value.count() != 0 && value.count() % seconds == 0)
            return std::to_string(value.count() / seconds) + letter;
    return std::to_string(value.count()) + 's';
}

std::optional<std::filesystem::path> ValueType<std::filesystem::path>::parse(std::string_view text) {
    if (text.empty()) return std::nullopt;
    return std::filesystem::path(text);
}

std::optional<ListenAddress> ValueType<ListenAddress>::parse(std::string_view text) {
    if (!isHostAndPort(text)) return std::nullopt;
    return ListenAddress{std::string(text)};
}

std::optional<Network> ValueType<Network>::parse(std::string_view text) {
    auto const slash = text.find('/');
    auto const bits = addressBits(text.substr(0, slash));
    if (!bits) return std::nullopt;
    if (slash != std::string_view::npos && !number<unsigned>(text.substr(slash + 1), *bits))
        return std::nullopt;
    return Network{std::string(text)};
}

std::optional<AdvertisedAddress> ValueType<AdvertisedAddress>::parse(std::string_view text) {
    if (!text.empty() && !isHostAndPort(text)) return std::nullopt;
    return AdvertisedAddress{std::string(text)};
}

std::optional<core::Level> ValueType<core::Level>::parse(std::string_view text) {
    return choice(text, levels);
}
std::string ValueType<core::Level>::print(core::Level value) { return nameOf(value, levels); }

std::optional<LogFormat> ValueType<LogFormat>::parse(std::string_view text) { return choice(text, formats); }
std::string ValueType<LogFormat>::print(LogFormat value) { return nameOf(value, formats); }

}  // namespace oscar::config
