// SPDX-License-Identifier: MIT
#include "core/login_id.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace oscar::core {
namespace {

bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool isDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::string whatIsWrongWithScreenName(std::string_view displayId) {
    std::size_t const length = LoginId(displayId).text().size();
    if (length < 3 || displayId.size() > 16) return "a screen name has 3 to 16 characters";
    if (!isLetter(displayId.front())) return "a screen name begins with a letter";
    if (displayId.back() == ' ') return "a screen name does not end with a space";
    if (!std::ranges::all_of(displayId, [](char c) { return isLetter(c) || isDigit(c) || c == ' '; }))
        return "a screen name consists of letters, digits and spaces";
    return {};
}

std::string whatIsWrongWithUin(std::string_view uin) {
    std::uint32_t number = 0;
    auto const [end, error] = std::from_chars(uin.data(), uin.data() + uin.size(), number);
    if (error != std::errc{} || end != uin.data() + uin.size() || number < 10000 || number > 2147483646 ||
        uin.front() == '0')
        return "an ICQ number lies between 10000 and 2147483646";
    return {};
}

std::string whatIsWrongWithPassword(LoginId const& owner, std::string_view password) {
    if (owner.isUin()) {
        if (password.size() < 6 || password.size() > 8) return "an ICQ password has 6 to 8 characters";
    } else if (password.size() < 4 || password.size() > 16) {
        return "a password has 4 to 16 characters";
    }
    return {};
}

}  // namespace oscar::core
