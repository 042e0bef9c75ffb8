// SPDX-License-Identifier: MIT
#include "net/shard_loop.h"

#include <sys/epoll.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <system_error>

namespace oscar::net {

void LastRound::look() {
    bool const noneLeft = std::ranges::all_of(inboxes_, [](Inbox& inbox) { return inbox.empty(); });
    bool const idle = !busy_.exchange(false) && noneLeft;
    over_ = idle || ++rounds_ == maxRounds;
}

ShardLoop::ShardLoop(unsigned index, Common& common)
    : index_(index),
      common_(common),
      receiveBuffers_(new wire::u08[receiveBatch * receiveBytes]),
      outboxes_(common.inboxes.size()) {
    if (!loop_.add(common.inboxes[index].fd(), EPOLLIN | EPOLLET, *this))
        throw std::system_error(errno, std::generic_category(), "epoll");
    if (common_.options.ioUring) noRing_ = batch_.openRing();
}

void ShardLoop::run(ShardProgram& program, LastRound& lastRound) {
    protocol_ = &program.protocol();
    shard_ = &program.shard();
    if (noRing_ && index_ == 0)
        common_.log.write(core::Level::Info, "io_uring not available",
                          {{"error", std::generic_category().message(noRing_)}});
    for (ListeningSocket& listener : common_.listeners)
        acceptors_.push_back(std::make_unique<Acceptor>(*this, listener, common_.limits));
    loop_.run(*this);
    bool hasMore = false;
    do {
        common_.inboxes[index_].take(mail_);
        deliver(mail_);
        hasMore = finishTurn();
    } while (!lastRound.isOver(hasMore));
}

void ShardLoop::post(unsigned shard, core::Event event) {
    assert(shard < outboxes_.size());
    outboxes_[shard].emplace_back(std::move(event));
}

void ShardLoop::accepted(UniqueFd fd, Admission admission) {
    Connection& connection = keep(std::make_unique<Connection>(*this, std::move(fd), std::move(admission)));
    if (!connection.watch()) return bury(connection);
    protocol_->opened(connection, loop_.now());
}

void ShardLoop::handOver(unsigned shard, Handover handover) {
    assert(shard < outboxes_.size());
    outboxes_[shard].emplace_back(std::make_unique<Handover>(std::move(handover)));
}

void ShardLoop::deadlineChanges(Connection& connection, core::TimePoint deadline) {
    if (connection.deadline() != core::TimePoint{}) deadlines_.erase({connection.deadline(), &connection});
    if (deadline != core::TimePoint{}) deadlines_.emplace(deadline, &connection);
}

Connection& ShardLoop::keep(std::unique_ptr<Connection> connection) {
    connection->index = connections_.size();
    return *connections_.emplace_back(std::move(connection));
}

void ShardLoop::bury(Connection& connection) {
    std::size_t const index = connection.index;
    buried_.push_back(std::move(connections_[index]));
    if (index + 1 < connections_.size()) {
        connections_[index] = std::move(connections_.back());
        connections_[index]->index = index;
    }
    connections_.pop_back();
}

/// Letters have come.
void ShardLoop::ready(unsigned) {
    common_.inboxes[index_].take(mail_);
    deliver(mail_);
}

void ShardLoop::tick() {
    protocol_->tick(loop_.now());
    while (!deadlines_.empty() && deadlines_.begin()->first <= loop_.now().steady) {
        auto const [deadline, connection] = *deadlines_.begin();
        deadlines_.erase(deadlines_.begin());
        connection->giveUp(core::CloseReason::ConnectionLost);
    }
    for (auto const& acceptor : acceptors_) acceptor->tick();
}

bool ShardLoop::endOfTurn() {
    bool const more = finishTurn();
    if (drainUntil_) goOnDraining();
    return more;
}

bool ShardLoop::finishTurn() {
    receiveAll();
    mail_.swap(outboxes_[index_]);
    deliver(mail_);
    settleAll();
    buried_.clear();
    sendLetters();
    return !dirty_.empty() || !outboxes_[index_].empty();
}

void ShardLoop::receiveAll() {
    for (std::span<Connection*> rest = receiving_; !rest.empty();) {
        auto const batch = rest.first(std::min(rest.size(), receiveBatch));
        rest = rest.subspan(batch.size());
        for (std::size_t i = 0; i < batch.size(); ++i) batch_.receive(batch[i]->fd(), receiveBuffer(i));
        auto const results = batch_.run();
        for (std::size_t i = 0; i < batch.size(); ++i) batch[i]->received(results[i], receiveBuffer(i));
    }
    receiving_.clear();
}

/// Who is marked while this goes on is settled in the next turn, so that one client's events can't hold up the rest.
void ShardLoop::settleAll() {
    settling_.swap(dirty_);
    for (Connection* connection : settling_) connection->settle();
    auto const send = [this] {
        auto const results = batch_.run();
        for (std::size_t i = 0; i < results.size(); ++i) sending_[i]->sent(results[i]);
        sending_.clear();
    };
    // The protocol is not called meanwhile: it could write to a buffer that is being sent.
    for (Connection* connection : settling_) {
        wire::Bytes const unsent = connection->unsent();
        if (unsent.empty()) continue;
        batch_.send(connection->fd(), unsent);
        sending_.push_back(connection);
        if (batch_.full()) send();
    }
    send();
    for (Connection* connection : settling_) connection->settled();
    settling_.clear();
}

void ShardLoop::deliver(std::vector<Letter>& letters) {
    for (Letter& letter : letters) std::visit([this](auto& content) { deliver(content); }, letter);
    letters.clear();
}

void ShardLoop::deliver(core::Event& event) { event(*shard_); }

void ShardLoop::deliver(std::unique_ptr<Handover>& handover) {
    std::any ticket = std::move(handover->ticket);
    Connection& connection = keep(std::make_unique<Connection>(*this, std::move(*handover)));
    protocol_->adopted(connection, std::move(ticket), loop_.now());
    if (!connection.watch()) return connection.giveUp(core::CloseReason::ConnectionLost);
    if (drainUntil_) connection.close(core::CloseReason::Draining);
    if (gaveUp_) connection.giveUp(core::CloseReason::Draining);
    connection.readOn();
}

void ShardLoop::deliver(Stop) {
    if (drainUntil_) return;
    drainUntil_ = loop_.now().steady + drainTime;
    for (auto const& acceptor : acceptors_) acceptor->stop();
    protocol_->shutDown(loop_.now());
    for (auto const& connection : connections_) connection->close(core::CloseReason::Draining);
}

void ShardLoop::sendLetters() {
    for (unsigned shard = 0; shard < outboxes_.size(); ++shard)
        if (shard != index_ && !outboxes_[shard].empty()) common_.inboxes[shard].put(outboxes_[shard]);
}

/// A shard ends when the whole server has no connection left, since any of them could still be handed to it.
void ShardLoop::goOnDraining() {
    if (!gaveUp_ && loop_.now().steady >= *drainUntil_) {
        gaveUp_ = true;
        for (auto const& connection : connections_) connection->giveUp(core::CloseReason::Draining);
    }
    bool const longOverdue = loop_.now().steady >= *drainUntil_ + core::Seconds{1};
    if (common_.limits.connections() > 0 && !longOverdue) return;
    loop_.stop();
    for (unsigned shard = 0; shard < outboxes_.size(); ++shard)
        if (shard != index_) common_.inboxes[shard].put(Stop{});
}

}  // namespace oscar::net
