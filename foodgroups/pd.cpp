// SPDX-License-Identifier: MIT
// Foodgroup PD: permit and deny lists of clients that keep them themselves. They last as long as the session, and
// mean nothing while the stored list is in force (PD-1), but for the temporary permits (PD-4).
#include "core/options.h"
#include "foodgroups/rows.h"
#include "wire/pd.h"

namespace oscar::foodgroups {
namespace {

using core::Error;
using core::LoginId;
using core::NameSet;
using core::Privacy;
using core::Result;
using wire::ErrorCode;
using wire::feedbag::PdMode;
namespace pd = wire::pd;

Result<> rightsQuery(Context& context, pd::RightsQuery const&) {
    namespace tags = pd::rightsReplyTags;
    wire::TlvList rights;
    rights.add(tags::maxPermits, core::limits::permits)
        .add(tags::maxDenies, core::limits::denies)
        .add(tags::maxTempPermits, core::limits::tempPermits);
    context.reply(pd::RightsReply{rights});
    return {};
}

Privacy& sessionPrivacy(Context& context) {
    auto& privacy = context.instance.sessionLists().privacy;
    if (!privacy) privacy.emplace();
    return *privacy;
}

Result<> apply(Context& context) {
    context.user.refreshSettings();
    context.shard.privacyChanged(context.user);
    return {};
}

std::vector<LoginId> namesOf(wire::rest<wire::string08> const& names) {
    std::vector<LoginId> ids;
    for (wire::string08 const& name : names) ids.emplace_back(name.text);
    return ids;
}

/// Names on a list switch to its mode; one's own name alone stands for everybody or nobody (PD-7).
Result<> add(Context& context, wire::rest<wire::string08> const& names, NameSet Privacy::*list, std::size_t most,
             PdMode mode, PdMode ownNameMode) {
    Privacy changed = sessionPrivacy(context);
    std::vector<LoginId> const ids = namesOf(names);
    if (ids.size() == 1 && ids.front() == context.user.loginId()) {
        changed.mode = ownNameMode;
        changed.permit = {};
        changed.deny = {};
    } else {
        for (LoginId const& id : ids) {
            if (id.empty()) return Error{ErrorCode::BustedSnacPayload};
            (changed.*list).add(id);
        }
        if ((changed.*list).size() > most) return Error{ErrorCode::ListOverflow};
        if (!ids.empty()) changed.mode = mode;
    }
    sessionPrivacy(context) = std::move(changed);
    return apply(context);
}

Result<> remove(Context& context, wire::rest<wire::string08> const& names, NameSet Privacy::*list) {
    for (LoginId const& id : namesOf(names)) (sessionPrivacy(context).*list).remove(id);
    return apply(context);
}

Result<> setGroupPermitMask(Context& context, pd::SetGroupPermitMask const& message) {
    sessionPrivacy(context).mask = message.permMask;
    return apply(context);
}

Result<> addPermits(Context& context, pd::AddPermitListEntries const& message) {
    return add(context, message.loginIds, &Privacy::permit, core::limits::permits, PdMode::PermitSome,
               PdMode::DenyAll);
}
Result<> delPermits(Context& context, pd::DelPermitListEntries const& message) {
    return remove(context, message.loginIds, &Privacy::permit);
}
Result<> addDenies(Context& context, pd::AddDenyListEntries const& message) {
    return add(context, message.loginIds, &Privacy::deny, core::limits::denies, PdMode::DenySome, PdMode::PermitAll);
}
Result<> delDenies(Context& context, pd::DelDenyListEntries const& message) {
    return remove(context, message.loginIds, &Privacy::deny);
}

Result<> addTempPermits(Context& context, pd::AddTempPermitListEntries const& message) {
    NameSet permits = context.instance.sessionLists().tempPermits;
    for (LoginId const& id : namesOf(message.loginIds)) {
        if (id.empty()) return Error{ErrorCode::BustedSnacPayload};
        permits.add(id);
    }
    if (permits.size() > core::limits::tempPermits) return Error{ErrorCode::ListOverflow};
    context.instance.sessionLists().tempPermits = std::move(permits);
    return apply(context);
}
Result<> delTempPermits(Context& context, pd::DelTempPermitListEntries const& message) {
    for (LoginId const& id : namesOf(message.loginIds)) context.instance.sessionLists().tempPermits.remove(id);
    return apply(context);
}

constexpr std::array rows{on<rightsQuery>(), on<setGroupPermitMask>(), on<addPermits>(),     on<delPermits>(),
                          on<addDenies>(),   on<delDenies>(),          on<addTempPermits>(), on<delTempPermits>()};
static_assert(eachSnacOnce(rows));

}  // namespace

std::span<Row const> pdRows() { return rows; }

}  // namespace oscar::foodgroups
