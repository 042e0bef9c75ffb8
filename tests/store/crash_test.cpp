// SPDX-License-Identifier: MIT
// kill -9 at any moment: what was answered is there, and nothing is there twice.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <semaphore>

#include "tests/store/support.h"

namespace oscar::store::testing {
namespace {

constexpr core::InboxLimits noLimits{.perSender = 1000000, .total = 1000000};

/// The server that will be killed: keeps message after message and saves feedbag after feedbag, and writes
/// the number of each to `answers` when the store has answered.
[[noreturn]] void serve(std::filesystem::path const& folder, wire::u32 first, int answers) {
    LogLines log;
    SqliteStore store(folder, log);
    auto const shard = store.forShard([](auto const& task) { task(); });
    std::counting_semaphore<> mayAsk(50);
    for (wire::u32 number = first;; ++number) {
        mayAsk.acquire();
        auto const answered = [&mayAsk, answers, number](auto result) {
            if (!result || ::write(answers, &number, sizeof number) != sizeof number) ::_exit(1);
            mayAsk.release();
        };
        if (number % 4 == 0)
            shard->saveFeedbag(LoginId("alice"), number,
                               wire::Buffer(number % 3000, static_cast<wire::u08>(number)), answered);
        else
            shard->keep(LoginId("alice"), messageFrom("bob", std::to_string(number)), noLimits, answered);
    }
}

TEST(Crash, losesNothingThatWasAnsweredAndDoublesNothing) {
    TempFolder folder;
    {
        FileBackend backend(folder.path());
        ASSERT_TRUE(Asking(backend).add("Alice"));
    }
    std::vector<wire::u32> answered;
    for (std::size_t round = 1; round <= 5; ++round) {
        int ends[2];
        ASSERT_EQ(::pipe(ends), 0);
        auto const first = static_cast<wire::u32>(round * 1000000);
        pid_t const child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            ::close(ends[0]);
            serve(folder.path(), first, ends[1]);
        }
        ::close(ends[1]);
        wire::u32 number = 0;
        std::size_t const enough = answered.size() + 100 + round * 37;
        while (answered.size() < enough && ::read(ends[0], &number, sizeof number) == sizeof number)
            answered.push_back(number);
        ASSERT_EQ(::kill(child, SIGKILL), 0);
        while (::read(ends[0], &number, sizeof number) == sizeof number) answered.push_back(number);
        ::close(ends[0]);
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        ASSERT_TRUE(WIFSIGNALED(status)) << "the server ended by itself";
        ASSERT_GE(answered.size(), enough);
    }

    FileBackend backend(folder.path());
    Asking asking(backend);
    std::map<std::string, int> kept;
    std::vector<wire::u32> order;
    for (auto const& message : *asking.waiting("alice")) {
        std::string const text(wire::asText(message.icbmTlvs));
        ++kept[text];
        order.push_back(static_cast<wire::u32>(std::stoul(text)));
    }
    wire::u32 newestFeedbag = 0;
    for (wire::u32 number : answered) {
        if (number % 4 == 0)
            newestFeedbag = number;
        else
            EXPECT_EQ(kept[std::to_string(number)], 1) << number;
    }
    for (auto const& [text, times] : kept) EXPECT_EQ(times, 1) << text;
    EXPECT_TRUE(std::ranges::is_sorted(order));
    auto const user = asking.load("alice");
    ASSERT_TRUE(user);
    EXPECT_GE(user->feedbagUpdated, newestFeedbag);
    EXPECT_EQ(user->feedbag,
              wire::Buffer(user->feedbagUpdated % 3000, static_cast<wire::u08>(user->feedbagUpdated)));
}

}  // namespace
}  // namespace oscar::store::testing
