// SPDX-License-Identifier: MIT
// Presence: who is told what of whom, and when.
#include <algorithm>

#include "core/shard.h"
#include "wire/buddy.h"

namespace oscar::core {

using wire::u32;

u32 NamePool::use(LoginId const& name, u32 nickFlags) {
    u32 id = 0;
    if (auto const found = index_.find(name.text()); found != index_.end()) {
        id = found->second;
    } else {
        if (free_.empty()) {
            id = static_cast<u32>(entries_.size());
            entries_.emplace_back();
        } else {
            id = free_.back();
            free_.pop_back();
        }
        entries_[id] = std::make_unique<Entry>(Entry{name, 0, 0});
        index_.emplace(entries_[id]->name.text(), id);
    }
    entries_[id]->nickFlags = nickFlags;
    ++entries_[id]->uses;
    return id;
}

void NamePool::release(u32 id) {
    if (--entries_[id]->uses > 0) return;
    index_.erase(entries_[id]->name.text());
    entries_[id].reset();
    free_.push_back(id);
}

namespace {

auto placeOf(Watcher const& watcher) { return std::pair{watcher.shard, watcher.slot}; }

auto positionOf(std::vector<Watcher>& watchers, WatcherRef const& ref) {
    return std::ranges::lower_bound(watchers, std::pair{ref.shard, ref.slot}, {}, placeOf);
}

bool isAt(std::vector<Watcher> const& watchers, std::vector<Watcher>::iterator at, WatcherRef const& ref) {
    return at != watchers.end() && at->shard == ref.shard && at->slot == ref.slot;
}

}  // namespace

bool Shard::entitled(Subject const& subject, Watcher const& watcher) const {
    User const* const user = subject.user.get();
    if (!user || !user->announced()) return false;
    if (watcher.reachable && user->visibleToAll()) return true;
    Other const other = names_.at(watcher.name);
    if (!watcher.reachable && other.loginId != *subject.loginId) return false;
    if (user->invisible() && other.loginId != *subject.loginId && !user->seesInvisible(other.loginId)) return false;
    return user->maySee(other);
}

/// Tells watchers what they may know: arrived (again), or departed if they knew better.
void Shard::tell(Subject& subject, Whom whom) {
    auto const notice = [&](bool arrived) {
        auto made = std::make_shared<PresenceNotice>();
        made->subject = *subject.loginId;
        made->arrived = arrived;
        made->info = arrived ? subject.user->info(User::View::Others, nullptr, now.unix)
                             : departedInfo(subject.user->account().displayId);
        return std::shared_ptr<PresenceNotice const>(std::move(made));
    };
    std::shared_ptr<PresenceNotice const> arrived, departed;
    std::vector<std::vector<std::pair<WatcherRef, bool>>> elsewhere;  // by shard
    for (Watcher& watcher : subject.watchers) {
        bool const may = entitled(subject, watcher);
        if (may == watcher.shown && (!may || whom == Whom::ChangedInRight)) continue;
        watcher.shown = may;
        auto& which = may ? arrived : departed;
        if (!which) which = notice(may);
        if (watcher.shard == index_) {
            deliver(*which, watcher.ref(), 0);
        } else {
            if (elsewhere.size() <= watcher.shard) elsewhere.resize(watcher.shard + 1u);
            elsewhere[watcher.shard].emplace_back(watcher.ref(), may);
        }
    }
    for (unsigned shard = 0; shard < elsewhere.size(); ++shard)
        if (!elsewhere[shard].empty())
            post(shard, [arrived, departed, to = std::move(elsewhere[shard])](Shard& there) {
                for (auto const& [ref, may] : to) there.deliver(may ? *arrived : *departed, ref, 0);
            });
}

void Shard::deliver(PresenceNotice const& notice, WatcherRef const& to, u32 onlyInstance) {
    if (to.slot >= slots_.size() || slots_[to.slot].epoch != to.epoch) return;
    if (!unwatching_.empty() && unwatching_.contains({to.slot, to.epoch, notice.subject})) return;
    Subject* const watcher = slots_[to.slot].subject;
    if (!watcher || !watcher->user) return;
    wire::Snac const snac = notice.arrived ? wire::buddy::Arrived::snac : wire::buddy::Departed::snac;
    wire::Buffer const spelled =
        notice.info.empty() ? departedInfo(watcher->user->spelling(notice.subject)) : wire::Buffer{};
    auto const& instances = watcher->user->instances();
    bool const severalKinds = instances.size() > 1 && std::ranges::any_of(
        instances, [&](auto const& i) { return i->lists || i->feedbagInUse != instances.front()->feedbagInUse; });
    for (auto const& instance : instances) {
        if (!instance->announced || (onlyInstance && instance->serial != onlyInstance)) continue;
        if (severalKinds && !instance->watches(notice.subject)) continue;
        instance->session.send(snac, notice.info.empty() ? spelled : notice.info);
    }
}

void Shard::watch(std::span<WatchRequest const> requests, WatcherRef const& ref, LoginId const& name, u32 nickFlags) {
    for (WatchRequest const& request : requests) {
        Subject& subject = subjectOf(request.subject);
        auto at = positionOf(subject.watchers, ref);
        if (!isAt(subject.watchers, at, ref)) {
            if (subject.watchers.size() == subject.watchers.capacity())
                subject.watchers.reserve(subject.watchers.size() + subject.watchers.size() / 4 + 1);
            at = positionOf(subject.watchers, ref);
            at = subject.watchers.insert(at, Watcher{names_.use(name, nickFlags), ref.slot, ref.epoch, ref.shard});
        } else if (at->epoch != ref.epoch) {
            at->epoch = ref.epoch;
            at->shown = false;
        }
        at->reachable = request.reachable;
        bool const may = entitled(subject, *at);
        bool const tellIt = may != at->shown || request.onlyInstance;
        bool const tellDeparture = at->shown || request.tellDeparted;
        u32 const only = may == at->shown ? request.onlyInstance : 0;
        bool const knew = at->shown;
        at->shown = may;
        if (!tellIt || (!may && !tellDeparture)) continue;
        PresenceNotice notice{request.subject, may, {}};
        if (may) {
            notice.info = subject.user->info(User::View::Others, nullptr, now.unix);
        } else if (knew && subject.user) {
            notice.info = departedInfo(subject.user->account().displayId);
        }  // else the watcher's own spelling: how the subject writes his name would show that he is there
        if (ref.shard == index_) {
            deliver(notice, ref, only);
        } else {
            post(ref.shard, [notice = std::move(notice), ref, only](Shard& there) { there.deliver(notice, ref, only); });
        }
    }
}

void Shard::unwatch(std::span<LoginId const> subjects, WatcherRef const& ref) {
    for (LoginId const& name : subjects) {
        auto const found = subjects_.find(name);
        if (found == subjects_.end()) continue;
        Subject& subject = found->second;
        auto const at = positionOf(subject.watchers, ref);
        if (!isAt(subject.watchers, at, ref)) continue;
        names_.release(at->name);
        subject.watchers.erase(at);
        forgetIfUnused(subject);
    }
}

void Shard::sendWatches(User& user, std::vector<WatchRequest> requests) {
    WatcherRef const ref = refOf(subjectOf(user.loginId()));
    std::vector<std::vector<WatchRequest>> byShard(mailboxes_.shards());
    for (WatchRequest& request : requests) byShard[homeOf(request.subject)].push_back(std::move(request));
    for (unsigned shard = 0; shard < byShard.size(); ++shard) {
        if (byShard[shard].empty()) continue;
        if (shard == index_) {
            watch(byShard[shard], ref, user.loginId(), user.nickFlags());
        } else {
            post(shard, [requests = std::move(byShard[shard]), ref, name = user.loginId(),
                         flags = user.nickFlags()](Shard& there) { there.watch(requests, ref, name, flags); });
        }
    }
}

void Shard::sendUnwatches(User& user, std::vector<LoginId> subjects) {
    WatcherRef const ref = refOf(subjectOf(user.loginId()));
    std::vector<std::vector<LoginId>> byShard(mailboxes_.shards());
    for (LoginId& subject : subjects) {
        unsigned const home = homeOf(subject);
        byShard[home].push_back(std::move(subject));
    }
    for (unsigned shard = 0; shard < byShard.size(); ++shard) {
        if (byShard[shard].empty()) continue;
        if (shard == index_) {
            unwatch(byShard[shard], ref);
        } else {
            // What is on its way from there belongs to the watch that ends; he may begin another meanwhile. Unless he
            // goes offline: then the epoch tells.
            bool const confirm = user.announced();
            if (confirm)
                for (LoginId const& subject : byShard[shard]) unwatching_.insert({ref.slot, ref.epoch, subject});
            post(shard, [subjects = std::move(byShard[shard]), ref, confirm, back = index_](Shard& there) {
                there.unwatch(subjects, ref);
                if (!confirm) return;
                there.post(back, [subjects, ref](Shard& here) {
                    for (LoginId const& subject : subjects)
                        here.unwatching_.erase(here.unwatching_.find({ref.slot, ref.epoch, subject}));
                });
            });
        }
    }
}

void Shard::maybeAnnounce(Instance& instance) {
    if (instance.announced || !instance.clientOnline) return;
    bool const ownList = instance.lists && !instance.lists->buddies.empty();
    if (instance.feedbagInUse || ownList || instance.user.feedbag().empty()) {
        announce(instance);
    } else if (instance.announceBy == TimePoint{}) {
        instance.announceBy = now.steady + limits::listlessDelay;
    }
}

void Shard::announce(Instance& instance) {
    User& user = instance.user;
    signedOn(instance.session);
    instance.announceBy = {};
    instance.announced = true;
    user.infoChanged();
    user.refreshSettings();
    tellOwnInfo(user, &instance);
    userChanged(user);
    watchAll(user, instance.serial);
    namespace flags = wire::buddy::rightsQueryFlags;
    if (instance.feedbagInUse && (instance.buddyFlags & flags::initialDeparts)) {
        for (wire::feedbag::Item const& item : user.feedbag().items()) {
            if (item.classId != wire::feedbag::ClassId::Buddy || !isPending(item)) continue;
            if (instance.buddyFlags & flags::rejectPendingBuddies) {
                wire::List<wire::string08> names;
                names.add(wire::string08{item.name.text});
                instance.session.send(wire::buddy::RejectNotification{names});
            } else {
                instance.session.send(wire::buddy::Departed::snac, departedInfo(item.name.text));
            }
        }
    }
}

void Shard::goOffline(Instance& instance) {
    if (std::exchange(instance.gone, true)) return;
    User& user = instance.user;
    bool const wasAnnounced = instance.announced;
    changeWatched(user, [&] {
        instance.announced = instance.feedbagInUse = false;
        instance.lists.reset();
    });
    Subject& subject = subjectOf(user.loginId());
    if (!user.announced()) ++slots_[subject.slot].epoch;
    user.infoChanged();
    user.refreshSettings();
    if (wasAnnounced) {
        tellOwnInfo(user, &instance);
        tell(subject, Whom::All);  // MULTI-8: the rest of him, if there is any
    }
    privacyChanged(user);  // what held by this instance's lists no longer does
}

void Shard::watchAll(User& user, u32 onlyInstance) {
    Instance const* const instance = user.find(onlyInstance);
    bool const departs = instance && (instance->buddyFlags & wire::buddy::rightsQueryFlags::initialDeparts);
    std::vector<WatchRequest> requests;
    for (LoginId const& name : user.watched()) requests.push_back({name, user.mayReach({name}), departs, onlyInstance});
    sendWatches(user, std::move(requests));
}

void Shard::changeWatched(User& user, std::function<void()> change) {
    auto const& instances = user.instances();
    NameSet const before = user.watched();
    std::vector<NameSet> beforeEach;
    if (instances.size() > 1)
        for (auto const& instance : instances) beforeEach.push_back(user.watched(instance.get()));
    change();
    NameSet const after = user.watched();
    std::vector<WatchRequest> come;
    std::vector<LoginId> gone;
    for (LoginId const& name : after)
        if (!before.contains(name)) come.push_back({name, user.mayReach({name})});
    // What one instance knows already is new to another that now has the name on a list of its own.
    for (std::size_t i = 0; i < beforeEach.size(); ++i)
        for (LoginId const& name : user.watched(instances[i].get()))
            if (before.contains(name) && !beforeEach[i].contains(name))
                come.push_back({name, user.mayReach({name}), false, instances[i]->serial});
    for (LoginId const& name : before)
        if (!after.contains(name)) gone.push_back(name);
    if (!come.empty()) sendWatches(user, std::move(come));
    if (!gone.empty()) sendUnwatches(user, std::move(gone));
}

void Shard::userChanged(User& user) {
    user.infoChanged();
    if (user.announced()) tell(subjectOf(user.loginId()), Whom::All);
}

void Shard::privacyChanged(User& user) {
    if (!user.announced()) return;
    // Those whose right is as it was hear nothing new: each arrival costs clients their typing state.
    tell(subjectOf(user.loginId()), Whom::ChangedInRight);
    watchAll(user, 0);
}

void Shard::sendOwnInfo(Instance& instance, u32 requestId) {
    User& user = instance.user;
    wire::Buffer body = user.info(User::View::Self, &instance, now.unix);
    if (instance.oserviceVersion >= 4) {
        for (auto const& each : user.instances()) {
            if (each.get() != &instance && !each->announced) continue;
            wire::Buffer const block = user.info(User::View::Instance, each.get(), now.unix);
            body.insert(body.end(), block.begin(), block.end());
        }
    }
    instance.session.send(wire::oservice::NickInfoUpdate::snac, body, requestId);
}

void Shard::tellOwnInfo(User& user, Instance const* but) {
    for (auto const& instance : user.instances())
        if (instance.get() != but && instance->clientOnline && !instance->gone)
            sendOwnInfo(*instance, wire::serverRequestId);
}

}  // namespace oscar::core
