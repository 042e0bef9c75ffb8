// SPDX-License-Identifier: MIT
// A session on a TCP connection, by Boost.Asio: connects, follows redirects, keeps alive, closes.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <concepts>
#include <memory>

#include "client/session.h"

namespace oscar::client::asio {

struct Times {
    /// From open() to SignedOn; also for the new sign-on of a migration.
    std::chrono::milliseconds signOn = std::chrono::seconds(30);
    std::chrono::milliseconds keepAlive = std::chrono::minutes(1);
    /// For the last bytes of a session that has ended.
    std::chrono::milliseconds closing = std::chrono::seconds(5);
};

/// One session with its socket. Everything runs on the thread that runs the io_context; an idle connection
/// holds no buffer. Made by std::make_shared: pending operations keep it alive until they have ended.
class Connection : public std::enable_shared_from_this<Connection> {
  public:
    Connection(boost::asio::io_context& io, Options options, Times times = {});
    /// With a cookie: see Session.
    Connection(boost::asio::io_context& io, Options options, wire::Buffer cookie, Times times = {});

    /// Handlers for events and SNACs are set here.
    Session& session() { return session_; }
    Session const& session() const { return session_; }

    /// Connects and signs on. Once only.
    void open(Address server);
    /// Ends without a word to the server: no further event comes, and no answer to what was asked.
    /// Session::signOff() is the polite way.
    void close();
    /// Whether the socket is closed, by whomever.
    bool isClosed() const { return closed_; }

  private:
    using Tcp = boost::asio::ip::tcp;

    Times times_;
    Session session_;
    Tcp::resolver resolver_;
    Tcp::socket socket_;
    boost::asio::steady_timer timer_;
    Address server_;
    wire::Buffer writing_;
    wire::u32 attempt_ = 0;  ///< counts sockets: what belongs to an earlier one is passed over
    bool connected_ = false;
    bool flushing_ = false;
    bool closed_ = false;
    Session::Stage seen_ = Session::Stage::Idle;

    void connect();
    void onResolved(boost::system::error_code error, Tcp::resolver::results_type const& found);
    void onConnected(boost::system::error_code error);
    void waitForBytes();
    void readSome();
    void follow();
    void flushSoon();
    void flush();
    void watchStage();
    void sendKeepAlives();
    void giveUp(std::string const& why);

    /// A handler that holds the connection, and is passed over when its socket is no more.
    template <class F>
    struct Guarded {
        std::shared_ptr<Connection> connection;
        wire::u32 attempt;
        F handler;

        template <class... A>
        requires std::invocable<F&, A const&...>
        void operator()(A const&... arguments) {
            if (attempt == connection->attempt_ && !connection->closed_) handler(arguments...);
        }
    };
    template <class F>
    Guarded<F> guarded(F handler) {
        return {shared_from_this(), attempt_, std::move(handler)};
    }
};

}  // namespace oscar::client::asio
