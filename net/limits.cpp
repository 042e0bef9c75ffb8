// SPDX-License-Identifier: MIT
#include "net/limits.h"

#include <sys/resource.h>

#include <algorithm>
#include <stdexcept>

namespace oscar::net {
namespace {

Address counted(Address const& address) { return address.isIpv4() ? address : address.prefix(64); }

}  // namespace

Admission::~Admission() {
    if (limits_) limits_->release(*this);
}

Limits::Limits(LimitOptions const& options, core::Log& log)
    : log_(log), most_(options.connections), mostPerAddress_(options.perAddress) {
    for (std::string const& text : options.trusted) {
        auto const network = Network::parse(text);
        if (!network) throw std::invalid_argument("'" + text + "' is not an address or network");
        trusted_.push_back(*network);
    }
}

std::optional<Admission> Limits::admit(Address const& address, core::TimePoint now) {
    bool const countsForAddress = mostPerAddress_ != 0 && !isTrusted(address);
    std::lock_guard const lock(mutex_);
    if (closed_) return std::nullopt;
    if (connections_ >= most_) {
        logRefusal(address, "connections", now);
        return std::nullopt;
    }
    if (countsForAddress) {
        std::size_t& fromThere = perAddress_[counted(address)];
        if (fromThere >= mostPerAddress_) {
            logRefusal(address, "connections per address", now);
            return std::nullopt;
        }
        ++fromThere;
    }
    ++connections_;
    return Admission(*this, address, countsForAddress);
}

void Limits::close() {
    std::lock_guard const lock(mutex_);
    closed_ = true;
}

std::size_t Limits::connections() const {
    std::lock_guard const lock(mutex_);
    return connections_;
}

bool Limits::isTrusted(Address const& address) const {
    return std::ranges::any_of(trusted_, [&](Network const& network) { return network.contains(address); });
}

void Limits::release(Admission const& admission) {
    std::lock_guard const lock(mutex_);
    --connections_;
    if (!admission.countsForAddress_) return;
    auto const found = perAddress_.find(counted(admission.address_));
    if (--found->second == 0) perAddress_.erase(found);
}

void Limits::logRefusal(Address const& address, std::string_view limit, core::TimePoint now) {
    ++refusals_;
    if (lastRefusal_ && now - *lastRefusal_ < core::Seconds{1}) return;
    lastRefusal_ = now;
    log_.write(core::Level::Warning, "connection refused",
               {{"limit", std::string(limit)},
                {"address", address.text()},
                {"count", std::to_string(refusals_)}});
    refusals_ = 0;
}

void Limits::logShortage(std::string const& what, core::TimePoint now) {
    std::lock_guard const lock(mutex_);
    if (lastShortage_ && now - *lastShortage_ < core::Seconds{1}) return;
    lastShortage_ = now;
    log_.write(core::Level::Error, "cannot accept connections", {{"error", what}});
}

std::size_t raiseOpenFileLimit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    ::getrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur;
}

}  // namespace oscar::net
