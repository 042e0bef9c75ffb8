// SPDX-License-Identifier: MIT
// What a client notices, in words: "arrived bob, away", "message from alice as sent". A test's table of what
// must happen is then a table of sentences.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/e2e/flap_socket.h"

namespace oscar::test {

/// What clients have sent to each other, to be compared with what arrives.
class Sent {
    std::map<std::string, wire::Buffer> bodies_;  ///< by sender and what identifies the SNAC

  public:
    void remember(std::string const& sender, wire::SnacFrame const& snac);
    /// The body of the ICBM or error that `sender` sent last with this cookie; nullptr if there was none.
    wire::Buffer const* find(std::string const& sender, wire::Snac snac, wire::Cookie const& cookie) const;
    /// The body of the last change of the list that `user` sent.
    wire::Buffer const* findListChange(std::string const& user, wire::u16 type) const;
};

/// What `user` notices when this frame arrives. Nothing for what carries no news of others: own info,
/// reports, message of the day, rates.
std::string describe(std::string const& user, Frame const& frame, Sent const& sent);

/// What one client noticed during one step. Of arrivals of one user right after each other only the last
/// counts: how often a server repeats them is its own choice.
class Observed {
    std::vector<std::string> rows_;

  public:
    void add(std::string row);
    std::vector<std::string> const& rows() const { return rows_; }
};

}  // namespace oscar::test
