// SPDX-License-Identifier: MIT
// Batches of calls have the same results with io_uring and without.
#include "net/socket_batch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "net/fd.h"

namespace oscar::net {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;

std::pair<UniqueFd, UniqueFd> socketPair() {
    std::array<int, 2> fds{-1, -1};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()), 0);
    return {UniqueFd(fds[0]), UniqueFd(fds[1])};
}

wire::Bytes bytesOf(std::string const& text) { return {reinterpret_cast<wire::u08 const*>(text.data()), text.size()}; }

class SocketBatchTest : public testing::Test {
  protected:
    void SetUp() override {
        if (std::getenv("OSCAR_TEST_WITHOUT_IO_URING")) return;
        if (int const error = batch.openRing()) GTEST_SKIP() << "no io_uring here: errno " << error;
    }

    std::string textIn(std::size_t slot, SocketBatch::Result size) {
        return std::string(buffers[slot].begin(), buffers[slot].begin() + size);
    }

    SocketBatch batch;
    std::array<std::array<wire::u08, 16>, SocketBatch::capacity> buffers{};
};

TEST_F(SocketBatchTest, nothingAskedNothingDone) { EXPECT_THAT(batch.run(), IsEmpty()); }

TEST_F(SocketBatchTest, resultsComeInTheOrderOfTheCalls) {
    std::vector<std::pair<UniqueFd, UniqueFd>> pairs;
    for (std::size_t i = 0; i < SocketBatch::capacity; ++i) pairs.push_back(socketPair());
    for (int round = 0; round < 3; ++round) {
        std::vector<std::string> texts;
        for (std::size_t i = 0; i < pairs.size(); ++i)
            texts.push_back(std::string(1 + i % 15, static_cast<char>('a' + i % 26)));
        for (std::size_t i = 0; i < pairs.size(); ++i) {
            EXPECT_FALSE(batch.full());
            batch.send(pairs[i].first.get(), bytesOf(texts[i]));
        }
        EXPECT_TRUE(batch.full());
        auto const sent = batch.run();
        for (std::size_t i = 0; i < pairs.size(); ++i) EXPECT_EQ(sent[i], static_cast<int>(texts[i].size()));
        for (std::size_t i = 0; i < pairs.size(); ++i) batch.receive(pairs[i].second.get(), buffers[i]);
        auto const received = batch.run();
        for (std::size_t i = 0; i < pairs.size(); ++i) EXPECT_EQ(textIn(i, received[i]), texts[i]);
    }
}

TEST_F(SocketBatchTest, neverWaits) {
    auto const one = socketPair(), other = socketPair();
    batch.receive(one.first.get(), buffers[0]);
    batch.receive(other.first.get(), buffers[1]);
    EXPECT_THAT(batch.run(), ElementsAre(-EAGAIN, -EAGAIN));
}

TEST_F(SocketBatchTest, fullSocketTakesApartOrNothing) {
    auto const full = socketPair(), fresh = socketPair();
    std::string const much(4 * 1024 * 1024, 'x'), little = "y";
    batch.send(full.first.get(), bytesOf(much));
    batch.send(fresh.first.get(), bytesOf(little));
    auto const first = batch.run();
    EXPECT_GT(first[0], 0);
    EXPECT_LT(first[0], static_cast<int>(much.size()));
    EXPECT_EQ(first[1], 1);
    batch.send(full.first.get(), bytesOf(much));
    batch.send(fresh.first.get(), bytesOf(little));
    EXPECT_THAT(batch.run(), ElementsAre(-EAGAIN, 1));
}

TEST_F(SocketBatchTest, oneThatFailsLeavesTheOthersAlone) {
    auto closed = socketPair();
    auto const open = socketPair();
    closed.second.reset();
    std::string const text = "hello";
    batch.send(closed.first.get(), bytesOf(text));
    batch.send(open.first.get(), bytesOf(text));
    batch.send(-1, bytesOf(text));
    EXPECT_THAT(batch.run(), ElementsAre(-EPIPE, 5, -EBADF));
    batch.receive(closed.first.get(), buffers[0]);
    batch.receive(open.second.get(), buffers[1]);
    EXPECT_THAT(batch.run(), ElementsAre(0, 5));
    EXPECT_EQ(textIn(1, 5), text);
}

}  // namespace
}  // namespace oscar::net
