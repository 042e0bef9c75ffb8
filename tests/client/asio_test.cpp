// SPDX-License-Identifier: MIT
// The client over real sockets, against a scripted server in a thread of its own.
#include <gtest/gtest.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/write.hpp>
#include <thread>

#include "client/asio/client.h"
#include "tests/client/scripted_host.h"
#include "tests/support/client_driver.h"

namespace oscar {
namespace {

using namespace client;
using namespace tests;
using Tcp = boost::asio::ip::tcp;
namespace icbm = wire::icbm;

/// Serves the connections that it is told to expect, one after the other, then ends.
class ScriptedServer {
  public:
    enum class Manner { Answer, HangUpAfterHello, SayNothing };

    explicit ScriptedServer(std::vector<Manner> connections) : connections_(std::move(connections)) {
        hosts.resize(connections_.size());
        for (ScriptedHost& host : hosts) {
            host.reconnectHere = "127.0.0.1:" + std::to_string(address().port);
            host.echoMessages = true;
            host.signOffAtKeepAlive = true;
        }
        thread_ = std::thread([this] { serve(); });
    }
    ~ScriptedServer() { finish(); }

    Address address() const { return {"127.0.0.1", acceptor_.local_endpoint().port()}; }
    /// Waits for the end of the last connection; after it `hosts` may be looked at.
    void finish() {
        if (thread_.joinable()) thread_.join();
    }

    std::vector<ScriptedHost> hosts;

  private:
    std::vector<Manner> connections_;
    boost::asio::io_context io_;
    Tcp::acceptor acceptor_{io_, {boost::asio::ip::address_v4::loopback(), 0}};
    std::thread thread_;

    void serve() {
        for (std::size_t i = 0; i < connections_.size(); ++i) {
            Tcp::socket socket = acceptor_.accept();
            serve(socket, hosts[i], connections_[i]);
        }
    }

