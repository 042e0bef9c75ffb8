// SPDX-License-Identifier: MIT
// A recorded scenario of tests/captures (its format: README there), line by line.
#pragma once

#include <string>
#include <vector>

#include "wire/flap.h"

namespace oscar::test {

struct CaptureLine {
    enum class Kind : wire::u08 { Note, Connection, Frame, Closed, LeftOut };

    std::size_t number = 0;  ///< from 1
    Kind kind{};
    int connection = 0;
    std::string note;
    std::string service, user, begins;  ///< of a connection
    bool toHost = false;
    wire::Buffer frame;  ///< with its FLAP header

    wire::Bytes payload() const { return wire::Bytes(frame).subspan(wire::flapHeaderSize); }
    wire::FrameType frameType() const { return static_cast<wire::FrameType>(frame.at(1)); }
    /// Nothing if it is no SNAC.
    std::optional<wire::SnacFrame> snac() const;
};

struct Capture {
    std::string name;
    std::vector<CaptureLine> lines;

    /// The frame of the server's that answered this request: the same connection and id. Nullptr if there was
    /// none.
    CaptureLine const* answerTo(CaptureLine const& request) const;
};

/// Throws if there is no such file.
Capture readCapture(std::string const& name);

}  // namespace oscar::test
