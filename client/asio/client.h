// SPDX-License-Identifier: MIT
// The short way for scripts: a connection and handlers by kind of event.
//
//     boost::asio::io_context io;
//     client::asio::Client client(io, {"aim.example.org", 5190});
//     client.onMessage([&](auto const& m) { client->sendMessage(m.from.displayId, m.text); });
//     client.signOn("Chatting Chuck", password);
//     io.run();
#pragma once

#include "client/asio/connection.h"

namespace oscar::client::asio {

/// Used on the thread that runs `io`, which must live longer. io.run() returns when the session has ended.
class Client {
    boost::asio::io_context& io_;
    Address server_;
    std::vector<std::function<void(Event const&)>> handlers_;
    std::shared_ptr<Connection> connection_;

  public:
    Client(boost::asio::io_context& io, Address server);
    /// Closes without a word; see Session::signOff().
    ~Client();
    Client(Client const&) = delete;
    Client& operator=(Client const&) = delete;

    /// Adds a handler for one kind of event; handlers are called in the order they were added. Not from
    /// within a handler.
    template <class E>
    void on(std::function<void(E const&)> handler) {
        handlers_.push_back([handler = std::move(handler)](Event const& event) {
            if (auto const* const e = std::get_if<E>(&event)) handler(*e);
        });
    }
    void onMessage(std::function<void(MessageReceived const&)> handler) { on(std::move(handler)); }

    /// Signs on; may be called again after SignOnFailed or Disconnected, also from their handlers.
    void signOn(std::string name, std::string password);
    void signOn(Options options);

    /// Throws std::logic_error before signOn().
    Session& session();
    Session* operator->() { return &session(); }
};

}  // namespace oscar::client::asio
