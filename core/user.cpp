// SPDX-License-Identifier: MIT
#include "core/user.h"

#include <algorithm>
#include <set>

namespace oscar::core {
namespace {

namespace flags = wire::oservice::nickFlags;
namespace tags = wire::oservice::nickInfoTags;
using wire::u16;
using wire::u32;

wire::Buffer encodeInfo(std::string_view displayId, u16 evil, wire::TlvList const& attributes) {
    return wire::encode(wire::oservice::NickwInfo{wire::string08{displayId}, evil, attributes});
}

u16 minutes(u32 seconds) { return static_cast<u16>(std::min<u32>(seconds / 60, 0xFFFF)); }

}  // namespace

User::User(StoredUser stored)
    : icq_(stored.account.loginId.isUin()),
      account_(std::move(stored.account)),
      feedbag_(std::move(stored.feedbag), stored.feedbagUpdated),
      sigType_(std::move(stored.sigType)),
      sigData_(std::move(stored.sigData)) {}

void User::setAccount(Account account) {
    account_ = std::move(account);
    infoChanged();
}

Instance& User::add(std::unique_ptr<Instance> instance) {
    wire::u08 number = 1;
    while (std::ranges::any_of(instances_, [&](auto const& other) { return other->number == number; })) ++number;
    instance->number = number;
    instances_.push_back(std::move(instance));
    return *instances_.back();
}

void User::remove(Instance& instance) {
    std::erase_if(instances_, [&](auto const& one) { return one.get() == &instance; });
    infoChanged();
    refreshSettings();
}

Instance* User::find(u32 serial) const {
    for (auto const& instance : instances_)
        if (instance->serial == serial) return instance.get();
    return nullptr;
}

bool User::wasSent(wire::u64 messageId) const {
    return forgetting.contains(messageId) || std::ranges::any_of(instances_, [&](auto const& instance) {
        return instance->fetched.contains(messageId);
    });
}

Feedbag::Change User::change(Feedbag::Operation operation, wire::rest<wire::feedbag::Item> const& items, u32 now) {
    return feedbag_.change(operation, items, now);
}

bool User::refreshSettings() {
    namespace prefs = wire::feedbag::buddyPrefs;
    bool const stored = feedbagInUse();  // without FEEDBAG__USE it has no effect (FB-24)
    disclosesIdle_ = !stored || feedbag_.preference(prefs::discloseIdle, true);
    disclosesTyping_ = !stored || feedbag_.preference(prefs::discloseTyping, true);
    Privacy privacy;
    if (stored) {
        privacy = Privacy::fromFeedbag(feedbag_, icq());
    } else {
        for (auto const& instance : instances_)
            if (instance->lists && instance->lists->privacy) privacy = *instance->lists->privacy;
        privacy.appliesToMessages = !icq();
    }
    auto fresh = privacy.trivial() ? nullptr : std::make_unique<Privacy>(std::move(privacy));
    bool const differs = fresh && privacy_ ? *fresh != *privacy_ : fresh != privacy_;
    privacy_ = std::move(fresh);
    return differs;
}

bool User::temporarilyPermitted(LoginId const& other) const {
    return std::ranges::any_of(instances_, [&](auto const& instance) {
        return instance->lists && instance->lists->tempPermits.contains(other);
    });
}

bool User::maySee(Other const& other) const {
    return !privacy_ || other.loginId == loginId() || privacy_->maySee(other) || temporarilyPermitted(other.loginId);
}

bool User::mayReach(Other const& other) const {
    return !privacy_ || other.loginId == loginId() || privacy_->mayReach(other) ||
           temporarilyPermitted(other.loginId);
}

bool User::seesInvisible(LoginId const& other) const { return privacy_ && privacy_->seesInvisible(other); }

void User::setProfile(std::string type, std::string data, u32 now) {
    sigType_ = std::move(type);
    sigData_ = std::move(data);
    sigTime_ = now;
}

template <class F>
bool User::eachAnnounced(F&& holds) const {
    bool any = false;
    for (auto const& instance : instances_) {
        if (!instance->announced) continue;
        if (!holds(*instance)) return false;
        any = true;
    }
    return any;
}

bool User::announced() const {
    return std::ranges::any_of(instances_, [](auto const& instance) { return instance->announced; });
}

bool User::feedbagInUse() const {
    return std::ranges::any_of(instances_, [](auto const& instance) { return instance->feedbagInUse; });
}

bool User::away() const {
    return eachAnnounced([](Instance const& instance) { return instance.isAway(); });
}

bool User::invisible() const {
    return eachAnnounced([](Instance const& instance) { return instance.isInvisible(); });
}

std::optional<u32> User::idleSince() const {
    std::optional<u32> shortest;
    bool const all = eachAnnounced([&](Instance const& instance) {
        if (instance.idleSince) shortest = std::max(shortest.value_or(0), *instance.idleSince);
        return instance.idleSince.has_value();
    });
    return all ? shortest : std::nullopt;
}

std::optional<u32> User::status() const {
    u32 common = 0xFFFFFFFF;
    bool any = false;
    for (auto const& instance : instances_) {
        if (!instance->announced) continue;
        any = any || instance->status;
        common &= instance->status.value_or(0);
    }
    return any ? std::optional(common) : std::nullopt;
}

Instance::Away const* User::awayMessage() const {
    Instance::Away const* latest = nullptr;
    for (auto const& instance : instances_)
        if (instance->announced && instance->away && (!latest || instance->away->since >= latest->since))
            latest = instance->away.get();
    return latest;
}

wire::Buffer User::caps() const {
    wire::Buffer all;
    std::set<wire::Uuid> seen;
    wire::Writer out(all);
    for (auto const& instance : instances_)
        if (instance->announced)
            for (wire::Uuid const& uuid : wire::rest<wire::Uuid>{instance->caps})
                if (seen.insert(uuid).second) out.bytes(uuid);
    return all;
}

void User::setCaps(Instance& instance, wire::Bytes uuids) {
    instance.caps = wire::toBuffer(uuids);
    capsKnown_ = true;
}

u32 User::signedOnAt() const {
    u32 first = 0;
    for (auto const& instance : instances_)
        if (instance->announced && (first == 0 || instance->signedOnAt < first)) first = instance->signedOnAt;
    return first;
}

u32 User::nickFlags() const {
    u32 all = flags::aim;
    if (icq()) all |= flags::icq;
    if (!account_.confirmed) all |= flags::unconfirmed;
    if (away()) all |= flags::unavailable;
    return all;
}

wire::Buffer User::info(View view, Instance const* instance, u32 now) const {
    bool const one = view == View::Instance;
    bool const toOthers = view == View::Others;
    wire::TlvList list;

    u32 shown = nickFlags() & ~flags::unavailable;
    if (one ? instance->isAway() : away()) shown |= flags::unavailable;
    list.add(tags::nickFlags, static_cast<u16>(shown));

    u32 const since = one ? instance->signedOnAt : std::max(signedOnAt(), instance ? instance->signedOnAt : 0);
    list.add(tags::signonTod, wire::t70{since});
    bool const hidesAge = std::ranges::any_of(instances_, [](auto const& i) {
        return !(i->privacyFlags & wire::oservice::privacyFlags::member);
    });
    if (!toOthers || !hidesAge) list.add(tags::memberSince, wire::t70{account_.created});

    bool const hidesIdle =
        toOthers && (!disclosesIdle_ ||
                     std::ranges::any_of(instances_, [](auto const& i) {
                         return !(i->privacyFlags & wire::oservice::privacyFlags::idle);
                     }));
    auto const idle = one ? instance->idleSince : idleSince();
    if (idle && !hidesIdle) list.add(tags::idleTime, minutes(now - *idle));

    // A client that asks about itself must find its own status, or its invisible switch sticks (MULTI-10).
    auto const state = !toOthers && instance ? instance->status : status();
    if (state || icq()) list.add(tags::status, state.value_or(0));

    Instance const* first = nullptr;
    for (auto const& i : instances_)
        if (i->announced && !first) first = i.get();
    Instance const* const shownInstance = toOthers || !instance ? first : instance;
    if (icq())
        list.add(tags::icqDcInfo,
                 shownInstance && shownInstance->dcInfo ? *shownInstance->dcInfo : wire::oservice::DcInfo{});

    wire::Buffer const capabilities = one || !announced() ? (instance ? instance->caps : wire::Buffer{}) : caps();
    if (!capabilities.empty() || capsKnown_) list.add(tags::caps, wire::rest<wire::Uuid>{capabilities});
    if (shownInstance && !shownInstance->bart.empty())
        list.add(tags::bartInfo, wire::rest<wire::BartId>{shownInstance->bart});
    if (sigTime_) list.add(tags::sigTime, wire::t70{sigTime_});
    if (auto const* message = one ? instance->away.get() : away() ? awayMessage() : nullptr)
        list.add(tags::awayTime, wire::t70{message->since});
    list.add(tags::onlineTime, now > since ? now - since : 0);
    if (one) list.add(tags::primaryInstance, instance->number);
    if (view == View::Self && instance) list.add(tags::myInstanceNum, instance->number);
    return encodeInfo(account_.displayId, account_.evil, list);
}

wire::Bytes User::messageInfo() const {
    if (messageInfo_.empty()) {
        wire::TlvList list;
        list.add(tags::nickFlags, static_cast<u16>(nickFlags()));
        if (auto const state = status(); state || icq()) list.add(tags::status, state.value_or(0));
        list.add(tags::signonTod, wire::t70{signedOnAt()});
        messageInfo_ = encodeInfo(account_.displayId, account_.evil, list);
        messageInfo_.shrink_to_fit();
    }
    return messageInfo_;
}

NameSet User::watched(Instance const* only) const {
    NameSet names;
    bool feedbag = false;
    for (auto const& instance : instances_) {
        if (!instance->announced || (only && instance.get() != only)) continue;
        feedbag = feedbag || instance->feedbagInUse;
        if (!instance->lists) continue;
        for (LoginId const& name : instance->lists->buddies) names.add(name);
        for (LoginId const& name : instance->lists->tempBuddies) names.add(name);
    }
    if (feedbag)
        for (wire::feedbag::Item const& item : feedbag_.items())
            if (item.classId == wire::feedbag::ClassId::Buddy && !isPending(item)) names.add(LoginId(item.name.text));
    return names;
}

std::string User::spelling(LoginId const& buddy) const {
    for (wire::feedbag::Item const& item : feedbag_.items())
        if (item.classId == wire::feedbag::ClassId::Buddy && LoginId(item.name.text) == buddy)
            return std::string(item.name.text);
    return buddy.text();
}

wire::Buffer departedInfo(std::string_view displayId) {
    wire::TlvList list;
    list.add(tags::nickFlags, u16{0});
    return encodeInfo(displayId, 0, list);
}

}  // namespace oscar::core