    static void serve(Tcp::socket& socket, ScriptedHost& host, Manner manner) {
        boost::system::error_code error;
        auto const write = [&](wire::Buffer const& bytes) {
            boost::asio::write(socket, boost::asio::buffer(bytes), error);
        };
        if (manner != Manner::SayNothing) write(host.hello());
        if (manner == Manner::HangUpAfterHello) return;
        std::array<wire::u08, 4096> bytes;
        for (;;) {
            std::size_t const count = socket.read_some(boost::asio::buffer(bytes), error);
            if (error) return;
            wire::Buffer const answer = host.receive({bytes.data(), count});
            if (manner == Manner::Answer) write(answer);
            if (host.signedOff) return;
        }
    }
};

using Manner = ScriptedServer::Manner;

Options alice() {
    Options options;
    options.name = "alice";
    options.password = "password";
    return options;
}

TEST(AsioClient, signsOnTalksAndSignsOffOverTwoConnections) {
    ScriptedServer server({Manner::Answer, Manner::Answer});
    boost::asio::io_context io;
    client::asio::Client client(io, server.address());
    std::vector<std::string> story;
    client.on<SignedOn>([&](SignedOn const& e) {
        story.push_back("signed on as " + e.displayId);
        client->sendMessage("bob", "h\u00e9llo");
    });
    client.onMessage([&](MessageReceived const& message) {
        story.push_back(message.from.displayId + " says " + message.text);
        client->signOff();
    });
    client.on<Disconnected>([&](Disconnected const& e) {
        story.push_back(e.cause == DisconnectCause::SignedOff ? "signed off" : "lost");
    });
    client.signOn("alice", "password");
    io.run();
    server.finish();
    EXPECT_EQ(story, (std::vector<std::string>{"signed on as Alice A", "bob says h\u00e9llo", "signed off"}));
    EXPECT_TRUE(server.hosts[1].signedOff);
}

TEST(AsioClient, tellsWhenNobodyListens) {
    boost::asio::io_context io;
    wire::u16 port = 0;
    {
        Tcp::acceptor nobody{io, {boost::asio::ip::address_v4::loopback(), 0}};
        port = nobody.local_endpoint().port();
    }
    client::asio::Client client(io, {"127.0.0.1", port});
    std::vector<SignOnFailed> failures;
    client.on<SignOnFailed>([&](SignOnFailed const& e) { failures.push_back(e); });
    client.signOn("alice", "password");
    io.run();
    ASSERT_EQ(failures.size(), 1u);
    EXPECT_TRUE(failures[0].text.starts_with("cannot connect: ")) << failures[0].text;
}

TEST(AsioClient, tellsWhenTheServerHangsUpAndMayTryAgainFromTheHandler) {
    ScriptedServer server(
        {Manner::HangUpAfterHello, Manner::HangUpAfterHello, Manner::Answer, Manner::Answer});
    boost::asio::io_context io;
    client::asio::Client client(io, server.address());
    int failures = 0;
    client.on<SignOnFailed>([&](SignOnFailed const&) {
        ++failures;
        client.signOn(alice());
    });
    client.on<SignedOn>([&](SignedOn const&) { client->signOff(); });
    client.signOn(alice());
    io.run();
    EXPECT_EQ(failures, 2);
}

TEST(AsioClient, mayBeginAnewFromTheHandlerOfItsOwnSignOff) {
    ScriptedServer server({Manner::Answer, Manner::Answer, Manner::Answer, Manner::Answer});
    boost::asio::io_context io;
    client::asio::Client client(io, server.address());
    int signOns = 0;
    client.on<SignedOn>([&](SignedOn const&) {
        ++signOns;
        client->signOff();
    });
    client.on<Disconnected>([&](Disconnected const&) {
        if (signOns == 1) client.signOn(alice());
    });
    client.signOn(alice());
    io.run();
    EXPECT_EQ(signOns, 2);
}

TEST(AsioClient, doesNotWaitForEverForASilentServer) {
    ScriptedServer server({Manner::SayNothing});
    boost::asio::io_context io;
    auto const connection = std::make_shared<client::asio::Connection>(
        io, alice(), client::asio::Times{.signOn = std::chrono::milliseconds(50)});
    std::string why;
    connection->session().onEvent([&](Event const& event) { why = std::get<SignOnFailed>(event).text; });
    connection->open(server.address());
    io.run();
    EXPECT_EQ(why, "the server did not answer in time");
    EXPECT_TRUE(connection->isClosed());
}

TEST(AsioClient, keepsAnIdleConnectionAlive) {
    ScriptedServer server({Manner::Answer, Manner::Answer});
    boost::asio::io_context io;
    auto const connection = std::make_shared<client::asio::Connection>(
        io, alice(), client::asio::Times{.keepAlive = std::chrono::milliseconds(5)});
    std::optional<DisconnectCause> cause;
    connection->session().onEvent([&](Event const& event) {
        if (auto const* const e = std::get_if<Disconnected>(&event)) cause = e->cause;
    });
    connection->open(server.address());
    io.run();
    server.finish();
    EXPECT_EQ(server.hosts[1].keepAlives, 1u);
    EXPECT_EQ(cause, DisconnectCause::SignedOffByServer);
}

TEST(AsioClient, endsQuietlyWhenItIsDestroyedInTheMiddle) {
    ScriptedServer server({Manner::Answer, Manner::Answer});
    boost::asio::io_context io;
    bool middle = false;
    int ends = 0;
    {
        client::asio::Client client(io, server.address());
        client.on<OwnInfo>([&](OwnInfo const&) { middle = true; });
        client.on<SignOnFailed>([&](SignOnFailed const&) { ++ends; });
        client.on<Disconnected>([&](Disconnected const&) { ++ends; });
        client.signOn(alice());
        while (!middle) ASSERT_NE(io.run_one_for(std::chrono::seconds(10)), 0u);
    }
    io.run();
    EXPECT_EQ(ends, 0);
}

TEST(AsioClient, hasNoSessionBeforeItSignsOn) {
    boost::asio::io_context io;
    client::asio::Client client(io, {"127.0.0.1", 1});
    EXPECT_THROW(client.session(), std::logic_error);
}

TEST(TestClientDriver, waitsForWhatATestExpects) {
    ScriptedServer server({Manner::Answer, Manner::Answer});
    TestClient client(server.address());
    client.signOn("alice", "password");
    auto const online = client.expectSnac<wire::oservice::HostOnline>();
    EXPECT_EQ(online->groups.count(), 6u);
    client->sendMessage("bob", "one");
    client->sendMessage("carol", "two");
    auto const second = client.expectSnac<icbm::ChannelMsgToClient>(
        [](auto const& m) { return m.info.displayId.text == "carol"; });
    EXPECT_EQ(second->info.displayId.text, "carol");
    EXPECT_EQ(client.expectEvent<MessageReceived>().text, "one");
    EXPECT_NO_THROW(client.expectSnac<icbm::ChannelMsgToClient>());
    client.expectNone<icbm::ChannelMsgToClient>();
    wire::u32 const id = client->send(wire::oservice::NickInfoQuery{});
    EXPECT_EQ(client.expectAnswer(id).first.type, wire::oservice::NickInfoUpdate::snac.type);
    client->sendMessage("bob", "three");
    EXPECT_THROW(client.expectNone<icbm::ChannelMsgToClient>(), std::runtime_error);
    EXPECT_THROW(client.expectSnac<wire::oservice::Pause>(std::chrono::milliseconds(5)), std::runtime_error);
    client.signOff();
}

TEST(TestClientDriver, saysWhyAConnectionEndedInstead) {
    ScriptedServer server({Manner::HangUpAfterHello});
    TestClient client(server.address());
    try {
        client.signOn("alice", "password");
        FAIL() << "signed on to a server that hung up";
    } catch (std::runtime_error const& e) {
        EXPECT_NE(std::string(e.what()).find("sign-on failed: the connection ended"), std::string::npos)
            << e.what();
    }
}

}  // namespace
}  // namespace oscar
