// SPDX-License-Identifier: MIT
#include "client/text.h"

#include <algorithm>
#include <charconv>

namespace oscar::client {
namespace {

using wire::Bytes;
using wire::u08;

constexpr char32_t replacement = 0xFFFD;
constexpr char32_t lastCodePoint = 0x10FFFF;

bool isSurrogate(char32_t c) { return c >= 0xD800 && c <= 0xDFFF; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lowerCase(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), lower);
    return result;
}

void append(std::string& out, char32_t c) {
    if (c > lastCodePoint || isSurrogate(c)) c = replacement;
    if (c < 0x80) {
        out += static_cast<char>(c);
        return;
    }
    int const more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    constexpr unsigned lead[] = {0, 0xC0, 0xE0, 0xF0};
    out += static_cast<char>(lead[more] | c >> (6 * more));
    for (int i = more - 1; i >= 0; --i) out += static_cast<char>(0x80 | (c >> (6 * i) & 0x3F));
}

/// Takes one character from the front of a text that is not empty. A byte that begins none is taken alone,
/// as U+FFFD.
char32_t takeCodePoint(std::string_view& rest) {
    auto const byte = [&](std::size_t i) { return static_cast<u08>(rest[i]); };
    u08 const lead = byte(0);
    std::size_t const length = lead < 0x80         ? 1
                               : lead >> 5 == 0x6  ? 2
                               : lead >> 4 == 0xE  ? 3
                               : lead >> 3 == 0x1E ? 4
                                                   : 0;
    char32_t c = length < 2 ? lead : lead & (0x7F >> length);
    bool good = length > 0 && length <= rest.size();
    for (std::size_t i = 1; good && i < length; ++i) {
        good = byte(i) >> 6 == 2;
        c = c << 6 | (byte(i) & 0x3F);
    }
    constexpr char32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (!good || c < smallest[length] || c > lastCodePoint || isSurrogate(c)) {
        rest.remove_prefix(1);
        return replacement;
    }
    rest.remove_prefix(length);
    return c;
}

struct Entity {
    std::string_view name;
    char32_t character;
};
constexpr Entity entities[] = {{"amp", '&'},  {"lt", '<'},    {"gt", '>'},
                               {"quot", '"'}, {"apos", '\''}, {"nbsp", ' '}};

/// The character an entity stands for ("amp", "#38", "#x26"); 0 if it is none.
char32_t entity(std::string_view name) {
    for (Entity const& known : entities)
        if (known.name == name) return known.character;
    if (name.size() < 2 || name[0] != '#') return 0;
    bool const hex = name[1] == 'x' || name[1] == 'X';
    std::string_view const digits = name.substr(hex ? 2 : 1);
    wire::u32 number = 0;
    auto const [end, fault] =
        std::from_chars(digits.data(), digits.data() + digits.size(), number, hex ? 16 : 10);
    bool const whole = fault == std::errc{} && end == digits.data() + digits.size();
    return whole ? static_cast<char32_t>(number) : 0;
}

}  // namespace

std::string utf8FromLatin1(Bytes text) {
    std::string result;
    result.reserve(text.size());
    for (u08 byte : text) append(result, byte);
    return result;
}

std::string utf8FromUtf16be(Bytes text) {
    std::string result;
    result.reserve(text.size());
    auto const unit = [&](std::size_t at) { return static_cast<char32_t>(text[at] << 8 | text[at + 1]); };
    std::size_t at = 0;
    while (at + 2 <= text.size()) {
        char32_t c = unit(at);
        at += 2;
        bool const high = c >= 0xD800 && c < 0xDC00;
        if (high && at + 2 <= text.size()) {
            char32_t const low = unit(at);
            if (low >= 0xDC00 && low <= 0xDFFF) {
                c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
                at += 2;
            }
        }
        append(result, c);
    }
    if (at < text.size()) append(result, replacement);
    return result;
}

wire::Buffer utf16beFromUtf8(std::string_view text) {
    wire::Buffer result;
    result.reserve(text.size() * 2);
    wire::Writer out(result);
    while (!text.empty()) {
        char32_t const c = takeCodePoint(text);
        if (c < 0x10000) {
            out.number(static_cast<wire::u16>(c));
        } else {
            out.number(static_cast<wire::u16>(0xD800 + ((c - 0x10000) >> 10)));
            out.number(static_cast<wire::u16>(0xDC00 + ((c - 0x10000) & 0x3FF)));
        }
    }
    return result;
}

std::string validUtf8(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) append(result, takeCodePoint(text));
    return result;
}

bool isAscii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<u08>(c) < 0x80; });
}

EncodedText encodeText(std::string_view utf8) {
    if (isAscii(utf8)) return {wire::icbm::Encoding::Ascii, wire::toBuffer(wire::asBytes(utf8))};
    return {wire::icbm::Encoding::Unicode, utf16beFromUtf8(utf8)};
}

std::string decodeText(wire::icbm::Encoding encoding, Bytes text) {
    return encoding == wire::icbm::Encoding::Unicode ? utf8FromUtf16be(text) : utf8FromLatin1(text);
}

std::string_view mimeType(wire::icbm::Encoding encoding) {
    return encoding == wire::icbm::Encoding::Unicode ? "text/aolrtf; charset=\"unicode-2-0\""
                                                     : "text/aolrtf; charset=\"us-ascii\"";
}

std::string decodeMimeText(std::string_view type, Bytes text) {
    std::string const charset = lowerCase(type);
    if (charset.find("unicode-2-0") != std::string::npos) return utf8FromUtf16be(text);
    if (charset.find("utf-8") != std::string::npos) return validUtf8(wire::asText(text));
    return utf8FromLatin1(text);
}

std::string escapeHtml(std::string_view plain) {
    std::string result;
    result.reserve(plain.size());
    for (char c : plain) {
        switch (c) {
            case '&':
                result += "&amp;";
                break;
            case '<':
                result += "&lt;";
                break;
            case '>':
                result += "&gt;";
                break;
            case '"':
                result += "&quot;";
                break;
            case '\n':
                result += "<br>";
                break;
            case '\r':
                break;
            default:
                result += c;
        }
    }
    return result;
}

std::string plainText(std::string_view html) {
    constexpr std::size_t longestEntity = 10;
    std::string result;
    result.reserve(html.size());
    while (!html.empty()) {
        if (html[0] == '<') {
            std::size_t const end = std::min(html.find('>'), html.size() - 1);
            std::string const tag = lowerCase(html.substr(1, 3));
            if (tag.starts_with("br") && (tag.size() == 2 || tag[2] == '>' || tag[2] == '/' || tag[2] == ' '))
                result += '\n';
            html.remove_prefix(end + 1);
            continue;
        }
        std::size_t const end = html[0] == '&' ? html.find(';') : std::string_view::npos;
        char32_t const c = end <= longestEntity ? entity(html.substr(1, end - 1)) : 0;
        if (c != 0) {
            append(result, c);
            html.remove_prefix(end + 1);
        } else {
            result += html[0];
            html.remove_prefix(1);
        }
    }
    return result;
}

bool sameLoginId(std::string_view a, std::string_view b) {
    auto const skipSpaces = [](std::string_view& text) {
        while (text.starts_with(' ')) text.remove_prefix(1);
    };
    for (;;) {
        skipSpaces(a);
        skipSpaces(b);
        if (a.empty() || b.empty()) return a.empty() && b.empty();
        if (lower(a[0]) != lower(b[0])) return false;
        a.remove_prefix(1);
        b.remove_prefix(1);
    }
}

}  // namespace oscar::client
