// SPDX-License-Identifier: MIT
#include "core/html.h"

#include <array>
#include <cstring>
#include <utility>

namespace oscar::core {
namespace {

constexpr std::array<std::pair<std::u16string_view, char16_t>, 6> entities{{{u"&lt;", u'<'},
                                                                            {u"&gt;", u'>'},
                                                                            {u"&amp;", u'&'},
                                                                            {u"&quot;", u'"'},
                                                                            {u"&apos;", u'\''},
                                                                            {u"&nbsp;", u' '}}};

bool isBreak(std::u16string_view tag) {  // "<br", "<BR/", "<br clear=all"
    return tag.size() >= 3 && (tag[1] == u'b' || tag[1] == u'B') && (tag[2] == u'r' || tag[2] == u'R') &&
           (tag.size() == 3 || tag[3] == u' ' || tag[3] == u'/');
}

bool beginsTag(std::u16string_view text) {
    if (text.size() < 2) return false;
    char16_t const c = text[1];
    return c == u'/' || c == u'!' || (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z');
}

std::u16string strip(std::u16string_view text) {
    std::u16string plain;
    plain.reserve(text.size());
    while (!text.empty()) {
        if (text[0] == u'<' && beginsTag(text)) {
            std::size_t const end = text.find(u'>');
            if (end != std::u16string_view::npos) {
                if (isBreak(text.substr(0, end))) plain += u'\n';
                text.remove_prefix(end + 1);
                continue;
            }
        }
        bool known = false;
        if (text[0] == u'&') {
            for (auto const& [entity, character] : entities) {
                if (!text.starts_with(entity)) continue;
                plain += character;
                text.remove_prefix(entity.size());
                known = true;
                break;
            }
        }
        if (known) continue;
        plain += text[0];
        text.remove_prefix(1);
    }
    return plain;
}

}  // namespace

std::string withoutHtml(std::string_view text) {
    std::u16string wide;
    wide.reserve(text.size());
    for (char c : text) wide += static_cast<unsigned char>(c);
    std::string plain;
    for (char16_t c : strip(wide)) plain += static_cast<char>(c);
    return plain;
}

std::string withoutHtml16(std::string_view text) {
    std::u16string wide;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2)
        wide += static_cast<char16_t>(static_cast<unsigned char>(text[i]) << 8 |
                                      static_cast<unsigned char>(text[i + 1]));
    std::string plain;
    for (char16_t c : strip(wide)) {
        plain += static_cast<char>(c >> 8);
        plain += static_cast<char>(c & 0xFF);
    }
    return plain;
}

wire::Buffer withoutHtml(wire::Tlvs imData) {
    wire::TlvList list;
    for (wire::Tlv const& tlv : imData) {
        auto const section = tlv.tag == wire::icbm::imDataTags::imText.number
                                 ? wire::decode<wire::icbm::ImSection>(tlv.value)
                                 : std::nullopt;
        if (!section) {
            list.add(tlv);
            continue;
        }
        std::string_view const text = wire::asText(section->data.bytes);
        std::string const plain =
            section->encoding == wire::icbm::Encoding::Unicode ? withoutHtml16(text) : withoutHtml(text);
        list.add(wire::icbm::imDataTags::imText,
                 wire::icbm::ImSection{section->encoding, section->language, wire::blob{wire::asBytes(plain)}});
    }
    return wire::toBuffer(list.bytes());
}

}  // namespace oscar::core
