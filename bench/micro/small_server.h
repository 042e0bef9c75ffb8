// SPDX-License-Identifier: MIT
// One shard of the real server without network, threads or files: who measures it hands it frames and takes
// frames.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/session.h"
#include "core/shard.h"
#include "foodgroups/protocol.h"
#include "store/sqlite/inline_store.h"

namespace oscar::bench {

/// The server's end of a connection.
class Line final : public core::Link {
  public:
    using Link::Link;

    wire::u32 peerIpv4() const override { return 0x7F000001; }
    std::string localEndpoint() const override { return "127.0.0.1:5190"; }
    void flushSoon() override {}
    void close(core::CloseReason why, core::Milliseconds) override {
        if (!closed) closed = why;
    }
    bool closing() const override { return closed.has_value(); }
    bool flushed() const override { return out.bytes().empty(); }
    void pause() override { paused = true; }
    void resume() override { paused = false; }
    void moveTo(unsigned, std::any) override {}

    wire::FlapReader reader;
    std::optional<core::CloseReason> closed;
    bool paused = false;
};

class SmallServer final : core::Mailboxes, core::Log {
  public:
    SmallServer();
    ~SmallServer() override;

    void addUser(std::string const& name);
    /// Adds a user and signs on.
    Line& newUser(std::string const& name, std::vector<std::string> const& buddies = {}) {
        addUser(name);
        return signOn(name, buddies);
    }
    /// So many new users who watch `subject`.
    std::vector<Line*> newWatchers(std::size_t count, std::string const& subject);
    /// Signs on as liboscar does. `buddies` are watched from then on. Throws std::runtime_error if it is
    /// refused.
    Line& signOn(std::string const& name, std::vector<std::string> const& buddies = {});
    /// The connection ends, and the line with it.
    void signOff(Line& line);
    /// What a client has sent. What follows from it stands in the lines' `out`.
    void receive(Line& line, wire::Bytes bytes);
    /// Forgets what would have been sent, and keeps the memory, as a connection does.
    static void sent(Line& line) { line.out.bytes().clear(); }

  private:
    void post(unsigned, core::Event event) override { mail_.push_back(std::move(event)); }
    unsigned shards() const override { return 1; }
    void write(core::Level, std::string_view, std::initializer_list<core::Field>) override {}
    bool wants(core::Level) const override { return false; }

    void settle();
    /// Lets client and server talk until the client wants another connection, or nobody has anything to say.
    void converse(client::Session& session, Line& line);
    Line& connect();
    void end(Line& line, core::CloseReason reason);

    store::InlineStore store_;
    std::unique_ptr<core::Store> access_;
    core::Complex complex_;
    core::Shard shard_;
    foodgroups::OscarProtocol protocol_;
    std::deque<core::Event> mail_;
    std::vector<std::unique_ptr<Line>> lines_;
    core::Now now_;
};

}  // namespace oscar::bench
