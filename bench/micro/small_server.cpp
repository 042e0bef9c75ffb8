// SPDX-License-Identifier: MIT
#include "bench/micro/small_server.h"

#include <stdexcept>

namespace oscar::bench {
namespace {

constexpr char const* password = "bench-password";

}  // namespace

SmallServer::SmallServer()
    : store_(*this),
      access_(store_.forShard()),
      complex_({}),
      shard_(0, complex_, *this, *access_, *this),
      protocol_(shard_) {
    now_.steady = core::TimePoint(core::Milliseconds(1'000'000));
    now_.unix = 1'700'000'000;
    shard_.now = now_;
}

SmallServer::~SmallServer() {
    for (auto const& line : lines_) line->session.reset();
}

void SmallServer::settle() {
    while (!mail_.empty() || store_.runPending() > 0) {
        while (!mail_.empty()) {
            core::Event const event = std::move(mail_.front());
            mail_.pop_front();
            event(shard_);
        }
    }
}

void SmallServer::addUser(std::string const& name) {
    std::vector<core::NewUser> users;
    users.push_back({name, core::Password(password), {}, true});
    access_->add(std::move(users), now_.unix, [](core::StoreResult<> result) {
        if (!result) throw std::runtime_error("the account could not be made");
    });
    settle();
}

std::vector<Line*> SmallServer::newWatchers(std::size_t count, std::string const& subject) {
    std::vector<Line*> lines;
    for (std::size_t i = 0; i < count; ++i) lines.push_back(&newUser("watcher" + std::to_string(i), {subject}));
    return lines;
}

Line& SmallServer::connect() {
    lines_.push_back(std::make_unique<Line>(1, "127.0.0.1"));
    protocol_.opened(*lines_.back(), now_);
    settle();
    return *lines_.back();
}

void SmallServer::receive(Line& line, wire::Bytes bytes) {
    (void)line.reader.feed(bytes, [&](wire::FlapFrame const& frame) {
        auto const next = protocol_.frame(line, frame, now_);
        return line.closing() || line.paused ? wire::FlapReader::Next::Stop : next;
    });
    settle();
}

void SmallServer::converse(client::Session& session, Line& line) {
    using Stage = client::Session::Stage;
    while (session.stage() != Stage::Redirected) {
        wire::Buffer const toServer = session.takeOutput();
        if (!toServer.empty() || line.reader.kept() > 0) receive(line, toServer);
        wire::Buffer const toClient = std::exchange(line.out.bytes(), {});
        if (!toClient.empty()) {
            protocol_.flushed(line, now_);
            session.receive(toClient);
        }
        if (toServer.empty() && toClient.empty()) return;
    }
}

void SmallServer::end(Line& line, core::CloseReason reason) {
    protocol_.closed(line, reason, now_);
    settle();
    std::erase_if(lines_, [&](auto const& kept) { return kept.get() == &line; });
}

void SmallServer::signOff(Line& line) { end(line, core::CloseReason::SignedOff); }

Line& SmallServer::signOn(std::string const& name, std::vector<std::string> const& buddies) {
    using Stage = client::Session::Stage;
    client::Options options;
    options.name = name;
    options.password = password;
    options.useFeedbag = false;
    options.seed = 1;
    client::Session session(options);
    while (session.stage() == Stage::Idle || session.stage() == Stage::Redirected) {
        Line& line = connect();
        session.connected();
        converse(session, line);
        if (line.closed) end(line, *line.closed);
    }
    if (session.stage() != Stage::Online) throw std::runtime_error(name + " could not sign on");
    Line& line = *lines_.back();
    wire::List<wire::string08> names;
    for (std::string const& buddy : buddies) names.add({buddy});
    session.send(wire::buddy::AddBuddies{names});
    converse(session, line);
    // What follows is written without the session, and numbered by whoever writes it.
    line.reader = wire::FlapReader(wire::FlapReader::Sequence::Ignored);
    return line;
}

}  // namespace oscar::bench
