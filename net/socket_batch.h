// SPDX-License-Identifier: MIT
// Many calls of recv or send for the price of one. Why: docs/decisions/0006-io-uring.md.
#pragma once

#include <array>
#include <memory>
#include <span>

#include "wire/types.h"

struct io_uring;

namespace oscar::net {

/// Collects calls and carries them out together: with io_uring, where the kernel has it and allows it, else one
/// after the other, with the same results. Nothing waits: a socket that is not ready says EAGAIN. Belongs to one
/// thread.
class SocketBatch {
  public:
    static constexpr std::size_t capacity = 64;
    /// What a call returned: bytes, or an errno with a minus sign.
    using Result = int;

    SocketBatch();
    ~SocketBatch();

    /// From now on with io_uring. Returns 0, or the errno that says why not.
    int openRing();

    /// At most `capacity` calls, of one kind or the other, before run(). What they point at must stay until then.
    void receive(int fd, std::span<wire::u08> into);
    void send(int fd, wire::Bytes bytes);
    bool full() const { return count_ == capacity; }

    /// The results, in the order of the calls; valid until the next call is added.
    std::span<Result const> run();

  private:
    struct Call {
        int fd = -1;
        wire::u08* into = nullptr;  ///< none: a send
        wire::u08 const* from = nullptr;
        std::size_t size = 0;
    };
    struct CloseRing {
        void operator()(io_uring* ring) const;
    };

    std::size_t runOnRing(std::span<Result> results);
    static Result perform(Call const& call);

    std::array<Call, capacity> calls_;
    std::array<Result, capacity> results_{};
    std::size_t count_ = 0;
    std::unique_ptr<io_uring, CloseRing> ring_;
};

}  // namespace oscar::net
