// SPDX-License-Identifier: MIT
// The keys of the server, and how they get their values.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "apps/config/key.h"

namespace oscar::config {

/// Wrong configuration; what() is one line that names key, value, what is allowed and where it came from.
struct ConfigError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

using Count = std::uint64_t;
using core::Seconds;

// clang-format off: one key reads best as its name with its default, then its meaning
struct Server : Section {
    using Section::Section;

    Key<std::vector<ListenAddress>> listen{
        *this, "listen", {{"0.0.0.0:5190"}}, "Where clients connect. One port serves everything."};
    Key<AdvertisedAddress> advertise{
        *this,
        "advertise",
        {},
        "The host and port that clients are told to connect to. Empty: those they came in on."};
    Key<std::filesystem::path> data{
        *this, "data", "./data",
        "Folder of the database, the server's key and the socket of oscarctl. Made when it is missing."};
    Key<Count> shards{
        *this, "shards", 0, "Threads that serve clients. 0: one for each processor.", {{0, 1024}}};
    Key<bool> ioUring{*this, "io_uring", true,
                      "Receive and send for many clients with one system call, where the kernel allows it."};
};

struct Limits : Section {
    using Section::Section;

    Key<std::vector<Network>> trusted{*this, "trusted", {}, "Addresses that no limit by address applies to."};
    Key<Count> connections{*this,
                           "connections",
                           1'000'000,
                           "Connections at a time. A further one is closed at once.",
                           {{1, 10'000'000}}};
    Key<Count> connectionsPerAddress{
        *this,
        "connections_per_address",
        200,
        "Connections at a time from one address. Many users may share one behind a router.",
        {{1, 10'000'000}}};
    Key<Count> sendQueueBytes{
        *this,
        "send_queue_bytes",
        262'144,
        "Bytes that may wait for a client that does not read. Beyond that its connection is closed.",
        {{65'536, 1'073'741'824}}};
    Key<Seconds> signOnDeadline{*this,
                                "sign_on_deadline",
                                Seconds{30},
                                "A connection that has not signed on by then is closed.",
                                {{Seconds{1}, Seconds{600}}}};
    Key<Count> instancesPerUser{
        *this, "instances_per_user", 5, "Clients that one user may be signed on with at a time.", {{1, 100}}};
    Key<Count> signOnFailures{*this,
                              "sign_on_failures",
                              10,
                              "Failed attempts to sign on from one address before it has to wait.",
                              {{1, 1'000'000}}};
    Key<Seconds> signOnFailureWindow{*this,
                                     "sign_on_failure_window",
                                     Seconds{300},
                                     "For how long a failed attempt counts.",
                                     {{Seconds{1}, Seconds{86'400}}}};
    Key<Count> offlinePerSender{*this,
                                "offline_per_sender",
                                10,
                                "Messages that one sender may leave for one user who is offline.",
                                {{0, 100'000}}};
    Key<Count> offlineTotal{
        *this, "offline_total", 200, "Messages that may wait for one user who is offline.", {{0, 1'000'000}}};
};

struct Log : Section {
    using Section::Section;

    Key<core::Level> level{*this, "level", core::Level::Info,
                           "What is less important than this is not logged."};
    Key<LogFormat> format{*this, "format", LogFormat::Text, "How a line of the log is written."};
    Key<std::string> file{*this, "file", {}, "File that the log is appended to. Empty: standard error."};
};

struct Service : Section {
    using Section::Section;

    Key<std::string> motd{*this, "motd", {}, "Message of the day, for clients that show one."};
    Key<std::string> url{*this, "url", "http://127.0.0.1/",
                         "Help page that a client may open when signing on fails. The default leads to "
                         "nobody else's site. Empty: "
                         "none is told."};
};

// clang-format on

/// Where values come from; the later in this list, the stronger.
struct Sources {
    std::optional<std::filesystem::path> file = {};  ///< TOML
    char const* const* environment = nullptr;  ///< as `environ`: OSCARD_SECTION_KEY=value; null for none
    std::vector<std::string> sets = {};        ///< "section.key=value", later ones beat earlier ones
};

struct Config {
    KeyList keys;
    Server server{keys, "server"};
    Limits limits{keys, "limits"};
    Log log{keys, "log"};
    Service service{keys, "service"};

    /// All defaults.
    Config() = default;
    /// Throws ConfigError.
    explicit Config(Sources const& sources);
};

/// "OSCARD_SECTION_KEY"
std::string environmentName(KeyBase const& key);

}  // namespace oscar::config
