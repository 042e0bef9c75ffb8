// SPDX-License-Identifier: MIT
#include "tests/net/harness.h"

#include <cstdlib>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <future>
#include <sstream>
#include <stdexcept>

namespace oscar::net::test {

void Journal::write(std::string line) {
    std::lock_guard const lock(mutex_);
    lines_.push_back(std::move(line));
    changed_.notify_all();
}

std::vector<std::string> Journal::lines() {
    std::lock_guard const lock(mutex_);
    return lines_;
}

std::size_t Journal::count(std::string const& line) {
    std::lock_guard const lock(mutex_);
    return static_cast<std::size_t>(std::ranges::count(lines_, line));
}

bool Journal::waitFor(std::string const& line, std::size_t times) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] {
        return static_cast<std::size_t>(std::ranges::count(lines_, line)) >= times;
    });
}

void TestShard::say(core::Link& link, std::string_view text) {
    link.out.frame(wire::FrameType::Data, [&](wire::Writer& out) { out.bytes(wire::asBytes(text)); });
    link.flushSoon();
}

void TestShard::tell(core::Link& link, std::size_t size) {
    say(link, std::string(size, 'x'));
    mostQueued = std::max(mostQueued, link.out.bytes().size());
}

void TestShard::opened(core::Link& link, core::Now) {
    links[&link];
    journal.write("opened");
    link.out.frame(wire::FrameType::Signon, [](wire::Writer& out) { out.number(wire::u32{1}); });
    link.flushSoon();
}

void TestShard::adopted(core::Link& link, std::any ticket, core::Now) {
    auto const name = std::any_cast<std::string>(std::move(ticket));
    links[&link] = name;
    names[name] = &link;
    journal.write("adopted " + name);
}

wire::FlapReader::Next TestShard::frame(core::Link& link, wire::FlapFrame const& frame, core::Now) {
    std::string const text(wire::asText(frame.payload));
    journal.write("frame " + text.substr(0, 40));
    std::istringstream words(text);
    std::string command;
    words >> command;
    if (command == "name") {
        words >> links[&link];
        names[links[&link]] = &link;
        say(link, "named");
    } else if (command == "who") {
        say(link, std::to_string(index) + " " + link.peerAddress() + " " + link.localEndpoint());
    } else if (command == "big") {
        std::size_t count = 0, size = 0;
        words >> count >> size;
        for (std::size_t i = 0; i < count; ++i)
            link.out.frame(wire::FrameType::Data, [&](wire::Writer& out) {
                out.bytes(wire::asBytes(std::string(size, static_cast<char>('a' + i % 26))));
            });
        say(link, "done");
    } else if (command == "tell") {
        std::string name;
        std::size_t size = 0;
        words >> name >> size;
        if (names.contains(name)) tell(*names[name], size);
        say(link, "told");
    } else if (command == "pause") {
        link.pause();
        return wire::FlapReader::Next::Stop;
    } else if (command == "nap") {
        link.pause();
        link.resume();
        return wire::FlapReader::Next::Stop;
    } else if (command == "move") {
        unsigned to = 0;
        words >> to;
        std::string const name = links[&link];
        names.erase(name);
        links.erase(&link);
        link.moveTo(to, name);
        return wire::FlapReader::Next::Stop;
    } else if (command == "close") {
        int linger = 0;
        words >> linger;
        say(link, "bye");
        link.close(core::CloseReason::SignOnDone, core::Milliseconds{linger});
        link.close(core::CloseReason::ServerError);
        say(link, "too late");
        return wire::FlapReader::Next::Stop;
    } else if (command == "spread") {
        unsigned to = 0, count = 0;
        words >> to >> count;
        for (unsigned i = 0; i < count; ++i)
            mail.post(to, [i](core::Shard& shard) {
                say(asTestShard(shard).link("ear"), std::to_string(i));
            });
    } else {
        say(link, text);
    }
    return wire::FlapReader::Next::Continue;
}

void TestShard::fault(core::Link& link, wire::FlapFault fault, core::Now) {
    bool const badMarker = fault == wire::FlapFault::BadMarker;
    link.close(badMarker ? core::CloseReason::BadFrame : core::CloseReason::BadSequence);
}

void TestShard::closed(core::Link& link, core::CloseReason reason, core::Now) {
    journal.write("closed: " + std::string(core::toString(reason)));
    EXPECT_TRUE(links.contains(&link)) << "closed twice, or never opened";
    EXPECT_TRUE(link.closing());
    say(link, "nobody hears this");
    names.erase(links[&link]);
    links.erase(&link);
}

void TestShard::flushed(core::Link& link, core::Now) {
    EXPECT_TRUE(link.flushed());
    if (!links[&link].empty()) journal.write("flushed " + links[&link]);
}

void TestShard::tick(core::Now) { journal.write("tick"); }

void TestShard::shutDown(core::Now) {
    journal.write("shut down");
    for (auto const& [link, name] : links) {
        say(*link, "going down");
        link->close(core::CloseReason::Draining);
    }
}

TestShard& asTestShard(core::Shard& shard) { return reinterpret_cast<TestShard&>(shard); }

