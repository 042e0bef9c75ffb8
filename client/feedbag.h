// SPDX-License-Identifier: MIT
// A client's copy of the stored list, and plans of how to change it in the order AOL asks for.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/feedbag.h"

namespace oscar::client {

/// AOL spec, FEEDBAG__Item, owned. `attributes` are TLVs as they stand on the wire: a client keeps those it
/// does not know (FB-16).
struct FeedbagItem {
    std::string name;  ///< UTF-8
    wire::u16 groupId = 0;
    wire::u16 itemId = 0;
    wire::feedbag::ClassId classId{};
    wire::Buffer attributes;

    wire::Tlvs tlvs() const { return wire::Tlvs{attributes}; }
    wire::feedbag::Item onWire() const;
};

FeedbagItem ownedItem(wire::feedbag::Item const& item);

/// The list by ids; sorted by group, then item, as the server sends it.
class Feedbag {
    std::vector<FeedbagItem> items_;

  public:
    /// More than any server stores: what comes beyond is dropped, so that no server can fill our memory.
    static constexpr std::size_t maxItems = 20000;

    std::vector<FeedbagItem> const& items() const { return items_; }
    FeedbagItem const* find(wire::u16 groupId, wire::u16 itemId) const;
    FeedbagItem const* root() const { return find(0, 0); }
    /// A group by its name; case does not count, spaces do (FB-9).
    FeedbagItem const* group(std::string_view name) const;
    /// The first item of a class with this name; case and spaces do not count.
    FeedbagItem const* named(wire::feedbag::ClassId classId, std::string_view name) const;
    /// Every item that puts this user on the list: he may stand in several groups.
    std::vector<FeedbagItem const*> buddy(std::string_view name) const;
    /// The ids of a group's members, or of the groups for 0, in the order the user wants.
    std::vector<wire::u16> order(wire::u16 groupId) const;
    wire::feedbag::PdMode privacyMode() const;

    wire::u16 freeGroupId() const;
    wire::u16 freeItemId(wire::u16 groupId) const;

    void clear() { items_.clear(); }
    /// Inserts, or replaces the item with the same ids.
    void put(FeedbagItem item);
    void erase(wire::u16 groupId, wire::u16 itemId);

  private:
    std::vector<FeedbagItem>::iterator place(wire::u16 groupId, wire::u16 itemId);
};

enum class FeedbagVerb : wire::u08 { Insert, Update, Delete };

/// One SNAC of a change; the next is sent when the server has confirmed this one (FB-20).
struct FeedbagStep {
    FeedbagVerb verb{};
    std::vector<FeedbagItem> items;
};

/// What a change takes. With a status other than Success it is refused before anything is sent.
struct FeedbagPlan {
    wire::feedbag::StatusCode status = wire::feedbag::StatusCode::Success;
    std::vector<FeedbagStep> steps;
};

/// Makes the group, and the root group of an empty list, if they are missing. AlreadyExists if the user is
/// in that group.
FeedbagPlan planAddBuddy(Feedbag const& list, std::string_view name, std::string_view group);
/// Takes a user out of all groups. NotFound if he is in none.
FeedbagPlan planRemoveBuddy(Feedbag const& list, std::string_view name);
/// NotFound, or AlreadyExists if another group has the new name.
FeedbagPlan planRenameGroup(Feedbag const& list, std::string_view from, std::string_view to);
/// Removes a group and who is in it.
FeedbagPlan planRemoveGroup(Feedbag const& list, std::string_view name);
FeedbagPlan planPrivacyMode(Feedbag const& list, wire::feedbag::PdMode mode);
/// For the classes whose items are names in the root group: Permit, Deny, IgnoreList.
FeedbagPlan planAddRootItem(Feedbag const& list, wire::feedbag::ClassId classId, std::string_view name);
FeedbagPlan planRemoveRootItem(Feedbag const& list, wire::feedbag::ClassId classId, std::string_view name);

}  // namespace oscar::client
