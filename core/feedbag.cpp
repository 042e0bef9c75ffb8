// SPDX-License-Identifier: MIT
#include "core/feedbag.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include "core/options.h"

namespace oscar::core {
namespace {

using namespace wire::feedbag;
using wire::u16;
using wire::u32;

using Place = std::pair<u16, u16>;  // group id, item id

constexpr u16 highestId = 0x7FFF;
constexpr u16 firstServerAttribute = 100;
constexpr u16 firstClientAttribute = 200;

Place placeOf(Item const& item) { return {item.groupId, item.itemId}; }

std::string lowerCase(std::string_view text) {
    std::string lower(text);
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return lower;
}

bool oneItemOnly(ClassId classId) { return classId == ClassId::Pdinfo || classId == ClassId::BuddyPrefs; }

/// What must be unique about an item's name (FB-9): groups by case only, items of the root per class, items of a
/// group within it, these two compressed.
std::tuple<u16, u16, std::string> nameKey(Item const& item) {
    if (item.classId == ClassId::Group) return {0, static_cast<u16>(ClassId::Group), lowerCase(item.name.text)};
    u16 const classInRoot = item.groupId == 0 ? static_cast<u16>(item.classId) : 0;
    return {item.groupId, classInRoot, LoginId(item.name.text).text()};
}

/// FB-8: BUDDY only in groups, groups with item id 0, most other classes only in the root, free ones anywhere.
bool wellPlaced(Item const& item) {
    switch (item.classId) {
        case ClassId::Buddy: return item.groupId != 0 && item.itemId != 0;
        case ClassId::Group:
            return item.itemId == 0 && item.name.text.empty() == (item.groupId == 0);
        case ClassId::Permit:
        case ClassId::Deny:
        case ClassId::Pdinfo:
        case ClassId::BuddyPrefs:
        case ClassId::Nonbuddy:
        case ClassId::ClientPrefs:
        case ClassId::IgnoreList:
        case ClassId::DateTime:
        case ClassId::Bart:
        case ClassId::RbOrder:
        case ClassId::Personality:
        case ClassId::AlProf:
        case ClassId::AlInfo:
        case ClassId::Interaction:
        case ClassId::VanityInfo:
        case ClassId::FavoriteLocation:
        case ClassId::BartPdinfo: return item.groupId == 0 && item.itemId != 0;
        default: return item.itemId != 0;
    }
}

bool namesUser(ClassId classId) {
    return classId == ClassId::Buddy || classId == ClassId::Permit || classId == ClassId::Deny ||
           classId == ClassId::IgnoreList;
}

StatusCode whatIsWrong(Item const& item) {
    if (item.groupId > highestId || item.itemId > highestId) return StatusCode::BadRequest;
    if (!wellPlaced(item)) return StatusCode::BadRequest;
    if (item.name.text.size() > Feedbag::longestName) return StatusCode::BadRequest;
    if (oneItemOnly(item.classId) && !item.name.text.empty()) return StatusCode::BadRequest;
    if (namesUser(item.classId) && LoginId(item.name.text).empty()) return StatusCode::BadLoginid;
    if (item.attributes.bytes().size() > Feedbag::longestAttributes) return StatusCode::BadRequest;
    for (wire::Tlv const& attribute : item.attributes)
        if (attribute.tag < attributes::minAttr) return StatusCode::BadRequest;
    return StatusCode::Success;
}

/// Attributes that only the server may set. The time of a DATE_TIME item is not among them: a client may send it, and
/// it is overridden (FB-18).
bool isServerAttribute(ClassId classId, u16 tag) {
    if (classId == ClassId::DateTime && tag == attributes::timeT.number) return false;
    return tag >= firstServerAttribute && tag < firstClientAttribute;
}

/// The list while one request changes it: all or nothing.
class Draft {
    std::map<Place, Item> items_;
    std::set<std::tuple<u16, u16, std::string>> names_;
    std::map<ClassId, unsigned> counts_;
    std::deque<wire::Buffer> attributes_;  // of items that the server altered; items borrow them

