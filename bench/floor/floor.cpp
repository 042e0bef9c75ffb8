// SPDX-License-Identifier: MIT
// The least program that could do a server's job: the same frames over the same sockets, but no protocol, no
// state and a fixed table of who talks to whom. What oscard costs more than this is the price of being a
// server.
//
// A connection's first frame names its number (oscar-load --floor); the floor answers it with a frame. Then
// - a message (04/06) from number i goes to i^1 as 04/07;
// - a change of state (02/04) goes to all others as 03/0B; only with one shard, since shards share nothing.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using Byte = unsigned char;

constexpr std::size_t flapHeader = 6;
constexpr std::size_t snacHeader = 10;
constexpr std::size_t headers = flapHeader + snacHeader;
constexpr std::size_t cookieAndChannel = 10;
constexpr std::size_t hello = flapHeader + 4;
constexpr std::size_t receiveBytes = 256 * 1024;

void store16(Byte* at, std::size_t value) {
    at[0] = static_cast<Byte>(value >> 8);
    at[1] = static_cast<Byte>(value);
}

std::size_t load16(Byte const* at) { return static_cast<std::size_t>(at[0] << 8 | at[1]); }

[[noreturn]] void die(char const* what) {
    std::perror(what);
    std::exit(1);
}

/// What a server adds to a message it passes on: the sender's class and sign-on time, and after the message
/// that he likes to know when somebody types.
constexpr std::array<Byte, 14> senderTlvs{0, 1, 0, 2, 0, 0x10, 0, 3, 0, 4, 0x65, 0, 0, 0};
constexpr std::array<Byte, 4> wantsEvents{0, 11, 0, 0};
/// And in a notification: class, sign-on time, time online, time of going away, no capabilities.
constexpr std::array<Byte, 34> presenceTlvs{0, 1, 0, 2, 0, 0x10, 0,  3, 0, 4,    0x65, 0, 0, 0, 0,  15, 0,
                                            4, 0, 0, 0, 1, 0,    39, 0, 4, 0x65, 0,    0, 0, 0, 13, 0,  0};

/// A user as the protocol describes him: name, warning level, number of TLVs, TLVs.
template <std::size_t Size>
std::vector<Byte> userInfo(std::size_t number, std::array<Byte, Size> const& tlvs, Byte count) {
    std::string const name = "load" + std::to_string(number);
    std::vector<Byte> info{static_cast<Byte>(name.size())};
    info.insert(info.end(), name.begin(), name.end());
    info.insert(info.end(), {0, 0, 0, count});
    info.insert(info.end(), tlvs.begin(), tlvs.end());
    return info;
}

struct Connection {
    int fd = -1;
    std::size_t number = 0;
    unsigned short sequence = 1;
    bool dirty = false;
    bool waits = false;          ///< for the socket to take more
    std::vector<Byte> sender;    ///< how a message tells whom it comes from
    std::vector<Byte> presence;  ///< what a notification tells
    std::vector<Byte> partial;   ///< the beginning of a frame
    std::vector<Byte> out;
    std::size_t sent = 0;
};

/// A thread with its share of the pairs.
class Shard {
    int epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    std::vector<std::unique_ptr<Connection>>& all_;
    std::vector<Connection*> dirty_;
    std::vector<Byte> buffer_ = std::vector<Byte>(receiveBytes);

  public:
    explicit Shard(std::vector<std::unique_ptr<Connection>>& all) : all_(all) {}