namespace {

class TestProgram final : public ShardProgram {
    TestShard shard_;

  public:
    TestProgram(unsigned index, core::Mailboxes& mail, Journal& journal) : shard_(index, mail, journal) {}
    core::Protocol& protocol() override { return shard_; }
    // The net folder only passes it on, and knows no more of it than its name.
    core::Shard& shard() override { return reinterpret_cast<core::Shard&>(shard_); }
};

ServerOptions makeOptions(unsigned shards, std::function<void(ServerOptions&)> const& change) {
    ServerOptions options;
    options.listen = {"127.0.0.1:0"};
    options.shards = shards;
    options.limits.trusted = {"127.0.0.0/8"};
    options.ioUring = std::getenv("OSCAR_TEST_WITHOUT_IO_URING") == nullptr;
    if (change) change(options);
    return options;
}

}  // namespace

TestServer::TestServer(unsigned shards, std::function<void(ServerOptions&)> const& change)
    : server(makeOptions(shards, change), log,
             [this](unsigned index, core::Mailboxes& mail) {
                 return std::make_unique<TestProgram>(index, mail, journal);
             }),
      endpoint(server.endpoints().front()) {
    server.start();
}

void TestServer::on(unsigned shard, std::function<void(TestShard&)> f) {
    std::promise<void> done;
    server.post(shard, [&](core::Shard& on) {
        f(asTestShard(on));
        done.set_value();
    });
    ASSERT_EQ(done.get_future().wait_for(patience), std::future_status::ready);
}

UniqueFd tcpSocket() { return UniqueFd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)); }

void connectTo(int fd, std::string const& endpoint) {
    std::size_t const colon = endpoint.rfind(':');
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<wire::u16>(std::stoi(endpoint.substr(colon + 1))));
    std::string const host = endpoint.front() == '[' ? "127.0.0.1" : endpoint.substr(0, colon);
    ::inet_pton(AF_INET, host == "0.0.0.0" ? "127.0.0.1" : host.c_str(), &address.sin_addr);
    if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
        throw std::runtime_error("cannot connect to " + endpoint + ": " + std::strerror(errno));
}

Client::Client(std::string const& endpoint, bool greeted, int receiveBuffer) : fd_(tcpSocket()) {
    if (receiveBuffer > 0)
        ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUF, &receiveBuffer, sizeof receiveBuffer);
    connectTo(fd_.get(), endpoint);
    int const on = 1;
    ::setsockopt(fd_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (greeted && read().type != wire::FrameType::Signon)
        throw std::runtime_error("the server did not greet");
}

std::string Client::frame(std::string_view payload) {
    wire::FlapWriter writer(sequence_);
    writer.frame(wire::FrameType::Data, [&](wire::Writer& out) { out.bytes(wire::asBytes(payload)); });
    sequence_ = writer.nextSequence();
    return std::string(wire::asText(writer.bytes()));
}

void Client::sendBytes(std::string_view bytes) {
    while (!bytes.empty()) {
        ssize_t const count = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count <= 0) return;  // what the server makes of it is what the test is about
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

std::size_t Client::readSome(std::size_t most) {
    pollfd waiting{.fd = fd_.get(), .events = POLLIN, .revents = 0};
    int const milliseconds = static_cast<int>(std::chrono::milliseconds(patience).count());
    if (::poll(&waiting, 1, milliseconds) != 1) throw std::runtime_error("nothing came from the server");
    std::string buffer(most, '\0');
    ssize_t const count = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
    if (count <= 0) return 0;
    ++recvs_;
    received_.append(buffer, 0, static_cast<std::size_t>(count));
    return static_cast<std::size_t>(count);
}

Frame Client::read() {
    auto const byte = [&](std::size_t i) {
        return static_cast<unsigned>(static_cast<wire::u08>(received_[i]));
    };
    auto const wanted = [&] { return received_.size() < 6 ? 6 : 6 + (byte(4) << 8 | byte(5)); };
    while (received_.size() < wanted())
        if (readSome() == 0) throw std::runtime_error("the server closed where a frame was due");
    Frame frame{static_cast<wire::FrameType>(byte(1)), static_cast<wire::u16>(byte(2) << 8 | byte(3)),
                received_.substr(6, wanted() - 6)};
    if (byte(0) != wire::flapStartMarker) throw std::runtime_error("the server sent no frame");
    received_.erase(0, wanted());
    EXPECT_EQ(frame.sequence, static_cast<wire::u16>(lastRead_.value_or(frame.sequence - 1) + 1));
    lastRead_ = frame.sequence;
    return frame;
}

bool Client::isClosed() { return received_.empty() && readSome() == 0; }

bool Client::hearsSomething() {
    pollfd waiting{.fd = fd_.get(), .events = POLLIN, .revents = 0};
    return ::poll(&waiting, 1, static_cast<int>(moment.count())) == 1;
}

std::string Client::localAddress() const {
    sockaddr_storage local{};
    socklen_t length = sizeof local;
    ::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&local), &length);
    return endpointText(local);
}

void Client::reset() {
    linger const none{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &none, sizeof none);
    fd_.reset();
}

}  // namespace oscar::net::test
