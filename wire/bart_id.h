// SPDX-License-Identifier: MIT
// Ids of expressions (AOL spec, BART__ID): icons, status texts and the like, as user info carries them.
#pragma once

#include "wire/snac.h"

namespace oscar::wire {

/// AOL spec, Class BART__ID_FLAGS.
namespace bartFlags {
inline constexpr u08 custom = 0x01;
inline constexpr u08 data = 0x04;  ///< the opaque bytes are the item itself
}  // namespace bartFlags

/// BART__ID_TYPES that the server looks at.
namespace bartTypes {
inline constexpr u16 buddyIcon = 0x0001;
inline constexpr u16 statusStr = 0x0002;
inline constexpr u16 statusStrTime = 0x000D;
}  // namespace bartTypes

/// Bytes with a length byte in front.
struct blob08 {
    Bytes bytes;
};
inline void get(Reader& in, blob08& value) { value.bytes = in.take(in.number<u08>()); }
inline void put(Writer& out, blob08 value) {
    Bytes const bytes = value.bytes.first(std::min<std::size_t>(value.bytes.size(), 0xFF));
    out.number(static_cast<u08>(bytes.size()));
    out.bytes(bytes);
}

struct BartId {
    u16 type = 0;
    u08 flags = 0;
    blob08 opaque;
};

/// AOL spec, BART__QUERY_REPLY_ID.
struct BartQueryReplyId {
    BartId queryId;
    u08 code = 0;
    BartId replyId;
};

}  // namespace oscar::wire
