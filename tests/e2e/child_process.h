// SPDX-License-Identifier: MIT
// A program that a test has started.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace oscar::test {

/// How long a test waits for what must come, on a busy machine.
inline constexpr std::chrono::seconds patience{20};

/// How a program ended, and all that it wrote.
struct Finished {
    int exit = 0;  ///< exit code; a signal's number, negative, if that ended it
    std::string out;
    std::string err;
};

/// Runs until it ends by itself or this object goes: then it is killed. It does not outlive the test either.
class ChildProcess {
    pid_t pid_ = -1;
    int outPipe_ = -1;
    int errPipe_ = -1;
    bool reaped_ = false;
    mutable std::mutex mutex_;
    std::condition_variable came_;
    std::string out_;
    std::string err_;
    bool ended_ = false;  ///< both pipes are closed
    std::thread reader_;

  public:
    /// Starts the program `command[0]` and writes `input` to its standard input, which is then closed. Throws
    /// std::system_error.
    explicit ChildProcess(std::vector<std::string> const& command, std::string_view input = {});
    ~ChildProcess();
    ChildProcess(ChildProcess const&) = delete;
    ChildProcess& operator=(ChildProcess const&) = delete;

    pid_t pid() const { return pid_; }
    void signal(int number);
    /// What it has written to standard error so far.
    std::string err() const;
    /// The first line on standard error that has `text` in it, without its end. Throws std::runtime_error
    /// when it does not come in time or the program ends without it.
    std::string awaitLine(std::string_view text, std::chrono::milliseconds limit = patience);
    /// Waits for its end. Throws std::runtime_error when that does not come in time.
    Finished wait(std::chrono::milliseconds limit = patience);

  private:
    void readOutput();
};

/// Runs a program to its end.
Finished run(std::vector<std::string> const& command, std::string_view input = {});

}  // namespace oscar::test
