// SPDX-License-Identifier: MIT
// A client for tests against a real server: it signs on over TCP, keeps what arrives in order, and waits for
// what a test expects, with a deadline instead of a sleep.
#pragma once

#include <boost/asio/io_context.hpp>
#include <deque>
#include <stdexcept>

#include "client/asio/connection.h"

namespace oscar::tests {

/// A decoded SNAC together with the bytes that it borrows from.
template <wire::Message M>
class Received {
    wire::Buffer body_;
    M message_;

  public:
    wire::SnacHeader header;

    Received(wire::SnacHeader snacHeader, wire::Buffer body, M const& message)
        : body_(std::move(body)), message_(message), header(snacHeader) {}
    Received(Received&&) = default;
    Received& operator=(Received&&) = default;

    M const& operator*() const { return message_; }
    M const* operator->() const { return &message_; }
    wire::Bytes body() const { return body_; }
};

/// All waiting throws std::runtime_error with the tale of what came instead; GoogleTest shows it.
class TestClient {
  public:
    static constexpr std::chrono::milliseconds patience = std::chrono::seconds(10);

    explicit TestClient(client::Address server) : server_(std::move(server)) {}
    ~TestClient() {
        if (connection_) connection_->close();
    }
    TestClient(TestClient const&) = delete;
    TestClient& operator=(TestClient const&) = delete;

    /// Signs on and waits until the server has seen all of it, so that the user is online for others too.
    void signOn(std::string name, std::string password) {
        client::Options options;
        options.name = std::move(name);
        options.password = std::move(password);
        signOn(std::move(options));
    }
    void signOn(client::Options options) {
        open(std::move(options));
        expectEvent<client::SignedOn>();
        fence();
    }
    /// Begins a sign-on that the test itself follows.
    void open(client::Options options) {
        options.strictSequence = true;
        start(std::make_shared<client::asio::Connection>(io_, std::move(options)));
    }
    /// A connection by a cookie, for services and for tests of cookies.
    void open(client::Options options, wire::Buffer cookie) {
        options.strictSequence = true;
        start(std::make_shared<client::asio::Connection>(io_, std::move(options), std::move(cookie)));
    }
    /// Signs off and waits until the connection is closed.
    void signOff() {
        connection_->session().signOff();
        expectClosed();
    }
    /// Drops the connection as a crash would.
    void vanish() { connection_->close(); }

    client::Session& session() { return connection_->session(); }
    client::Session* operator->() { return &session(); }

    /// Lets the client work until `done` holds.
    template <class Predicate>
    void waitFor(Predicate done, std::string_view what, std::chrono::milliseconds limit = patience) {
        auto const deadline = std::chrono::steady_clock::now() + limit;
        while (!done()) {
            auto const left = deadline - std::chrono::steady_clock::now();
            if (left <= left.zero())
                throw std::runtime_error("waited in vain for " + std::string(what) + tale());
            io_.restart();
            if (io_.run_one_for(left) == 0 && io_.stopped() && !done())
                throw std::runtime_error("the connection ended before " + std::string(what) + tale());
        }
    }

    void expectClosed(std::chrono::milliseconds limit = patience) {
        waitFor([&] { return connection_->isClosed(); }, "the end of the connection", limit);
    }

    /// The first SNAC of this kind not taken yet; others stay.
    template <wire::Message M>
    Received<M> expectSnac(std::chrono::milliseconds limit = patience) {
        return expectSnac<M>([](M const&) { return true; }, limit);
    }
    /// The first that `wanted` is true for.
    template <wire::Message M, class Wanted>
    Received<M> expectSnac(Wanted wanted, std::chrono::milliseconds limit = patience) {
        std::optional<Received<M>> found;
        waitFor([&] { return (found = take<M>(wanted)).has_value(); }, nameOf(id<M>()), limit);
        return std::move(*found);
    }
    /// The first SNAC that answers a request, whatever it is; ERROR SNACs too.
    std::pair<wire::SnacHeader, wire::Buffer> expectAnswer(wire::u32 requestId,
                                                           std::chrono::milliseconds limit = patience) {
        auto const isIt = [&](Snac const& snac) { return snac.header.requestId == requestId; };
        auto found = snacs_.end();
        waitFor([&] { return (found = std::find_if(snacs_.begin(), snacs_.end(), isIt)) != snacs_.end(); },
                "the answer to request " + std::to_string(requestId), limit);
        Snac snac = std::move(*found);
        snacs_.erase(found);
        return {snac.header, std::move(snac.body)};
    }

