// SPDX-License-Identifier: MIT
#include "tests/apps/process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>

namespace oscar::test {
namespace {

using Clock = std::chrono::steady_clock;

/// Reads once from `fd` into `text`; closes it at its end.
void drain(int& fd, std::string& text) {
    std::array<char, 65536> buffer;
    ssize_t const count = read(fd, buffer.data(), buffer.size());
    if (count > 0) {
        text.append(buffer.data(), static_cast<std::size_t>(count));
        return;
    }
    close(fd);
    fd = -1;
}

std::vector<char*> pointersTo(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (std::string& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

}  // namespace

TemporaryFolder::TemporaryFolder() : path_(testing::TempDir() + "oscard-XXXXXX") {
    if (!mkdtemp(path_.data())) throw std::runtime_error("cannot make a folder");
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

Process::Process(std::vector<std::string> const& command, std::vector<std::string> const& environment) {
    std::array<std::array<int, 2>, 3> pipes;
    for (auto& ends : pipes)
        if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("cannot make a pipe");
    std::vector<std::string> words = command;
    std::vector<std::string> variables = environment;
    for (char** variable = environ; *variable; ++variable) variables.emplace_back(*variable);
    auto const argv = pointersTo(words);
    auto const envp = pointersTo(variables);

    pid_ = fork();
    if (pid_ == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that crashes leaves no server behind
        dup2(pipes[0][0], STDIN_FILENO);
        dup2(pipes[1][1], STDOUT_FILENO);
        dup2(pipes[2][1], STDERR_FILENO);
        execve(argv[0], argv.data(), envp.data());
        _exit(127);
    }
    close(pipes[0][0]);
    close(pipes[1][1]);
    close(pipes[2][1]);
    in_ = pipes[0][1];
    out_ = pipes[1][0];
    err_ = pipes[2][0];
}

Process::~Process() {
    for (int fd : {in_, out_, err_})
        if (fd >= 0) close(fd);
    if (pid_ > 0) {
        kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
    }
}

void Process::input(std::string const& text) {
    EXPECT_EQ(write(in_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
    close(in_);
    in_ = -1;
}

void Process::signal(int number) const { kill(pid_, number); }

bool Process::readSome(Clock::time_point until) {
    std::array<pollfd, 2> fds{{{out_, POLLIN, 0}, {err_, POLLIN, 0}}};
    if (out_ < 0 && err_ < 0) return false;
    auto const left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
    if (left <= 0 || poll(fds.data(), fds.size(), static_cast<int>(left)) <= 0) return false;
    if (fds[0].revents) drain(out_, outText_);
    if (fds[1].revents) drain(err_, errText_);
    return true;
}

std::string const& Process::waitForErr(std::string const& text) {
    auto const until = Clock::now() + deadline;
    while (errText_.find(text) == std::string::npos)
        if (!readSome(until)) {
            ADD_FAILURE() << "'" << text << "' did not come; there was: " << errText_;
            break;
        }
    return errText_;
}

int Process::wait() {
    auto const until = Clock::now() + deadline;
    while (readSome(until)) {
    }
    if (out_ >= 0 || err_ >= 0) {
        ADD_FAILURE() << "the process does not end";
        kill(pid_, SIGKILL);
    }
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

Outcome run(std::vector<std::string> const& command, std::string const& input,
            std::vector<std::string> const& environment) {
    Process process(command, environment);
    process.input(input);
    int const exit = process.wait();
    return {exit, process.out(), process.err()};
}

namespace {

std::vector<std::string> serverCommand(std::string const& folder, std::vector<std::string> const& sets) {
    std::vector<std::string> command{OSCARD, "--set", "server.data=" + folder, "--set",
                                     "server.listen=127.0.0.1:0"};
    for (std::string const& set : sets) {
        command.push_back("--set");
        command.push_back(set);
    }
    return command;
}

}  // namespace

Server::Server(std::string const& folder, std::vector<std::string> const& sets)
    : folder_(folder), process_(serverCommand(folder, sets)) {
    std::string const& log = process_.waitForErr(" shards=");
    auto const begin = log.find("listen=");
    if (begin == std::string::npos) throw std::runtime_error("the server is not ready: " + log);
    endpoint_ = log.substr(begin + 7, log.find(' ', begin) - begin - 7);
}

unsigned short Server::port() const {
    return static_cast<unsigned short>(std::stoi(endpoint_.substr(endpoint_.rfind(':') + 1)));
}

Outcome Server::ctl(std::vector<std::string> const& arguments, std::string const& input) const {
    std::vector<std::string> command{OSCARCTL, "--set", "server.data=" + folder_};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return run(command, input);
}

int Server::stop() {
    process_.signal(SIGTERM);
    return process_.wait();
}

}  // namespace oscar::test
