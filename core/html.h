// SPDX-License-Identifier: MIT
// AIM texts are HTML; ICQ clients that ask for none get plain text (ICBM-12).
#pragma once

#include "wire/icbm.h"

namespace oscar::core {

/// Text without tags: <br> becomes a line feed, the five named entities and &nbsp; their characters. Works on one
/// byte a character (ASCII, Latin-1).
std::string withoutHtml(std::string_view text);
/// The same for UTF-16 big-endian.
std::string withoutHtml16(std::string_view text);

/// IM_DATA with the text of every section stripped; everything else as it was.
wire::Buffer withoutHtml(wire::Tlvs imData);

}  // namespace oscar::core
