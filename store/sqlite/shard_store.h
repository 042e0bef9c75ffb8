// SPDX-License-Identifier: MIT
#pragma once

#include "store/sqlite/request_queue.h"

namespace oscar::store {

/// The store as one shard sees it: every call becomes a request in the queue, its outcome comes back through
/// `post`. May outlive the engine; calls answer Unavailable then.
class ShardStore : public core::Store {
  public:
    ShardStore(std::shared_ptr<RequestQueue> queue, Post post);

    void credentials(core::LoginId user, core::Done<core::Credentials> done) override;
    void load(core::LoginId user, core::Done<core::StoredUser> done) override;
    void saveFeedbag(core::LoginId user, wire::u32 updated, wire::Buffer feedbag, core::Done<> done) override;
    void saveProfile(core::LoginId user, std::string sigType, std::string sigData,
                     core::Done<> done) override;

    void keep(core::LoginId receiver, core::StoredMessage message, core::InboxLimits limits,
              core::Done<> done) override;
    void waiting(core::LoginId receiver, core::Done<std::vector<core::StoredMessage>> done) override;
    void forget(core::LoginId receiver, std::vector<wire::u64> ids, core::Done<> done) override;

    void add(std::vector<core::NewUser> users, wire::u32 now, core::Done<> done) override;
    void find(core::LoginId user, core::Done<core::Account> done) override;
    void list(core::LoginId after, unsigned limit, core::Done<std::vector<core::Account>> done) override;
    /// `change.apply` runs on the store's thread.
    void change(core::LoginId user, core::AccountChange change, core::Done<core::Account> done) override;
    void setPassword(core::LoginId user, core::Password password, core::Done<> done) override;
    void remove(core::LoginId user, core::Done<> done) override;
    void nextUin(core::Done<wire::u32> done) override;

  private:
    template <class T, class Work>
    void request(char const* name, Request::Kind kind, core::Done<T> done, Work work);

    std::shared_ptr<RequestQueue> queue_;
    std::shared_ptr<Post const> post_;
};

}  // namespace oscar::store
