// SPDX-License-Identifier: MIT
#include "net/listener.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <system_error>

#include "net/shard_loop.h"

namespace oscar::net {
namespace {

struct HostAndPort {
    std::string host;
    std::string port;
    bool bracketed = false;
};

[[noreturn]] void fail(std::string const& endpoint, std::string const& why) {
    throw ListenError("cannot listen on " + endpoint + ": " + why);
}

HostAndPort split(std::string const& endpoint) {
    std::size_t const colon = endpoint.rfind(':');
    if (colon == std::string::npos || colon == 0) fail(endpoint, "not of the form ADDRESS:PORT");
    HostAndPort parts{endpoint.substr(0, colon), endpoint.substr(colon + 1)};
    if (parts.host.front() == '[' && parts.host.back() == ']') {
        parts.host = parts.host.substr(1, parts.host.size() - 2);
        parts.bracketed = true;
    } else if (parts.host.find(':') != std::string::npos) {
        fail(endpoint, "an IPv6 address stands in brackets, as in [::1]:5190");
    }
    bool const digits = parts.port.find_first_not_of("0123456789") == std::string::npos;
    if (parts.port.empty() || parts.port.size() > 5 || !digits || std::stoul(parts.port) > 65535)
        fail(endpoint, "the port is not a number from 0 to 65535");
    return parts;
}

/// What the kernel may hold of a connection each way, as setsockopt takes it: Linux allows twice that, with its own
/// bookkeeping.
constexpr int kernelBufferBytes = 128 * 1024;

void set(int fd, int level, int option, int value) { ::setsockopt(fd, level, option, &value, sizeof value); }

UniqueFd listenOn(addrinfo const& address, bool onlyIpv6, std::string const& endpoint) {
    UniqueFd fd(::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
    if (!fd) fail(endpoint, std::generic_category().message(errno));
    // A restart need not wait for the last connections to be forgotten; a port in use is noticed all the
    // same.
    set(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1);
    if (address.ai_family == AF_INET6) set(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, onlyIpv6 ? 1 : 0);
    set(fd.get(), IPPROTO_TCP, TCP_NODELAY, 1);
    // Inherited by connections; else the kernel lets each of them take up to tens of megabytes while the server is
    // slower than its clients, or a client slower than the server.
    set(fd.get(), SOL_SOCKET, SO_RCVBUF, kernelBufferBytes);
    set(fd.get(), SOL_SOCKET, SO_SNDBUF, kernelBufferBytes);
    set(fd.get(), SOL_SOCKET, SO_KEEPALIVE, 1);
    set(fd.get(), IPPROTO_TCP, TCP_KEEPIDLE, 120);
    set(fd.get(), IPPROTO_TCP, TCP_KEEPINTVL, 30);
    set(fd.get(), IPPROTO_TCP, TCP_KEEPCNT, 6);
    set(fd.get(), IPPROTO_TCP, TCP_USER_TIMEOUT, 300'000);
    if (::bind(fd.get(), address.ai_addr, address.ai_addrlen) != 0 || ::listen(fd.get(), SOMAXCONN) != 0)
        fail(endpoint, std::generic_category().message(errno));
    return fd;
}

/// Errors of accept that will not go away by trying again at once.
bool isShortage(int error) {
    return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

std::string ListeningSocket::endpoint() const {
    sockaddr_storage local{};
    socklen_t length = sizeof local;
    ::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&local), &length);
    return endpointText(local);
}

void ListeningSocket::shutDown() { ::shutdown(fd_.get(), SHUT_RDWR); }

std::vector<ListeningSocket> listenOn(std::vector<std::string> const& endpoints) {
    std::vector<HostAndPort> parts;
    for (std::string const& endpoint : endpoints) parts.push_back(split(endpoint));
    std::vector<ListeningSocket> sockets;
    for (std::size_t i = 0; i < endpoints.size(); ++i) {
        addrinfo hints{};
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
        hints.ai_socktype = SOCK_STREAM;
        addrinfo* found = nullptr;
        int const error = ::getaddrinfo(parts[i].host.c_str(), parts[i].port.c_str(), &hints, &found);
        if (error != 0) fail(endpoints[i], ::gai_strerror(error));
        std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> const owner(found, &::freeaddrinfo);
        bool const onlyIpv6 = std::ranges::any_of(parts, [&](HostAndPort const& other) {
            return !other.bracketed && other.port == parts[i].port && other.port != "0";
        });
        for (addrinfo const* a = found; a != nullptr; a = a->ai_next)
            sockets.emplace_back(listenOn(*a, onlyIpv6, endpoints[i]));
    }
    return sockets;
}

Acceptor::Acceptor(ShardLoop& shard, ListeningSocket const& socket, Limits& limits)
    : shard_(shard), socket_(socket), limits_(limits) {
    arm();
}

Acceptor::~Acceptor() { disarm(); }

void Acceptor::arm() { armed_ = shard_.loop().add(socket_.fd(), EPOLLIN | EPOLLEXCLUSIVE, *this); }

void Acceptor::disarm() {
    if (armed_) shard_.loop().remove(socket_.fd());
    armed_ = false;
}

void Acceptor::tick() {
    if (!armed_ && !stopped_) arm();
}

void Acceptor::stop() {
    disarm();
    stopped_ = true;
}

void Acceptor::ready(unsigned) {
    if (stopped_) return;
    constexpr int mostAtOnce = 32;  // the rest in the next turn, or by another shard
    core::TimePoint const now = shard_.loop().now().steady;
    for (int i = 0; i < mostAtOnce; ++i) {
        sockaddr_storage peer{};
        socklen_t length = sizeof peer;
        UniqueFd fd(::accept4(socket_.fd(), reinterpret_cast<sockaddr*>(&peer), &length,
                              SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (!fd) {
            if (errno == EAGAIN || errno == EINVAL) return;  // nobody there, or shut down
            if (!isShortage(errno)) continue;
            // The socket would be ready again at once, over and over; leave it alone until the next tick.
            limits_.logShortage(std::generic_category().message(errno), now);
            return disarm();
        }
        if (auto admission = limits_.admit(Address::of(peer), now))
            shard_.accepted(std::move(fd), std::move(*admission));
    }
}

}  // namespace oscar::net
