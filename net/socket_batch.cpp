// SPDX-License-Identifier: MIT
#include "net/socket_batch.h"

#include <liburing.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace oscar::net {
namespace {

constexpr int flags = MSG_DONTWAIT | MSG_NOSIGNAL;
/// One call alone is not cheaper with the ring.
constexpr std::size_t worthTheRing = 2;

}  // namespace

SocketBatch::SocketBatch() = default;
SocketBatch::~SocketBatch() = default;

void SocketBatch::CloseRing::operator()(io_uring* ring) const {
    ::io_uring_queue_exit(ring);
    delete ring;
}

int SocketBatch::openRing() {
    auto ring = std::make_unique<io_uring>();
    if (int const error = ::io_uring_queue_init(capacity, ring.get(), 0); error < 0) return -error;
    ring_.reset(ring.release());
    return 0;
}

void SocketBatch::receive(int fd, std::span<wire::u08> into) {
    calls_[count_++] = {.fd = fd, .into = into.data(), .from = nullptr, .size = into.size()};
}

void SocketBatch::send(int fd, wire::Bytes bytes) {
    calls_[count_++] = {.fd = fd, .into = nullptr, .from = bytes.data(), .size = bytes.size()};
}

std::span<SocketBatch::Result const> SocketBatch::run() {
    std::span const results = std::span(results_).first(std::exchange(count_, 0));
    std::size_t const done = ring_ && results.size() >= worthTheRing ? runOnRing(results) : 0;
    for (std::size_t i = done; i < results.size(); ++i) results[i] = perform(calls_[i]);
    return results;
}

/// How many of the calls were carried out: all, unless the kernel has run out of something. Then the ring is given
/// up, and with it the calls that it has not taken.
std::size_t SocketBatch::runOnRing(std::span<Result> results) {
    for (std::size_t i = 0; i < results.size(); ++i) {
        Call const& call = calls_[i];
        io_uring_sqe* const entry = ::io_uring_get_sqe(ring_.get());
        if (call.into) {
            ::io_uring_prep_recv(entry, call.fd, call.into, call.size, flags);
        } else {
            ::io_uring_prep_send(entry, call.fd, call.from, call.size, flags);
        }
        entry->user_data = i;
    }
    int const answer = ::io_uring_submit(ring_.get());
    std::size_t const taken = static_cast<std::size_t>(std::max(answer, 0));
    for (std::size_t i = 0; i < taken;) {
        io_uring_cqe* completion = nullptr;
        // Such calls are complete when they have been taken, so that there is nothing to wait for in fact.
        if (::io_uring_wait_cqe(ring_.get(), &completion) < 0) continue;
        results[completion->user_data] = completion->res;
        ::io_uring_cqe_seen(ring_.get(), completion);
        ++i;
    }
    if (taken < results.size()) ring_.reset();
    return taken;
}

SocketBatch::Result SocketBatch::perform(Call const& call) {
    ssize_t const count = call.into ? ::recv(call.fd, call.into, call.size, flags)
                                    : ::send(call.fd, call.from, call.size, flags);
    return count < 0 ? -errno : static_cast<Result>(count);
}

}  // namespace oscar::net
