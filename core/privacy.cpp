// SPDX-License-Identifier: MIT
#include "core/privacy.h"

#include <algorithm>

namespace oscar::core {

using wire::feedbag::ClassId;
using wire::feedbag::PdMode;
namespace attributes = wire::feedbag::attributes;

bool NameSet::contains(LoginId const& name) const { return std::ranges::binary_search(sorted_, name); }

void NameSet::add(LoginId name) {
    auto const at = std::ranges::lower_bound(sorted_, name);
    if (at == sorted_.end() || *at != name) sorted_.insert(at, std::move(name));
}

void NameSet::remove(LoginId const& name) {
    auto const at = std::ranges::lower_bound(sorted_, name);
    if (at != sorted_.end() && *at == name) sorted_.erase(at);
}

Privacy Privacy::fromFeedbag(Feedbag const& feedbag, bool icq) {
    Privacy privacy;
    wire::u32 flags = 0;
    for (wire::feedbag::Item const& item : feedbag.items()) {
        switch (item.classId) {
            case ClassId::Permit: privacy.permit.add(LoginId(item.name.text)); break;
            case ClassId::Deny: privacy.deny.add(LoginId(item.name.text)); break;
            case ClassId::IgnoreList: privacy.ignore.add(LoginId(item.name.text)); break;
            case ClassId::Pdinfo:
                // QIP 2005 writes the item without a mode, which then is PermitAll (PD-2).
                privacy.mode = item.attributes.get(attributes::pdMode).value_or(PdMode::PermitAll);
                privacy.mask = item.attributes.get(attributes::pdMask).value_or(0xFFFFFFFF);
                flags = item.attributes.get(attributes::pdFlags).value_or(0);
                break;
            default: break;
        }
    }
    privacy.appliesToMessages = !icq || (flags & wire::feedbag::pdFlags::appliesIm);
    if (privacy.mode == PdMode::PermitOnList)
        for (wire::feedbag::Item const& item : feedbag.items())
            if (item.classId == ClassId::Buddy) privacy.buddies.add(LoginId(item.name.text));
    return privacy;
}

bool Privacy::allowsByName(LoginId const& other) const {
    switch (mode) {
        case PdMode::DenyAll: return false;
        case PdMode::PermitSome: return permit.contains(other);
        case PdMode::DenySome: return !deny.contains(other);
        case PdMode::PermitOnList: return buddies.contains(other);
        case PdMode::PermitAll: break;
    }
    return true;  // also for values that no client should send
}

bool Privacy::allows(Other const& other) const {
    return allowsByName(other.loginId) && (mask == 0xFFFFFFFF || (other.nickFlags & mask));
}

bool Privacy::trivial() const {
    return (mode == PdMode::PermitAll || (mode == PdMode::DenySome && deny.empty())) && mask == 0xFFFFFFFF &&
           ignore.empty();
}

}  // namespace oscar::core
