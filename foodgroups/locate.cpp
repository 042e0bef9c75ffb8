// SPDX-License-Identifier: MIT
// Foodgroup LOCATE: profiles, away messages, capabilities.
#include "core/options.h"
#include "foodgroups/rows.h"
#include "wire/locate.h"

namespace oscar::foodgroups {
namespace {

using core::Error;
using core::LoginId;
using core::Result;
using wire::ErrorCode;
namespace lo = wire::locate;

Result<> rightsQuery(Context& context, lo::RightsQuery const&) {
    namespace tags = lo::rightsReplyTags;
    wire::TlvList rights;
    rights.add(tags::maxSigLen, core::limits::sigLength)
        .add(tags::maxCapabilitiesLen, core::limits::capabilities)
        .add(tags::maxFindByEmailList, wire::u16{10})
        .add(tags::maxCertsLen, wire::u16{4096})
        .add(tags::maxShortCapabilities, core::limits::capabilities);
    context.reply(lo::RightsReply{rights});
    return {};
}

Result<> setInfo(Context& context, lo::SetInfo const& message) {
    core::Instance& instance = context.instance;
    core::User& user = context.user;
    auto const signature = message.infoData.get(lo::tags::sigData);
    auto const away = message.infoData.get(lo::tags::unavailableData);
    auto const capabilities = message.infoData.find(lo::tags::capabilities.number);
    if ((signature && signature->text.size() > core::limits::sigLength) ||
        (away && away->text.size() > core::limits::sigLength))
        return Error{ErrorCode::BustedSnacPayload};
    if (capabilities && (capabilities->size() % sizeof(wire::Uuid) != 0 ||
                         capabilities->size() / sizeof(wire::Uuid) > core::limits::capabilities))
        return Error{ErrorCode::BustedSnacPayload};

    bool changed = false;  // others hear of changes only: an arrival makes libpurple forget that one types
    if (signature) {
        auto const type = message.infoData.get(lo::tags::sigType);
        user.setProfile(type ? std::string(type->text) : user.sigType(), std::string(signature->text),
                        context.now().unix);
        if (message.infoData.get(lo::tags::supportHostSig).value_or(0) == 1)
            context.shard.store.saveProfile(user.loginId(), user.sigType(), user.sigData(),
                                            [](core::StoreResult<>) {});
        changed = true;
    }
    if (away) {
        auto const type = message.infoData.get(lo::tags::unavailableType);
        std::string kept = type ? std::string(type->text) : instance.away ? instance.away->type : std::string();
        changed = changed || instance.away || !away->text.empty();
        instance.away = away->text.empty() ? nullptr
                                           : std::make_unique<core::Instance::Away>(core::Instance::Away{
                                                 std::move(kept), std::string(away->text), context.now().unix});
    }
    if (capabilities) {
        changed = changed || !wire::sameBytes(instance.caps, *capabilities);
        user.setCaps(instance, *capabilities);
    }
    if (changed) {
        context.shard.tellOwnInfo(user, &instance);
        context.shard.userChanged(user);
    }
    return {};
}

/// What a home shard knows of a user, as the body of USER_INFO_REPLY; empty if there is nothing to tell.
wire::Buffer describe(core::Shard& shard, LoginId const& about, core::Other const& asking, wire::u32 parts) {
    core::User const* const user = shard.find(about);
    bool const self = asking.loginId == about;
    if (!user || (!user->announced() && !self)) return {};
    if (!self) {
        if (!user->maySee(asking) || !user->mayReach(asking)) return {};
        if (user->invisible() && !user->seesInvisible(asking.loginId)) return {};
    }
    wire::TlvList info;
    if ((parts & lo::queryType::sig) && !user->sigData().empty()) {
        info.add(lo::tags::sigType, wire::string{user->sigType()});
        info.add(lo::tags::sigData, wire::string{user->sigData()});
        if (user->sigTime()) info.add(lo::tags::sigTime, wire::t70{user->sigTime()});
    }
    if (auto const* away = user->awayMessage(); away && (parts & lo::queryType::unavailable) && user->away()) {
        info.add(lo::tags::unavailableType, wire::string{away->type});
        info.add(lo::tags::unavailableData, wire::string{away->text});
        info.add(lo::tags::unavailableTime, wire::t70{away->since});
    }
    if (parts & lo::queryType::capabilities) {
        wire::Buffer const caps = user->caps();
        info.add(lo::tags::capabilities, wire::rest<wire::Uuid>{caps});
    }
    wire::Buffer body = user->info(core::User::View::Others, nullptr, shard.now.unix);
    body.insert(body.end(), info.bytes().begin(), info.bytes().end());
    return body;
}

Result<> answerInfoQuery(Context& context, wire::string08 loginId, wire::u32 parts) {
    LoginId const about(loginId.text);
    if (about.empty()) return Error{ErrorCode::BustedSnacPayload};
    if (!context.user.mayReach({about})) return Error{ErrorCode::NotLoggedOn};
    context.shard.ask(
        about, context.instance,
        [about, parts, asking = context.user.loginId(), flags = context.user.nickFlags()](core::Shard& there) {
            return describe(there, about, {asking, flags}, parts);
        },
        [requestId = context.requestId()](core::Instance& asker, wire::Buffer const& body) {
            if (body.empty()) {
                refuse(asker.session, static_cast<wire::u16>(lo::foodgroup), requestId, ErrorCode::NotLoggedOn);
            } else {
                asker.session.send(lo::UserInfoReply::snac, body, requestId);
            }
        });
    return {};
}

Result<> userInfoQuery(Context& context, lo::UserInfoQuery const& message) {
    // Old clients mean an enumeration, others flags; the parts below serve both (D-7).
    wire::u32 parts = 0;
    switch (message.type) {
        case lo::OldQueryType::GeneralInfo: parts = lo::queryType::sig; break;
        case lo::OldQueryType::ShortInfo: parts = lo::queryType::unavailable; break;
        case lo::OldQueryType::AwayMessage: parts = lo::queryType::sig | lo::queryType::unavailable; break;
        case lo::OldQueryType::Capabilities: parts = lo::queryType::capabilities; break;
        default: parts = static_cast<wire::u32>(message.type); break;
    }
    return answerInfoQuery(context, message.loginId, parts);
}

Result<> userInfoQuery2(Context& context, lo::UserInfoQuery2 const& message) {
    return answerInfoQuery(context, message.loginId, message.type2);
}

constexpr std::array rows{on<rightsQuery>(), on<setInfo>(), on<userInfoQuery>(), on<userInfoQuery2>()};
static_assert(eachSnacOnce(rows));

}  // namespace

std::span<Row const> locateRows() { return rows; }

}  // namespace oscar::foodgroups
