// SPDX-License-Identifier: MIT
// AOL spec, "Feedbag Implementation Notes": the item itself first, then ORDER of its group, then ORDER of the
// root group; only a missing root group comes before all.
#include <algorithm>

#include "client/feedbag.h"

namespace oscar::client {
namespace {

using wire::u16;
using wire::feedbag::ClassId;
using wire::feedbag::StatusCode;
namespace attributes = wire::feedbag::attributes;

/// Most items that go into one SNAC: with the longest names they stay below what old buffers take.
constexpr std::size_t itemsPerStep = 50;

/// `old` with one attribute replaced, the others kept in their order.
template <class T, u16 N>
wire::Buffer with(wire::Buffer const& old, wire::Tag<T, N> tag, std::type_identity_t<T> const& value) {
    wire::TlvList result;
    for (wire::Tlv const& tlv : wire::Tlvs{old})
        if (tlv.tag != N) result.add(tlv);
    result.add(tag, value);
    return wire::toBuffer(result.bytes());
}

FeedbagItem withOrder(FeedbagItem group, std::vector<u16> const& ids) {
    wire::List<u16> list;
    for (u16 id : ids) list.add(id);
    group.attributes = with(group.attributes, attributes::order, list);
    return group;
}

FeedbagItem newGroup(std::string_view name, u16 groupId, std::vector<u16> const& order) {
    return withOrder({std::string(name), groupId, 0, ClassId::Group, {}}, order);
}

std::vector<u16> plus(std::vector<u16> ids, u16 id) {
    ids.push_back(id);
    return ids;
}

std::vector<u16> without(std::vector<u16> ids, std::vector<u16> const& gone) {
    std::erase_if(ids, [&](u16 id) { return std::find(gone.begin(), gone.end(), id) != gone.end(); });
    return ids;
}

void addDeletes(FeedbagPlan& plan, std::vector<FeedbagItem> items) {
    for (std::size_t at = 0; at < items.size(); at += itemsPerStep) {
        auto const first = items.begin() + static_cast<std::ptrdiff_t>(at);
        auto const last =
            items.begin() + static_cast<std::ptrdiff_t>(std::min(at + itemsPerStep, items.size()));
        plan.steps.push_back({FeedbagVerb::Delete, {first, last}});
    }
}

}  // namespace

FeedbagPlan planAddBuddy(Feedbag const& list, std::string_view name, std::string_view groupName) {
    FeedbagPlan plan;
    FeedbagItem const* const group = list.group(groupName);
    if (group) {
        for (FeedbagItem const* known : list.buddy(name))
            if (known->groupId == group->groupId) return {StatusCode::AlreadyExists, {}};
        u16 const itemId = list.freeItemId(group->groupId);
        plan.steps.push_back(
            {FeedbagVerb::Insert, {{std::string(name), group->groupId, itemId, ClassId::Buddy, {}}}});
        auto const order = plus(list.order(group->groupId), itemId);
        plan.steps.push_back({FeedbagVerb::Update, {withOrder(*group, order)}});
        return plan;
    }
    FeedbagItem const root = list.root() ? *list.root() : newGroup("", 0, {});
    u16 const groupId = list.freeGroupId();
    if (!list.root()) plan.steps.push_back({FeedbagVerb::Insert, {root}});
    plan.steps.push_back({FeedbagVerb::Insert, {{std::string(name), groupId, 1, ClassId::Buddy, {}}}});
    plan.steps.push_back({FeedbagVerb::Insert, {newGroup(groupName, groupId, {1})}});
    plan.steps.push_back({FeedbagVerb::Update, {withOrder(root, plus(list.order(0), groupId))}});
    return plan;
}

FeedbagPlan planRemoveBuddy(Feedbag const& list, std::string_view name) {
    auto const found = list.buddy(name);
    if (found.empty()) return {StatusCode::NotFound, {}};
    FeedbagPlan plan;
    std::vector<FeedbagItem> gone;
    std::vector<FeedbagItem> groups;
    for (FeedbagItem const* item : found) {
        gone.push_back(*item);
        FeedbagItem const* const group = list.find(item->groupId, 0);
        if (group) groups.push_back(withOrder(*group, without(list.order(item->groupId), {item->itemId})));
    }
    addDeletes(plan, std::move(gone));
    if (!groups.empty()) plan.steps.push_back({FeedbagVerb::Update, std::move(groups)});
    return plan;
}

FeedbagPlan planRenameGroup(Feedbag const& list, std::string_view from, std::string_view to) {
    FeedbagItem const* const group = list.group(from);
    FeedbagItem const* const other = list.group(to);
    if (!group) return {StatusCode::NotFound, {}};
    if (other && other != group) return {StatusCode::AlreadyExists, {}};
    FeedbagItem renamed = *group;
    renamed.name = to;
    return {StatusCode::Success, {{FeedbagVerb::Update, {renamed}}}};
}

FeedbagPlan planRemoveGroup(Feedbag const& list, std::string_view name) {
    FeedbagItem const* const group = list.group(name);
    if (!group) return {StatusCode::NotFound, {}};
    FeedbagPlan plan;
    std::vector<FeedbagItem> gone;
    for (FeedbagItem const& item : list.items())
        if (item.groupId == group->groupId && item.itemId != 0) gone.push_back(item);
    gone.push_back(*group);
    addDeletes(plan, std::move(gone));
    if (list.root()) {
        auto const order = without(list.order(0), {group->groupId});
        plan.steps.push_back({FeedbagVerb::Update, {withOrder(*list.root(), order)}});
    }
    return plan;
}

FeedbagPlan planPrivacyMode(Feedbag const& list, wire::feedbag::PdMode mode) {
    FeedbagItem const* const known = list.named(ClassId::Pdinfo, "");
    FeedbagItem item = known ? *known : FeedbagItem{"", 0, list.freeItemId(0), ClassId::Pdinfo, {}};
    item.attributes = with(item.attributes, attributes::pdMode, mode);
    return {StatusCode::Success, {{known ? FeedbagVerb::Update : FeedbagVerb::Insert, {item}}}};
}

FeedbagPlan planAddRootItem(Feedbag const& list, ClassId classId, std::string_view name) {
    if (list.named(classId, name)) return {StatusCode::AlreadyExists, {}};
    FeedbagItem const item{std::string(name), 0, list.freeItemId(0), classId, {}};
    return {StatusCode::Success, {{FeedbagVerb::Insert, {item}}}};
}

FeedbagPlan planRemoveRootItem(Feedbag const& list, ClassId classId, std::string_view name) {
    FeedbagItem const* const item = list.named(classId, name);
    if (!item) return {StatusCode::NotFound, {}};
    return {StatusCode::Success, {{FeedbagVerb::Delete, {*item}}}};
}

}  // namespace oscar::client
