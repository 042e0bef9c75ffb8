// SPDX-License-Identifier: MIT
// Text as the protocol carries it and as programs want it. Inside a program all text is UTF-8; what arrives
// damaged comes out valid, with U+FFFD where something could not be read.
#pragma once

#include <string>
#include <string_view>

#include "wire/icbm.h"

namespace oscar::client {

std::string utf8FromLatin1(wire::Bytes text);

/// Unpaired surrogates and an odd last byte become U+FFFD.
std::string utf8FromUtf16be(wire::Bytes text);

/// Bytes that are no UTF-8 become U+FFFD.
wire::Buffer utf16beFromUtf8(std::string_view text);

/// `text` with everything that is no UTF-8 replaced.
std::string validUtf8(std::string_view text);

bool isAscii(std::string_view text);

struct EncodedText {
    wire::icbm::Encoding encoding{};
    wire::Buffer bytes;
};

/// How AIM writes text: ASCII if it fits, else UTF-16 (ICBM-10).
EncodedText encodeText(std::string_view utf8);

/// Reads text of any encoding; ASCII with bytes above 127 and unknown encodings are taken for Latin-1.
std::string decodeText(wire::icbm::Encoding encoding, wire::Bytes text);

/// The type that goes with encodeText's result in profiles and away messages.
std::string_view mimeType(wire::icbm::Encoding encoding);

/// Reads a profile or an away message by the charset of its type; without a known one it is Latin-1.
std::string decodeMimeText(std::string_view mimeType, wire::Bytes text);

/// Plain text as AIM's HTML: markup characters escaped, line ends as <br>.
std::string escapeHtml(std::string_view plain);

/// What a reader sees of AIM's HTML: without tags, <br> as line ends, entities resolved.
std::string plainText(std::string_view html);

/// Whether two names are the same user: case and spaces do not count (AUTH-9).
bool sameLoginId(std::string_view a, std::string_view b);

}  // namespace oscar::client
