// SPDX-License-Identifier: MIT
// The types that a key can have: how each is written as text, read from it, and described in words.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "core/ports/log.h"
#include "core/time.h"

namespace oscar::config {

/// Where to listen: "host:port", an IPv6 address in brackets. Port 0 lets the system choose.
struct ListenAddress {
    std::string text;
};

/// One address, or a network in CIDR form ("10.0.0.0/8").
struct Network {
    std::string text;
};

/// "host:port" as clients are told it, or empty.
struct AdvertisedAddress {
    std::string text;
};

enum class LogFormat : unsigned char { Text, Json };

/// How a value of type T is written:
///     static std::string describe();                      what it is, in words ("a whole number")
///     static std::optional<T> parse(std::string_view);    nothing if it is none
///     static std::string print(T const&);                 the same text back, without quotes
///     static constexpr bool quoted;                       whether TOML writes it in quotes
template <class T>
struct ValueType;

template <>
struct ValueType<std::uint64_t> {
    static constexpr bool quoted = false;
    static std::string describe() { return "a whole number"; }
    static std::optional<std::uint64_t> parse(std::string_view text);
    static std::string print(std::uint64_t value) { return std::to_string(value); }
};

template <>
struct ValueType<bool> {
    static constexpr bool quoted = false;
    static std::string describe() { return "true or false"; }
    static std::optional<bool> parse(std::string_view text);
    static std::string print(bool value) { return value ? "true" : "false"; }
};

/// "30s", "5m" or "1h".
template <>
struct ValueType<core::Seconds> {
    static constexpr bool quoted = true;
    static std::string describe() { return "a duration such as 30s, 5m or 1h"; }
    static std::optional<core::Seconds> parse(std::string_view text);
    static std::string print(core::Seconds value);
};

template <>
struct ValueType<std::string> {
    static constexpr bool quoted = true;
    static std::string describe() { return "a text"; }
    static std::optional<std::string> parse(std::string_view text) { return std::string(text); }
    static std::string print(std::string const& value) { return value; }
};

template <>
struct ValueType<std::filesystem::path> {
    static constexpr bool quoted = true;
    static std::string describe() { return "the path of a folder"; }
    static std::optional<std::filesystem::path> parse(std::string_view text);
    static std::string print(std::filesystem::path const& value) { return value.string(); }
};

template <>
struct ValueType<ListenAddress> {
    static constexpr bool quoted = true;
    static std::string describe() { return "an address with a port (0.0.0.0:5190 or [::]:5190)"; }
    static std::optional<ListenAddress> parse(std::string_view text);
    static std::string print(ListenAddress const& value) { return value.text; }
};

template <>
struct ValueType<Network> {
    static constexpr bool quoted = true;
    static std::string describe() { return "an address or a network (192.0.2.1 or 10.0.0.0/8)"; }
    static std::optional<Network> parse(std::string_view text);
    static std::string print(Network const& value) { return value.text; }
};

template <>
struct ValueType<AdvertisedAddress> {
    static constexpr bool quoted = true;
    static std::string describe() { return "host:port, or empty"; }
    static std::optional<AdvertisedAddress> parse(std::string_view text);
    static std::string print(AdvertisedAddress const& value) { return value.text; }
};

template <>
struct ValueType<core::Level> {
    static constexpr bool quoted = true;
    static std::string describe() { return "one of debug, info, warning, error"; }
    static std::optional<core::Level> parse(std::string_view text);
    static std::string print(core::Level value);
};

template <>
struct ValueType<LogFormat> {
    static constexpr bool quoted = true;
    static std::string describe() { return "one of text, json"; }
    static std::optional<LogFormat> parse(std::string_view text);
    static std::string print(LogFormat value);
};

}  // namespace oscar::config
