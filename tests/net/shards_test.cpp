// SPDX-License-Identifier: MIT
// Connections and events between shards.
#include <memory>
#include <random>

#include "tests/net/harness.h"

namespace oscar::net::test {
namespace {

/// A client on the shard that it is wanted on; the kernel chooses the first one.
std::unique_ptr<Client> clientOn(TestServer& server, unsigned shard, std::string const& name) {
    auto client = std::make_unique<Client>(server);
    EXPECT_EQ(client->ask("name " + name), "named");
    client->say("move " + std::to_string(shard));
    EXPECT_EQ(client->ask("who").substr(0, 1), std::to_string(shard));
    return client;
}

TEST(Shards, aMovedConnectionGoesOnWhereItWas) {
    TestServer server(2);
    Client client(server);
    EXPECT_EQ(client.ask("name traveller"), "named");
    std::string const bytes = client.frames({"move 1", "who", "move 0", "who", "last"});
    client.sendBytes(std::string_view(bytes).substr(0, bytes.size() - 3));
    EXPECT_EQ(client.hear(), "1 127.0.0.1 " + server.endpoint);
    EXPECT_EQ(client.hear(), "0 127.0.0.1 " + server.endpoint);
    client.sendBytes(std::string_view(bytes).substr(bytes.size() - 3));
    EXPECT_EQ(client.hear(), "last");
    EXPECT_EQ(server.journal.count("adopted traveller"), 2u);
    client.close();
    EXPECT_TRUE(server.journal.waitFor("closed: signed off"));
}

TEST(Shards, aMoveToTheSameShardWorksToo) {
    TestServer server;
    Client client(server);
    client.sendBytes(client.frames({"move 0", "who"}));
    EXPECT_EQ(client.hear(), "0 127.0.0.1 " + server.endpoint);
}

TEST(Shards, whatWasNotSentYetMovesAlong) {
    TestServer server(2);
    auto const slow = clientOn(server, 0, "slow");
    slow->sendBytes(slow->frames({"big 2000 8000", "move 1", "who"}));
    for (int i = 0; i < 2000; ++i)
        ASSERT_EQ(slow->hear(), std::string(8000, static_cast<char>('a' + i % 26)));
    EXPECT_EQ(slow->hear(), "done");
    EXPECT_EQ(slow->hear().substr(0, 1), "1");
}

TEST(Shards, manyMovesLoseAndReorderNothing) {
    constexpr unsigned shards = 4;
    TestServer server(shards);
    std::mt19937 random(7);
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 20; ++i) clients.push_back(std::make_unique<Client>(server));
    for (int round = 0; round < 20; ++round)
        for (auto const& client : clients) {
            std::string bytes;
            for (int i = 0; i < 10; ++i)
                bytes += client->frames(
                    {"move " + std::to_string(random() % shards), std::to_string(round * 10 + i)});
            // Cut anywhere, so that a part of a frame moves along.
            std::size_t const cut = random() % bytes.size();
            client->sendBytes(std::string_view(bytes).substr(0, cut));
            client->sendBytes(std::string_view(bytes).substr(cut));
        }
    for (auto const& client : clients)
        for (int i = 0; i < 200; ++i) ASSERT_EQ(client->hear(), std::to_string(i));
    EXPECT_EQ(server.server.connections(), clients.size());
}

TEST(Shards, eventsArriveInOrderAndTogether) {
    TestServer server(2);
    auto const ear = clientOn(server, 1, "ear");
    auto const mouth = clientOn(server, 0, "mouth");
    std::size_t const before = ear->recvs();
    mouth->say("spread 1 2000");
    for (int i = 0; i < 2000; ++i) ASSERT_EQ(ear->hear(), std::to_string(i));
    // 2000 frames, which left the other shard in one delivery: one send, that TCP hands over in few pieces.
    EXPECT_LE(ear->recvs() - before, 4u);
}

TEST(Shards, eventsToTheSameShardAreOnTimeToo) {
    TestServer server;
    Client ear(server), mouth(server);
    EXPECT_EQ(ear.ask("name ear"), "named");
    mouth.say("spread 0 100");
    for (int i = 0; i < 100; ++i) ASSERT_EQ(ear.hear(), std::to_string(i));
}

TEST(Shards, anEventRunsAfterTheCallThatPostedIt) {
    TestServer server;
    server.on(0, [](TestShard& shard) {
        shard.mail.post(0, [](core::Shard& later) { asTestShard(later).journal.write("posted"); });
        shard.journal.write("posting");
    });
    ASSERT_TRUE(server.journal.waitFor("posted"));
    std::vector<std::string> lines = server.journal.lines();
    std::erase(lines, "tick");
    EXPECT_EQ(lines, (std::vector<std::string>{"posting", "posted"}));
}

TEST(Shards, eventsFromManyShardsAllArrive) {
    TestServer server(3);
    auto const ear = clientOn(server, 2, "ear");
    auto const left = clientOn(server, 0, "left");
    auto const right = clientOn(server, 1, "right");
    for (int i = 0; i < 10; ++i) {
        left->say("spread 2 100");
        right->say("spread 2 100");
    }
    long sum = 0;
    for (int i = 0; i < 2000; ++i) sum += std::stol(ear->hear());
    EXPECT_EQ(sum, 20 * (99 * 100 / 2));
}

}  // namespace
}  // namespace oscar::net::test
