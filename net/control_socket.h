// SPDX-License-Identifier: MIT
// How a command-line tool talks to the running server: a Unix socket in the server's folder.
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <stdexcept>
#include <string>
#include <thread>

#include "core/ports/log.h"
#include "net/fd.h"

namespace oscar::net {

/// One clear line.
class ControlError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// Answers requests: a client sends one line of at most maxRequest bytes, gets the answer and is closed. Only
/// root and the user that the server runs as may connect: the file is 0600 from the first moment, and the
/// kernel tells who asks. Each request has its own thread, so that a long command does not hold up the
/// others.
class ControlSocket {
  public:
    /// The request without its end of line; returns the answer. Called on several threads at once; may take
    /// long.
    using Handler = std::function<std::string(std::string)>;

    static constexpr std::size_t maxRequest = 1024 * 1024;
    static constexpr std::size_t maxRequestsAtOnce = 32;

    /// Replaces what a dead server left at `path`; throws ControlError if a live one is there.
    ControlSocket(std::string path, core::Log& log, Handler handler);
    /// Waits for the requests under way, so the handler must still come to its end; removes the file.
    ~ControlSocket();
    ControlSocket(ControlSocket const&) = delete;
    ControlSocket& operator=(ControlSocket const&) = delete;

  private:
    struct Request {
        UniqueFd fd;
        std::atomic<bool> done = false;
        std::thread thread;
    };

    void serve();
    void begin(UniqueFd fd);
    void answer(int fd) noexcept;
    void reap();

    std::string const path_;
    core::Log& log_;
    Handler const handler_;
    UniqueFd lock_;
    UniqueFd listener_;
    UniqueFd wakeup_;
    std::list<Request> requests_;  ///< the serving thread's
    std::thread thread_;
};

/// The client's side: sends `request` (one line, without its end) to the server at `path` and returns the
/// whole answer. Waits up to ten minutes. Throws ControlError when no server listens there or the connection
/// breaks.
std::string ask(std::string const& path, std::string const& request);

}  // namespace oscar::net
