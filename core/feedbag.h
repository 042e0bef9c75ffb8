// SPDX-License-Identifier: MIT
// The stored list of one user and AOL's rules about it (AOL spec, "Feedbag Implementation Notes").
#pragma once

#include <vector>

#include "core/login_id.h"
#include "wire/feedbag.h"

namespace oscar::core {

/// Kept as the bytes that FEEDBAG__REPLY sends, sorted by group id and item id: small, and what a client stored
/// comes back byte for byte.
class Feedbag {
    wire::Buffer items_;
    wire::u32 updated_ = 0;

  public:
    Feedbag() = default;
    Feedbag(wire::Buffer items, wire::u32 updated) : items_(std::move(items)), updated_(updated) {
        items_.shrink_to_fit();
    }

    wire::rest<wire::feedbag::Item> items() const { return wire::rest<wire::feedbag::Item>{items_}; }
    wire::Buffer const& bytes() const { return items_; }
    bool empty() const { return items_.empty(); }
    wire::u32 updated() const { return updated_; }  ///< seconds since the epoch; 0 = never changed

    enum class Operation : wire::u08 { Insert, Update, Delete };

    struct Change {
        std::vector<wire::feedbag::StatusCode> statuses;  ///< one per item of the request, in order
        /// Items that the server itself altered on the way (DATE_TIME); everybody is told of them.
        wire::List<wire::feedbag::Item> altered;
        bool done = false;  ///< nothing was changed unless all items were right
    };

    /// Carries out one request. `now` is in seconds since the epoch.
    Change change(Operation operation, wire::rest<wire::feedbag::Item> const& request, wire::u32 now);

    /// Whether `user` is a buddy on this list (a pending one is not).
    bool hasBuddy(LoginId const& user) const;

    /// A preference of Class FEEDBAG__BUDDY_PREFS by its number (FB-23).
    bool preference(unsigned number, bool otherwise) const;

    /// The most items of a class (FEEDBAG__RIGHTS_REPLY, MAX_ITEMS_BY_CLASS).
    static wire::u16 mostOf(wire::feedbag::ClassId classId);
    static constexpr wire::u16 classesWithLimits = 0x26;
    static constexpr wire::u16 mostClientItems = 200;
    static constexpr wire::u16 longestName = 97;
    static constexpr wire::u16 longestAttributes = 4096;  ///< bytes; ORDER of 1000 buddies must fit
    /// Bytes of a whole list. No client can be told; without it one user could have the server keep and rewrite some
    /// fifty megabytes.
    static constexpr std::size_t longestList = 1024 * 1024;
};

inline bool isPending(wire::feedbag::Item const& item) {
    return item.attributes.has(wire::feedbag::attributes::pending);
}

}  // namespace oscar::core
