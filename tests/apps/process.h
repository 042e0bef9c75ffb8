// SPDX-License-Identifier: MIT
// The built programs, run as an operator runs them.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

namespace oscar::test {

/// A folder that goes with the test.
class TemporaryFolder {
    std::string path_;

  public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(TemporaryFolder const&) = delete;
    TemporaryFolder& operator=(TemporaryFolder const&) = delete;
    std::string operator/(std::string const& name) const { return path_ + '/' + name; }
};

/// A child process with pipes. Ends with the object, by SIGKILL if nothing else has ended it.
class Process {
    pid_t pid_ = -1;
    int in_ = -1;
    int out_ = -1;
    int err_ = -1;
    std::string outText_;
    std::string errText_;

  public:
    static constexpr std::chrono::seconds deadline{60};

    explicit Process(std::vector<std::string> const& command,
                     std::vector<std::string> const& environment = {});
    ~Process();
    Process(Process const&) = delete;
    Process& operator=(Process const&) = delete;

    pid_t id() const { return pid_; }
    /// Writes and closes its standard input.
    void input(std::string const& text);
    void signal(int number) const;
    /// Waits until standard error has the text, and returns all of it until then; fails the test when the
    /// deadline passes or the process ends before.
    std::string const& waitForErr(std::string const& text);
    /// Waits for the end; its exit status, or minus the signal that ended it.
    int wait();
    std::string const& out() const { return outText_; }
    std::string const& err() const { return errText_; }

  private:
    /// Reads what there is of both outputs; false when both are at their end, or the deadline has passed.
    bool readSome(std::chrono::steady_clock::time_point until);
};

struct Outcome {
    int exit = -1;
    std::string out;
    std::string err;
};

/// Runs a program to its end.
Outcome run(std::vector<std::string> const& command, std::string const& input = {},
            std::vector<std::string> const& environment = {});

/// A running oscard in a folder of its own, or in `folder`; ready when the constructor returns.
class Server {
    std::string folder_;
    Process process_;
    std::string endpoint_;

  public:
    explicit Server(std::string const& folder, std::vector<std::string> const& sets = {});

    Process& process() { return process_; }
    /// "127.0.0.1:port"
    std::string const& endpoint() const { return endpoint_; }
    unsigned short port() const;
    /// oscarctl with these arguments, against this server.
    Outcome ctl(std::vector<std::string> const& arguments, std::string const& input = {}) const;
    /// SIGTERM, and the end; its exit status.
    int stop();
};

}  // namespace oscar::test
