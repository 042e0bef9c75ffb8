// SPDX-License-Identifier: MIT
#include "apps/oscar_load/loop.h"

#include <sys/epoll.h>
#include <sys/prctl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace oscar::load {
namespace {

/// Room for a partial frame and as much again.
constexpr std::size_t receiveBytes = 256 * 1024;

}  // namespace

Loop::Loop() : epoll_(::epoll_create1(EPOLL_CLOEXEC)), receiveBuffer_(receiveBytes) {
    if (!epoll_) throw std::system_error(errno, std::generic_category(), "epoll");
    // The kernel otherwise lets a wait run 50 microseconds over.
    ::prctl(PR_SET_TIMERSLACK, 1);
}

void Loop::add(int fd, unsigned events, Watcher& watcher) {
    epoll_event event{.events = events, .data = {.ptr = &watcher}};
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0)
        throw std::system_error(errno, std::generic_category(), "epoll_ctl");
}

void Loop::change(int fd, unsigned events, Watcher& watcher) {
    epoll_event event{.events = events, .data = {.ptr = &watcher}};
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event) != 0)
        throw std::system_error(errno, std::generic_category(), "epoll_ctl");
}

void Loop::turn(Time until) {
    using namespace std::chrono;
    std::array<epoll_event, 512> events;
    auto const left = std::max(duration_cast<nanoseconds>(until - Clock::now()), nanoseconds{0});
    timespec const wait{.tv_sec = static_cast<time_t>(left.count() / 1'000'000'000),
                        .tv_nsec = static_cast<long>(left.count() % 1'000'000'000)};
    int const count = ::epoll_pwait2(epoll_.get(), events.data(), events.size(), &wait, nullptr);
    now_ = Clock::now();
    for (int i = 0; i < count; ++i) static_cast<Watcher*>(events[i].data.ptr)->ready(events[i].events);
}

}  // namespace oscar::load
