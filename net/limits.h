// SPDX-License-Identifier: MIT
// How many connections there may be, in all and from one address. One object for all shards.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/ports/log.h"
#include "core/time.h"
#include "net/address.h"

namespace oscar::net {

struct LimitOptions {
    std::size_t connections = 1'000'000;  ///< 0 = as many as files may be open
    std::size_t perAddress = 200;         ///< 0 = no limit; many accounts can sit behind one address
    std::vector<std::string> trusted = {};///< addresses and networks that perAddress does not hold for
};

class Limits;

/// One connection's place among those that are counted; gives it back when it goes.
class Admission {
    Limits* limits_;
    Address address_;
    bool countsForAddress_;

    friend class Limits;
    Admission(Limits& limits, Address address, bool countsForAddress)
        : limits_(&limits), address_(address), countsForAddress_(countsForAddress) {}

  public:
    Admission(Admission&& other) noexcept
        : limits_(std::exchange(other.limits_, nullptr)),
          address_(other.address_),
          countsForAddress_(other.countsForAddress_) {}
    Admission& operator=(Admission&&) = delete;
    ~Admission();

    Address const& address() const { return address_; }
};

/// Any thread. A lock is taken when a connection comes and when it goes, never in between.
class Limits {
    core::Log& log_;
    std::size_t const most_;
    std::size_t const mostPerAddress_;
    std::vector<Network> trusted_;

    mutable std::mutex mutex_;
    std::size_t connections_ = 0;
    std::map<Address, std::size_t> perAddress_;
    bool closed_ = false;
    std::optional<core::TimePoint> lastRefusal_;
    std::size_t refusals_ = 0;
    std::optional<core::TimePoint> lastShortage_;

    friend class Admission;

  public:
    /// Throws std::invalid_argument when an entry of `trusted` is not an address or network.
    Limits(LimitOptions const& options, core::Log& log);

    /// Nothing if there is no room, which is logged at most once a second. IPv6 clients are counted by their
    /// /64, which one of them has to itself.
    std::optional<Admission> admit(Address const& address, core::TimePoint now);
    /// From now on nothing is admitted.
    void close();
    std::size_t connections() const;
    /// Tells that the system has nothing left to accept with, at most once a second.
    void logShortage(std::string const& what, core::TimePoint now);

  private:
    bool isTrusted(Address const& address) const;
    void release(Admission const& admission);
    void logRefusal(Address const& address, std::string_view limit, core::TimePoint now);
};

/// Files that this process may open, after raising the limit as far as it goes.
std::size_t raiseOpenFileLimit();

}  // namespace oscar::net
