// SPDX-License-Identifier: MIT
#include "apps/oscarctl/read_password.h"

#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <iostream>
#include <stdexcept>

namespace oscar::oscarctl {
namespace {

constexpr std::size_t most = 4096;

/// The terminal shows nothing of what is typed as long as this lives.
class NoEcho {
    termios before_{};

  public:
    NoEcho() {
        tcgetattr(STDIN_FILENO, &before_);
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    ~NoEcho() { tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_); }
    NoEcho(NoEcho const&) = delete;
    NoEcho& operator=(NoEcho const&) = delete;
};

std::string ask(std::string_view prompt) {
    const NoEcho silent;
    fmt::print(stderr, "{}: ", prompt);
    std::string line;
    std::getline(std::cin, line);
    fmt::print(stderr, "\n");
    return line;
}

}  // namespace

std::string readPassword() {
    if (isatty(STDIN_FILENO)) {
        std::string password = ask("Password");
        if (ask("The same again") != password) throw std::runtime_error("the two passwords differ");
        return password;
    }
    std::string input(most + 1, '\0');
    std::cin.read(input.data(), static_cast<std::streamsize>(input.size()));
    input.resize(static_cast<std::size_t>(std::cin.gcount()));
    if (input.size() > most) throw std::runtime_error("standard input holds more than a password");
    return input;
}

}  // namespace oscar::oscarctl
