// SPDX-License-Identifier: MIT
#include "net/event_loop.h"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <system_error>

namespace oscar::net {
namespace {

core::Now readClock() {
    using namespace std::chrono;
    return {time_point_cast<core::Milliseconds>(steady_clock::now()),
            static_cast<std::uint32_t>(system_clock::to_time_t(system_clock::now()))};
}

}  // namespace

EventLoop::EventLoop() : epoll_(::epoll_create1(EPOLL_CLOEXEC)), now_(readClock()) {
    if (!epoll_) throw std::system_error(errno, std::generic_category(), "epoll");
}

bool EventLoop::add(int fd, unsigned events, Watcher& watcher) {
    epoll_event event{.events = events, .data = {.ptr = &watcher}};
    return ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0;
}

bool EventLoop::change(int fd, unsigned events, Watcher& watcher) {
    epoll_event event{.events = events, .data = {.ptr = &watcher}};
    return ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event) == 0;
}

void EventLoop::remove(int fd) { ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr); }

void EventLoop::run(Turns& turns) {
    std::array<epoll_event, 512> events;
    core::TimePoint nextTick = readClock().steady;
    bool more = false;
    while (!stopped_) {
        auto const untilTick = std::max(nextTick - readClock().steady, core::Milliseconds{0});
        int const wait = more ? 0 : static_cast<int>(untilTick.count());
        int const count = ::epoll_wait(epoll_.get(), events.data(), events.size(), wait);
        now_ = readClock();
        for (int i = 0; i < count; ++i) static_cast<Watcher*>(events[i].data.ptr)->ready(events[i].events);
        if (now_.steady >= nextTick) {
            nextTick = now_.steady + tickPeriod;
            turns.tick();
        }
        more = turns.endOfTurn();
    }
}

}  // namespace oscar::net
