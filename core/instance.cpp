// SPDX-License-Identifier: MIT
#include "core/instance.h"

#include <algorithm>

#include "core/user.h"

namespace oscar::core {

using wire::icbm::Channel;
using wire::icbm::Parameters;

bool IcbmParameters::set(Channel channel, Parameters parameters) {
    constexpr wire::u16 shortest = 80, mostEvil = 999;
    parameters.maxIncomingICBMLen = std::clamp(parameters.maxIncomingICBMLen, shortest, limits::icbmLength);
    parameters.maxSourceEvil = std::min(parameters.maxSourceEvil, mostEvil);
    parameters.maxDestinationEvil = std::min(parameters.maxDestinationEvil, mostEvil);
    if (channel == Channel::AllChannels) {
        all_ = parameters;
        return true;
    }
    auto const known = std::ranges::find(overrides_, channel, [](auto const& entry) { return entry.first; });
    if (known != overrides_.end()) {
        known->second = parameters;
    } else if (overrides_.size() < limits::icbmSlots) {
        overrides_.emplace_back(channel, parameters);
    } else {
        return false;
    }
    return true;
}

bool IcbmParameters::reset(Channel channel) {
    if (channel == Channel::AllChannels) return false;
    std::erase_if(overrides_, [&](auto const& entry) { return entry.first == channel; });
    return true;
}

void IcbmParameters::resetAll() {
    all_ = defaults;
    overrides_.clear();
}

Parameters const& IcbmParameters::of(Channel channel) const {
    auto const found = std::ranges::find(overrides_, channel, [](auto const& entry) { return entry.first; });
    return found == overrides_.end() ? all_ : found->second;
}

bool IcbmParameters::anyFlag(wire::u32 flag) const {
    return (all_.icbmFlags & flag) ||
           std::ranges::any_of(overrides_, [&](auto const& entry) { return entry.second.icbmFlags & flag; });
}

bool Instance::watches(LoginId const& subject) const {
    if (lists && (lists->buddies.contains(subject) || lists->tempBuddies.contains(subject))) return true;
    return feedbagInUse && user.feedbag().hasBuddy(subject);
}

}  // namespace oscar::core
