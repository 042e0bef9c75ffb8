// SPDX-License-Identifier: MIT
// Errors carry the protocol's own code; one place makes an ERROR SNAC of them.
#pragma once

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>
#include <optional>
#include <stdexcept>

#include "wire/snac.h"

namespace oscar::core {

/// AOL spec, Class ERROR__CODE, and for ICBM a subcode (Class ICBM__ERROR_SUBCODE).
struct Error {
    wire::ErrorCode code{};
    std::optional<wire::u16> subcode = {};

    Error() = default;
    Error(wire::ErrorCode c) : code(c) {}  // NOLINT: an error is its code
    Error(wire::ErrorCode c, wire::u16 s) : code(c), subcode(s) {}
    friend bool operator==(Error const&, Error const&) = default;
};

template <class T = void>
using Result = boost::system::result<T, Error>;

[[noreturn]] inline void throw_exception_from_error(Error const&, boost::source_location const&) {
    throw std::logic_error("the value of a failed result was asked for");
}

}  // namespace oscar::core
