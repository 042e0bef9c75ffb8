// SPDX-License-Identifier: MIT
#include "net/control_socket.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <string_view>
#include <system_error>

#include "net/signals.h"

namespace oscar::net {
namespace {

using Clock = std::chrono::steady_clock;

/// For a client to send its line, and to take its answer.
constexpr std::chrono::seconds transferTime{10};
/// For a command to be carried out.
constexpr std::chrono::minutes commandTime{10};

std::string reason() { return std::generic_category().message(errno); }

sockaddr_un addressOf(std::string const& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        throw ControlError("the control socket's path is longer than " +
                           std::to_string(sizeof address.sun_path - 1) + " bytes: " + path);
    std::memcpy(address.sun_path, path.data(), path.size());
    return address;
}

/// Waits until `fd` is ready for `events`. False when the time is up.
bool waitFor(int fd, short events, Clock::time_point deadline) {
    while (true) {
        auto const left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
        if (left.count() <= 0) return false;
        pollfd waiting{.fd = fd, .events = events, .revents = 0};
        int const ready = ::poll(&waiting, 1, static_cast<int>(left.count()));
        if (ready > 0) return true;
        if (ready < 0 && errno != EINTR) return false;
    }
}

bool sendAll(int fd, std::string_view text, Clock::time_point deadline) {
    while (!text.empty()) {
        if (!waitFor(fd, POLLOUT, deadline)) return false;
        ssize_t const count = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count < 0 && errno != EAGAIN && errno != EINTR) return false;
        if (count > 0) text.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

/// Appends what has come to `text`; returns the count as recv does, or -1 when the time is up.
ssize_t receiveSome(int fd, std::string& text, Clock::time_point deadline) {
    std::array<char, 16384> buffer;
    while (waitFor(fd, POLLIN, deadline)) {
        ssize_t const count = ::recv(fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (count < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (count > 0) text.append(buffer.data(), static_cast<std::size_t>(count));
        return count;
    }
    return -1;
}

/// A line without its end; nothing if none comes in time or it is too long.
std::optional<std::string> receiveLine(int fd) {
    auto const deadline = Clock::now() + transferTime;
    std::string text;
    std::size_t searched = 0;
    while (text.size() <= ControlSocket::maxRequest) {
        if (receiveSome(fd, text, deadline) <= 0) return std::nullopt;
        std::size_t const end = text.find('\n', searched);
        if (end != std::string::npos && end <= ControlSocket::maxRequest) return text.substr(0, end);
        searched = text.size();
    }
    return std::nullopt;
}

bool isAllowed(int fd) {
    ucred peer{};
    socklen_t length = sizeof peer;
    if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0) return false;
    return peer.uid == 0 || peer.uid == ::geteuid();
}

}  // namespace

ControlSocket::ControlSocket(std::string path, core::Log& log, Handler handler)
    : path_(std::move(path)), log_(log), handler_(std::move(handler)) {
    sockaddr_un const address = addressOf(path_);
    // A lock that ends with its process tells a dead server's socket from a live one's, whatever two servers
    // that start at the same time do.
    lock_ = UniqueFd(::open((path_ + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!lock_) throw ControlError("cannot open " + path_ + ".lock: " + reason());
    if (::flock(lock_.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK)
            throw ControlError("another oscard is running in this folder (" + path_ + ")");
        throw ControlError("cannot lock " + path_ + ".lock: " + reason());
    }
    struct stat there {};
    if (::lstat(path_.c_str(), &there) == 0 && !S_ISSOCK(there.st_mode))
        throw ControlError("cannot make the control socket: " + path_ + " is there and not a socket");
    ::unlink(path_.c_str());

    listener_ = UniqueFd(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    wakeup_ = UniqueFd(::eventfd(0, EFD_CLOEXEC));
    // On Linux the file gets the mode that the socket has when it is bound; the umask belongs to the whole
    // process.
    if (!listener_ || !wakeup_ || ::fchmod(listener_.get(), 0600) != 0 ||
        ::bind(listener_.get(), reinterpret_cast<sockaddr const*>(&address), sizeof address) != 0 ||
        ::listen(listener_.get(), 64) != 0)
        throw ControlError("cannot make the control socket " + path_ + ": " + reason());
    SignalsBlocked const blocked;
    thread_ = std::thread([this] { serve(); });
}

ControlSocket::~ControlSocket() {
    ::eventfd_write(wakeup_.get(), 1);
    thread_.join();
    ::unlink(path_.c_str());
}

void ControlSocket::serve() {
    while (true) {
        reap();
        bool const full = requests_.size() >= maxRequestsAtOnce;
        std::array<pollfd, 2> waiting{{{.fd = wakeup_.get(), .events = POLLIN, .revents = 0},
                                       {.fd = full ? -1 : listener_.get(), .events = POLLIN, .revents = 0}}};
        if (::poll(waiting.data(), waiting.size(), full ? 100 : -1) < 0 && errno != EINTR) break;
        if (waiting[0].revents != 0) break;
        if (waiting[1].revents == 0) continue;
        UniqueFd fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (!fd) {
            // No descriptor left, most likely: don't ask again at once.
            if (errno != EAGAIN) ::poll(waiting.data(), 1, 100);
            continue;
        }
        if (!isAllowed(fd.get())) {
            log_.write(core::Level::Warning, "control connection refused", {});
            continue;
        }
        begin(std::move(fd));
    }
    // Nobody is waited for who has not asked yet; what was asked is answered.
    for (Request& request : requests_) ::shutdown(request.fd.get(), SHUT_RD);
    for (Request& request : requests_) request.thread.join();
}

void ControlSocket::begin(UniqueFd fd) {
    Request& request = requests_.emplace_back();
    request.fd = std::move(fd);
    try {
        request.thread = std::thread([this, &request] {
            answer(request.fd.get());
            ::shutdown(request.fd.get(), SHUT_RDWR);
            request.done = true;
        });
    } catch (std::system_error const& error) {
        log_.write(core::Level::Error, "control request failed", {{"error", error.what()}});
        requests_.pop_back();
    }
}

void ControlSocket::answer(int fd) noexcept {
    try {
        auto request = receiveLine(fd);
        if (!request) return;
        std::string const text = handler_(std::move(*request));
        sendAll(fd, text, Clock::now() + transferTime);
    } catch (std::exception const& error) {
        log_.write(core::Level::Error, "control request failed", {{"error", error.what()}});
    }
}

void ControlSocket::reap() {
    for (auto request = requests_.begin(); request != requests_.end();) {
        if (!request->done) {
            ++request;
            continue;
        }
        request->thread.join();
        request = requests_.erase(request);
    }
}

std::string ask(std::string const& path, std::string const& request) {
    sockaddr_un const address = addressOf(path);
    if (request.size() > ControlSocket::maxRequest) throw ControlError("the request is too long");
    UniqueFd const fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!fd) throw ControlError("cannot open a socket: " + reason());
    if (::connect(fd.get(), reinterpret_cast<sockaddr const*>(&address), sizeof address) != 0) {
        if (errno == ENOENT || errno == ECONNREFUSED) throw ControlError("no server is running at " + path);
        throw ControlError("cannot connect to " + path + ": " + reason());
    }
    if (!sendAll(fd.get(), request + "\n", Clock::now() + transferTime))
        throw ControlError("the server did not take the request");
    std::string answer;
    auto const deadline = Clock::now() + commandTime;
    while (true) {
        ssize_t const count = receiveSome(fd.get(), answer, deadline);
        if (count == 0) return answer;
        if (count < 0) throw ControlError("the server did not answer");
    }
}

}  // namespace oscar::net
