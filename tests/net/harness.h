// SPDX-License-Identifier: MIT
// A real server on 127.0.0.1 that runs a small protocol, and real clients for it.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <initializer_list>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "net/server.h"

namespace oscar::net::test {

/// How long a test waits for something that must come.
inline constexpr std::chrono::seconds patience{30};
/// How long it makes sure that something does not come.
inline constexpr std::chrono::milliseconds moment{300};

/// What has happened, in order; any thread.
class Journal {
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> lines_;

  public:
    void write(std::string line);
    std::vector<std::string> lines();
    std::size_t count(std::string const& line);
    /// Whether `line` stands there `times` times before patience ends.
    bool waitFor(std::string const& line, std::size_t times = 1);
};

class JournalLog final : public core::Log {
  public:
    Journal journal;
    void write(core::Level, std::string_view event, std::initializer_list<core::Field>) override {
        journal.write(std::string(event));
    }
    bool wants(core::Level) const override { return true; }
};

/// What runs on a shard. Clients talk in text, one data frame a command; anything else comes back as it is:
///   name N          this client is called N (so that others, and the test, can speak of it)
///   who             answers "shard peerAddress localEndpoint"
///   big N SIZE      N frames of SIZE bytes in one burst, then "done"
///   tell N SIZE     the client called N on this shard gets a frame of SIZE bytes, then the asker "told"
///   pause, nap      pause; pause and resume at once
///   move SHARD      to another shard
///   close MS        "bye", then close with that linger
///   spread SHARD N  N events to that shard, each of which tells the client called "ear" its number
class TestShard final : public core::Protocol {
  public:
    TestShard(unsigned shardIndex, core::Mailboxes& mailboxes, Journal& writeTo)
        : index(shardIndex), mail(mailboxes), journal(writeTo) {}

    void opened(core::Link& link, core::Now now) override;
    void adopted(core::Link& link, std::any ticket, core::Now now) override;
    wire::FlapReader::Next frame(core::Link& link, wire::FlapFrame const& frame, core::Now now) override;
    void fault(core::Link& link, wire::FlapFault fault, core::Now now) override;
    void closed(core::Link& link, core::CloseReason reason, core::Now now) override;
    void flushed(core::Link& link, core::Now now) override;
    void tick(core::Now now) override;
    void shutDown(core::Now now) override;

    static void say(core::Link& link, std::string_view text);
    core::Link& link(std::string const& name) { return *names.at(name); }

    unsigned const index;
    core::Mailboxes& mail;
    Journal& journal;
    std::map<core::Link*, std::string> links;  ///< all of this shard's, with their names
    std::map<std::string, core::Link*> names;
    std::size_t mostQueued = 0;  ///< bytes that a link's buffer held at most

  private:
    void tell(core::Link& link, std::size_t size);
};

/// What an event gets, as this test's shard.
TestShard& asTestShard(core::Shard& shard);

class TestServer {
  public:
    explicit TestServer(unsigned shards = 1, std::function<void(ServerOptions&)> const& change = {});

    /// Runs on the shard's thread and is waited for.
    void on(unsigned shard, std::function<void(TestShard&)> f);

    JournalLog log;
    Journal journal;
    Server server;
    std::string endpoint;
};

struct Frame {
    wire::FrameType type{};
    wire::u16 sequence = 0;
    std::string payload;
};

/// A client that can misbehave. Checks the sequence of what it reads.
class Client {
    UniqueFd fd_;
    wire::u16 sequence_ = 100;
    std::string received_;
    std::optional<wire::u16> lastRead_;
    std::size_t recvs_ = 0;

  public:
    /// Connects, and reads the greeting unless told not to. A small receive buffer fills sooner.
    explicit Client(std::string const& endpoint, bool greeted = true, int receiveBuffer = 0);
    explicit Client(TestServer& server) : Client(server.endpoint) {}

    /// The bytes of a data frame with the next sequence number.
    std::string frame(std::string_view payload);
    std::string frames(std::initializer_list<std::string_view> payloads) {
        std::string bytes;
        for (std::string_view payload : payloads) bytes += frame(payload);
        return bytes;
    }
    void sendBytes(std::string_view bytes);
    void say(std::string_view payload) { sendBytes(frame(payload)); }
    /// The next frame; fails the test if none comes.
    Frame read();
    std::string hear() { return read().payload; }
    std::string ask(std::string_view payload) {
        say(payload);
        return hear();
    }
    /// Whether the server has closed, with nothing unread.
    bool isClosed();
    /// Whether a byte or the end comes within `moment`.
    bool hearsSomething();
    /// Reads at most `most` bytes; how many have come, 0 at the end.
    std::size_t readSome(std::size_t most = 65536);
    std::size_t recvs() const { return recvs_; }
    std::size_t unparsed() const { return received_.size(); }
    void skipSequence() { ++sequence_; }
    std::string localAddress() const;
    int fd() const { return fd_.get(); }
    void close() { fd_.reset(); }
    /// Closes so that the server sees a reset.
    void reset();
};

UniqueFd tcpSocket();
void connectTo(int fd, std::string const& endpoint);

}  // namespace oscar::net::test
