// SPDX-License-Identifier: MIT
// A session and a scripted host, joined without a network.
#pragma once

#include <gtest/gtest.h>

#include "client/session.h"
#include "tests/client/scripted_host.h"

namespace oscar::tests {

inline client::Options alice() {
    client::Options options;
    options.name = "alice";
    options.password = "password";
    options.seed = 7;
    return options;
}

struct Line {
    client::Session session;
    ScriptedHost logOn;
    ScriptedHost bos;
    ScriptedHost* host = &logOn;
    std::vector<client::Event> events;

    explicit Line(client::Options options = alice()) : session(std::move(options)) { listen(); }
    Line(client::Options options, std::string_view cookie)
        : session(std::move(options), wire::toBuffer(wire::asBytes(cookie))), host(&bos) {
        listen();
    }

    /// Lets both sides talk until neither has anything to say.
    void talk() {
        for (;;) {
            wire::Buffer const said = session.takeOutput();
            if (said.empty()) return;
            hear(host->receive(said));
        }
    }
    void hear(wire::Buffer const& bytes) { session.receive(bytes); }
    void connect() {
        session.connected();
        hear(host->hello());
        talk();
    }
    void signOn() {
        connect();
        ASSERT_EQ(session.stage(), client::Session::Stage::Redirected);
        host = &bos;
        connect();
        ASSERT_EQ(session.stage(), client::Session::Stage::Online);
    }

    template <class E>
    std::vector<E> all() const {
        std::vector<E> found;
        for (client::Event const& event : events)
            if (auto const* const e = std::get_if<E>(&event)) found.push_back(*e);
        return found;
    }

  private:
    void listen() {
        session.onEvent([this](client::Event const& event) { events.push_back(event); });
    }
};

inline wire::oservice::NickwInfo nickwInfo(std::string_view name, wire::Tlvs const& attributes) {
    return {{name}, 0, wire::tlvBlock{attributes.bytes()}};
}

}  // namespace oscar::tests
