// SPDX-License-Identifier: MIT
#include "store/sqlite/shard_store.h"

namespace oscar::store {
namespace {

constexpr auto reads = Request::Kind::Read;
constexpr auto writes = Request::Kind::Write;

}  // namespace

ShardStore::ShardStore(std::shared_ptr<RequestQueue> queue, Post post)
    : queue_(std::move(queue)), post_(std::make_shared<Post const>(std::move(post))) {}

template <class T, class Work>
void ShardStore::request(char const* name, Request::Kind kind, core::Done<T> done, Work work) {
    std::unique_ptr<Request> made =
        std::make_unique<RequestOf<T, Work>>(name, kind, post_, std::move(work), std::move(done));
    if (queue_->push(made)) return;
    (*post_)([refused = std::shared_ptr<Request>(std::move(made))] { refused->finish(); });
}

void ShardStore::credentials(core::LoginId user, core::Done<core::Credentials> done) {
    request("credentials", reads, std::move(done),
            [user = std::move(user)](Tables& tables) { return tables.credentials(user); });
}

void ShardStore::load(core::LoginId user, core::Done<core::StoredUser> done) {
    request("load", reads, std::move(done),
            [user = std::move(user)](Tables& tables) { return tables.load(user); });
}

void ShardStore::saveFeedbag(core::LoginId user, wire::u32 updated, wire::Buffer feedbag, core::Done<> done) {
    request("saveFeedbag", writes, std::move(done),
            [user = std::move(user), updated, feedbag = std::move(feedbag)](Tables& tables) {
                return tables.saveFeedbag(user, updated, feedbag);
            });
}

void ShardStore::saveProfile(core::LoginId user, std::string sigType, std::string sigData,
                             core::Done<> done) {
    request("saveProfile", writes, std::move(done),
            [user = std::move(user), type = std::move(sigType), data = std::move(sigData)](Tables& tables) {
                return tables.saveProfile(user, type, data);
            });
}

void ShardStore::keep(core::LoginId receiver, core::StoredMessage message, core::InboxLimits limits,
                      core::Done<> done) {
    request("keep", writes, std::move(done),
            [receiver = std::move(receiver), message = std::move(message), limits](Tables& tables) {
                return tables.keep(receiver, message, limits);
            });
}

void ShardStore::waiting(core::LoginId receiver, core::Done<std::vector<core::StoredMessage>> done) {
    request("waiting", reads, std::move(done),
            [receiver = std::move(receiver)](Tables& tables) { return tables.waiting(receiver); });
}

void ShardStore::forget(core::LoginId receiver, std::vector<wire::u64> ids, core::Done<> done) {
    request("forget", writes, std::move(done),
            [receiver = std::move(receiver), ids = std::move(ids)](Tables& tables) {
                return tables.forget(receiver, ids);
            });
}

void ShardStore::add(std::vector<core::NewUser> users, wire::u32 now, core::Done<> done) {
    request("add", writes, std::move(done),
            [users = std::move(users), now](Tables& tables) { return tables.add(users, now); });
}

void ShardStore::find(core::LoginId user, core::Done<core::Account> done) {
    request("find", reads, std::move(done),
            [user = std::move(user)](Tables& tables) { return tables.find(user); });
}

void ShardStore::list(core::LoginId after, unsigned limit, core::Done<std::vector<core::Account>> done) {
    request("list", reads, std::move(done),
            [after = std::move(after), limit](Tables& tables) { return tables.list(after, limit); });
}

void ShardStore::change(core::LoginId user, core::AccountChange change, core::Done<core::Account> done) {
    request("change", writes, std::move(done),
            [user = std::move(user), change = std::move(change)](Tables& tables) {
                return tables.change(user, change);
            });
}

void ShardStore::setPassword(core::LoginId user, core::Password password, core::Done<> done) {
    request("setPassword", writes, std::move(done),
            [user = std::move(user), password = std::move(password)](Tables& tables) {
                return tables.setPassword(user, password);
            });
}

void ShardStore::remove(core::LoginId user, core::Done<> done) {
    request("remove", writes, std::move(done),
            [user = std::move(user)](Tables& tables) { return tables.remove(user); });
}

void ShardStore::nextUin(core::Done<wire::u32> done) {
    request("nextUin", writes, std::move(done), [](Tables& tables) { return tables.nextUin(); });
}

}  // namespace oscar::store
