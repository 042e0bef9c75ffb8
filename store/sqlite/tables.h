// SPDX-License-Identifier: MIT
// What core/ports/store.h asks for, as plain calls on a database: one function a request, named as there,
// with the contract from there. Knows nothing of threads or transactions; the engine wraps both around it.
#pragma once

#include <optional>
#include <vector>

#include "core/ports/store.h"
#include "store/seal.h"
#include "store/sqlite/database.h"

namespace oscar::store {

template <class T = void>
using Outcome = core::StoreResult<T>;

/// Everything here throws DatabaseError when SQLite refuses, and may then have changed some of what it
/// should.
class Tables {
  public:
    /// The database has its newest schema.
    Tables(Database& database, Seal const& seal);

    Outcome<core::Credentials> credentials(core::LoginId const& user);
    Outcome<core::StoredUser> load(core::LoginId const& user);
    Outcome<> saveFeedbag(core::LoginId const& user, wire::u32 updated, wire::Buffer const& feedbag);
    Outcome<> saveProfile(core::LoginId const& user, std::string const& sigType, std::string const& sigData);

    Outcome<> keep(core::LoginId const& receiver, core::StoredMessage const& message,
                   core::InboxLimits limits);
    Outcome<std::vector<core::StoredMessage>> waiting(core::LoginId const& receiver);
    Outcome<> forget(core::LoginId const& receiver, std::vector<wire::u64> const& ids);

    Outcome<> add(std::vector<core::NewUser> const& users, wire::u32 now);
    Outcome<core::Account> find(core::LoginId const& user);
    Outcome<std::vector<core::Account>> list(core::LoginId const& after, unsigned limit);
    Outcome<core::Account> change(core::LoginId const& user, core::AccountChange const& change);
    Outcome<> setPassword(core::LoginId const& user, core::Password const& password);
    Outcome<> remove(core::LoginId const& user);
    Outcome<wire::u32> nextUin();

  private:
    bool exists(core::LoginId const& user);
    /// What a statement that must hit one account's row has to say.
    static Outcome<> hit(int rows);

    Seal seal_;
    Statement credentials_, load_, saveFeedbag_, saveProfile_;
    Statement inbox_, keep_, waiting_, forget_;
    Statement add_, find_, list_, change_, setPassword_, remove_, exists_, lastUin_, setLastUin_;
};

}  // namespace oscar::store
