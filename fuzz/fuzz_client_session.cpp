// SPDX-License-Identifier: MIT
// What a hostile server can make of a session: the input is what it sends, over two connections.
#include "client/session.h"

namespace {

using oscar::client::Session;

/// Feeds in pieces whose size the input chooses: frames may be cut anywhere.
void feed(Session& session, oscar::wire::Bytes bytes, std::size_t piece) {
    while (!bytes.empty()) {
        if (session.stage() == Session::Stage::Redirected) session.connected();
        auto const now = bytes.first(std::min(piece, bytes.size()));
        bytes = bytes.subspan(now.size());
        session.receive(now);
        session.takeOutput();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (size < 2) return 0;
    oscar::client::Options options;
    options.name = "alice";
    options.password = "password";
    options.seed = 1;
    options.logOn = static_cast<oscar::client::LogOn>(data[0] % 3);
    bool const byCookie = data[0] & 0x80;
    std::size_t const piece = data[1] ? data[1] : size;
    auto const run = [&](Session& session) {
        session.onEvent([&](oscar::client::Event const& event) {
            if (!std::holds_alternative<oscar::client::SignedOn>(event)) return;
            session.addBuddy("bob", "Friends");
            session.addDeny("mallory");
            session.requestUserInfo("bob", [](auto const&) {});
        });
        session.connected();
        feed(session, {data + 2, size - 2}, piece);
        session.connectionLost();
    };
    if (byCookie) {
        Session session(options, oscar::wire::Buffer{1});
        run(session);
    } else {
        Session session(options);
        run(session);
    }
    return 0;
}
