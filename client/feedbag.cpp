// SPDX-License-Identifier: MIT
#include "client/feedbag.h"

#include <algorithm>
#include <tuple>

#include "client/text.h"

namespace oscar::client {
namespace {

using wire::u16;
using wire::feedbag::ClassId;

constexpr u16 lastId = 32767;  // FB-5

bool sameGroupName(std::string_view a, std::string_view b) {
    auto const lower = [](char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [&](char x, char y) { return lower(x) == lower(y); });
}

template <class Taken>
u16 firstFree(Taken&& taken) {
    u16 id = 1;
    while (id < lastId && taken(id)) ++id;
    return id;
}

}  // namespace

wire::feedbag::Item FeedbagItem::onWire() const {
    return {{name}, groupId, itemId, classId, wire::tlvLBlock{attributes}};
}

FeedbagItem ownedItem(wire::feedbag::Item const& item) {
    return {std::string(item.name.text), item.groupId, item.itemId, item.classId,
            wire::toBuffer(item.attributes.bytes())};
}

std::vector<FeedbagItem>::iterator Feedbag::place(u16 groupId, u16 itemId) {
    auto const before = [](FeedbagItem const& item, std::pair<u16, u16> ids) {
        return std::pair(item.groupId, item.itemId) < ids;
    };
    return std::lower_bound(items_.begin(), items_.end(), std::pair(groupId, itemId), before);
}

FeedbagItem const* Feedbag::find(u16 groupId, u16 itemId) const {
    auto const at = const_cast<Feedbag*>(this)->place(groupId, itemId);
    bool const there = at != items_.end() && at->groupId == groupId && at->itemId == itemId;
    return there ? &*at : nullptr;
}

FeedbagItem const* Feedbag::group(std::string_view name) const {
    for (FeedbagItem const& item : items_)
        if (item.classId == ClassId::Group && item.groupId != 0 && sameGroupName(item.name, name))
            return &item;
    return nullptr;
}

FeedbagItem const* Feedbag::named(ClassId classId, std::string_view name) const {
    for (FeedbagItem const& item : items_)
        if (item.classId == classId && sameLoginId(item.name, name)) return &item;
    return nullptr;
}

std::vector<FeedbagItem const*> Feedbag::buddy(std::string_view name) const {
    std::vector<FeedbagItem const*> found;
    for (FeedbagItem const& item : items_)
        if (item.classId == ClassId::Buddy && sameLoginId(item.name, name)) found.push_back(&item);
    return found;
}

std::vector<u16> Feedbag::order(u16 groupId) const {
    std::vector<u16> ids;
    FeedbagItem const* const group = find(groupId, 0);
    if (!group) return ids;
    if (auto const order = group->tlvs().get(wire::feedbag::attributes::order))
        for (u16 id : *order) ids.push_back(id);
    return ids;
}

wire::feedbag::PdMode Feedbag::privacyMode() const {
    // PD-2: no item, or one without a mode, means everyone.
    FeedbagItem const* const item = named(ClassId::Pdinfo, "");
    auto const mode = item ? item->tlvs().get(wire::feedbag::attributes::pdMode) : std::nullopt;
    return mode.value_or(wire::feedbag::PdMode::PermitAll);
}

u16 Feedbag::freeGroupId() const {
    return firstFree([&](u16 id) {
        return std::any_of(items_.begin(), items_.end(),
                           [&](FeedbagItem const& item) { return item.groupId == id; });
    });
}

u16 Feedbag::freeItemId(u16 groupId) const {
    return firstFree([&](u16 id) { return find(groupId, id) != nullptr; });
}

void Feedbag::put(FeedbagItem item) {
    auto const at = place(item.groupId, item.itemId);
    if (at != items_.end() && at->groupId == item.groupId && at->itemId == item.itemId) {
        *at = std::move(item);
    } else if (items_.size() < maxItems) {
        items_.insert(at, std::move(item));
    }
}

void Feedbag::erase(u16 groupId, u16 itemId) {
    auto const at = place(groupId, itemId);
    if (at != items_.end() && at->groupId == groupId && at->itemId == itemId) items_.erase(at);
}

}  // namespace oscar::client
