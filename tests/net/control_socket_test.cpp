// SPDX-License-Identifier: MIT
#include "net/control_socket.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <future>
#include <memory>

#include "tests/net/harness.h"

namespace oscar::net::test {
namespace {

class ControlSocketTest : public testing::Test {
  protected:
    std::filesystem::path folder;
    std::string path;
    JournalLog log;

    void SetUp() override {
        std::string name = testing::TempDir() + "control-XXXXXX";
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        folder = name;
        path = folder / "control.sock";
    }
    void TearDown() override { std::filesystem::remove_all(folder); }

    std::unique_ptr<ControlSocket> serve(ControlSocket::Handler handler = [](std::string request) {
        return "you said " + request + "\n";
    }) {
        return std::make_unique<ControlSocket>(path, log, std::move(handler));
    }
    std::string whyNot(std::function<void()> const& f) {
        try {
            f();
        } catch (ControlError const& error) {
            return error.what();
        }
        return "it works";
    }
    UniqueFd connection() {
        UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, path.data(), path.size());
        EXPECT_EQ(::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        return fd;
    }
};

TEST_F(ControlSocketTest, answersEachRequest) {
    auto const socket = serve();
    for (int i = 0; i < 100; ++i) {
        std::string const text = "hello " + std::to_string(i);
        ASSERT_EQ(ask(path, text), "you said " + text + "\n");
    }
}

TEST_F(ControlSocketTest, carriesLongRequestsAndAnswers) {
    auto const socket = serve([](std::string request) { return request + request; });
    std::string const longest(ControlSocket::maxRequest, 'r');
    EXPECT_EQ(ask(path, longest), longest + longest);
    EXPECT_EQ(whyNot([&] { ask(path, longest + "r"); }), "the request is too long");
}

TEST_F(ControlSocketTest, hangsUpOnALineThatNeverEnds) {
    auto const socket = serve();
    UniqueFd const fd = connection();
    std::string const chunk(65536, 'x');
    for (std::size_t sent = 0; sent < 2 * ControlSocket::maxRequest; sent += chunk.size())
        if (::send(fd.get(), chunk.data(), chunk.size(), MSG_NOSIGNAL) <= 0) break;
    char byte = 0;
    EXPECT_LE(::recv(fd.get(), &byte, 1, 0), 0);
    EXPECT_EQ(ask(path, "next"), "you said next\n");
}

TEST_F(ControlSocketTest, isItsOwnersOnlyWhateverTheUmask) {
    mode_t const before = ::umask(0);
    auto const socket = serve();
    ::umask(before);
    struct stat file {};
    ASSERT_EQ(::stat(path.c_str(), &file), 0);
    EXPECT_EQ(file.st_mode & 0777u, 0600u);
}

TEST_F(ControlSocketTest, turnsAwayOtherUsers) {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root to become somebody else";
    auto const socket = serve();
    ASSERT_EQ(::chmod(path.c_str(), 0777), 0);
    ASSERT_EQ(::chmod(folder.c_str(), 0755), 0);
    pid_t const child = ::fork();
    if (child == 0) {
        if (::setuid(65534) != 0) ::_exit(2);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, path.data(), path.size());
        int const fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
        if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) ::_exit(3);
        ::send(fd, "hello\n", 6, MSG_NOSIGNAL);
        char byte = 0;
        ::_exit(::recv(fd, &byte, 1, 0) <= 0 ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
    EXPECT_EQ(log.journal.count("control connection refused"), 1u);
}

TEST_F(ControlSocketTest, aSecondServerIsToldOfTheFirst) {
    auto const socket = serve();
    EXPECT_EQ(whyNot([&] { serve(); }), "another oscard is running in this folder (" + path + ")");
    EXPECT_EQ(ask(path, "still there?"), "you said still there?\n");
}

TEST_F(ControlSocketTest, replacesWhatADeadServerLeft) {
    pid_t const child = ::fork();
    if (child == 0) {
        ControlSocket const socket(path, log, [](std::string) { return std::string(); });
        ::_exit(0);  // as a killed server does: no destructor runs
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(std::filesystem::is_socket(path));
    EXPECT_EQ(whyNot([&] { ask(path, "anybody?"); }), "no server is running at " + path);
    auto const socket = serve();
    EXPECT_EQ(ask(path, "anybody?"), "you said anybody?\n");
}

TEST_F(ControlSocketTest, leavesOtherFilesAlone) {
    std::ofstream(path) << "precious";
    EXPECT_EQ(whyNot([&] { serve(); }),
              "cannot make the control socket: " + path + " is there and not a socket");
    EXPECT_EQ(std::filesystem::file_size(path), 8u);
}

TEST_F(ControlSocketTest, saysWhenNoServerIsThere) {
    EXPECT_EQ(whyNot([&] { ask(path, "hello"); }), "no server is running at " + path);
    { auto const socket = serve(); }
    EXPECT_FALSE(std::filesystem::exists(path));
    EXPECT_EQ(whyNot([&] { ask(path, "hello"); }), "no server is running at " + path);
    std::string const tooLong = folder / std::string(120, 'p');
    EXPECT_EQ(whyNot([&] { ask(tooLong, "hello"); }),
              "the control socket's path is longer than 107 bytes: " + tooLong);
}

TEST_F(ControlSocketTest, aLongCommandDoesNotHoldUpOthers) {
    std::promise<void> begun, goOn;
    auto const socket = serve([&](std::string request) {
        if (request == "long") {
            begun.set_value();
            goOn.get_future().wait();
        }
        return request;
    });
    auto longOne = std::async(std::launch::async, [&] { return ask(path, "long"); });
    begun.get_future().wait();
    EXPECT_EQ(ask(path, "short"), "short");
    goOn.set_value();
    EXPECT_EQ(longOne.get(), "long");
}

TEST_F(ControlSocketTest, moreRequestsThanItTakesAtOnceWaitTheirTurn) {
    auto const socket = serve();
    std::vector<UniqueFd> silent;
    for (std::size_t i = 0; i < ControlSocket::maxRequestsAtOnce; ++i) silent.push_back(connection());
    auto waiting = std::async(std::launch::async, [&] { return ask(path, "me too"); });
    EXPECT_EQ(waiting.wait_for(moment), std::future_status::timeout);
    silent.pop_back();
    EXPECT_EQ(waiting.get(), "you said me too\n");
}

TEST_F(ControlSocketTest, doesNotWaitAtItsEndForThoseWhoSayNothing) {
    auto socket = serve();
    UniqueFd const silent = connection();
    EXPECT_EQ(ask(path, "hello"), "you said hello\n");
    auto const start = std::chrono::steady_clock::now();
    socket.reset();
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST_F(ControlSocketTest, aHandlerThatThrowsHangsUp) {
    auto const socket = serve([](std::string) -> std::string { throw std::runtime_error("oh"); });
    EXPECT_EQ(ask(path, "hello"), "");
    EXPECT_EQ(log.journal.count("control request failed"), 1u);
}

}  // namespace
}  // namespace oscar::net::test
