// SPDX-License-Identifier: MIT
// What the core needs of a database. One interface a need; the comments are the contract, and one contract test
// holds for every backend.
//
// 1. Requests made through one object are carried out in the order of their calls, also reads after writes.
// 2. `done` runs later (never inside the call), exactly once, on the thread that the object belongs to.
// 3. A request that changes something is durable before `done` runs: a kill -9 right after keeps it.
// 4. `Unavailable` says that nothing was changed.
// 5. `NoSuchUser` answers every request that names a user or receiver without an account.
#pragma once

#include <boost/system/result.hpp>
#include <boost/assert/source_location.hpp>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/login_id.h"
#include "core/password.h"
#include "wire/types.h"

namespace oscar::core {

enum class StoreError : unsigned char {
    NoSuchUser,
    AlreadyExists,
    InboxFull,    ///< the bound on stored messages is reached
    Unavailable,  ///< the database failed; the log says how
};

[[noreturn]] inline void throw_exception_from_error(StoreError const&, boost::source_location const&) {
    throw std::logic_error("the value of a failed store result was asked for");
}

template <class T = void>
using StoreResult = boost::system::result<T, StoreError>;
template <class T = void>
using Done = std::function<void(StoreResult<T>)>;

struct Account {
    LoginId loginId;
    std::string displayId;  ///< as registered: capitals and spaces
    std::string email;
    wire::u32 created = 0;  ///< seconds since the epoch
    wire::u16 evil = 0;     ///< warning level, tenths of a percent
    bool suspended = false;
    bool confirmed = true;
    bool rateExempt = false;
};

/// What sign-on needs.
struct Credentials {
    Account account;
    Password password;
};

/// What a session needs, loaded in one round trip.
struct StoredUser {
    Account account;
    wire::u32 feedbagUpdated = 0;  ///< time of the newest change; 0 = never changed
    wire::Buffer feedbag;          ///< FEEDBAG__Items one after the other, sorted by group id and item id
    std::string sigType;           ///< profile kept for the user (SUPPORT_HOST_SIG)
    std::string sigData;
};

struct StoredMessage {
    wire::u64 id = 0;  ///< the store's; ascending in the order of arrival
    LoginId sender;
    std::string senderDisplayId;
    wire::u16 senderEvil = 0;
    wire::u16 senderNickFlags = 0;
    wire::Cookie cookie{};
    wire::u16 channel = 0;
    wire::Buffer icbmTlvs;
    wire::u32 sentAt = 0;  ///< seconds since the epoch
};

/// How many messages may wait for one user.
struct InboxLimits {
    unsigned perSender = 10;
    unsigned total = 200;
};

class Users {
  public:
    virtual ~Users() = default;
    virtual void credentials(LoginId user, Done<Credentials> done) = 0;
    virtual void load(LoginId user, Done<StoredUser> done) = 0;
    /// Replaces the whole feedbag.
    virtual void saveFeedbag(LoginId user, wire::u32 updated, wire::Buffer feedbag, Done<> done) = 0;
    virtual void saveProfile(LoginId user, std::string sigType, std::string sigData, Done<> done) = 0;
};

class OfflineMessages {
  public:
    virtual ~OfflineMessages() = default;
    /// InboxFull: nothing was stored. `message.id` is ignored.
    virtual void keep(LoginId receiver, StoredMessage message, InboxLimits limits, Done<> done) = 0;
    /// All that wait, oldest first. They stay until they are forgotten.
    virtual void waiting(LoginId receiver, Done<std::vector<StoredMessage>> done) = 0;
    virtual void forget(LoginId receiver, std::vector<wire::u64> ids, Done<> done) = 0;
};

struct NewUser {
    std::string displayId;
    Password password;
    std::string email;
    bool rateExempt = false;
};

struct AccountChange {
    /// May change all but loginId and created. Runs once, on a thread of the store.
    std::function<void(Account&)> apply;
};

class Accounts {
  public:
    virtual ~Accounts() = default;
    /// All or none; AlreadyExists if one of the names is taken. Thousands at once are fine.
    virtual void add(std::vector<NewUser> users, wire::u32 now, Done<> done) = 0;
    virtual void find(LoginId user, Done<Account> done) = 0;
    /// Up to `limit` accounts in order of login id, beginning behind `after` (empty = from the start).
    virtual void list(LoginId after, unsigned limit, Done<std::vector<Account>> done) = 0;
    virtual void change(LoginId user, AccountChange change, Done<Account> done) = 0;
    virtual void setPassword(LoginId user, Password password, Done<> done) = 0;
    /// With everything that belongs to the user.
    virtual void remove(LoginId user, Done<> done) = 0;
    /// A UIN that no account has, above all that were ever given out; 100000 for the first.
    virtual void nextUin(Done<wire::u32> done) = 0;
};

class Store : public Users, public OfflineMessages, public Accounts {};

}  // namespace oscar::core
