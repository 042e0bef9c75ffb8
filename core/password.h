// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace oscar::core {

/// A password in clear: can't be printed, is wiped when it goes.
class Password {
    std::string text_;

  public:
    Password() = default;
    explicit Password(std::string_view text) : text_(text) {}
    Password(Password const&) = default;
    Password& operator=(Password const&) = default;
    Password(Password&& other) noexcept : text_(other.text_) { other.wipe(); }
    Password& operator=(Password&& other) noexcept {
        text_ = other.text_;
        other.wipe();
        return *this;
    }
    ~Password() { wipe(); }

    /// The bytes, to be hashed or sealed.
    std::string_view reveal() const { return text_; }

  private:
    void wipe() {
        for (volatile char& c : text_) c = 0;
        text_.clear();
    }
};

}  // namespace oscar::core