    void add(Connection& connection) {
        epoll_event event{.events = EPOLLIN, .data = {.ptr = &connection}};
        if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.fd, &event) != 0) die("epoll_ctl");
    }

    void run() {
        std::array<epoll_event, 512> events;
        while (true) {
            int const count = ::epoll_wait(epoll_, events.data(), events.size(), -1);
            for (int i = 0; i < count; ++i) {
                auto& connection = *static_cast<Connection*>(events[i].data.ptr);
                if (events[i].events & EPOLLOUT) markDirty(connection);
                if (events[i].events & ~unsigned{EPOLLOUT}) receive(connection);
            }
            for (Connection* connection : dirty_) flush(*connection);
            dirty_.clear();
        }
    }

  private:
    void markDirty(Connection& connection) {
        if (!std::exchange(connection.dirty, true)) dirty_.push_back(&connection);
    }

    void receive(Connection& connection) {
        std::size_t const kept = connection.partial.size();
        if (kept > 0) std::memcpy(buffer_.data(), connection.partial.data(), kept);
        ssize_t const count =
            ::recv(connection.fd, buffer_.data() + kept, buffer_.size() - kept, MSG_DONTWAIT);
        if (count < 0 && errno == EAGAIN) return;
        if (count <= 0) {
            ::close(connection.fd);
            connection.fd = -1;
            return;
        }
        Byte const* at = buffer_.data();
        Byte const* const end = at + kept + static_cast<std::size_t>(count);
        while (static_cast<std::size_t>(end - at) >= flapHeader) {
            std::size_t const size = flapHeader + load16(at + 4);
            if (static_cast<std::size_t>(end - at) < size) break;
            frame(connection, at, size);
            at += size;
        }
        connection.partial.assign(at, end);
    }

    void frame(Connection& from, Byte const* frame, std::size_t size) {
        if (size < headers) return;
        std::size_t const snac = load16(frame + flapHeader) << 16 | load16(frame + flapHeader + 2);
        if (snac == 0x00040006) {
            relay(from, frame, size);
        } else if (snac == 0x00020004) {
            for (auto const& to : all_)
                if (to && to.get() != &from && to->fd >= 0)
                    write(*to, 0x03, 0x0B, from.presence.data(), from.presence.size());
        }
    }

    void relay(Connection& from, Byte const* frame, std::size_t size) {
        std::size_t const other = from.number ^ 1;
        if (other >= all_.size() || !all_[other] || all_[other]->fd < 0) return;
        Connection& to = *all_[other];
        Byte const* const body = frame + headers;
        std::size_t const tlvsAt = cookieAndChannel + 1 + body[cookieAndChannel];
        if (headers + tlvsAt > size) return;
        std::size_t const tlvs = size - headers - tlvsAt;
        Byte* at = begin(to, 0x04, 0x07, cookieAndChannel + from.sender.size() + tlvs + wantsEvents.size());
        at = put(at, body, cookieAndChannel);
        at = put(at, from.sender.data(), from.sender.size());
        at = put(at, body + tlvsAt, tlvs);
        put(at, wantsEvents.data(), wantsEvents.size());
    }

    void write(Connection& to, Byte foodgroup, Byte type, Byte const* body, std::size_t size) {
        put(begin(to, foodgroup, type, size), body, size);
    }

    static Byte* put(Byte* at, Byte const* bytes, std::size_t size) {
        std::memcpy(at, bytes, size);
        return at + size;
    }

    /// Makes room for a frame, writes its headers and returns where its body goes.
    Byte* begin(Connection& to, Byte foodgroup, Byte type, std::size_t bodySize) {
        markDirty(to);
        std::size_t const start = to.out.size();
        to.out.resize(start + headers + bodySize);
        Byte* const at = to.out.data() + start;
        std::memset(at, 0, headers);
        at[0] = 0x2A;
        at[1] = 2;
        store16(at + 2, to.sequence++);
        store16(at + 4, snacHeader + bodySize);
        at[flapHeader + 1] = foodgroup;
        at[flapHeader + 3] = type;
        at[flapHeader + 6] = 0x80;
        return at + headers;
    }

    void flush(Connection& connection) {
        connection.dirty = false;
        std::size_t const left = connection.out.size() - connection.sent;
        if (connection.fd < 0 || left == 0) return;
        ssize_t const count =
            ::send(connection.fd, connection.out.data() + connection.sent, left, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count > 0) connection.sent += static_cast<std::size_t>(count);
        bool const waits = connection.sent < connection.out.size();
        if (!waits) {
            connection.out.clear();
            connection.sent = 0;
        }
        if (waits == connection.waits) return;
        connection.waits = waits;
        epoll_event event{.events = EPOLLIN | (waits ? unsigned{EPOLLOUT} : 0u),
                          .data = {.ptr = &connection}};
        ::epoll_ctl(epoll_, EPOLL_CTL_MOD, connection.fd, &event);
    }
};

int listenOn(unsigned short port) {
    int const fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int const on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) die("bind");
    if (::listen(fd, SOMAXCONN) != 0) die("listen");
    socklen_t size = sizeof address;
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
    std::fprintf(stderr, "ready on 127.0.0.1:%u\n", ntohs(address.sin_port));
    return fd;
}

/// The number in a client's first frame, or -1 if it is none.
long numberOf(int fd, std::size_t most) {
    std::array<Byte, hello> frame;
    timeval const patience{.tv_sec = 1, .tv_usec = 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (::recv(fd, frame.data(), frame.size(), MSG_WAITALL) != static_cast<ssize_t>(frame.size())) return -1;
    std::size_t const number =
        load16(frame.data() + flapHeader) << 16 | load16(frame.data() + flapHeader + 2);
    return number < most ? static_cast<long>(number) : -1;
}

void answer(int fd) {
    std::array<Byte, flapHeader> const frame{0x2A, 1, 0, 0, 0, 0};
    ::send(fd, frame.data(), frame.size(), MSG_NOSIGNAL);
}

}  // namespace

/// floor [PORT [SHARDS]]: serves on 127.0.0.1 until it is killed; port 0 lets the system choose.
int main(int count, char** arguments) {
    auto const port = static_cast<unsigned short>(count > 1 ? std::atoi(arguments[1]) : 0);
    std::size_t const shardCount =
        count > 2 ? static_cast<std::size_t>(std::max(1, std::atoi(arguments[2]))) : 1;
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);

    std::vector<std::unique_ptr<Connection>> all(limit.rlim_max < 1'000'000 ? limit.rlim_max : 1'000'000);
    std::vector<std::unique_ptr<Connection>> replaced;  // a shard may still look at them
    std::vector<std::unique_ptr<Shard>> shards;
    int const listener = listenOn(port);
    for (std::size_t i = 0; i < shardCount; ++i) {
        shards.push_back(std::make_unique<Shard>(all));
        std::thread([&shard = *shards.back()] { shard.run(); }).detach();
    }
    while (true) {
        int const fd = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (fd < 0) continue;
        int const on = 1;
        ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        long const number = numberOf(fd, all.size());
        if (number < 0) {
            ::close(fd);
            continue;
        }
        auto connection = std::make_unique<Connection>();
        connection->fd = fd;
        connection->number = static_cast<std::size_t>(number);
        connection->sender = userInfo(connection->number, senderTlvs, 2);
        connection->presence = userInfo(connection->number, presenceTlvs, 5);
        connection->out.reserve(16 * 1024);
        auto& place = all[connection->number];
        if (place) replaced.push_back(std::move(place));
        place = std::move(connection);
        // A pair shares a shard.
        shards[static_cast<std::size_t>(number) / 2 % shardCount]->add(*place);
        answer(fd);  // only now: whoever has got it may be written to
    }
}
