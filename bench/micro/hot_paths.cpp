// SPDX-License-Identifier: MIT
// hot_paths message|presence|sign-on COUNT: does one thing COUNT times, for a profiler that counts
// instructions. What one costs is the difference of two counts, so that the rest of the program does not
// matter.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

#include "apps/oscar_load/frames.h"
#include "bench/micro/small_server.h"

namespace oscar::bench {
namespace {

using load::messageTo;
using load::stateChange;

void passMessages(SmallServer& server, unsigned count) {
    Line& receiver = server.newUser("receiver");
    Line& sender = server.newUser("sender");
    wire::Buffer const frame = messageTo("receiver", 32);
    for (unsigned i = 0; i < count; ++i) {
        server.receive(sender, frame);
        SmallServer::sent(receiver);
    }
}

void tellWatchers(SmallServer& server, unsigned count) {
    constexpr std::size_t watchers = 100;
    std::vector<Line*> const lines = server.newWatchers(watchers, "subject");
    Line& subject = server.newUser("subject");
    wire::Buffer const changes[] = {stateChange(true), stateChange(false)};
    for (unsigned i = 0; i < count; ++i) {
        server.receive(subject, changes[i % 2]);
        for (Line* line : lines) SmallServer::sent(*line);
        SmallServer::sent(subject);
    }
}

void signOn(SmallServer& server, unsigned count) {
    server.addUser("user");
    for (unsigned i = 0; i < count; ++i) server.signOff(server.signOn("user"));
}

int run(std::string const& path, unsigned count) {
    SmallServer server;
    if (path == "message") {
        passMessages(server, count);
    } else if (path == "presence") {
        tellWatchers(server, count);
    } else if (path == "sign-on") {
        signOn(server, count);
    } else {
        return 2;
    }
    return 0;
}

}  // namespace
}  // namespace oscar::bench

int main(int count, char** arguments) {
    if (count != 3) {
        std::fprintf(stderr, "usage: hot_paths message|presence|sign-on COUNT\n");
        return 2;
    }
    try {
        return oscar::bench::run(arguments[1], static_cast<unsigned>(std::atoi(arguments[2])));
    } catch (std::exception const& error) {
        std::fprintf(stderr, "hot_paths: %s\n", error.what());
        return 1;
    }
}
