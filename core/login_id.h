// SPDX-License-Identifier: MIT
// Names of users: what is compared and what is shown are two types.
#pragma once

#include <compare>
#include <functional>
#include <string>
#include <string_view>

namespace oscar::core {

/// A screen name or UIN in compressed form: no spaces, ASCII lower case (AOL spec, "String Types"). To compare, to
/// store, to hash; never to show.
class LoginId {
    std::string text_;

  public:
    LoginId() = default;
    explicit LoginId(std::string_view asTyped) {
        text_.reserve(asTyped.size());
        for (char c : asTyped) {
            if (c == ' ') continue;
            text_ += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        }
    }

    std::string const& text() const { return text_; }
    bool empty() const { return text_.empty(); }
    /// Whether it is an ICQ number (UIN).
    bool isUin() const { return !text_.empty() && text_.find_first_not_of("0123456789") == std::string::npos; }

    friend auto operator<=>(LoginId const&, LoginId const&) = default;
};

/// The rules that registration follows (AUTH-11). Each returns what is wrong, in words, or nothing.
std::string whatIsWrongWithScreenName(std::string_view displayId);
std::string whatIsWrongWithUin(std::string_view uin);
std::string whatIsWrongWithPassword(LoginId const& owner, std::string_view password);

}  // namespace oscar::core

template <>
struct std::hash<oscar::core::LoginId> {
    std::size_t operator()(oscar::core::LoginId const& id) const noexcept {
        return std::hash<std::string>{}(id.text());
    }
};
