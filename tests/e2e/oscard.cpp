// SPDX-License-Identifier: MIT
#include "tests/e2e/oscard.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>

#include <exception>
#include <fstream>
#include <iostream>
#include <stdexcept>

namespace oscar::test {
namespace {

/// The value of `key=value` in a line of the log.
std::string valueOf(std::string const& line, std::string const& key) {
    std::size_t const at = line.find(' ' + key + '=');
    if (at == std::string::npos) throw std::runtime_error("no " + key + " in: " + line);
    std::size_t const start = at + key.size() + 2;
    std::string value = line.substr(start, line.find(' ', start) - start);
    if (value.size() > 1 && value.front() == '"') value = value.substr(1, value.size() - 2);
    return value;
}

bool isNumber(std::string const& name) { return name.find_first_not_of("0123456789") == std::string::npos; }

}  // namespace

TemporaryFolder::TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "oscar-e2e-XXXXXX").string();
    if (!::mkdtemp(name.data())) throw std::runtime_error("can't make a temporary folder");
    path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

Oscard::Oscard(std::vector<std::string> settings)
    : settings_{"server.listen=127.0.0.1:0", "server.data=" + data().string(), "server.shards=2",
                "limits.trusted=127.0.0.1"} {
    settings_.insert(settings_.end(), settings.begin(), settings.end());
    start();
}

Oscard::~Oscard() {
    if (testing::Test::HasFailure() || std::uncaught_exceptions() > 0)
        std::cerr << "The server's log:\n" << log() << std::endl;
}

std::vector<std::string> Oscard::commandLine(std::vector<std::string> const& moreSettings) const {
    std::vector<std::string> command{OSCARD_PROGRAM};
    for (auto const* settings : {&settings_, &moreSettings})
        for (std::string const& setting : *settings) command.insert(command.end(), {"--set", setting});
    return command;
}

void Oscard::start() {
    process_ = std::make_unique<ChildProcess>(commandLine());
    std::string const listen = valueOf(process_->awaitLine(" ready "), "listen");
    auto const address = client::parseAddress(listen.substr(0, listen.find(',')), 0);
    if (!address) throw std::runtime_error("can't read where it listens: " + listen);
    address_ = *address;
}

void Oscard::kill() {
    process_->signal(SIGKILL);
    earlierLog_ += process_->wait().err;
    process_.reset();
}

Finished Oscard::stop() {
    process_->signal(SIGTERM);
    Finished finished = process_->wait();
    earlierLog_ += finished.err;
    process_.reset();
    return finished;
}

std::size_t Oscard::residentKilobytes() const {
    std::ifstream status("/proc/" + std::to_string(process_->pid()) + "/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmRSS:")) return std::stoul(line.substr(6));
    throw std::runtime_error("the server is gone");
}

Finished Oscard::ctl(std::vector<std::string> const& arguments, std::string_view input) const {
    std::vector<std::string> command{OSCARCTL_PROGRAM, "--set", "server.data=" + data().string()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return run(command, input);
}

void Oscard::addUser(std::string const& name, std::string_view password) const {
    std::vector<std::string> command{"user", "add"};
    if (isNumber(name)) command.push_back("--uin");
    command.insert(command.end(), {name, "--password-stdin"});
    Finished const added = ctl(command, password);
    if (added.exit != 0) throw std::runtime_error("can't add " + name + ": " + added.err);
}

void Oscard::addManyUsers(std::string const& prefix, unsigned count) const {
    Finished const added =
        ctl({"user", "add", "--count", std::to_string(count), "--prefix", prefix, "--password-stdin"},
            usualPassword);
    if (added.exit != 0) throw std::runtime_error("can't add users: " + added.err);
}

}  // namespace oscar::test
