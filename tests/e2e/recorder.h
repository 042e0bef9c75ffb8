// SPDX-License-Identifier: MIT
// Stands between clients and the server and writes all that passes into a pcap file.
#pragma once

#include <filesystem>
#include <memory>

#include "client/address.h"

namespace oscar::test {

class Recorder {
    class Impl;
    std::unique_ptr<Impl> impl_;

  public:
    /// Listens, on a port of the system's choice.
    explicit Recorder(std::filesystem::path const& pcap);
    ~Recorder();
    /// Where clients connect: the server must advertise it.
    client::Address address() const;
    /// Begins to pass connections on.
    void forwardTo(client::Address const& server);
    /// Ends, with everything in the file.
    void stop();
};

}  // namespace oscar::test
