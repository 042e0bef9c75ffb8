// SPDX-License-Identifier: MIT
#include "apps/oscard/shard_sessions.h"

#include <future>
#include <memory>

#include "core/shard.h"

namespace oscar::oscard {
namespace {

/// Has `question` answered by a shard on its thread. The future throws if the server ends before.
template <class Question>
auto ask(net::Server& server, unsigned shard, Question question) {
    using Result = decltype(question(std::declval<core::Shard&>()));
    auto const promise = std::make_shared<std::promise<Result>>();
    server.post(shard, [promise, question](core::Shard& s) { promise->set_value(question(s)); });
    return promise->get_future();
}

unsigned homeOf(net::Server const& server, core::LoginId const& user) {
    return core::Shard::homeOf(user, server.shards());
}

}  // namespace

std::vector<core::SessionInfo> ShardSessions::list() {
    std::vector<std::future<std::vector<core::SessionInfo>>> parts;
    for (unsigned shard = 0; shard < server_.shards(); ++shard)
        parts.push_back(ask(server_, shard, [](core::Shard& s) { return s.sessionInfos(); }));
    std::vector<core::SessionInfo> all;
    for (auto& part : parts) std::ranges::move(part.get(), std::back_inserter(all));
    return all;
}

unsigned ShardSessions::close(core::LoginId const& user, core::CloseReason reason,
                              std::optional<unsigned> instance) {
    return ask(server_, homeOf(server_, user),
               [=](core::Shard& s) { return s.closeSessions(user, reason, instance); })
        .get();
}

void ShardSessions::accountChanged(core::Account const& account) {
    server_.post(homeOf(server_, account.loginId), [account](core::Shard& s) { s.accountChanged(account); });
}

}  // namespace oscar::oscard