  public:
    explicit Draft(wire::rest<Item> const& items) {
        for (Item const& item : items) add(item);
    }

    StatusCode insert(Item const& item) {
        if (auto const wrong = whatIsWrong(item); wrong != StatusCode::Success) return wrong;
        if (items_.contains(placeOf(item))) return StatusCode::AlreadyExists;
        if (names_.contains(nameKey(item))) return StatusCode::AlreadyExists;
        for (wire::Tlv const& attribute : item.attributes)
            if (isServerAttribute(item.classId, attribute.tag) && attribute.tag != attributes::pending.number)
                return StatusCode::BadRequest;
        if (count(item.classId) >= Feedbag::mostOf(item.classId))
            return item.classId == ClassId::Buddy ? StatusCode::OverBuddyLimit : StatusCode::OverRowLimit;
        add(item);
        return StatusCode::Success;
    }

    StatusCode update(Item item) {
        if (auto const wrong = whatIsWrong(item); wrong != StatusCode::Success) return wrong;
        auto const old = items_.find(placeOf(item));
        if (old == items_.end()) return StatusCode::NotFound;
        if (old->second.classId != item.classId) return StatusCode::BadRequest;
        if (nameKey(item) != nameKey(old->second) && names_.contains(nameKey(item))) return StatusCode::AlreadyExists;
        if (!keepServerAttributes(item, old->second)) return StatusCode::BadRequest;
        remove(old);
        add(item);
        return StatusCode::Success;
    }

    StatusCode erase(Item const& item) {
        auto const old = items_.find(placeOf(item));
        if (old == items_.end()) return StatusCode::NotFound;
        if (old->first == Place{0, 0}) return StatusCode::BadRequest;  // FB-6: the root group stays
        remove(old);
        return StatusCode::Success;
    }

    /// FB-18: the server keeps the time of a DATE_TIME item: now, or one more than before.
    void stamp(Place place, u32 now, u32 before) {
        Item& item = items_.at(place);
        wire::TlvList stamped;
        stamped.add(attributes::timeT, wire::t70{std::max(now, before + 1)});
        for (wire::Tlv const& attribute : item.attributes)
            if (attribute.tag != attributes::timeT.number) stamped.add(attribute);
        item.attributes = keep(stamped);
    }

    Item const& at(Place place) const { return items_.at(place); }

    wire::Buffer encoded() const {
        wire::Buffer buffer;
        wire::Writer out(buffer);
        for (auto const& [place, item] : items_) put(out, item);
        return buffer;
    }

  private:
    void add(Item const& item) {
        items_.emplace(placeOf(item), item);
        names_.insert(nameKey(item));
        ++counts_[item.classId];
    }

    void remove(std::map<Place, Item>::iterator item) {
        names_.erase(nameKey(item->second));
        --counts_[item->second.classId];
        items_.erase(item);
    }

    unsigned count(ClassId classId) const {
        if (classId < ClassId::Min) {
            auto const found = counts_.find(classId);
            return found == counts_.end() ? 0 : found->second;
        }
        unsigned all = 0;
        for (auto const& [id, number] : counts_)
            if (id >= ClassId::Min) all += number;
        return all;
    }

    /// FB-15: attributes 100 to 199 are the server's. They stay when a client leaves them out; one who would change
    /// or add them is refused.
    bool keepServerAttributes(Item& item, Item const& old) {
        wire::TlvList kept;
        for (wire::Tlv const& attribute : old.attributes)
            if (isServerAttribute(item.classId, attribute.tag) && !item.attributes.find(attribute.tag))
                kept.add(attribute);
        for (wire::Tlv const& attribute : item.attributes) {
            if (isServerAttribute(item.classId, attribute.tag)) {
                auto const before = old.attributes.find(attribute.tag);
                if (!before || !wire::sameBytes(*before, attribute.value)) return false;
            }
        }
        if (kept.none()) return true;
        for (wire::Tlv const& attribute : item.attributes) kept.add(attribute);
        item.attributes = keep(kept);
        return true;
    }

