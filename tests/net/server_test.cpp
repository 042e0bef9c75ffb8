// SPDX-License-Identifier: MIT
#include "net/server.h"

#include <fcntl.h>
#include <sys/resource.h>

#include <filesystem>
#include <future>
#include <memory>

#include "tests/net/harness.h"

namespace oscar::net::test {
namespace {

std::size_t openFiles() {
    auto const files = std::filesystem::directory_iterator("/proc/self/fd");
    return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

std::string whyNot(ServerOptions options) {
    JournalLog log;
    options.shards = 1;
    try {
        Server const server(std::move(options), log, {});
    } catch (std::exception const& error) {
        return error.what();
    }
    return "it listens";
}

TEST(Server, saysInOneLineWhyItCannotListen) {
    TestServer const running;
    EXPECT_EQ(whyNot({.listen = {running.endpoint}}),
              "cannot listen on " + running.endpoint + ": Address already in use");
    EXPECT_EQ(whyNot({.listen = {"5190"}}), "cannot listen on 5190: not of the form ADDRESS:PORT");
    EXPECT_EQ(whyNot({.listen = {"127.0.0.1:70000"}}),
              "cannot listen on 127.0.0.1:70000: the port is not a number from 0 to 65535");
    EXPECT_EQ(whyNot({.listen = {"::1:5190"}}),
              "cannot listen on ::1:5190: an IPv6 address stands in brackets, as in [::1]:5190");
    EXPECT_EQ(whyNot({.listen = {"192.0.2.1:0"}}),
              "cannot listen on 192.0.2.1:0: Cannot assign requested address");
    EXPECT_EQ(whyNot({.listen = {"127.0.0.1:0"}, .limits = {.trusted = {"10.0.0.0/33"}}}),
              "'10.0.0.0/33' is not an address or network");
    EXPECT_EQ(whyNot({.listen = {"127.0.0.1:0", "[::1]:0"}}), "it listens");
}

TEST(Server, listensOnAllItsEndpoints) {
    TestServer server(2, [](ServerOptions& options) { options.listen = {"127.0.0.1:0", "127.0.0.2:0"}; });
    for (std::string const& endpoint : server.server.endpoints()) {
        Client client(endpoint);
        EXPECT_EQ(client.ask("who").substr(2), "127.0.0.1 " + endpoint);
    }
    EXPECT_EQ(server.server.endpoints().size(), 2u);
}

TEST(Server, takesBothFamiliesOnTheSamePort) {
    TestServer first;
    std::string const port = first.endpoint.substr(first.endpoint.rfind(':'));
    first.server.stop();
    first.server.join();
    EXPECT_EQ(whyNot({.listen = {"0.0.0.0" + port, "[::]" + port}}), "it listens");
}

TEST(Server, twoThousandClientsComeAndGoWithoutATrace) {
    TestServer server(2);
    std::size_t const before = openFiles();
    {
        std::vector<std::unique_ptr<Client>> clients;
        for (int i = 0; i < 2000; ++i) clients.push_back(std::make_unique<Client>(server));
        for (auto const& client : clients) client->say("hello");
        for (auto const& client : clients) ASSERT_EQ(client->hear(), "hello");
        EXPECT_EQ(server.server.connections(), 2000u);
    }
    ASSERT_TRUE(server.journal.waitFor("closed: signed off", 2000));
    // An event runs in a later turn than the one that buries the last connection.
    for (unsigned shard = 0; shard < 2; ++shard)
        server.on(shard, [](TestShard& on) { EXPECT_TRUE(on.links.empty()); });
    EXPECT_EQ(server.server.connections(), 0u);
    EXPECT_EQ(openFiles(), before);
}

TEST(Server, refusesMoreThanItsShareToOneAddress) {
    TestServer server(2, [](ServerOptions& options) { options.limits = {.perAddress = 3}; });
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 3; ++i) clients.push_back(std::make_unique<Client>(server));
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(Client(server.endpoint, false).isClosed());
    EXPECT_LE(server.log.journal.count("connection refused"), 2u);
    EXPECT_GE(server.log.journal.count("connection refused"), 1u);
    clients.pop_back();
    ASSERT_TRUE(server.journal.waitFor("closed: signed off"));
    for (unsigned shard = 0; shard < 2; ++shard) server.on(shard, [](TestShard&) {});
    EXPECT_EQ(Client(server).ask("room again"), "room again");
}

TEST(Server, holdsTrustedAddressesToNoShare) {
    TestServer server(1, [](ServerOptions& options) {
        options.limits = {.perAddress = 1, .trusted = {"10.0.0.0/8", "127.0.0.1"}};
    });
    Client first(server), second(server), third(server);
    EXPECT_EQ(third.ask("welcome"), "welcome");
}

TEST(Server, refusesMoreThanItsTotal) {
    TestServer server(1, [](ServerOptions& options) {
        options.limits = {.connections = 2, .trusted = {"127.0.0.0/8"}};
    });
    Client first(server), second(server);
    EXPECT_TRUE(Client(server.endpoint, false).isClosed());
    EXPECT_EQ(first.ask("still here"), "still here");
}

double processorSeconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    auto const seconds = [](timeval time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

TEST(Server, waitsWithoutSpinningWhenNoDescriptorIsLeft) {
    TestServer server;
    Client before(server);
    // UBSan needs a descriptor when it sees a type's virtual call for the first time: let it see them now.
    EXPECT_EQ(before.ask("served"), "served");
    static_cast<core::Log&>(server.log).write(core::Level::Info, "seen", {});
    UniqueFd const waiting = tcpSocket();
    rlimit const limit = [] {
        rlimit now{};
        ::getrlimit(RLIMIT_NOFILE, &now);
        return now;
    }();
    rlimit const few{.rlim_cur = static_cast<rlim_t>(waiting.get()) + 10, .rlim_max = limit.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &few);
    std::vector<UniqueFd> rest;
    while (true) {
        UniqueFd one(::open("/dev/null", O_RDONLY | O_CLOEXEC));
        if (!one) break;
        rest.push_back(std::move(one));
    }
    connectTo(waiting.get(), server.endpoint);
    double const start = processorSeconds();
    ASSERT_TRUE(server.log.journal.waitFor("cannot accept connections", 2));  // a second apart
    EXPECT_LT(processorSeconds() - start, 0.5);
    EXPECT_EQ(before.ask("still served"), "still served");
    EXPECT_EQ(server.journal.count("opened"), 1u);
    rest.clear();
    EXPECT_TRUE(server.journal.waitFor("opened", 2));
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

TEST(Server, ticksAtLeastFourTimesASecond) {
    static_assert(EventLoop::tickPeriod <= core::Milliseconds{250});
    TestServer server(2);
    EXPECT_TRUE(server.journal.waitFor("tick", 8));
}

TEST(Server, stopSendsEveryClientWhatItHad) {
    TestServer server(2);
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 20; ++i) {
        clients.push_back(std::make_unique<Client>(server));
        clients.back()->say("big 100 8000");
    }
    ASSERT_TRUE(server.journal.waitFor("frame big 100 8000", 20));
    server.server.stop();
    for (auto const& client : clients) {
        for (int i = 0; i < 100; ++i) ASSERT_EQ(client->hear().size(), 8000u);
        EXPECT_EQ(client->hear(), "done");
        EXPECT_EQ(client->hear(), "going down");
        EXPECT_TRUE(client->isClosed());
    }
    server.server.join();
    EXPECT_EQ(server.journal.count("closed: draining"), 20u);
    EXPECT_EQ(server.journal.count("shut down"), 2u);
    EXPECT_EQ(server.server.connections(), 0u);
    EXPECT_THROW(Client(server.endpoint), std::runtime_error);
}

TEST(Server, stopDoesNotWaitForThoseWhoNeverRead) {
    TestServer server(2);
    Client deaf(server.endpoint, true, 4096);
    deaf.say("big 2000 8000");
    ASSERT_TRUE(server.journal.waitFor("frame big 2000 8000"));
    server.server.stop();
    server.server.join();
    EXPECT_EQ(server.journal.count("closed: draining"), 1u);
}

TEST(Server, stopLeavesNoLetterUndelivered) {
    constexpr unsigned shards = 3;
    TestServer server(shards);
    std::atomic<int> hops = 0;
    // A letter that goes round long after the connections are gone.
    std::function<void(core::Shard&)> const hop = [&](core::Shard& shard) {
        TestShard& here = asTestShard(shard);
        if (++hops < 500) here.mail.post((here.index + 1) % shards, hop);
    };
    server.server.post(0, hop);
    server.server.stop();
    server.server.join();
    EXPECT_EQ(hops, 500);
}

TEST(Server, stopEndsThoughALetterLeadsToTheNextForEver) {
    TestServer server(2);
    std::function<void(core::Shard&)> const again = [&](core::Shard& shard) {
        TestShard& here = asTestShard(shard);
        here.mail.post(here.index, again);
    };
    server.server.post(1, again);
    server.server.stop();
    server.server.join();
    EXPECT_EQ(server.journal.count("shut down"), 2u);
}

TEST(Server, lettersPostedBeforeTheStartWait) {
    JournalLog log;
    Journal journal;
    struct Program final : ShardProgram {
        TestShard testShard;
        Program(unsigned index, core::Mailboxes& mail, Journal& to) : testShard(index, mail, to) {}
        core::Protocol& protocol() override { return testShard; }
        core::Shard& shard() override { return reinterpret_cast<core::Shard&>(testShard); }
    };
    Server server({.listen = {"127.0.0.1:0"}, .shards = 2}, log, [&](unsigned index, core::Mailboxes& mail) {
        return std::make_unique<Program>(index, mail, journal);
    });
    server.post(1, [&](core::Shard&) { journal.write("early"); });
    EXPECT_EQ(journal.count("early"), 0u);
    server.start();
    EXPECT_TRUE(journal.waitFor("early"));
}

TEST(Server, startThrowsWhatAFactoryThrows) {
    JournalLog log;
    Journal journal;
    Server server({.listen = {"127.0.0.1:0"}, .shards = 2}, log,
                  [&](unsigned index, core::Mailboxes&) -> std::unique_ptr<ShardProgram> {
                      if (index == 1) throw std::runtime_error("no database");
                      return nullptr;
                  });
    try {
        server.start();
        FAIL() << "it started";
    } catch (std::runtime_error const& error) {
        EXPECT_STREQ(error.what(), "no database");
    }
}

}  // namespace
}  // namespace oscar::net::test
