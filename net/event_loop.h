// SPDX-License-Identifier: MIT
// epoll behind a small class: who waits for which descriptor, turn after turn. Why no library does this:
// docs/decisions/0004-event-loop.md.
#pragma once

#include "core/time.h"
#include "net/fd.h"

namespace oscar::net {

/// Belongs to one thread. Level-triggered: what a watcher leaves unread is reported again in the next turn,
/// so that one call of recv a turn is always enough and nobody can keep the loop to himself.
class EventLoop {
  public:
    /// Told when its descriptor is ready. Must outlive the turn in which it is removed.
    class Watcher {
      public:
        virtual void ready(unsigned events) = 0;

      protected:
        ~Watcher() = default;
    };

    /// What is done between the events.
    class Turns {
      public:
        /// Every tickPeriod.
        virtual void tick() = 0;
        /// After the events of a turn. True if there is more to do at once.
        virtual bool endOfTurn() = 0;

      protected:
        ~Turns() = default;
    };

    static constexpr core::Milliseconds tickPeriod{200};

    /// Throws std::system_error when the kernel has no epoll left to give.
    EventLoop();

    /// False, with errno, if the kernel refuses. `events` as for epoll_ctl.
    bool add(int fd, unsigned events, Watcher& watcher);
    bool change(int fd, unsigned events, Watcher& watcher);
    void remove(int fd);

    /// Runs until stop().
    void run(Turns& turns);
    /// On the loop's thread; ends run() after this turn.
    void stop() { stopped_ = true; }

    /// The time of this turn.
    core::Now now() const { return now_; }

  private:
    UniqueFd epoll_;
    core::Now now_;
    bool stopped_ = false;
};

}  // namespace oscar::net