    wire::tlvLBlock keep(wire::TlvList const& list) {
        attributes_.push_back(wire::toBuffer(list.bytes()));
        return wire::tlvLBlock{attributes_.back()};
    }
};

u32 timeOf(Item const& item) { return item.attributes.get(attributes::timeT).value_or(wire::t70{}).seconds; }

}  // namespace

Feedbag::Change Feedbag::change(Operation operation, wire::rest<Item> const& request, u32 now) {
    Change change;
    Draft draft(items());
    std::vector<Place> stamps;
    std::map<Place, u32> timesBefore;
    for (Item const& item : items())
        if (item.classId == ClassId::DateTime) timesBefore[placeOf(item)] = timeOf(item);

    bool allRight = true;
    for (Item const& item : request) {
        StatusCode status{};
        switch (operation) {
            case Operation::Insert: status = draft.insert(item); break;
            case Operation::Update: status = draft.update(item); break;
            case Operation::Delete: status = draft.erase(item); break;
        }
        change.statuses.push_back(status);
        allRight = allRight && status == StatusCode::Success;
        if (status == StatusCode::Success && operation != Operation::Delete && item.classId == ClassId::DateTime)
            stamps.push_back(placeOf(item));
    }
    if (change.statuses.empty()) return change;
    if (!allRight) {
        // One request is carried out whole or not at all (AOL spec, NOT_EXECUTED: "Due to other error in same
        // request").
        std::ranges::replace(change.statuses, StatusCode::Success, StatusCode::NotExecuted);
        return change;
    }
    for (Place const& place : stamps) {
        draft.stamp(place, now, timesBefore.contains(place) ? timesBefore[place] : 0);
        change.altered.add(draft.at(place));
    }
    wire::Buffer changed = draft.encoded();
    if (changed.size() > longestList && changed.size() > items_.size()) {
        std::ranges::fill(change.statuses, StatusCode::NotExecuted);
        change.statuses.back() = StatusCode::OverRowLimit;
        change.altered.clear();
        return change;
    }
    items_ = std::move(changed);
    items_.shrink_to_fit();
    updated_ = std::max(now, updated_ + 1);  // FB-22, and two changes within a second differ
    change.done = true;
    return change;
}

bool Feedbag::hasBuddy(LoginId const& user) const {
    return std::ranges::any_of(items(), [&](Item const& item) {
        return item.classId == ClassId::Buddy && !isPending(item) && LoginId(item.name.text) == user;
    });
}

bool Feedbag::preference(unsigned number, bool otherwise) const {
    for (Item const& item : items()) {
        if (item.classId != ClassId::BuddyPrefs) continue;
        if (number < 32) {
            u32 const bit = u32{1} << number;
            auto const valid = item.attributes.get(attributes::buddyPrefsValid);
            auto const values = item.attributes.get(attributes::buddyPrefs);
            return valid && values && (*valid & bit) ? (*values & bit) != 0 : otherwise;
        }
        auto const valid = item.attributes.find(attributes::buddyPrefs2Valid.number);
        auto const values = item.attributes.find(attributes::buddyPrefs2.number);
        std::size_t const index = number == 32 ? 0 : (number - 33) / 8;
        auto const bit = static_cast<wire::u08>(0x80 >> (number == 32 ? 0 : (number - 33) % 8));
        if (!valid || !values || index >= valid->size() || index >= values->size()) return otherwise;
        return (*valid)[index] & bit ? ((*values)[index] & bit) != 0 : otherwise;
    }
    return otherwise;
}

u16 Feedbag::mostOf(ClassId classId) {
    switch (classId) {
        case ClassId::Buddy: return limits::buddies;
        case ClassId::Group: return 200;
        case ClassId::Permit: return limits::permits;
        case ClassId::Deny: return limits::denies;
        case ClassId::Pdinfo:
        case ClassId::BuddyPrefs: return 1;
        case ClassId::Nonbuddy: return 1000;
        case ClassId::IgnoreList: return 1000;
        default: return classId >= ClassId::Min ? mostClientItems : 200;
    }
}

}  // namespace oscar::core
