// SPDX-License-Identifier: MIT
// The real server as a child process, on a port and in a folder of its own.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "client/address.h"
#include "tests/e2e/child_process.h"

namespace oscar::test {

/// An empty folder that goes with this object.
class TemporaryFolder {
    std::filesystem::path path_;

  public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(TemporaryFolder const&) = delete;
    TemporaryFolder& operator=(TemporaryFolder const&) = delete;

    std::filesystem::path const& path() const { return path_; }
};

/// The password of every account that a test makes without naming another.
inline constexpr std::string_view usualPassword = "secret12";

/// One server and its data folder. Serves from the constructor's end on.
class Oscard {
    TemporaryFolder folder_;
    std::vector<std::string> settings_;
    std::unique_ptr<ChildProcess> process_;
    client::Address address_;
    std::string earlierLog_;

  public:
    /// `settings` are "section.key=value"; later ones beat earlier ones. Two shards and a port of the
    /// system's choice unless they say otherwise; no limit by address holds for 127.0.0.1.
    explicit Oscard(std::vector<std::string> settings = {});
    /// Shows the log if the test has failed.
    ~Oscard();

    std::filesystem::path data() const { return folder_.path() / "data"; }
    client::Address const& address() const { return address_; }
    ChildProcess& process() { return *process_; }
    /// What it has logged, all its starts together.
    std::string log() const { return earlierLog_ + (process_ ? process_->err() : std::string()); }
    /// Memory that it occupies now.
    std::size_t residentKilobytes() const;

    /// Starts it again, on the same folder, after kill() or stop().
    void start();
    /// No goodbye: as when the power fails.
    void kill();
    /// SIGTERM, and waits for the end.
    Finished stop();

    /// The command line of a further oscard with the same settings.
    std::vector<std::string> commandLine(std::vector<std::string> const& moreSettings = {}) const;

    /// Runs oscarctl on it.
    Finished ctl(std::vector<std::string> const& arguments, std::string_view input = {}) const;
    /// Adds an account, by oscarctl; a name of digits is an ICQ number. Throws if that is refused.
    void addUser(std::string const& name, std::string_view password = usualPassword) const;
    void addUsers(std::initializer_list<std::string> names) const {
        for (std::string const& name : names) addUser(name);
    }
    /// Accounts prefix0, prefix1, ...
    void addManyUsers(std::string const& prefix, unsigned count) const;
};

}  // namespace oscar::test
