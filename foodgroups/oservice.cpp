// SPDX-License-Identifier: MIT
// Foodgroup OSERVICE on BOSS: versions, rates, own info, services, CLIENT_ONLINE.
#include <algorithm>

#include "core/rates.h"
#include "foodgroups/rows.h"
#include "wire/all.h"

namespace oscar::foodgroups {
namespace {

using core::Error;
using core::Result;
using wire::ErrorCode;
using wire::u16;
namespace os = wire::oservice;

Result<> clientVersions(Context& context, os::ClientVersions const& message) {
    wire::List<os::FoodgroupVersion> versions;
    for (os::FoodgroupVersion const& asked : message.versions) {
        auto const offered = std::ranges::find(all(), static_cast<wire::Foodgroup>(asked.foodgroup),
                                               &FoodgroupRows::foodgroup);
        if (offered == all().end()) continue;
        u16 const version = std::min(asked.version, offered->version);
        versions.add({asked.foodgroup, version});
        if (offered->foodgroup == wire::Foodgroup::Oservice) context.instance.oserviceVersion = version;
    }
    context.reply(os::HostVersions{versions});
    wire::TlvList motd;  // Jimm waits for it, also when there is nothing to say (ON-3)
    if (std::string const& text = context.shard.complex.options.motd; !text.empty())
        motd.add(os::motdTags::message, wire::string{text});
    context.instance.session.send(os::Motd{os::MotdType::Normal, motd});
    return {};
}

/// All rate blocks, as the client's OSERVICE version has them (RATE-9).
wire::Buffer rateBlocks(u16 version) {
    wire::Buffer blocks;
    wire::Writer out(blocks);
    for (os::RateParameters const& parameters : core::rateClasses) {
        put(out, parameters);
        if (version >= 3) put(out, os::RateState{});
    }
    return blocks;
}

/// RATE-11: every SNAC that a client may send, each in one class; clients never send one that stands in none.
wire::Buffer rateMembers() {
    wire::Buffer all;
    for (os::RateParameters const& parameters : core::rateClasses) {
        wire::List<wire::SnacId> members;
        auto const collect = [&](auto type) {
            constexpr wire::Snac snac = decltype(type)::type::snac;
            if (snac.toHost() && static_cast<u16>(snac.rate) == parameters.classId)
                members.add({static_cast<u16>(snac.foodgroup), snac.type});
        };
        wire::AllMessages::forEach(collect);
        wire::Writer out(all);
        put(out, os::RateClassMembers{parameters.classId, members});
    }
    return all;
}

Result<> rateParamsQuery(Context& context, os::RateParamsQuery const&) {
    static wire::Buffer const members = rateMembers();
    wire::Buffer const blocks = rateBlocks(context.instance.oserviceVersion);
    context.reply(os::RateParamsReply{static_cast<u16>(core::rateClasses.size()), wire::blob{blocks},
                                      wire::rest<os::RateClassMembers>{members}});
    return {};
}

// Subscriptions begin to matter when limits are enforced; until then nothing ever changes that could be told.
Result<> rateAddParamSub(Context&, os::RateAddParamSub const&) { return {}; }
Result<> rateDelParamSub(Context&, os::RateDelParamSub const&) { return {}; }

Result<> nickInfoQuery(Context& context, os::NickInfoQuery const&) {
    context.shard.sendOwnInfo(context.instance, context.requestId());
    return {};
}

Result<> idleNotification(Context& context, os::IdleNotification const& message) {
    auto& idle = context.instance.idleSince;
    if (message.idleTime == 0) {
        idle.reset();
    } else {
        idle = context.now().unix - std::min(message.idleTime, context.now().unix);
    }
    context.shard.tellOwnInfo(context.user, &context.instance);
    context.shard.userChanged(context.user);
    return {};
}

Result<> setPrivacyFlags(Context& context, os::SetPrivacyFlags const& message) {
    context.instance.privacyFlags = message.flags;
    context.shard.userChanged(context.user);
    return {};
}

/// Of the items in BART_INFO only those that hold their data themselves, as the status text does, can be shown: the
/// others come from the stored list.
wire::Buffer selfContained(wire::rest<wire::BartId> const& ids) {
    wire::List<wire::BartId> kept;
    for (wire::BartId const& id : ids)
        if ((id.flags & wire::bartFlags::data) && !id.opaque.bytes.empty()) kept.add(id);
    return wire::toBuffer(kept.bytes());
}

Result<> setNickinfoFields(Context& context, os::SetNickinfoFields const& message) {
    namespace tags = os::nickInfoTags;
    core::Instance& instance = context.instance;
    if (auto const status = message.tlvs.get(tags::status)) instance.status = *status;
    if (auto const info = message.tlvs.get(tags::icqDcInfo)) instance.dcInfo = std::make_unique<os::DcInfo>(*info);
    if (auto const ids = message.tlvs.get(tags::bartInfo)) instance.bart = selfContained(*ids);
    // The answer shows what this client said, even if the user as a whole looks otherwise (MULTI-10).
    context.user.infoChanged();
    context.shard.sendOwnInfo(instance, context.requestId());
    context.shard.tellOwnInfo(context.user, &instance);
    context.shard.userChanged(context.user);
    return {};
}

Result<> serviceRequest(Context&, os::ServiceRequest const& message) {
    switch (static_cast<wire::Foodgroup>(message.requestedFoodgroup)) {
        case wire::Foodgroup::Admin:
        case wire::Foodgroup::ChatNav:
        case wire::Foodgroup::Chat:
        case wire::Foodgroup::Odir:
        case wire::Foodgroup::Bart:
        case wire::Foodgroup::Alert: return Error{ErrorCode::ServiceUnavailable};
        default: return Error{ErrorCode::ServiceNotDefined};
    }
}

Result<> clientOnline(Context& context, os::ClientOnline const& message) {
    core::Instance& instance = context.instance;
    if (instance.clientOnline) return {};
    for (os::Version const& version : message.groupVersions) {
        if (version.foodgroup < instance.foodgroups.size()) instance.foodgroups.set(version.foodgroup);
        instance.namedFoodgroups = true;
        if (version.foodgroup == static_cast<u16>(os::foodgroup) && version.version > instance.oserviceVersion)
            instance.oserviceVersion = std::min<u16>(version.version, 4);
    }
    instance.foodgroups.set(static_cast<u16>(os::foodgroup));
    instance.clientOnline = true;
    instance.session.stage = core::Session::Stage::Online;
    instance.session.send(wire::stats::SetMinReportInterval{1200});  // hours between usage reports (ON-11)
    context.shard.maybeAnnounce(instance);
    return {};
}

Result<> probe(Context& context, os::ProbeReq const&) {
    context.reply(os::ProbeAck{});
    return {};
}

Result<> noop(Context&, os::Noop const&) { return {}; }

// Nothing was paused, so nothing follows.
Result<> pauseAck(Context&, os::PauseAck const&) { return {}; }

/// AOL spec, BART__REPLY_CODES: no service here has the item.
constexpr wire::u08 bartNotFound = 7;

Result<> bartQuery2(Context& context, os::BartQuery2 const& message) {
    wire::List<wire::BartQueryReplyId> replies;
    for (wire::BartId const& id : message.ids) replies.add({id, bartNotFound, id});
    context.reply(os::BartReply2{replies});
    return {};
}

constexpr std::array rows{
    on<clientOnline>(),     on<serviceRequest>(),  on<rateParamsQuery>(),   on<rateAddParamSub>(),
    on<rateDelParamSub>(),  on<pauseAck>(),        on<nickInfoQuery>(),     on<idleNotification>(),
    on<setPrivacyFlags>(),  on<noop>(),            on<clientVersions>(),    on<setNickinfoFields>(),
    on<probe>(),            on<bartQuery2>(),
};
static_assert(eachSnacOnce(rows));

}  // namespace

std::span<Row const> oserviceRows() { return rows; }

}  // namespace oscar::foodgroups
