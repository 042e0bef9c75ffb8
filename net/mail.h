// SPDX-License-Identifier: MIT
// What shards send each other, and the box it arrives in.
#pragma once

#include <any>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/ports/mailboxes.h"
#include "net/fd.h"
#include "net/limits.h"
#include "wire/flap.h"

namespace oscar::net {

/// A connection on its way from one shard to another: its socket and all that was between it and the
/// protocol.
struct Handover {
    UniqueFd fd;
    Admission admission;
    std::optional<wire::u16> lastSequence;  ///< of the frames read so far
    wire::Buffer unread;                    ///< received, but not handed to the protocol
    wire::u16 nextSequence = 0;             ///< of the frames written
    wire::Buffer unsent;
    std::any ticket;  ///< for Protocol::adopted
};

/// Ends a shard's work in good order. A second one does nothing but wake the shard.
struct Stop {};

using Letter = std::variant<core::Event, std::unique_ptr<Handover>, Stop>;

/// A shard's letters from other threads. Any thread may put, the owner takes all at once. Nothing is refused,
/// since an event must not be lost; what bounds it is that events stem from frames, and a shard that is busy
/// with its letters reads no frames: each connection can add no more than what it may send in one turn, and
/// its rate limits bound that over time. Completions of the store are bounded by the requests under way.
class Inbox {
    std::mutex mutex_;
    std::vector<Letter> letters_;
    UniqueFd wakeup_;

  public:
    Inbox();

    /// Appends `letters` in their order and leaves it empty.
    void put(std::vector<Letter>& letters);
    void put(Letter letter);
    /// Swaps all that is there with `letters`, which must be empty.
    void take(std::vector<Letter>& letters);
    bool empty();

    /// An eventfd, written when the box was empty before. To be watched edge-triggered, then it needs no
    /// reading.
    int fd() const { return wakeup_.get(); }

  private:
    void wake() const;
};

}  // namespace oscar::net
