// SPDX-License-Identifier: MIT
#include "tests/e2e/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace oscar::test {
namespace {

struct Pipe {
    int read = -1;
    int write = -1;
    Pipe() {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0)
            throw std::system_error(errno, std::generic_category(), "pipe");
        read = ends[0];
        write = ends[1];
    }
};

/// Appends what has come. False at the end of the pipe.
bool readInto(int pipe, std::string& text, std::mutex& mutex) {
    std::array<char, 16384> part;
    ssize_t const count = ::read(pipe, part.data(), part.size());
    if (count < 0) return errno == EINTR;
    std::lock_guard const lock(mutex);
    text.append(part.data(), static_cast<std::size_t>(count));
    return count > 0;
}

/// The first whole line with `wanted` in it.
std::string lineWith(std::string const& text, std::string_view wanted) {
    std::size_t const at = text.find(wanted);
    if (at == std::string::npos) return {};
    std::size_t const end = text.find('\n', at);
    if (end == std::string::npos) return {};
    std::size_t const before = text.rfind('\n', at);
    std::size_t const start = before == std::string::npos ? 0 : before + 1;
    return text.substr(start, end - start);
}

}  // namespace

ChildProcess::ChildProcess(std::vector<std::string> const& command, std::string_view input) {
    std::vector<char*> arguments;
    for (std::string const& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);

    Pipe const in, out, err;
    pid_ = ::fork();
    if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
    if (pid_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::dup2(in.read, STDIN_FILENO);
        ::dup2(out.write, STDOUT_FILENO);
        ::dup2(err.write, STDERR_FILENO);
        ::execv(arguments[0], arguments.data());
        ::_exit(127);
    }
    for (int const end : {in.read, out.write, err.write}) ::close(end);
    outPipe_ = out.read;
    errPipe_ = err.read;
    // A program that ends without reading its input is no error of the test's.
    ::signal(SIGPIPE, SIG_IGN);
    [[maybe_unused]] ssize_t const written = ::write(in.write, input.data(), input.size());
    ::close(in.write);
    reader_ = std::thread([this] { readOutput(); });
}

ChildProcess::~ChildProcess() {
    if (!reaped_) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    reader_.join();
    ::close(outPipe_);
    ::close(errPipe_);
}

void ChildProcess::signal(int number) {
    if (!reaped_) ::kill(pid_, number);
}

std::string ChildProcess::err() const {
    std::lock_guard const lock(mutex_);
    return err_;
}

std::string ChildProcess::awaitLine(std::string_view text, std::chrono::milliseconds limit) {
    std::unique_lock lock(mutex_);
    std::string line;
    came_.wait_for(lock, limit, [&] {
        line = lineWith(err_, text);
        return !line.empty() || ended_;
    });
    if (line.empty())
        throw std::runtime_error("no line with '" + std::string(text) + "' came; instead:\n" + err_);
    return line;
}

Finished ChildProcess::wait(std::chrono::milliseconds limit) {
    int const handle = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
    pollfd waiting{.fd = handle, .events = POLLIN, .revents = 0};
    int const ready = ::poll(&waiting, 1, static_cast<int>(limit.count()));
    ::close(handle);
    if (ready != 1) throw std::runtime_error("the program did not end in time; it wrote:\n" + err());
    int status = 0;
    ::waitpid(pid_, &status, 0);
    reaped_ = true;
    std::unique_lock lock(mutex_);
    came_.wait(lock, [&] { return ended_; });
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status), out_, err_};
}

void ChildProcess::readOutput() {
    std::array<pollfd, 2> pipes{
        {{.fd = outPipe_, .events = POLLIN, .revents = 0}, {.fd = errPipe_, .events = POLLIN, .revents = 0}}};
    while (pipes[0].fd >= 0 || pipes[1].fd >= 0) {
        ::poll(pipes.data(), pipes.size(), -1);
        // poll passes over negative numbers.
        if (pipes[0].revents != 0 && !readInto(outPipe_, out_, mutex_)) pipes[0].fd = -1;
        if (pipes[1].revents != 0 && !readInto(errPipe_, err_, mutex_)) pipes[1].fd = -1;
        came_.notify_all();
    }
    std::lock_guard const lock(mutex_);
    ended_ = true;
    came_.notify_all();
}

Finished run(std::vector<std::string> const& command, std::string_view input) {
    return ChildProcess(command, input).wait();
}

}  // namespace oscar::test
