// SPDX-License-Identifier: MIT
#include "client/asio/connection.h"

#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

namespace oscar::client::asio {

using boost::system::error_code;
using Stage = Session::Stage;

Connection::Connection(boost::asio::io_context& io, Options options, Times times)
    : times_(times), session_(std::move(options)), resolver_(io), socket_(io), timer_(io) {}

Connection::Connection(boost::asio::io_context& io, Options options, wire::Buffer cookie, Times times)
    : times_(times),
      session_(std::move(options), std::move(cookie)),
      resolver_(io),
      socket_(io),
      timer_(io) {}

void Connection::open(Address server) {
    server_ = std::move(server);
    session_.onOutput([this] { flushSoon(); });
    connect();
}

void Connection::close() {
    if (std::exchange(closed_, true)) return;
    error_code ignored;
    socket_.close(ignored);
    resolver_.cancel();
    timer_.cancel();
}

void Connection::giveUp(std::string const& why) {
    session_.giveUp(why);
    close();
}

void Connection::connect() {
    ++attempt_;
    connected_ = false;
    flushing_ = false;
    timer_.expires_after(times_.signOn);
    timer_.async_wait(guarded([this](error_code error) {
        if (!error) giveUp("the server did not answer in time");
    }));
    resolver_.async_resolve(server_.host, std::to_string(server_.port),
                            guarded([this](error_code error, Tcp::resolver::results_type const& found) {
                                onResolved(error, found);
                            }));
}

void Connection::onResolved(error_code error, Tcp::resolver::results_type const& found) {
    if (error) return giveUp("cannot find the server: " + error.message());
    boost::asio::async_connect(
        socket_, found, guarded([this](error_code failed, Tcp::endpoint const&) { onConnected(failed); }));
}

void Connection::onConnected(error_code error) {
    if (error) return giveUp("cannot connect: " + error.message());
    error_code ignored;
    socket_.set_option(Tcp::no_delay(true), ignored);
    socket_.non_blocking(true, ignored);
    connected_ = true;
    session_.connected();
    waitForBytes();
}

void Connection::waitForBytes() {
    socket_.async_wait(Tcp::socket::wait_read, guarded([this](error_code error) {
                           if (!error) readSome();
                       }));
}

void Connection::readSome() {
    std::array<wire::u08, 16384> bytes;
    error_code error;
    std::size_t const count = socket_.read_some(boost::asio::buffer(bytes), error);
    if (error == boost::asio::error::would_block) return waitForBytes();
    if (error) {
        session_.connectionLost();
        return close();
    }
    session_.receive({bytes.data(), count});
    if (closed_) return;
    watchStage();
    if (session_.stage() == Stage::Redirected) return follow();
    if (session_.stage() != Stage::Ended) waitForBytes();
}

/// The server has named another: a new socket, and the machine goes on there.
void Connection::follow() {
    server_ = session_.redirect();
    error_code ignored;
    socket_.close(ignored);
    connect();
}

/// One write for all that is said in one turn of the loop.
void Connection::flushSoon() {
    if (std::exchange(flushing_, true)) return;
    boost::asio::post(socket_.get_executor(), guarded([this] { flush(); }));
}

void Connection::flush() {
    watchStage();
    writing_ = connected_ ? session_.takeOutput() : wire::Buffer();
    if (writing_.empty()) {
        flushing_ = false;
        if (session_.stage() == Stage::Ended) close();
        return;
    }
    boost::asio::async_write(socket_, boost::asio::buffer(writing_),
                             guarded([this](error_code error, std::size_t) {
                                 // A connection is found lost by reading: what the server said last counts.
                                 if (!error || session_.stage() == Stage::Ended) flush();
                             }));
}

/// Sets the timer to what the session waits for now.
void Connection::watchStage() {
    if (std::exchange(seen_, session_.stage()) == session_.stage()) return;
    if (seen_ == Stage::Online) sendKeepAlives();
    if (seen_ == Stage::Ended) {
        timer_.expires_after(times_.closing);
        timer_.async_wait(guarded([this](error_code error) {
            if (!error) close();
        }));
    }
}

void Connection::sendKeepAlives() {
    timer_.expires_after(times_.keepAlive);
    timer_.async_wait(guarded([this](error_code error) {
        if (error) return;
        session_.keepAlive();
        sendKeepAlives();
    }));
}

}  // namespace oscar::client::asio
