// SPDX-License-Identifier: MIT
#pragma once

#include <fmt/format.h>

#include <string>

#include "apps/oscar_load/loop.h"

namespace oscar::load {

/// A line on standard error, once a second: over the last one on a terminal, else each on its own.
class Progress {
    bool const wanted_;
    bool const terminal_;
    Time const began_ = Clock::now();
    Time next_;
    bool open_ = false;  ///< a line on the terminal is not ended

  public:
    explicit Progress(bool wanted);
    ~Progress();
    Progress(Progress const&) = delete;
    Progress& operator=(Progress const&) = delete;

    /// `text` is called when it is time for a line.
    template <class Text>
    void tick(Time now, Text&& text) {
        if (wanted_ && now >= next_) show(now, text());
    }

  private:
    void show(Time now, std::string const& text);
};

}  // namespace oscar::load
