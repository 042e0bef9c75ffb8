// SPDX-License-Identifier: MIT
// Every declared message behind one plain interface, so that tests and fuzz targets that walk them all are
// compiled once, not once a message.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "wire/snac.h"

namespace oscar::test {

struct AnyMessage {
    std::string name;  ///< "icbm::HostAck"
    wire::Snac snac;
    /// D-16: its last number may be read from one byte and is written as two.
    bool widensItsLastNumber;
    /// Decodes a body and encodes it again. Nothing if the body is refused.
    std::optional<wire::Buffer> (*rewrite)(wire::Bytes body);
    /// What wire::print makes of a body. Empty if the body is refused.
    std::string (*print)(wire::Bytes body);
    /// A body with all fields filled, made from the declaration.
    wire::Buffer (*sample)();
};

/// In the order of wire::AllMessages.
std::vector<AnyMessage> const& allMessages();

/// Null if no message of this number is declared.
AnyMessage const* findMessage(wire::u16 foodgroup, wire::u16 type);

/// Whether any message of this foodgroup is declared.
bool isDeclared(wire::u16 foodgroup);

}  // namespace oscar::test
