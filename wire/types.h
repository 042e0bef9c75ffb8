// SPDX-License-Identifier: MIT
// The base types of AOL's specification ("Common Base Types"). Types that hold text or bytes borrow them:
// they are valid as long as the buffer they were decoded from.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace oscar::wire {

using u08 = std::uint8_t;
using u16 = std::uint16_t;
using u32 = std::uint32_t;
using u64 = std::uint64_t;

using Bytes = std::span<u08 const>;
using Buffer = std::vector<u08>;

/// Seconds since the Unix epoch, UTC.
struct t70 {
    u32 seconds = 0;
};

/// Four byte float.
struct f32 {
    float value = 0;
};

/// Text with a length byte in front; at most 255 bytes.
struct string08 {
    std::string_view text;
};

/// Text with a two-byte length in front; at most 65535 bytes.
struct string16 {
    std::string_view text;
};

/// Text that fills what it stands in (a TLV).
struct string {
    std::string_view text;
};

/// Bytes that fill what they stand in.
struct blob {
    Bytes bytes;
};

/// A TLV whose presence is all it says.
struct empty {};

/// A UUID in wire order.
using Uuid = std::array<u08, 16>;

/// Opaque bytes that link a message with its answers (AOL spec, ICBM__Cookie).
using Cookie = std::array<u08, 8>;

inline Bytes asBytes(std::string_view text) {
    return {reinterpret_cast<u08 const*>(text.data()), text.size()};
}

inline std::string_view asText(Bytes bytes) {
    return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}

inline Buffer toBuffer(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

inline bool sameBytes(Bytes a, Bytes b) { return asText(a) == asText(b); }

}  // namespace oscar::wire
