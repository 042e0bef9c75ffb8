// SPDX-License-Identifier: MIT
#pragma once

#include <stdexcept>

namespace oscar::store {

/// The store can't be opened. what() is one line that tells an operator what is wrong with which file.
class OpenError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

}  // namespace oscar::store
