// SPDX-License-Identifier: MIT
#include "foodgroups/dispatch.h"

#include <algorithm>

#include "core/options.h"

namespace oscar::foodgroups {
namespace {

using core::Error;
using wire::ErrorCode;
using wire::Foodgroup;

constexpr wire::u16 errorType = 1;

/// Accepted and ignored wherever they come (BAD-6).
bool ignored(wire::SnacHeader const& header) {
    switch (static_cast<Foodgroup>(header.foodgroup)) {
        case Foodgroup::Plugin:
        case Foodgroup::Mdir: return true;
        case Foodgroup::Alert: return header.type == 0x0006 || header.type == 0x0016;
        default: return false;
    }
}

/// What is said of a foodgroup that this connection does not offer (BAD-1 to BAD-3).
ErrorCode whyNot(wire::u16 foodgroup) {
    switch (static_cast<Foodgroup>(foodgroup)) {
        case Foodgroup::Advert:
        case Foodgroup::Translate: return ErrorCode::ObsoleteSnac;
        case Foodgroup::Oservice: case Foodgroup::Locate: case Foodgroup::Buddy: case Foodgroup::Icbm:
        case Foodgroup::Invite: case Foodgroup::Admin: case Foodgroup::Popup: case Foodgroup::Pd:
        case Foodgroup::UserLookup: case Foodgroup::Stats: case Foodgroup::ChatNav: case Foodgroup::Chat:
        case Foodgroup::Odir: case Foodgroup::Bart: case Foodgroup::Feedbag: case Foodgroup::Icq:
        case Foodgroup::Bucp: case Foodgroup::Alert: case Foodgroup::Plugin: case Foodgroup::Mdir:
            return ErrorCode::NotSupportedByHost;
    }
    return ErrorCode::InvalidSnac;
}

FoodgroupRows const* find(wire::u16 foodgroup) {
    auto const rows = std::ranges::find(all(), static_cast<Foodgroup>(foodgroup), &FoodgroupRows::foodgroup);
    return rows == all().end() ? nullptr : &*rows;
}

/// ON-10: after CLIENT_ONLINE, foodgroups neither named in it nor in use before are refused.
bool withdrawn(core::Instance const& instance, wire::u16 foodgroup) {
    return instance.namedFoodgroups && foodgroup < instance.foodgroups.size() && !instance.foodgroups[foodgroup];
}

core::Result<> handle(core::Shard& shard, core::Instance& instance, wire::SnacFrame const& frame) {
    wire::SnacHeader const& header = frame.header;
    FoodgroupRows const* const group = find(header.foodgroup);
    if (!group) return Error{whyNot(header.foodgroup)};
    if (withdrawn(instance, header.foodgroup)) return Error{ErrorCode::NotSupportedByHost};
    if (!instance.clientOnline) instance.foodgroups.set(header.foodgroup);
    auto const row =
        std::ranges::find(group->rows, header.type, [](Row const& candidate) { return candidate.snac.type; });
    if (row == group->rows.end()) return Error{ErrorCode::InvalidSnac};
    if (row->needs == Needs::ClientOnline && !instance.clientOnline) return Error{ErrorCode::NotLoggedOn};
    Context context(shard, instance, header);
    return row->run(context, frame.body);
}

}  // namespace

void refuse(core::Session& session, wire::u16 foodgroup, wire::u32 requestId, Error const& error) {
    wire::TlvList tlvs;
    if (error.subcode) tlvs.add(wire::errorTags::errorSubcode, *error.subcode);
    wire::Buffer body;
    wire::Writer out(body);
    put(out, error.code);
    out.bytes(tlvs.bytes());
    session.send(wire::Snac{static_cast<Foodgroup>(foodgroup), errorType, wire::Way::ToClient}, body, requestId);
}

void dispatch(core::Shard& shard, core::Session& session, wire::SnacFrame const& frame) {
    wire::SnacHeader const& header = frame.header;
    if (header.type == errorType || ignored(header)) return;  // BAD-9: an error is never answered by an error
    auto const done = handle(shard, *session.instance, frame);
    if (done) return;
    if (shard.log.wants(core::Level::Debug))
        shard.log.write(core::Level::Debug, "snac refused",
                        {{"user", session.instance->user.loginId().text()},
                         {"foodgroup", std::to_string(header.foodgroup)},
                         {"type", std::to_string(header.type)},
                         {"error", std::to_string(static_cast<unsigned>(done.error().code))}});
    refuse(session, header.foodgroup, header.requestId, done.error());
    if (done.error().code == ErrorCode::BustedSnacPayload && ++session.malformed >= core::limits::malformedSnacs)
        shard.signOff(*session.instance, core::CloseReason::TooManyErrors);
}

}  // namespace oscar::foodgroups
