// SPDX-License-Identifier: MIT
// Signs on and sends every message back: echo_bot HOST PORT NAME, with the password in ECHO_BOT_PASSWORD
// or on standard input. Ends when the session ends, or on Ctrl-C.
#include <boost/asio/signal_set.hpp>
#include <cstdlib>
#include <iostream>

#include "client/asio/client.h"
#include "client/text.h"

using namespace oscar::client;

int main(int argc, char** argv) {
    auto const server = argc == 4 ? parseAddress(argv[1] + std::string(":") + argv[2], 5190) : std::nullopt;
    if (!server) {
        std::cerr << "usage: echo_bot HOST PORT NAME\n";
        return 2;
    }
    std::string password;
    if (char const* const given = std::getenv("ECHO_BOT_PASSWORD")) {
        password = given;
    } else {
        std::getline(std::cin, password);
    }

    boost::asio::io_context io;
    asio::Client client(io, *server);
    boost::asio::signal_set interrupt(io, SIGINT, SIGTERM);
    bool failed = false;

    interrupt.async_wait([&](auto error, int) {
        if (!error) client->signOff();
    });
    client.on<SignedOn>([&](SignedOn const& e) {
        std::cout << "signed on as " << e.displayId << std::endl;
        client->retrieveOfflineMessages();
    });
    client.onMessage([&](MessageReceived const& message) {
        std::cout << message.from.displayId << ": " << plainText(message.text) << std::endl;
        // Two bots that answer each other's automatic responses would never stop.
        if (!message.autoResponse)
            client->sendMessage(message.from.displayId, message.text, {.storeIfOffline = true});
    });
    client.on<SignOnFailed>([&](SignOnFailed const& e) {
        std::cerr << "cannot sign on: " << e.text << std::endl;
        failed = true;
        interrupt.cancel();
    });
    client.on<Disconnected>([&](Disconnected const& e) {
        failed = e.cause != DisconnectCause::SignedOff;
        std::cout << (failed ? "disconnected" : "signed off") << std::endl;
        interrupt.cancel();
    });

    client.signOn(argv[3], password);
    io.run();
    return failed ? 1 : 0;
}
