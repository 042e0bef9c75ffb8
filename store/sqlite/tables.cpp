// SPDX-License-Identifier: MIT
#include "store/sqlite/tables.h"

#include <algorithm>

namespace oscar::store {
namespace {

// The highest number that ICQ clients take (core/login_id.h).
constexpr wire::u32 lastPossibleUin = 2147483646;

// Every query of accounts begins with these columns; readAccount() counts on their order.
constexpr int accountColumns = 8;
std::string selectAccount(std::string const& rest) {
    return "SELECT login_id, display_id, email, created, evil, suspended, confirmed, rate_exempt" + rest;
}

core::Account readAccount(Rows const& row) {
    return {.loginId = core::LoginId(wire::asText(row.bytes(0))),
            .displayId = row.text(1),
            .email = row.text(2),
            .created = row.number<wire::u32>(3),
            .evil = row.number<wire::u16>(4),
            .suspended = row.integer(5) != 0,
            .confirmed = row.integer(6) != 0,
            .rateExempt = row.integer(7) != 0};
}

core::StoredMessage readMessage(Rows const& row) {
    core::StoredMessage message{.id = row.number<wire::u64>(0),
                                .sender = core::LoginId(wire::asText(row.bytes(1))),
                                .senderDisplayId = row.text(2),
                                .senderEvil = row.number<wire::u16>(3),
                                .senderNickFlags = row.number<wire::u16>(4),
                                .channel = row.number<wire::u16>(6),
                                .icbmTlvs = row.blob(7),
                                .sentAt = row.number<wire::u32>(8)};
    wire::Bytes const cookie = row.bytes(5);
    std::copy_n(cookie.begin(), std::min(cookie.size(), message.cookie.size()), message.cookie.begin());
    return message;
}

}  // namespace

Tables::Tables(Database& database, Seal const& seal)
    : seal_(seal),
      credentials_(database, selectAccount(", sealed_password FROM account WHERE login_id = ?1")),
      load_(database, selectAccount(", updated, items, sig_type, sig_data FROM account "
                                    "LEFT JOIN feedbag USING (login_id) LEFT JOIN profile USING (login_id) "
                                    "WHERE login_id = ?1")),
      // Inserting out of "account" inserts nothing when there is no such account.
      saveFeedbag_(database,
                   "INSERT INTO feedbag (login_id, updated, items) SELECT login_id, ?2, ?3 FROM account "
                   "WHERE login_id = ?1 "
                   "ON CONFLICT DO UPDATE SET updated = excluded.updated, items = excluded.items"),
      saveProfile_(database,
                   "INSERT INTO profile (login_id, sig_type, sig_data) SELECT login_id, ?2, ?3 FROM account "
                   "WHERE login_id = ?1 "
                   "ON CONFLICT DO UPDATE SET sig_type = excluded.sig_type, sig_data = excluded.sig_data"),
      inbox_(database,
             "SELECT count(*), count(*) FILTER (WHERE sender = ?2) FROM offline_message WHERE receiver = ?1"),
      keep_(database,
            "INSERT INTO offline_message "
            "(receiver, sender, sender_display_id, sender_evil, sender_nick_flags, cookie, "
            "channel, icbm_tlvs, sent_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"),
      waiting_(database,
               "SELECT id, sender, sender_display_id, sender_evil, sender_nick_flags, cookie, "
               "channel, icbm_tlvs, sent_at FROM offline_message WHERE receiver = ?1 ORDER BY id"),
      forget_(database, "DELETE FROM offline_message WHERE receiver = ?1 AND id = ?2"),
      add_(database,
           "INSERT INTO account (login_id, display_id, email, created, rate_exempt, sealed_password) "
           "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING"),
      find_(database, selectAccount(" FROM account WHERE login_id = ?1")),
      list_(database, selectAccount(" FROM account WHERE login_id > ?1 ORDER BY login_id LIMIT ?2")),
      change_(database,
              "UPDATE account SET display_id = ?2, email = ?3, evil = ?4, suspended = ?5, confirmed = ?6, "
              "rate_exempt = ?7 WHERE login_id = ?1"),
      setPassword_(database, "UPDATE account SET sealed_password = ?2 WHERE login_id = ?1"),
      remove_(database, "DELETE FROM account WHERE login_id = ?1"),
      exists_(database, "SELECT 1 FROM account WHERE login_id = ?1"),
      lastUin_(database, "SELECT last_uin FROM server"),
      setLastUin_(database, "UPDATE server SET last_uin = ?1") {}

Outcome<core::Credentials> Tables::credentials(core::LoginId const& user) {
    Rows row = credentials_.query(user.text());
    if (!row.next()) return core::StoreError::NoSuchUser;
    auto password = seal_.unseal(user, row.bytes(accountColumns));
    if (!password) throw DatabaseError(0, "the sealed password of " + user.text() + " does not open");
    return core::Credentials{readAccount(row), std::move(*password)};
}

Outcome<core::StoredUser> Tables::load(core::LoginId const& user) {
    Rows row = load_.query(user.text());
    if (!row.next()) return core::StoreError::NoSuchUser;
    return core::StoredUser{.account = readAccount(row),
                            .feedbagUpdated = row.number<wire::u32>(accountColumns),
                            .feedbag = row.blob(accountColumns + 1),
                            .sigType = row.text(accountColumns + 2),
                            .sigData = row.text(accountColumns + 3)};
}

Outcome<> Tables::saveFeedbag(core::LoginId const& user, wire::u32 updated, wire::Buffer const& feedbag) {
    return hit(saveFeedbag_.execute(user.text(), updated, feedbag));
}

Outcome<> Tables::saveProfile(core::LoginId const& user, std::string const& sigType,
                              std::string const& sigData) {
    return hit(saveProfile_.execute(user.text(), sigType, wire::asBytes(sigData)));
}

Outcome<> Tables::keep(core::LoginId const& receiver, core::StoredMessage const& message,
                       core::InboxLimits limits) {
    if (!exists(receiver)) return core::StoreError::NoSuchUser;
    {
        Rows inbox = inbox_.query(receiver.text(), message.sender.text());
        inbox.next();
        if (inbox.number<wire::u64>(0) >= limits.total || inbox.number<wire::u64>(1) >= limits.perSender)
            return core::StoreError::InboxFull;
    }
    keep_.execute(receiver.text(), message.sender.text(), message.senderDisplayId, message.senderEvil,
                  message.senderNickFlags, wire::Bytes(message.cookie), message.channel, message.icbmTlvs,
                  message.sentAt);
    return {};
}

Outcome<std::vector<core::StoredMessage>> Tables::waiting(core::LoginId const& receiver) {
    std::vector<core::StoredMessage> messages;
    {
        Rows rows = waiting_.query(receiver.text());
        while (rows.next()) messages.push_back(readMessage(rows));
    }
    if (messages.empty() && !exists(receiver)) return core::StoreError::NoSuchUser;
    return messages;
}

Outcome<> Tables::forget(core::LoginId const& receiver, std::vector<wire::u64> const& ids) {
    if (!exists(receiver)) return core::StoreError::NoSuchUser;
    for (wire::u64 id : ids) forget_.execute(receiver.text(), id);
    return {};
}

Outcome<> Tables::add(std::vector<core::NewUser> const& users, wire::u32 now) {
    for (core::NewUser const& user : users) {
        core::LoginId const loginId(user.displayId);
        int const added = add_.execute(loginId.text(), user.displayId, user.email, now, user.rateExempt,
                                       seal_.seal(loginId, user.password));
        if (added == 0) return core::StoreError::AlreadyExists;
    }
    return {};
}

Outcome<core::Account> Tables::find(core::LoginId const& user) {
    Rows row = find_.query(user.text());
    if (!row.next()) return core::StoreError::NoSuchUser;
    return readAccount(row);
}

Outcome<std::vector<core::Account>> Tables::list(core::LoginId const& after, unsigned limit) {
    std::vector<core::Account> accounts;
    Rows rows = list_.query(after.text(), limit);
    while (rows.next()) accounts.push_back(readAccount(rows));
    return accounts;
}

Outcome<core::Account> Tables::change(core::LoginId const& user, core::AccountChange const& change) {
    Outcome<core::Account> const before = find(user);
    if (!before) return before;
    core::Account after = *before;
    change.apply(after);
    after.loginId = before->loginId;
    after.created = before->created;
    change_.execute(user.text(), after.displayId, after.email, after.evil, after.suspended, after.confirmed,
                    after.rateExempt);
    return after;
}

Outcome<> Tables::setPassword(core::LoginId const& user, core::Password const& password) {
    return hit(setPassword_.execute(user.text(), seal_.seal(user, password)));
}

Outcome<> Tables::remove(core::LoginId const& user) { return hit(remove_.execute(user.text())); }

Outcome<wire::u32> Tables::nextUin() {
    wire::u32 uin = 0;
    {
        Rows row = lastUin_.query();
        row.next();
        uin = row.number<wire::u32>(0);
    }
    // Over those that were registered by number.
    do {
        if (uin >= lastPossibleUin) throw DatabaseError(0, "all ICQ numbers have been given out");
        ++uin;
    } while (exists(core::LoginId(std::to_string(uin))));
    setLastUin_.execute(uin);
    return uin;
}

bool Tables::exists(core::LoginId const& user) {
    Rows row = exists_.query(user.text());
    return row.next();
}

Outcome<> Tables::hit(int rows) {
    if (rows == 0) return core::StoreError::NoSuchUser;
    return {};
}

}  // namespace oscar::store
