// SPDX-License-Identifier: MIT
// How often the store has the disk sync. SQLite's calls of fdatasync arrive here and are counted on their
// way.
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <future>

#include "tests/store/support.h"

namespace {
std::atomic<int> syncs = 0;
}

extern "C" int fdatasync(int descriptor) {
    ++syncs;
    return static_cast<int>(::syscall(SYS_fdatasync, descriptor));
}

namespace oscar::store::testing {
namespace {

TEST(Syncs, areMadeForAChangeAndNotForReading) {
    TempFolder folder;
    FileBackend backend(folder.path());
    Asking asking(backend);
    ASSERT_TRUE(asking.add("Alice"));
    int const before = syncs;
    EXPECT_GT(before, 0);
    EXPECT_TRUE(asking.load("alice"));
    EXPECT_TRUE(asking.find("alice"));
    EXPECT_TRUE(asking.waiting("alice"));
    EXPECT_EQ(syncs, before);
    EXPECT_TRUE(asking.saveFeedbag("alice", 1, {1}));
    EXPECT_EQ(syncs, before + 1);
}

TEST(Syncs, areSharedByAllChangesThatWaitTogether) {
    TempFolder folder;
    FileBackend backend(folder.path());
    ASSERT_TRUE(Asking(backend).add("Alice"));
    std::promise<void> reached, released;
    int answers = 0;
    backend.store().change(LoginId("alice"), {[&](core::Account& account) {
                               account.evil = 1;
                               reached.set_value();
                               released.get_future().wait();
                           }},
                           [&](auto) { ++answers; });
    reached.get_future().wait();
    int const before = syncs;
    for (int i = 0; i < 100; ++i)
        backend.store().keep(LoginId("alice"), messageFrom("user" + std::to_string(i)), {}, [&](auto result) {
            EXPECT_TRUE(result);
            ++answers;
        });
    released.set_value();
    backend.runUntil([&] { return answers == 101; });
    EXPECT_EQ(syncs, before + 2);  // the batch that was held up, and the hundred
}

}  // namespace
}  // namespace oscar::store::testing
