// SPDX-License-Identifier: MIT
// Foodgroup FEEDBAG: the stored list.
#include "core/options.h"
#include "foodgroups/rows.h"
#include "wire/feedbag.h"

namespace oscar::foodgroups {
namespace {

using core::Error;
using core::Feedbag;
using core::LoginId;
using core::Result;
using wire::ErrorCode;
using wire::u16;
using wire::u32;
namespace fb = wire::feedbag;

Result<> rightsQuery(Context& context, fb::RightsQuery const&) {
    namespace tags = fb::rightsReplyTags;
    wire::List<u16> byClass;
    for (u16 id = 0; id < Feedbag::classesWithLimits; ++id) byClass.add(Feedbag::mostOf(static_cast<fb::ClassId>(id)));
    wire::TlvList rights;
    rights.add(tags::maxItemsByClass, byClass)
        .add(tags::maxClassAttrs, u16{254})
        .add(tags::maxItemAttrs, Feedbag::longestAttributes)
        .add(tags::maxClientItems, Feedbag::mostClientItems)
        .add(tags::maxItemNameLen, Feedbag::longestName)
        .add(tags::maxRecentBuddies, u16{10})
        .add(tags::maxBuddiesPerGroup, core::limits::buddies);
    context.reply(fb::RightsReply{rights});
    return {};
}

/// Never 0, also for a list that was never changed: climm reads 0 as "more follows".
wire::t70 lastUpdate(core::User const& user) {
    return {std::max(std::max(user.feedbag().updated(), user.account().created), 1u)};
}

/// Items in parts of which each makes a SNAC that old clients can take (FB-2, FLAP-4). At least one, maybe empty.
std::vector<wire::List<fb::Item>> inParts(wire::rest<fb::Item> const& items) {
    constexpr std::size_t most = wire::politeFlapPayload - wire::SnacHeader::size - 7;  // REPLY's own fields
    std::vector<wire::List<fb::Item>> parts(1);
    for (fb::Item const& item : items) {
        if (!parts.back().empty() && parts.back().bytes().size() + wire::encode(item).size() > most)
            parts.emplace_back();
        parts.back().add(item);
    }
    return parts;
}

Result<> sendList(Context& context) {
    core::Link& link = context.instance.session.link;
    auto const parts = inParts(context.user.feedbag().items());
    for (auto const& part : parts) {
        bool const last = &part == &parts.back();
        link.out.snac(fb::Reply{0, part, lastUpdate(context.user)}, context.requestId(),
                      last ? 0 : wire::snacFlags::moreRepliesFollow);
    }
    // One burst: a bound on what is sent must not keep a long list from its owner.
    link.flushSoon();
    return {};
}

Result<> query(Context& context, fb::Query const&) { return sendList(context); }

Result<> queryIfModified(Context& context, fb::QueryIfModified const& message) {
    std::size_t const count = context.user.feedbag().items().count();
    u32 const time = lastUpdate(context.user).seconds;
    if (message.lastUpdate.seconds != time || message.numItems != static_cast<u16>(count)) return sendList(context);
    context.reply(fb::ReplyNotModified{{time}, static_cast<u16>(count)});
    return {};
}

Result<> use(Context& context, fb::Use const&) {
    if (context.instance.feedbagInUse) return {};
    context.shard.changeWatched(context.user, [&] { context.instance.feedbagInUse = true; });
    if (context.user.refreshSettings()) context.shard.privacyChanged(context.user);
    context.shard.maybeAnnounce(context.instance);
    return {};
}

/// A user who denies himself confuses AIM (PD-8).
bool deniesHimself(Context const& context, wire::rest<fb::Item> const& items) {
    for (fb::Item const& item : items)
        if (item.classId == fb::ClassId::Deny && LoginId(item.name.text) == context.user.loginId()) return true;
    return false;
}

template <class M>
Result<> change(Context& context, M const& message, Feedbag::Operation operation) {
    core::Shard& shard = context.shard;
    core::User& user = context.user;
    if (operation != Feedbag::Operation::Delete && deniesHimself(context, message.items))
        return Error{ErrorCode::NotSupportedByHost};

    Feedbag::Change done;
    bool privacyDiffers = false;
    shard.changeWatched(user, [&] {
        done = user.change(operation, message.items, context.now().unix);
        privacyDiffers = user.refreshSettings();
    });
    if (privacyDiffers) shard.privacyChanged(user);
    wire::List<fb::StatusCode> statuses;
    for (fb::StatusCode status : done.statuses) statuses.add(status);
    if (!done.done) {
        context.reply(fb::Status{statuses});
        return {};
    }
    for (auto const& part : inParts(message.items)) user.sendToAll(M{part}, &context.instance);
    if (!done.altered.empty()) user.sendToAll(fb::UpdateItems{done.altered}, &context.instance);
    // Whoever is told "success" finds it after a crash.
    shard.store.saveFeedbag(
        user.loginId(), user.feedbag().updated(), user.feedbag().bytes(),
        [&shard, statuses, altered = done.altered, ref = core::Shard::refOf(context.instance),
         requestId = context.requestId()](core::StoreResult<> saved) {
            core::Instance* const asker = shard.find(ref);
            if (saved) {
                if (!asker) return;
                asker->session.send(fb::Status{statuses}, requestId);
                if (!altered.empty()) asker->session.send(fb::UpdateItems{altered});
                return;
            }
            if (asker) {
                wire::List<fb::StatusCode> failed;
                for (std::size_t i = 0; i < wire::rest<fb::StatusCode>{statuses}.count(); ++i)
                    failed.add(fb::StatusCode::DbError);
                asker->session.send(fb::Status{failed}, requestId);
            }
            // What is in memory is not what is stored: the next sign-on begins with the truth.
            shard.closeSessions(ref.user, core::CloseReason::ServerError);
        });
    return {};
}

Result<> insertItems(Context& context, fb::InsertItems const& message) {
    return change(context, message, Feedbag::Operation::Insert);
}
Result<> updateItems(Context& context, fb::UpdateItems const& message) {
    return change(context, message, Feedbag::Operation::Update);
}
Result<> deleteItems(Context& context, fb::DeleteItems const& message) {
    return change(context, message, Feedbag::Operation::Delete);
}

Result<> startCluster(Context& context, fb::StartCluster const& message) {
    context.user.sendToAll(message, &context.instance);
    return {};
}
Result<> endCluster(Context& context, fb::EndCluster const& message) {
    context.user.sendToAll(message, &context.instance);
    return {};
}

constexpr std::array rows{on<rightsQuery>(), on<query>(),       on<queryIfModified>(), on<use>(),       on<insertItems>(),
                          on<updateItems>(), on<deleteItems>(), on<startCluster>(),    on<endCluster>()};
static_assert(eachSnacOnce(rows));

}  // namespace

std::span<Row const> feedbagRows() { return rows; }

}  // namespace oscar::foodgroups
