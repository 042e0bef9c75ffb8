// SPDX-License-Identifier: MIT
// What tests do again and again with the real client half.
#pragma once

#include <gtest/gtest.h>

#include "tests/e2e/oscard.h"
#include "tests/support/client_driver.h"

namespace oscar::test {

using tests::TestClient;

inline client::Options optionsOf(std::string const& name, std::string_view password = usualPassword) {
    client::Options options;
    options.name = name;
    options.password = password;
    return options;
}

inline void signOn(TestClient& client, std::string const& name) { client.signOn(optionsOf(name)); }

/// Sends, and waits until the server has taken it: a client works only while it is waited for.
template <class... Arguments>
client::SentMessage send(TestClient& from, std::string const& to, std::string const& text,
                         Arguments... options) {
    auto const sent = from->sendMessage(to, text, options...);
    EXPECT_TRUE(sent);
    from.fence();
    return sent.value_or(client::SentMessage{});
}

/// That none has come that was not taken.
template <class E>
void expectNoEvent(TestClient& client) {
    client.fence();
    EXPECT_THROW(client.expectEvent<E>(std::chrono::milliseconds(0)), std::runtime_error);
}

/// Waits until a change of the stored list has been carried out; `begin` gets what is to be called at its
/// end.
inline void changeList(TestClient& client, std::function<void(client::Session::FeedbagDone)> const& begin) {
    std::optional<wire::feedbag::StatusCode> status;
    begin([&](wire::feedbag::StatusCode code) { status = code; });
    client.waitFor([&] { return status.has_value(); }, "the end of a change of the list");
    EXPECT_EQ(status, wire::feedbag::StatusCode::Success);
}

inline void addBuddy(TestClient& client, std::string const& name, std::string const& group = "Buddies") {
    changeList(client, [&](auto done) { client->addBuddy(name, group, done); });
}

inline std::optional<client::UserDetails> userInfo(TestClient& client, std::string const& name) {
    std::optional<client::UserDetails> details;
    bool answered = false;
    client->requestUserInfo(name, [&](std::optional<client::UserDetails> const& answer) {
        details = answer;
        answered = true;
    });
    client.waitFor([&] { return answered; }, "the answer about " + name);
    return details;
}

}  // namespace oscar::test
