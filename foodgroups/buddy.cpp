// SPDX-License-Identifier: MIT
// Foodgroup BUDDY: the lists that a client keeps itself, and temporary ones.
#include "core/options.h"
#include "foodgroups/rows.h"
#include "wire/buddy.h"

namespace oscar::foodgroups {
namespace {

using core::Error;
using core::LoginId;
using core::NameSet;
using core::Result;
using wire::ErrorCode;
namespace bu = wire::buddy;

Result<> rightsQuery(Context& context, bu::RightsQuery const& message) {
    context.instance.buddyFlags = message.tlvs.get(bu::rightsQueryTags::flags).value_or(0);
    namespace tags = bu::rightsReplyTags;
    wire::TlvList rights;
    rights.add(tags::maxBuddies, core::limits::buddies)
        .add(tags::maxWatchers, core::limits::watchers)
        .add(tags::maxIcqBroad, wire::u16{512})
        .add(tags::maxTempBuddies, core::limits::tempBuddies);
    context.reply(bu::RightsReply{rights});
    return {};
}

/// Adds all names or, if one is wrong or they are too many, none (PRES-14).
Result<> add(Context& context, NameSet core::SessionLists::*list, wire::rest<wire::string08> const& names,
             std::size_t most) {
    NameSet added = context.instance.sessionLists().*list;
    for (wire::string08 const& name : names) {
        LoginId loginId(name.text);
        if (loginId.empty()) return Error{ErrorCode::BustedSnacPayload};
        added.add(std::move(loginId));
    }
    if (added.size() > most) return Error{ErrorCode::ListOverflow};
    context.shard.changeWatched(context.user, [&] { context.instance.sessionLists().*list = std::move(added); });
    context.shard.maybeAnnounce(context.instance);
    return {};
}

Result<> remove(Context& context, NameSet core::SessionLists::*list, wire::rest<wire::string08> const& names) {
    if (!context.instance.lists) return {};
    context.shard.changeWatched(context.user, [&] {
        for (wire::string08 const& name : names) (context.instance.sessionLists().*list).remove(LoginId(name.text));
    });
    return {};
}

Result<> addBuddies(Context& context, bu::AddBuddies const& message) {
    return add(context, &core::SessionLists::buddies, message.loginIds, core::limits::buddies);
}
Result<> delBuddies(Context& context, bu::DelBuddies const& message) {
    return remove(context, &core::SessionLists::buddies, message.loginIds);
}
Result<> addTempBuddies(Context& context, bu::AddTempBuddies const& message) {
    return add(context, &core::SessionLists::tempBuddies, message.loginIds, core::limits::tempBuddies);
}
Result<> delTempBuddies(Context& context, bu::DelTempBuddies const& message) {
    return remove(context, &core::SessionLists::tempBuddies, message.loginIds);
}

constexpr std::array rows{on<rightsQuery>(), on<addBuddies>(), on<delBuddies>(), on<addTempBuddies>(),
                          on<delTempBuddies>()};
static_assert(eachSnacOnce(rows));

}  // namespace

std::span<Row const> buddyRows() { return rows; }

}  // namespace oscar::foodgroups
