// SPDX-License-Identifier: MIT
// What is SqliteStore's own: batches, the bound of its queue, its end, a full disk.
#include "store/sqlite/sqlite_store.h"

#include <gmock/gmock.h>
#include <sys/resource.h>

#include <csignal>
#include <future>

#include "tests/store/support.h"

namespace oscar::store::testing {
namespace {

using ::testing::HasSubstr;

/// Holds the store's thread inside one batch, so that what is asked meanwhile makes up the next one.
class Halt {
  public:
    explicit Halt(Backend& backend) {
        // The store's thread may look after this object is gone.
        backend.store().change(LoginId("alice"), {[gate = gate_](core::Account&) {
                                   gate->reached.set_value();
                                   gate->released.get_future().wait();
                               }},
                               [](auto) {});
        gate_->reached.get_future().wait();
    }
    ~Halt() { release(); }
    void release() {
        if (!std::exchange(over_, true)) gate_->released.set_value();
    }

  private:
    struct Gate {
        std::promise<void> reached, released;
    };
    std::shared_ptr<Gate> const gate_ = std::make_shared<Gate>();
    bool over_ = false;
};

TEST(SqliteStore, postsTheCompletionsOfABatchOnceForEachShard) {
    TempFolder folder;
    FileBackend backend(folder.path());
    ASSERT_TRUE(Asking(backend).add("Alice"));
    Loop otherLoop;
    auto const otherShard = backend.sqlite().forShard(otherLoop.post());
    unsigned const before = backend.loop().posts();
    int here = 0, there = 0;
    {
        Halt const halt(backend);
        for (int i = 0; i < 10; ++i) {
            backend.store().find(LoginId("alice"), [&](auto) { ++here; });
            otherShard->saveFeedbag(LoginId("alice"), 1, {1}, [&](auto) { ++there; });
        }
    }
    backend.runUntil([&] { return here == 10; });
    otherLoop.runUntil([&] { return there == 10; });
    EXPECT_EQ(backend.loop().posts() - before, 2u);  // the halted batch, and this one
    EXPECT_EQ(otherLoop.posts(), 1u);
}

TEST(SqliteStore, refusesAtOnceWhatIsMoreThanItsQueueHolds) {
    TempFolder folder;
    FileBackend backend(folder.path());
    ASSERT_TRUE(Asking(backend).add("Alice"));
    Halt halt(backend);
    std::size_t found = 0, refused = 0;
    auto const count = [&](auto result) { ++(result ? found : refused); };
    for (std::size_t i = 0; i < RequestQueue::bound + 5; ++i) backend.store().find(LoginId("alice"), count);
    EXPECT_EQ(refused, 0u);  // not inside the call
    backend.runUntil([&] { return refused == 5; });
    EXPECT_EQ(found, 0u);
    halt.release();
    backend.runUntil([&] { return found == RequestQueue::bound; });
    EXPECT_EQ(refused, 5u);
    EXPECT_TRUE(Asking(backend).find("alice"));
    EXPECT_THAT(backend.logged(), ::testing::ElementsAre("store queue full requests=100000"));
}

TEST(SqliteStore, finishesWhatItHasAcceptedBeforeItCloses) {
    TempFolder folder;
    LogLines log;
    Loop loop;
    auto store = std::make_unique<SqliteStore>(folder.path(), log);
    auto const shard = store->forShard(loop.post());
    int done = 0, refused = 0;
    for (int i = 0; i < 200; ++i)
        shard->add({{.displayId = "user" + std::to_string(i), .password = Password("pw"), .email = ""}}, 1,
                   [&](auto result) { done += result ? 1 : 0; });
    store.reset();
    shard->find(LoginId("user1"), [&](auto result) { refused += result ? 0 : 1; });
    loop.runUntil([&] { return done == 200 && refused == 1; });
    FileBackend again(folder.path());
    EXPECT_EQ(Asking(again).list("", 1000)->size(), 200u);
}

/// No file of this process may grow, as on a full disk. SQLite meets the real error of the real system call.
class FullDisk {
  public:
    explicit FullDisk(rlim_t biggestFile) : signal_(std::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        rlimit limit = before_;
        limit.rlim_cur = biggestFile;
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FullDisk() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, signal_);
    }

  private:
    rlimit before_{};
    void (*signal_)(int);
};

TEST(SqliteStore, onAFullDiskChangesNothingSaysSoAndStillReads) {
    TempFolder folder;
    FileBackend backend(folder.path());
    Asking asking(backend);
    ASSERT_TRUE(asking.add("Alice"));
    ASSERT_TRUE(asking.saveFeedbag("alice", 1, {1}));
    std::optional<StoreResult<>> saved, kept;
    std::optional<StoreResult<core::StoredUser>> loaded;
    {
        Halt halt(backend);
        backend.store().keep(LoginId("alice"), messageFrom("bob"), {}, [&](auto result) { kept = result; });
        backend.store().saveFeedbag(LoginId("alice"), 2, wire::Buffer(200000),
                                    [&](auto result) { saved = result; });
        backend.store().load(LoginId("alice"), [&](auto result) { loaded.emplace(std::move(result)); });
        FullDisk const full(std::filesystem::file_size(folder / "oscar.db-wal"));
        halt.release();
        backend.runUntil([&] { return loaded.has_value(); });
    }
    ASSERT_TRUE(saved && saved->has_error() && kept && kept->has_error());
    EXPECT_EQ(saved->error(), StoreError::Unavailable);
    EXPECT_EQ(kept->error(), StoreError::Unavailable);
    ASSERT_TRUE(*loaded);
    EXPECT_EQ((*loaded)->feedbag, wire::Buffer{1});
    EXPECT_EQ((*loaded)->feedbagUpdated, 1u);
    EXPECT_THAT(backend.logged(), ::testing::Contains(HasSubstr("store transaction failed")));

    EXPECT_EQ(asking.load("alice")->feedbag, wire::Buffer{1});
    EXPECT_TRUE(asking.waiting("alice")->empty());
    EXPECT_TRUE(asking.saveFeedbag("alice", 3, {3}));
    EXPECT_EQ(asking.load("alice")->feedbag, wire::Buffer{3});
}

TEST(SqliteStore, answersUnavailableWhenItsTablesAreTakenAwayAndLogsWhy) {
    TempFolder folder;
    FileBackend backend(folder.path());
    Asking asking(backend);
    ASSERT_TRUE(asking.add("Alice"));
    Database(folder / "oscar.db").execute("DROP TABLE offline_message");
    auto const kept = asking.keep("alice", messageFrom("bob"));
    ASSERT_TRUE(kept.has_error());
    EXPECT_EQ(kept.error(), StoreError::Unavailable);
    EXPECT_TRUE(asking.saveProfile("alice", "t", "d"));
    EXPECT_THAT(
        backend.logged(),
        ::testing::ElementsAre("store request failed request=keep error=no such table: offline_message"));
}

TEST(InlineStore, doesNothingUntilItIsTold) {
    LogLines log;
    InlineStore store(log);
    auto const shard = store.forShard();
    EXPECT_EQ(store.runPending(), 0u);
    int answers = 0;
    shard->nextUin([&](auto) {
        ++answers;
        shard->nextUin([&](auto) { ++answers; });
    });
    EXPECT_EQ(answers, 0);
    EXPECT_EQ(store.runPending(), 1u);
    EXPECT_EQ(answers, 1);
    EXPECT_EQ(store.runPending(), 1u);
    EXPECT_EQ(answers, 2);
    EXPECT_EQ(store.runPending(), 0u);
}

}  // namespace
}  // namespace oscar::store::testing