    /// The first event of this kind not taken yet; others stay.
    template <class E>
    E expectEvent(std::chrono::milliseconds limit = patience) {
        return expectEvent<E>([](E const&) { return true; }, limit);
    }
    template <class E, class Wanted>
    E expectEvent(Wanted wanted, std::chrono::milliseconds limit = patience) {
        auto const isIt = [&](client::Event const& event) {
            auto const* const e = std::get_if<E>(&event);
            return e && wanted(*e);
        };
        auto found = events_.end();
        waitFor([&] { return (found = std::find_if(events_.begin(), events_.end(), isIt)) != events_.end(); },
                "an event", limit);
        E event = std::get<E>(std::move(*found));
        events_.erase(found);
        return event;
    }

    /// A round trip: returns when the server has answered what was sent before, in order. To show that
    /// nothing goes from one client to another: fence() of the first, then expectNone() of the second.
    void fence() {
        bool back = false;
        session().request(wire::oservice::NickInfoQuery{}, [&](client::Reply const&) { back = true; });
        waitFor([&] { return back; }, "the answer to NICK_INFO_QUERY");
    }

    /// After a fence: that no such SNAC has come which was not taken.
    template <wire::Message M>
    void expectNone() {
        fence();
        if (auto const found = take<M>([](M const&) { return true; }))
            throw std::runtime_error("unexpected " + nameOf(id<M>()));
    }

    /// Forgets all that came and was not taken.
    void forget() {
        snacs_.clear();
        events_.clear();
    }

  private:
    struct Snac {
        wire::SnacHeader header;
        wire::Buffer body;
    };

    boost::asio::io_context io_;
    client::Address server_;
    std::shared_ptr<client::asio::Connection> connection_;
    std::deque<Snac> snacs_;
    std::deque<client::Event> events_;

    void start(std::shared_ptr<client::asio::Connection> connection) {
        if (connection_) connection_->close();
        connection_ = std::move(connection);
        forget();
        connection_->session().onSnac([this](wire::SnacFrame const& frame) {
            snacs_.push_back({frame.header, wire::toBuffer(frame.body)});
        });
        connection_->session().onEvent([this](client::Event const& event) {
            events_.push_back(event);
            // What it borrows ends with this call; the SNAC itself is kept beside it.
            if (auto* const message = std::get_if<client::MessageReceived>(&events_.back()))
                message->snac = {};
        });
        connection_->open(server_);
    }

    template <wire::Message M>
    static wire::SnacId id() {
        return {static_cast<wire::u16>(M::snac.foodgroup), M::snac.type};
    }

    template <wire::Message M, class Wanted>
    std::optional<Received<M>> take(Wanted wanted) {
        for (auto snac = snacs_.begin(); snac != snacs_.end(); ++snac) {
            if (wire::SnacId{snac->header.foodgroup, snac->header.type} != id<M>()) continue;
            auto const message = wire::decode<M>(snac->body);
            if (!message) throw std::runtime_error(nameOf(id<M>()) + " cannot be decoded");
            if (!wanted(*message)) continue;
            Received<M> received(snac->header, std::move(snac->body), *message);
            snacs_.erase(snac);
            return received;
        }
        return std::nullopt;
    }

    static std::string nameOf(wire::SnacId snac) {
        char text[32];
        std::snprintf(text, sizeof text, "SNAC %02X/%02X", snac.foodgroup, snac.type);
        return text;
    }

    std::string tale() const {
        std::string text = "; not taken:";
        for (Snac const& snac : snacs_) text += " " + nameOf({snac.header.foodgroup, snac.header.type});
        for (client::Event const& event : events_) {
            if (auto const* failed = std::get_if<client::SignOnFailed>(&event))
                text += "; sign-on failed: " + failed->text;
            if (std::holds_alternative<client::Disconnected>(event)) text += "; disconnected";
        }
        return text;
    }
};

}  // namespace oscar::tests
