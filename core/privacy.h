// SPDX-License-Identifier: MIT
// Who may see and reach a user (AOL spec, Class FEEDBAG__PD_MODE; rules PD-1 to PD-11).
#pragma once

#include <vector>

#include "core/feedbag.h"

namespace oscar::core {

/// A set of names, small and quick to ask.
class NameSet {
    std::vector<LoginId> sorted_;

  public:
    bool contains(LoginId const& name) const;
    void add(LoginId name);
    void remove(LoginId const& name);
    bool empty() const { return sorted_.empty(); }
    std::size_t size() const { return sorted_.size(); }
    auto begin() const { return sorted_.begin(); }
    auto end() const { return sorted_.end(); }
    friend bool operator==(NameSet const&, NameSet const&) = default;
};

/// Who asks, as far as privacy is concerned.
struct Other {
    LoginId const& loginId;
    wire::u32 nickFlags = 0;
};

/// Settings in force for one user, made ready to be asked often.
struct Privacy {
    wire::feedbag::PdMode mode = wire::feedbag::PdMode::PermitAll;
    wire::u32 mask = 0xFFFFFFFF;  ///< classes of users (NICK_FLAGS) that may see
    /// Whether the mode also rules messages. Always so for AIM users; ICQ's visible and invisible lists hide only.
    bool appliesToMessages = true;
    NameSet permit;
    NameSet deny;
    NameSet ignore;   ///< ICQ: neither seen nor heard
    NameSet buddies;  ///< only filled for PermitOnList

    /// From the stored list. An ICQ user's mode rules messages only if PD_FLAGS says so.
    static Privacy fromFeedbag(Feedbag const& feedbag, bool icq);

    /// Whether the mode and lists allow `other`.
    bool allows(Other const& other) const;
    bool maySee(Other const& other) const { return allows(other) && !ignore.contains(other.loginId); }
    /// Also whether the user himself hears of `other`: blocking works both ways (D-6).
    bool mayReach(Other const& other) const {
        return (!appliesToMessages || allowsByName(other.loginId)) && !ignore.contains(other.loginId);
    }
    /// ICQ's visible list: these see the user also while he is invisible.
    bool seesInvisible(LoginId const& other) const {
        return mode == wire::feedbag::PdMode::PermitSome && !appliesToMessages && permit.contains(other);
    }
    /// Nothing is restricted: need not be kept.
    bool trivial() const;
    friend bool operator==(Privacy const&, Privacy const&) = default;

  private:
    bool allowsByName(LoginId const& other) const;
};

}  // namespace oscar::core
