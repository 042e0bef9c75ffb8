// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <barrier>
#include <deque>
#include <memory>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "net/connection.h"
#include "net/event_loop.h"
#include "net/listener.h"
#include "net/mail.h"
#include "net/server_options.h"
#include "net/socket_batch.h"
#include "wire/buffer_pool.h"

namespace oscar::net {

/// What the shards of a server have in common. Fixed after it was made, but for what is thread-safe itself.
struct Common {
    ServerOptions options;
    core::Log& log;
    Limits limits;
    std::vector<ListeningSocket> listeners;
    std::deque<Inbox> inboxes;  ///< one a shard

    Common(ServerOptions asGiven, core::Log& where)
        : options(std::move(asGiven)),
          log(where),
          limits(options.limits, log),
          listeners(listenOn(options.listen)),
          inboxes(options.shards) {}
};

/// Lets the shards end together: each does so only when no letter is left that it could still get.
class LastRound {
    struct Completion {
        LastRound* round;
        void operator()() noexcept { round->look(); }
    };
    std::deque<Inbox>& inboxes_;
    std::barrier<Completion> barrier_;
    std::atomic<bool> busy_ = false;
    unsigned rounds_ = 0;
    bool over_ = false;

  public:
    /// A guard against letters that lead to letters for ever.
    static constexpr unsigned maxRounds = 1000;

    explicit LastRound(std::deque<Inbox>& inboxes)
        : inboxes_(inboxes), barrier_(static_cast<std::ptrdiff_t>(inboxes.size()), Completion{this}) {}
    /// Called by each shard after it has carried out what letters it had. True when there are no more for any.
    bool isOver(bool hasMore) {
        if (hasMore) busy_ = true;
        barrier_.arrive_and_wait();
        return over_;
    }

  private:
    /// Runs while all shards wait.
    void look();
};

/// A shard's thread: its connections, its letters, the program that both are for. A turn goes: letters from other
/// shards and the tick, if epoll and the clock report them; frames of all connections that have something to read;
/// letters to itself; then everything that was asked for on the way is done at once: one send a connection, one
/// delivery a target shard.
class ShardLoop final : public core::Mailboxes, EventLoop::Turns, EventLoop::Watcher {
  public:
    /// From stopping on, how long connections may take to send what waits.
    static constexpr core::Milliseconds drainTime{5000};
    /// Most that is read of one connection in a turn.
    static constexpr std::size_t receiveBytes = 64 * 1024;
    /// How many are read with one system call. More saves no more, and takes memory.
    static constexpr std::size_t receiveBatch = 16;

    ShardLoop(unsigned index, Common& common);

    /// Runs `program` until a Stop letter was carried out.
    void run(ShardProgram& program, LastRound& lastRound);

    void post(unsigned shard, core::Event event) override;
    unsigned shards() const override { return static_cast<unsigned>(common_.inboxes.size()); }

    // What follows is for the connections and acceptors of this shard.

    EventLoop& loop() { return loop_; }
    ServerOptions const& options() const { return common_.options; }
    core::Protocol& protocol() { return *protocol_; }
    wire::BufferPool& buffers() { return buffers_; }
    /// A place to read what nobody wants to know.
    std::span<wire::u08> scratch() { return receiveBuffer(0); }

    void accepted(UniqueFd fd, Admission admission);
    void handOver(unsigned shard, Handover handover);
    void markDirty(Connection& connection) { dirty_.push_back(&connection); }
    /// Calls connection.received() in this turn.
    void receiveSoon(Connection& connection) { receiving_.push_back(&connection); }
    void deadlineChanges(Connection& connection, core::TimePoint deadline);
    /// Destroys the connection at the end of the turn.
    void bury(Connection& connection);

  private:
    void ready(unsigned events) override;
    void tick() override;
    bool endOfTurn() override;
    bool finishTurn();
    void receiveAll();
    void settleAll();
    std::span<wire::u08> receiveBuffer(std::size_t index) {
        return {receiveBuffers_.get() + index * receiveBytes, receiveBytes};
    }
    void deliver(std::vector<Letter>& letters);
    void deliver(core::Event& event);
    void deliver(std::unique_ptr<Handover>& handover);
    void deliver(Stop);
    void sendLetters();
    void goOnDraining();
    Connection& keep(std::unique_ptr<Connection> connection);

    unsigned const index_;
    Common& common_;
    EventLoop loop_;
    core::Protocol* protocol_ = nullptr;
    core::Shard* shard_ = nullptr;
    wire::BufferPool buffers_;
    SocketBatch batch_;
    int noRing_ = 0;  ///< errno that says why there is none
    /// One for each call of a batch. Shared by all connections, since each reads only when there is something; the
    /// kernel gives memory to what was written to only.
    std::unique_ptr<wire::u08[]> receiveBuffers_;
    std::vector<std::unique_ptr<Acceptor>> acceptors_;
    std::vector<std::unique_ptr<Connection>> connections_;
    std::vector<std::unique_ptr<Connection>> buried_;
    std::vector<Connection*> receiving_;
    std::vector<Connection*> dirty_;
    std::vector<Connection*> settling_;
    std::vector<Connection*> sending_;
    std::set<std::pair<core::TimePoint, Connection*>> deadlines_;
    std::vector<std::vector<Letter>> outboxes_;  ///< one a shard; the own one is read by endOfTurn
    std::vector<Letter> mail_;
    std::optional<core::TimePoint> drainUntil_;
    bool gaveUp_ = false;
};

}  // namespace oscar::net
