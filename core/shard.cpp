// SPDX-License-Identifier: MIT
#include "core/shard.h"

#include <algorithm>

#include "wire/oservice.h"

namespace oscar::core {

using wire::u16;
using wire::u32;

namespace {

/// Says why in a SIGNOFF frame (FLAP-14), as this kind of client can read it, and closes.
void endWithSignoff(Link& link, wire::MulticonnFlags kind, CloseReason reason, std::string const& url) {
    namespace tags = wire::signoffTags;
    if (kind == wire::MulticonnFlags::OldClient) {
        link.out.shortSignoff();  // AIM 1.x to 4.1 hang on a sign-off with a length (FLAP-15)
        return link.close(reason);
    }
    wire::TlvList list;
    if (reason == CloseReason::TooManyInstances) list.add(tags::errorSubcode08, wire::u08{0x18});
    if (reason == CloseReason::SignedOnElsewhere)
        list.add(tags::disconnectReason, wire::DisconnectReason::NewLogin);
    if (reason == CloseReason::AccountGone)
        list.add(tags::disconnectReason, wire::DisconnectReason::AccountDeleted);
    if (!list.none()) list.add(tags::url, wire::string{url});
    link.out.frame(wire::FrameType::Signoff, [&](wire::Writer& out) { out.bytes(list.bytes()); });
    link.close(reason);
}

}  // namespace

Shard::Shard(unsigned index, Complex& shared, Mailboxes& mailboxes, Store& database, Log& sink)
    : index_(index), mailboxes_(mailboxes), complex(shared), store(database), log(sink) {}

Shard::~Shard() = default;

unsigned Shard::homeOf(LoginId const& user, unsigned shards) {
    // FNV-1a: the same on every node and in every build.
    wire::u64 hash = 0xcbf29ce484222325;
    for (char c : user.text()) hash = (hash ^ static_cast<wire::u08>(c)) * 0x100000001b3;
    return static_cast<unsigned>((hash >> 32) % shards);
}

User* Shard::find(LoginId const& user) const {
    auto const found = subjects_.find(user);
    return found == subjects_.end() ? nullptr : found->second.user.get();
}

Instance* Shard::find(InstanceRef const& ref) const {
    User* const user = find(ref.user);
    return user ? user->find(ref.serial) : nullptr;
}

Subject& Shard::subjectOf(LoginId const& name) {
    auto const [at, isNew] = subjects_.try_emplace(name);
    Subject& subject = at->second;
    if (!isNew) return subject;
    subject.loginId = &at->first;
    if (freeSlots_.empty()) {
        subject.slot = static_cast<u32>(slots_.size());
        slots_.emplace_back();
    } else {
        subject.slot = freeSlots_.back();
        freeSlots_.pop_back();
    }
    slots_[subject.slot].subject = &subject;
    return subject;
}

void Shard::forgetIfUnused(Subject& subject) {
    if (subject.user || !subject.watchers.empty()) return;
    slots_[subject.slot].subject = nullptr;
    ++slots_[subject.slot].epoch;
    freeSlots_.push_back(subject.slot);
    subjects_.erase(subjects_.find(*subject.loginId));
}

bool Shard::redeem(Ticket const& ticket) {
    if (ticket.expires < now.unix) return false;
    if (!usedCookies_.insert(ticket.serial).second) return false;
    usedCookiesInOrder_.emplace_back(ticket.expires, ticket.serial);
    return true;
}

void Shard::attach(Session& session, Ticket const& ticket, std::function<void(Instance*)> done) {
    auto const refuse = [this, done, kind = ticket.multiconnFlags](Session& refused, CloseReason reason) {
        endWithSignoff(refused.link, kind, reason, complex.options.url);
        done(nullptr);
    };
    if (User* const user = find(ticket.loginId)) {
        // Suspended a moment ago: his sessions are about to end, and no new one may keep him on.
        if (user->account().suspended) return refuse(session, CloseReason::AccountGone);
        finishAttach(session, ticket, *user, done);
        return;
    }
    session.link.pause();
    store.load(ticket.loginId, [this, handle = session.handle(), ticket, done, refuse](StoreResult<StoredUser> stored) {
        Session* const waiting = handle.get();
        if (!waiting || waiting->link.closing()) return;
        waiting->link.resume();
        if (stored.has_error() && stored.error() == StoreError::Unavailable)
            return refuse(*waiting, CloseReason::ServerError);
        if (!stored || stored->account.suspended) return refuse(*waiting, CloseReason::AccountGone);
        Subject& subject = subjectOf(ticket.loginId);
        if (!subject.user) {  // another of the user's connections may have been quicker
            ++slots_[subject.slot].epoch;
            subject.user = std::make_unique<User>(std::move(*stored));
        }
        finishAttach(*waiting, ticket, *subject.user, done);
    });
}

void Shard::finishAttach(Session& session, Ticket const& ticket, User& user,
                         std::function<void(Instance*)> const& done) {
    endOthers(user, ticket.multiconnFlags);
    std::size_t const staying = static_cast<std::size_t>(std::ranges::count_if(
        user.instances(), [](auto const& instance) { return !instance->session.link.closing(); }));
    if (staying >= complex.options.instancesPerUser) {
        endWithSignoff(session.link, ticket.multiconnFlags, CloseReason::TooManyInstances, complex.options.url);
        done(nullptr);
        return;
    }
    auto made = std::make_unique<Instance>(user, session);
    made->serial = ++lastSerial_;
    made->multiconnFlags = ticket.multiconnFlags;
    made->signedOnAt = now.unix;
    made->clientName = ticket.clientName;
    Instance& instance = user.add(std::move(made));
    session.instance = &instance;
    log.write(Level::Info, "signed on",
              {{"user", user.loginId().text()},
               {"instance", std::to_string(instance.number)},
               {"address", session.link.peerAddress()},
               {"client", instance.clientName}});
    done(&instance);
}

void Shard::endOthers(User& user, wire::MulticonnFlags newcomer) {
    using wire::MulticonnFlags;
    for (auto const& instance : user.instances()) {
        bool const bothShare =
            newcomer == MulticonnFlags::RecentClient && instance->multiconnFlags == MulticonnFlags::RecentClient;
        if (!bothShare) signOff(*instance, CloseReason::SignedOnElsewhere);
    }
}

void Shard::signOff(Instance& instance, CloseReason reason) {
    Link& link = instance.session.link;
    if (link.closing()) return;
    goOffline(instance);
    endWithSignoff(link, instance.multiconnFlags, reason, complex.options.url);
}

void Shard::detach(Session& session) {
    signingOn_.erase(&session);
    Instance* const instance = std::exchange(session.instance, nullptr);
    if (!instance) return;
    withMissedCalls_.erase(instance);
    goOffline(*instance);
    User& user = instance->user;
    user.remove(*instance);
    if (!user.instances().empty()) return;
    Subject& subject = subjectOf(user.loginId());
    subject.user.reset();
    ++slots_[subject.slot].epoch;
    forgetIfUnused(subject);
}

std::vector<SessionInfo> Shard::sessionInfos() const {
    std::vector<SessionInfo> infos;
    for (auto const& [name, subject] : subjects_) {
        if (!subject.user) continue;
        for (auto const& instance : subject.user->instances()) {
            unsigned const idle = instance->idleSince ? (now.unix - *instance->idleSince) / 60 : 0;
            infos.push_back({name, subject.user->account().displayId, instance->number,
                             instance->session.link.peerAddress(), instance->clientName, instance->signedOnAt,
                             instance->clientOnline, instance->isAway(), idle, instance->isInvisible()});
        }
    }
    return infos;
}

unsigned Shard::closeSessions(LoginId const& name, CloseReason reason, std::optional<unsigned> number) {
    User* const user = find(name);
    unsigned closed = 0;
    if (!user) return closed;
    for (auto const& instance : user->instances()) {
        if (number && instance->number != *number) continue;
        signOff(*instance, reason);
        ++closed;
    }
    return closed;
}

void Shard::accountChanged(Account const& account) {
    User* const user = find(account.loginId);
    if (!user) return;
    user->setAccount(account);
    tellOwnInfo(*user, nullptr);
    userChanged(*user);
}

void Shard::missed(Instance& receiver, wire::icbm::Channel channel, LoginId const& sender, wire::Bytes senderInfo,
                   wire::icbm::MissedCallReason reason) {
    if (!(receiver.icbm.of(channel).icbmFlags & wire::icbm::parameterFlags::missedCallsEnabled)) return;
    auto const same = std::ranges::find_if(receiver.missed, [&](Missed const& missed) {
        return missed.channel == channel && missed.reason == reason && missed.sender == sender;
    });
    if (same != receiver.missed.end()) {
        if (same->count < 0xFFFF) ++same->count;
    } else if (receiver.missed.size() < limits::missedCalls) {
        receiver.missed.push_back({channel, sender, wire::toBuffer(senderInfo), 1, reason});
    }
    withMissedCalls_.insert(&receiver);
    if (now.steady >= receiver.nextIcbmAt) sendMissedCalls();
}

void Shard::sendMissedCalls() {
    std::erase_if(withMissedCalls_, [&](Instance* instance) {
        if (now.steady < instance->nextIcbmAt) return false;
        wire::List<wire::icbm::MissedCall> calls;
        for (Missed const& missed : instance->missed)
            if (auto const info = wire::decode<wire::oservice::NickwInfo>(missed.senderInfo))
                calls.add({missed.channel, *info, missed.count, missed.reason});
        instance->missed.clear();
        instance->session.send(wire::icbm::MissedCalls{calls});
        return true;
    });
}

void Shard::flushed(Session& session) {
    Instance* const instance = session.instance;
    if (!instance || instance->fetched.empty()) return;
    User& user = instance->user;
    std::vector<wire::u64> const ids(instance->fetched.begin(), instance->fetched.end());
    instance->fetched.clear();
    user.forgetting.insert(ids.begin(), ids.end());
    store.forget(user.loginId(), ids, [this, ids, ref = refOf(*instance)](StoreResult<> forgotten) {
        User* const owner = find(ref.user);
        if (!owner) return;
        for (wire::u64 id : ids) owner->forgetting.erase(id);
        if (forgotten) return;
        // Tried again when something else has been sent; if never, they come twice, which is better than not at all.
        if (Instance* const one = owner->find(ref.serial)) one->fetched.insert(ids.begin(), ids.end());
    });
}

void Shard::tick() {
    std::vector<Session*> late;
    std::vector<Instance*> listless;
    for (Session* session : signingOn_) {
        if (session->link.closing()) continue;
        if (session->deadline <= now.steady) late.push_back(session);
        if (session->instance && session->instance->announceBy != TimePoint{} &&
            session->instance->announceBy <= now.steady)
            listless.push_back(session->instance);
    }
    for (Instance* instance : listless) announce(*instance);
    for (Session* session : late) {
        if (session->stage == Session::Stage::Online) continue;
        log.write(Level::Info, "sign-on timed out", {{"address", session->link.peerAddress()}});
        session->link.close(CloseReason::SignOnTimeout);
    }
    sendMissedCalls();
    while (!usedCookiesInOrder_.empty() && usedCookiesInOrder_.front().first < now.unix) {
        usedCookies_.erase(usedCookiesInOrder_.front().second);
        usedCookiesInOrder_.pop_front();
    }
}

}  // namespace oscar::core
