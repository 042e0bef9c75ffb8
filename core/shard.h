// SPDX-License-Identifier: MIT
// A shard: one thread's share of the users. Inside it there is no lock; to others it sends events.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <tuple>
#include <unordered_set>

#include "core/complex.h"
#include "core/ports/log.h"
#include "core/ports/mailboxes.h"
#include "core/ports/store.h"
#include "core/session_info.h"
#include "core/subject.h"

namespace oscar::core {

class Shard {
    struct Slot {
        Subject* subject = nullptr;
        wire::u16 epoch = 0;
    };

    unsigned const index_;
    Mailboxes& mailboxes_;
    std::unordered_map<LoginId, Subject> subjects_;
    std::vector<Slot> slots_;
    std::vector<wire::u32> freeSlots_;
    NamePool names_;
    /// Slot and epoch of a watcher and a subject on another shard that has not confirmed yet that he watches no more.
    std::multiset<std::tuple<wire::u32, wire::u16, LoginId>> unwatching_;
    std::unordered_set<Session*> signingOn_;
    std::unordered_set<Instance*> withMissedCalls_;
    std::unordered_set<wire::u64> usedCookies_;                       // their serials
    std::deque<std::pair<wire::u32, wire::u64>> usedCookiesInOrder_;  // when they expire, nearly sorted
    wire::u32 lastSerial_ = 0;

  public:
    Shard(unsigned index, Complex& shared, Mailboxes& mailboxes, Store& database, Log& sink);
    ~Shard();
    Shard(Shard const&) = delete;
    Shard& operator=(Shard const&) = delete;

    Complex& complex;
    Store& store;
    Log& log;
    wire::Buffer scratch;  ///< for a handler to build what it passes on; the next one uses it again
    Now now;  ///< of this turn of the loop; set by whoever brings an event

    unsigned index() const { return index_; }
    unsigned homeOf(LoginId const& user) const { return homeOf(user, mailboxes_.shards()); }
    static unsigned homeOf(LoginId const& user, unsigned shards);
    bool isHome(LoginId const& user) const { return homeOf(user) == index_; }
    void post(unsigned shard, Event event) { mailboxes_.post(shard, std::move(event)); }

    /// The user, if he is signed on here.
    User* find(LoginId const& user) const;
    Instance* find(InstanceRef const& ref) const;
    static InstanceRef refOf(Instance const& instance) { return {instance.user.loginId(), instance.serial}; }

    /// Asks the home shard of `user` with question(Shard&) and brings the result to answer(Instance&, result) for
    /// the instance that asked, if it is still there. On this shard both are plain calls. Nothing they hold may
    /// borrow from the caller.
    template <class Question, class Answer>
    void ask(LoginId const& user, Instance& from, Question question, Answer answer);

    // Sign-on
    /// Watches a session's deadline until it is online or gone.
    void signingOn(Session& session) { signingOn_.insert(&session); }
    void signedOn(Session& session) { signingOn_.erase(&session); }
    /// Whether the ticket is in time and used for the first time; it is used up by asking.
    bool redeem(Ticket const& ticket);
    /// Loads the user if need be and gives the session an instance; then done(Instance*) is called, with nullptr if
    /// that failed and the session was closed.
    void attach(Session& session, Ticket const& ticket, std::function<void(Instance*)> done);
    /// From now on the instance counts as offline, with all that its user's watchers hear of it: closing the connection
    /// may take a while yet. Later calls do nothing.
    void goOffline(Instance& instance);
    /// The session's connection is gone.
    void detach(Session& session);

    // Presence
    /// Sees whether the instance may be announced (ON-7), and does it.
    void maybeAnnounce(Instance& instance);
    /// Something that others may see has changed: tells each watcher what he is entitled to, as it is now.
    void userChanged(User& user);
    /// Privacy has changed: who sees the user, and whom he sees.
    void privacyChanged(User& user);
    /// Runs `change`, then begins to watch who came onto the lists and ceases to watch who left them.
    void changeWatched(User& user, std::function<void()> change);
    /// The current NickwInfo to the user's own instances but `but` (OSERVICE__NICK_INFO_UPDATE).
    void tellOwnInfo(User& user, Instance const* but);
    /// One instance's own NICK_INFO_UPDATE.
    void sendOwnInfo(Instance& instance, wire::u32 requestId);

    /// The network has taken all that was written. Only now the stored messages among it are forgotten: a line that
    /// breaks before loses none.
    void flushed(Session& session);

    // Missed calls wait for the receiver's interval.
    void missed(Instance& receiver, wire::icbm::Channel channel, LoginId const& sender, wire::Bytes senderInfo,
                wire::icbm::MissedCallReason reason);

    // Administration
    std::vector<SessionInfo> sessionInfos() const;
    /// Closes the user's instances (or the one with that number); how many there were.
    unsigned closeSessions(LoginId const& user, CloseReason reason, std::optional<unsigned> instance = {});
    void accountChanged(Account const& account);

    /// Signs the session off with a FLAP SIGNOFF that says why, as its kind of client can read it, and closes.
    void signOff(Instance& instance, CloseReason reason);

    void tick();

  private:
    Subject& subjectOf(LoginId const& name);
    void forgetIfUnused(Subject& subject);
    void watch(std::span<WatchRequest const> requests, WatcherRef const& watcher, LoginId const& name,
               wire::u32 nickFlags);
    void unwatch(std::span<LoginId const> subjects, WatcherRef const& watcher);
    void sendWatches(User& user, std::vector<WatchRequest> requests);
    void sendUnwatches(User& user, std::vector<LoginId> subjects);
    void watchAll(User& user, wire::u32 onlyInstance);
    bool entitled(Subject const& subject, Watcher const& watcher) const;
    enum class Whom : wire::u08 { All, ChangedInRight };
    void tell(Subject& subject, Whom whom);
    void deliver(PresenceNotice const& notice, WatcherRef const& to, wire::u32 onlyInstance);
    void announce(Instance& instance);
    void finishAttach(Session& session, Ticket const& ticket, User& user, std::function<void(Instance*)> const& done);
    void endOthers(User& user, wire::MulticonnFlags newcomer);
    void sendMissedCalls();
    WatcherRef refOf(Subject const& subject) const {
        return {subject.slot, slots_[subject.slot].epoch, static_cast<wire::u08>(index_)};
    }
};

template <class Question, class Answer>
void Shard::ask(LoginId const& user, Instance& from, Question question, Answer answer) {
    unsigned const home = homeOf(user);
    if (home == index_) {
        answer(from, question(*this));
        return;
    }
    post(home, [question = std::move(question), answer = std::move(answer), ref = refOf(from),
                back = index_](Shard& there) {
        there.post(back, [result = question(there), answer, ref](Shard& here) {
            if (Instance* instance = here.find(ref)) answer(*instance, result);
        });
    });
}

}  // namespace oscar::core
