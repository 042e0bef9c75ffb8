// SPDX-License-Identifier: MIT
#include "client/asio/client.h"

#include <boost/asio/post.hpp>
#include <stdexcept>

namespace oscar::client::asio {

Client::Client(boost::asio::io_context& io, Address server) : io_(io), server_(std::move(server)) {}

Client::~Client() {
    if (connection_) connection_->close();
}

void Client::signOn(std::string name, std::string password) {
    Options options;
    options.name = std::move(name);
    options.password = std::move(password);
    signOn(std::move(options));
}

void Client::signOn(Options options) {
    if (connection_) connection_->close();
    // Whoever calls from a handler of the old connection must find it alive when he returns.
    boost::asio::post(io_, [old = std::move(connection_)] {});
    connection_ = std::make_shared<Connection>(io_, std::move(options));
    connection_->session().onEvent([this](Event const& event) {
        for (auto const& handler : handlers_) handler(event);
    });
    connection_->open(server_);
}

Session& Client::session() {
    if (!connection_) throw std::logic_error("the client has not been told to sign on");
    return connection_->session();
}

}  // namespace oscar::client::asio
