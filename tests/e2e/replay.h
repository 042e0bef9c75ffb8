// SPDX-License-Identifier: MIT
// Sends a recorded client's frames to the real server again (tests/captures/README.md) and writes down who
// notices what.
#pragma once

#include <set>

#include "tests/e2e/capture.h"
#include "tests/e2e/observed.h"
#include "tests/e2e/oscard.h"

namespace oscar::test {

/// What a client notices during a step of the capture. The step's note begins with `note`.
struct Expectation {
    std::string_view note;
    std::string_view who;  ///< a user, with "/" and the capture's connection if the scenario is numbered
    std::string_view what;
};

/// A recorded request that must be refused.
struct Refusal {
    std::size_t line;
    wire::u16 code;
};

struct Scenario {
    std::string capture;
    std::vector<std::string> accounts;
    /// Who is on the stored list of whom when the file begins. A user who is not named has no list yet.
    std::map<std::string, std::vector<std::string>> lists = {};
    std::vector<Refusal> refusals = {};
    /// By step, then by name.
    std::vector<Expectation> expectations = {};
    bool numbered = false;
    int alone = 0;  ///< the connection whose client does not allow others of the same user
};

/// Plays the client's part of a scenario. Each request must get its answer (failures are added to the running
/// test). Anew are: cookies, digests, sequence numbers, and what was left out of a connection that `begins`
/// later than at its first byte. Connections to services that the server refuses are passed over.
class Replay {
    struct Peer {
        FlapSocket socket;
        std::string user;
        std::string label;
        bool boss = false;
        bool ended = false;
        std::vector<Frame> unread;
    };

    Scenario const& scenario_;
    Capture capture_;
    Oscard server_;
    std::map<int, Peer> peers_;
    std::map<std::string, wire::Buffer> cookies_;  ///< by user: from the last 17/03
    std::string challenge_;                        ///< from the last 17/07
    std::set<std::string> withList_;
    std::set<wire::u16> offered_;  ///< foodgroups of BOSS
    Sent sent_;
    wire::u32 fences_ = 0;
    std::size_t nextExpectation_ = 0;

  public:
    explicit Replay(Scenario const& scenario);
    /// What was noticed, as rowsOf() writes it.
    std::string run();
    /// "note | who: what", a line each.
    static std::string rowsOf(Scenario const& scenario);

  private:
    Peer& open(CaptureLine const& line);
    void storeList(std::string const& user, std::vector<std::string> const& buddies);
    void greet(Peer& peer, wire::Bytes cookie);
    void signOn(Peer& peer, wire::MulticonnFlags multiconn, bool whole);
    void play(Peer& peer, CaptureLine const& line);
    void playSnac(Peer& peer, CaptureLine const& line, Capture const& from);
    void closed(Peer& peer, CaptureLine const& line);
    std::string expectedAnswer(CaptureLine const& line, Refusal const* refusal) const;
    std::optional<Frame> awaitAnswer(Peer& peer, wire::SnacHeader const& request);
    void check(Frame const& answer, CaptureLine const& line, Capture const& from, Refusal const* refusal);
    void checkSignOn(Peer& peer, wire::SnacFrame const& answer);
    void settle();
    std::string endStep(std::string note);
    std::string observed(std::string const& note) const;
};

}  // namespace oscar::test
