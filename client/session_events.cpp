// SPDX-License-Identifier: MIT
// What the server sends, as events.
#include <algorithm>

#include "client/session.h"
#include "client/text.h"

namespace oscar::client {
namespace {

namespace oservice = wire::oservice;
namespace icbm = wire::icbm;

/// The messages that Session::on() reads; all others are for the SNAC hook and for requests.
using Read =
    wire::Types<wire::bucp::ChallengeResponse, wire::bucp::LoginResponse, oservice::HostOnline,
                oservice::RateParamsReply, oservice::RateParamChange, oservice::Pause, oservice::Resume,
                oservice::MigrateGroups, oservice::NickInfoUpdate, oservice::EvilNotification,
                wire::buddy::Arrived, wire::buddy::Departed, icbm::ChannelMsgToClient, icbm::MissedCalls,
                icbm::HostAck, icbm::ClientEvent, icbm::OfflineRetrieveReply, wire::feedbag::Reply,
                wire::feedbag::InsertItems, wire::feedbag::UpdateItems, wire::feedbag::DeleteItems>;

template <wire::Message M>
bool is(wire::SnacHeader const& header) {
    return header.foodgroup == static_cast<wire::u16>(M::snac.foodgroup) && header.type == M::snac.type;
}

/// All sections of a message, joined (ICBM-11).
std::string readText(wire::Tlvs const& imData) {
    std::string text;
    for (wire::Tlv const& tlv : imData) {
        if (tlv.tag != icbm::imDataTags::imText.number) continue;
        if (auto const section = wire::decode<icbm::ImSection>(tlv.value))
            text += decodeText(section->encoding, section->data.bytes);
    }
    return text;
}

std::string name(wire::string08 loginId) { return validUtf8(loginId.text); }

}  // namespace

/// BAD-7: what cannot be read is passed over, as is what is not known.
void Session::onSnacFrame(wire::SnacFrame const& frame) {
    if (onSnac_) onSnac_(frame);
    if (stage_ == Stage::Ended) return;
    constexpr wire::u16 error = 0x0001;
    if (frame.header.type == error) onError(frame);
    Read::forEach([&](auto type) {
        using M = typename decltype(type)::type;
        if (!is<M>(frame.header)) return;
        if (auto const message = wire::decode<M>(frame.body)) on(*message, frame);
    });
    answerRequest(frame);
    answered(frame.header);
}

void Session::onError(wire::SnacFrame const& frame) {
    auto const body = wire::decode<oservice::Error>(frame.body);  // alike in all foodgroups
    if (!body) return;
    if (stage_ == Stage::LoggingOn)
        return fail({std::nullopt, "the server answered the log-on with an error", {}});
    Error error;
    error.foodgroup = frame.header.foodgroup;
    error.code = body->code;
    error.subcode = body->errorTlvs.get(wire::errorTags::errorSubcode);
    error.requestId = frame.header.requestId;
    error.text = validUtf8(body->errorTlvs.get(wire::errorTags::errorText).value_or(wire::string{}).text);
    emit(std::move(error));
}

/// Calls whoever asked for this; he may ask anew from within.
void Session::answerRequest(wire::SnacFrame const& frame) {
    auto const isThis = [&](Request const& request) { return request.id == frame.header.requestId; };
    auto const found = std::find_if(requests_.begin(), requests_.end(), isThis);
    if (found == requests_.end()) return;
    Reply reply{frame.header, frame.body, std::nullopt};
    if (frame.header.type == 1) {
        auto const body = wire::decode<oservice::Error>(frame.body);
        reply.error = body ? body->code : wire::ErrorCode::GeneralFailure;
    }
    auto const done = found->done;
    if (reply.error || !(frame.header.flags & wire::snacFlags::moreRepliesFollow)) requests_.erase(found);
    done(reply);
}

void Session::on(oservice::NickInfoUpdate const& m, wire::SnacFrame const&) {
    // MULTI-5: the first block is about the user, further ones about his instances.
    auto const first = m.info.begin();
    if (first == m.info.end()) return;
    displayId_ = name(first->displayId);
    if (onEvent_) emit(OwnInfo{readUser(*first)});
}

void Session::on(oservice::EvilNotification const& m, wire::SnacFrame const&) {
    Warned warned{m.newEvil, std::nullopt};
    if (m.vilifier) warned.by = readUser(*m.vilifier);
    emit(std::move(warned));
}

void Session::on(oservice::RateParamChange const& m, wire::SnacFrame const&) {
    auto const classId = wire::decode<wire::u16>(m.rateParameters.bytes);
    if (classId) emit(RateChanged{m.rateCode, *classId});
}

void Session::on(oservice::Pause const&, wire::SnacFrame const&) {
    if (stage_ != Stage::Online || paused_) return;
    post(oservice::PauseAck{});
    paused_ = true;
    emit(Paused{});
}

void Session::on(oservice::Resume const&, wire::SnacFrame const&) {
    if (stage_ != Stage::Online || !paused_) return;
    resume();
    emit(Resumed{});
}

/// MIG-3. Of a partial migration (MIG-4) nothing is done: the session stays where it is.
void Session::on(oservice::MigrateGroups const& m, wire::SnacFrame const&) {
    if (stage_ != Stage::Online || m.groups.count() != 0 || !follow(m.tlvs)) return;
    paused_ = true;
    migrating_ = true;
}

void Session::on(wire::buddy::Arrived const& m, wire::SnacFrame const&) {
    if (!onEvent_) return;
    for (oservice::NickwInfo const& info : m.arrivedInfos) {
        // PRES-6: NICK_FLAGS 0 is a user who is offline and has a status text or an icon.
        auto const flags = info.userAttributes.get(oservice::nickInfoTags::nickFlags);
        if (flags == wire::u16{0}) {
            emit(BuddyDeparted{readUser(info)});
        } else {
            emit(BuddyArrived{readUser(info)});
        }
    }
}

void Session::on(wire::buddy::Departed const& m, wire::SnacFrame const&) {
    if (!onEvent_) return;
    for (oservice::NickwInfo const& info : m.departedInfos) emit(BuddyDeparted{readUser(info)});
}

void Session::on(icbm::ChannelMsgToClient const& m, wire::SnacFrame const& frame) {
    auto const imData = m.icbmTlvs.get(icbm::tags::imData);
    if (!onEvent_ || m.channel != icbm::Channel::Im || !imData) return;
    MessageReceived message;
    message.from = readUser(m.info);
    message.text = readText(*imData);
    message.autoResponse = m.icbmTlvs.has(icbm::tags::autoResponse);
    message.wantsEvents = m.icbmTlvs.has(icbm::tags::wantEvents);
    if (auto const time = m.icbmTlvs.get(icbm::tags::sendTime)) message.sentAt = time->seconds;
    message.cookie = m.cookie;
    message.snac = frame.body;
    emit(std::move(message));
}

void Session::on(icbm::MissedCalls const& m, wire::SnacFrame const&) {
    for (icbm::MissedCall const& missed : m.missedCallArray)
        emit(MessagesMissed{readUser(missed.senderInfo), missed.numMissed, missed.reason});
}

void Session::on(icbm::HostAck const& m, wire::SnacFrame const& frame) {
    emit(MessageAcked{m.cookie, name(m.loginId), frame.header.requestId});
}

void Session::on(icbm::ClientEvent const& m, wire::SnacFrame const&) {
    emit(Typing{name(m.loginId), m.event});
}

void Session::on(icbm::OfflineRetrieveReply const&, wire::SnacFrame const&) { emit(OfflineMessagesEnd{}); }

void Session::on(wire::feedbag::Reply const& m, wire::SnacFrame const&) {
    for (wire::feedbag::Item const& item : m.items) feedbag_.put(ownedItem(item));
}

void Session::on(wire::feedbag::InsertItems const& m, wire::SnacFrame const&) {
    changedElsewhere(FeedbagChange::Inserted, m.items);
}

void Session::on(wire::feedbag::UpdateItems const& m, wire::SnacFrame const&) {
    changedElsewhere(FeedbagChange::Updated, m.items);
}

void Session::on(wire::feedbag::DeleteItems const& m, wire::SnacFrame const&) {
    changedElsewhere(FeedbagChange::Deleted, m.items);
}

}  // namespace oscar::client
