// SPDX-License-Identifier: MIT
#include "apps/oscar_load/line.h"

#include <netinet/tcp.h>
#include <sys/epoll.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace oscar::load {
namespace {

constexpr std::size_t snacAt = wire::flapHeaderSize;
constexpr std::size_t bodyAt = snacAt + wire::SnacHeader::size;

wire::u16 numberAt(wire::Bytes bytes, std::size_t at) {
    return static_cast<wire::u16>(bytes[at] << 8 | bytes[at + 1]);
}

std::string systemText(std::string const& what, int error) { return what + ": " + std::strerror(error); }

void setOption(int fd, int level, int name, int value) {
    ::setsockopt(fd, level, name, &value, sizeof value);
}

}  // namespace

wire::SnacId Frame::snac() const {
    if (type() != wire::FrameType::Data || bytes_.size() < bodyAt) return {};
    return {numberAt(bytes_, snacAt), numberAt(bytes_, snacAt + 2)};
}

wire::Bytes Frame::body() const {
    if (bytes_.size() < bodyAt) return {};
    std::size_t at = bodyAt;
    if (numberAt(bytes_, snacAt + 4) & wire::snacFlags::optTlvPresent && bytes_.size() >= bodyAt + 2)
        at += 2 + numberAt(bytes_, bodyAt);
    return bytes_.subspan(std::min(at, bytes_.size()));
}

void Line::open(sockaddr_storage const& server, std::optional<in_addr_t> from) {
    close();
    ++opened_;
    fd_ = net::UniqueFd(::socket(server.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd_) return listener_.lost(systemText("socket", errno));
    setOption(fd_.get(), IPPROTO_TCP, TCP_NODELAY, 1);
    if (from) {
        // Leaves the choice of the port to connect(), which may use it once for every server.
        setOption(fd_.get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
        sockaddr_in source{};
        source.sin_family = AF_INET;
        source.sin_addr.s_addr = *from;
        if (::bind(fd_.get(), reinterpret_cast<sockaddr const*>(&source), sizeof source) != 0)
            return fail(systemText("bind", errno));
    }
    socklen_t const size = server.ss_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
    if (::connect(fd_.get(), reinterpret_cast<sockaddr const*>(&server), size) != 0 && errno != EINPROGRESS)
        return fail(systemText("connect", errno));
    connecting_ = true;
    watched_ = EPOLLOUT;
    loop_.add(fd_.get(), watched_, *this);
}

void Line::close() {
    fd_.reset();
    partial_.clear();
    out_.clear();
    sent_ = 0;
    connecting_ = false;
    reads_ = true;
}

void Line::fail(std::string const& why) {
    close();
    listener_.lost(why);
}

void Line::flush() {
    if (!fd_ || connecting_ || waiting() == 0) return;
    ssize_t const count = ::send(fd_.get(), out_.data() + sent_, waiting(), MSG_NOSIGNAL);
    if (count < 0 && errno != EAGAIN && errno != EINTR) return fail(systemText("send", errno));
    if (count > 0) sent_ += static_cast<std::size_t>(count);
    if (waiting() == 0) {
        out_.clear();
        sent_ = 0;
    }
    watch();
}

void Line::reads(bool wanted) {
    reads_ = wanted;
    if (fd_ && !connecting_) watch();
}

void Line::trim() {
    if (partial_.empty()) partial_ = {};
    if (out_.empty()) out_ = {};
}

void Line::watch() {
    unsigned const events = (reads_ ? EPOLLIN : 0u) | (waiting() > 0 ? EPOLLOUT : 0u);
    if (events == watched_) return;
    watched_ = events;
    loop_.change(fd_.get(), events, *this);
}

void Line::ready(unsigned events) {
    if (!fd_) return;
    wire::u32 const opened = opened_;
    if (connecting_) {
        int error = 0;
        socklen_t size = sizeof error;
        ::getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0) return fail(systemText("connect", error));
        connecting_ = false;
        listener_.connected();
        if (opened != opened_ || !fd_) return;
        flush();
        if (opened == opened_ && fd_) watch();
        return;
    }
    if (events & EPOLLOUT) {
        flush();
        if (opened != opened_ || !fd_) return;
        if (waiting() == 0) listener_.drained();
    }
    if (opened == opened_ && fd_ && events & (EPOLLIN | EPOLLHUP | EPOLLERR)) receive();
}

void Line::receive() {
    std::span<wire::u08> const buffer = loop_.receiveBuffer();
    std::size_t const kept = partial_.size();
    std::ranges::copy(partial_, buffer.begin());
    ssize_t const count = ::recv(fd_.get(), buffer.data() + kept, buffer.size() - kept, 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count < 0) return fail(systemText("receive", errno));
    if (count == 0) return fail("the server closed the connection");
    partial_.clear();
    cut(buffer.first(kept + static_cast<std::size_t>(count)));
}

void Line::cut(wire::Bytes bytes) {
    wire::u32 const opened = opened_;
    while (bytes.size() >= wire::flapHeaderSize) {
        if (bytes[0] != wire::flapStartMarker) return fail("what the server sent is no frame");
        std::size_t const size = wire::flapHeaderSize + numberAt(bytes, 4);
        if (bytes.size() < size) break;
        listener_.frame(Frame{bytes.first(size)});
        if (opened != opened_ || !fd_) return;
        bytes = bytes.subspan(size);
    }
    partial_.assign(bytes.begin(), bytes.end());
    flush();
}

}  // namespace oscar::load
