// SPDX-License-Identifier: MIT
// Where what happens is told: an event's name and fields, never free text, never a password.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace oscar::core {

enum class Level : unsigned char { Debug, Info, Warning, Error };

struct Field {
    std::string_view key;
    std::string value;
};

class Log {
  public:
    virtual ~Log() = default;
    /// May be called from any thread. `event` is a short phrase ("signed on"), the same for the same event.
    virtual void write(Level level, std::string_view event, std::initializer_list<Field> fields) = 0;
    virtual bool wants(Level level) const = 0;
};

}  // namespace oscar::core
