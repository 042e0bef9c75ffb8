// SPDX-License-Identifier: MIT
#include "tests/e2e/flap_socket.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "client/password_proof.h"

namespace oscar::test {
namespace {

using Clock = std::chrono::steady_clock;
namespace bucp = wire::bucp;

/// Waits until the socket is ready for `events`. False when the time is up.
bool waitFor(int fd, short events, Clock::time_point deadline) {
    while (true) {
        auto const left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
        pollfd waiting{.fd = fd, .events = events, .revents = 0};
        int const ready = ::poll(&waiting, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
        if (ready >= 0 || errno != EINTR) return ready > 0;
    }
}

/// The server's answer to a name and password.
Frame answerTo(client::Address const& server, std::string const& name, std::string_view password,
               wire::MulticonnFlags multiconn) {
    FlapSocket socket(server);
    socket.sendHello();
    wire::TlvList who;
    who.add(bucp::tags::loginId, wire::string{name});
    socket.send(bucp::ChallengeRequest{who}, 1);
    while (auto frame = socket.next()) {
        if (frame->is(bucp::LoginResponse::snac)) return std::move(*frame);
        if (!frame->is(bucp::ChallengeResponse::snac)) continue;
        auto const snac = frame->snac();
        auto const challenge = wire::decode<bucp::ChallengeResponse>(snac->body).value();
        wire::TlvList proof;
        proof.add(bucp::tags::loginId, wire::string{name})
            .add(bucp::tags::passwordHash, client::md5Proof(wire::asBytes(challenge.key.text), password))
            .add(bucp::tags::passwordPrehashed)
            .add(bucp::tags::clientName, wire::string{"end-to-end test"})
            .add(bucp::tags::multiconnFlags, multiconn);
        socket.send(bucp::LoginRequest{proof}, 2);
    }
    throw Disappointment("the server closed before it answered the sign-on of " + name);
}

}  // namespace

bool Frame::is(wire::Snac wanted) const {
    auto const found = snac();
    return found && found->header.foodgroup == static_cast<wire::u16>(wanted.foodgroup) &&
           found->header.type == wanted.type;
}

FlapSocket::FlapSocket(client::Address const& server) {
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server.port);
    if (fd_ < 0 || ::inet_pton(AF_INET, server.host.c_str(), &address.sin_addr) != 1 ||
        ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
        throw std::system_error(errno, std::generic_category(), "connecting to " + server.host);
    int const on = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

FlapSocket::~FlapSocket() {
    if (fd_ >= 0) ::close(fd_);
}

FlapSocket::FlapSocket(FlapSocket&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      reader_(std::move(other.reader_)),
      writer_(std::move(other.writer_)),
      frames_(std::move(other.frames_)),
      ended_(other.ended_) {}

void FlapSocket::sendBytes(wire::Bytes bytes) {
    auto const deadline = Clock::now() + patience;
    while (!bytes.empty()) {
        ssize_t const count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count >= 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(count));
        } else if (errno != EAGAIN && errno != EINTR) {
            return;
        } else if (!waitFor(fd_, POLLOUT, deadline)) {
            throw Disappointment("the server does not read");
        }
    }
}

void FlapSocket::sendFrame(wire::FrameType type, wire::Bytes payload) {
    writer_.frame(type, [&](wire::Writer& out) { out.bytes(payload); });
    sendBytes(writer_.bytes());
    writer_.bytes().clear();
}

void FlapSocket::sendHello(wire::TlvList const& tlvs) {
    sendFrame(wire::FrameType::Signon, wire::encode(wire::FlapSignon{1, tlvs}));
}

void FlapSocket::sendSnac(wire::SnacHeader const& header, wire::Bytes body) {
    wire::Buffer payload = wire::encode(header);
    payload.insert(payload.end(), body.begin(), body.end());
    sendFrame(wire::FrameType::Data, payload);
}

std::optional<Frame> FlapSocket::next(std::chrono::milliseconds limit) {
    auto const deadline = Clock::now() + limit;
    while (frames_.empty() && !ended_)
        if (!receive(deadline)) throw Disappointment("nothing came in time");
    if (frames_.empty()) return std::nullopt;
    Frame frame = std::move(frames_.front());
    frames_.pop_front();
    return frame;
}

Frame FlapSocket::await(wire::Snac snac, std::chrono::milliseconds limit) {
    auto const deadline = Clock::now() + limit;
    while (auto frame = next(std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now())))
        if (frame->is(snac)) return std::move(*frame);
    throw Disappointment("the server closed before " +
                         nameOf(static_cast<wire::u16>(snac.foodgroup), snac.type));
}

std::optional<Frame> FlapSocket::awaitEnd(std::chrono::milliseconds limit) {
    auto const deadline = Clock::now() + limit;
    std::optional<Frame> last;
    while (auto frame = next(std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now())))
        last = std::move(frame);
    return last;
}

void FlapSocket::halfClose() { ::shutdown(fd_, SHUT_WR); }

void FlapSocket::shrinkReceiveBuffer() {
    int const size = 4096;
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
}

/// Reads once. False when the time is up.
bool FlapSocket::receive(Clock::time_point deadline) {
    if (!waitFor(fd_, POLLIN, deadline)) return false;
    std::array<wire::u08, 65536> part;
    ssize_t const count = ::recv(fd_, part.data(), part.size(), MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return true;
    if (count <= 0) {
        ended_ = true;
        return true;
    }
    auto const fault =
        reader_.feed({part.data(), static_cast<std::size_t>(count)}, [&](wire::FlapFrame const& frame) {
            frames_.push_back({frame.type, wire::toBuffer(frame.payload)});
            return wire::FlapReader::Next::Continue;
        });
    if (fault) throw Disappointment("what the server sends are no frames in order");
    return true;
}

wire::Buffer logIn(client::Address const& server, std::string const& name, std::string_view password,
                   wire::MulticonnFlags multiconn) {
    Frame const answer = answerTo(server, name, password, multiconn);
    auto const response = wire::decode<bucp::LoginResponse>(answer.snac()->body).value();
    auto const cookie = response.tlvs.get(bucp::tags::loginCookie);
    if (!cookie) throw Disappointment("the server refuses " + name);
    return wire::toBuffer(cookie->bytes);
}

wire::LoginError refusalOf(client::Address const& server, std::string const& name,
                           std::string_view password) {
    Frame const answer = answerTo(server, name, password, wire::MulticonnFlags::RecentClient);
    auto const response = wire::decode<bucp::LoginResponse>(answer.snac()->body).value();
    auto const error = response.tlvs.get(bucp::tags::errorSubcode);
    if (!error) throw Disappointment("the server does not refuse " + name);
    return *error;
}

FlapSocket present(client::Address const& server, wire::Bytes cookie) {
    FlapSocket socket(server);
    wire::TlvList hello;
    hello.add(wire::signonTags::loginCookie, wire::blob{cookie});
    socket.sendHello(hello);
    socket.await(wire::oservice::HostOnline::snac);
    return socket;
}

FlapSocket signOn(client::Address const& server, std::string const& name, std::string_view password) {
    FlapSocket socket = present(server, logIn(server, name, password));
    socket.send(wire::oservice::ClientOnline{}, 3);
    socket.await(wire::stats::SetMinReportInterval::snac);
    return socket;
}

std::string nameOf(wire::u16 foodgroup, wire::u16 type) {
    return fmt::format("{:02x}/{:02x}", foodgroup, type);
}

}  // namespace oscar::test
