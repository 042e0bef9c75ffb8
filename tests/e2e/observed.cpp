// SPDX-License-Identifier: MIT
#include "tests/e2e/observed.h"

#include <fmt/format.h>

namespace oscar::test {
namespace {

using wire::u16;
using wire::icbm::Channel;
namespace im = wire::icbm;
namespace info = wire::oservice::nickInfoTags;

constexpr u16 number(wire::Foodgroup group) { return static_cast<u16>(group); }

std::string key(std::string const& sender, u16 foodgroup, u16 type, wire::Bytes id) {
    return fmt::format("{} {} {:02x}", sender, nameOf(foodgroup, type), fmt::join(id, ""));
}

/// The text of a status item, "" if there is none.
std::string statusText(wire::Tlvs attributes) {
    auto const ids = attributes.get(info::bartInfo);
    if (!ids) return {};
    for (wire::BartId const& id : *ids) {
        if (id.type != wire::bartTypes::statusStr) continue;
        auto const text = wire::decode<wire::string16>(id.opaque.bytes);
        if (text) return std::string(text->text);
    }
    return {};
}

std::string describeArrival(wire::oservice::NickwInfo const& user) {
    wire::Tlvs const attributes = user.userAttributes;
    u16 const flags = attributes.get(info::nickFlags).value_or(0);
    std::string text = "arrived " + std::string(user.displayId.text);
    if (flags & wire::oservice::nickFlags::unavailable) text += ", away";
    if (auto const idle = attributes.get(info::idleTime)) text += fmt::format(", idle {}", *idle);
    if (u16 const status = static_cast<u16>(attributes.get(info::status).value_or(0)))
        text += fmt::format(", status {:04x}", status);
    if (std::string const said = statusText(attributes); !said.empty()) text += ", \"" + said + '"';
    bool const icq = (flags & wire::oservice::nickFlags::icq) && attributes.get(info::icqDcInfo);
    return icq ? text + ", icq" : text;
}

/// A rendezvous without the address that the server has verified, which `verified` gets.
std::optional<wire::Buffer> withoutVerifiedAddress(wire::Bytes data, std::optional<wire::u32>& verified) {
    auto message = wire::decode<im::ImRendezvous>(data);
    if (!message) return std::nullopt;
    wire::TlvList others;
    for (wire::Tlv const& tlv : message->tlvs)
        if (tlv.tag != im::rendezvousTags::verifiedIpAddr.number) others.add(tlv);
    verified = message->tlvs.get(im::rendezvousTags::verifiedIpAddr);
    message->tlvs = others;
    return wire::encode(*message);
}

/// Whether the payload of a message is what its sender wrote: IM_DATA, or DATA.
std::string describePayload(wire::Tlvs arrived, wire::Tlvs sent, Channel channel) {
    bool const isIm = channel == Channel::Im;
    u16 const tag = isIm ? im::tags::imData.number : im::tags::data.number;
    auto const here = arrived.find(tag), there = sent.find(tag);
    if (!here || !there) return " without its payload";
    if (isIm) return wire::sameBytes(*here, *there) ? " as sent" : " ALTERED";
    std::optional<wire::u32> verified;
    auto const own = withoutVerifiedAddress(*here, verified);
    std::string text = own && wire::sameBytes(*own, *there) ? " as sent" : " ALTERED";
    constexpr wire::u32 localhost = 0x7F000001;
    if (verified) text += *verified == localhost ? ", address verified" : ", WRONG ADDRESS";
    return text;
}

std::string kindOf(im::ChannelMsgToClient const& message) {
    if (message.channel != Channel::Rendezvous) return "message";
    auto const data = message.icbmTlvs.get(im::tags::data).value_or(wire::blob{});
    auto const rendezvous = wire::decode<im::ImRendezvous>(data.bytes).value_or(im::ImRendezvous{});
    switch (rendezvous.type) {
        case im::RendezvousMessage::Propose:
            return "proposal";
        case im::RendezvousMessage::Cancel:
            return "cancel";
        case im::RendezvousMessage::Accept:
            return "acceptance";
        case im::RendezvousMessage::Nak:
            break;
    }
    return "rendezvous";
}

std::string describeMessage(wire::Bytes body, Sent const& sent) {
    auto const message = wire::decode<im::ChannelMsgToClient>(body);
    if (!message) return "a malformed message";
    std::string const sender(message->info.displayId.text);
    std::string text = kindOf(*message) + " from " + sender;
    auto const* const original = sent.find(sender, im::ChannelMsgToHost::snac, message->cookie);
    if (!original) return text + " that nobody sent";
    auto const written = wire::decode<im::ChannelMsgToHost>(*original).value();
    text += describePayload(message->icbmTlvs, written.icbmTlvs, message->channel);
    bool const kept = message->icbmTlvs.has(im::tags::store) && message->icbmTlvs.has(im::tags::sendTime);
    if (kept) text += ", kept";
    for (wire::Tlv const& tlv : message->icbmTlvs) {
        switch (tlv.tag) {
            case im::tags::imData.number:
            case im::tags::data.number:
                break;
            case im::tags::autoResponse.number:
                text += ", automatic";
                break;
            case im::tags::wantEvents.number:
                text += ", wants events";
                break;
            case im::tags::store.number:
            case im::tags::sendTime.number:
                if (!kept) text += ", HALF KEPT";
                break;
            default:
                text += fmt::format(", TAG {:04x}", tlv.tag);
        }
    }
    return message->info.userAttributes.none() ? text + ", NO USER INFO" : text;
}

std::string describeTyping(wire::Bytes body) {
    auto const event = wire::decode<im::ClientEvent>(body).value();
    return fmt::format("typing {} from {}", static_cast<u16>(event.event), event.loginId.text);
}

std::string describeClientErr(wire::Bytes body, Sent const& sent) {
    auto const error = wire::decode<im::ClientErr>(body).value();
    std::string const sender(error.loginId.text);
    auto const* const original = sent.find(sender, im::ClientErr::snac, error.cookie);
    if (!original) return "client error from " + sender + " that nobody sent";
    auto const written = wire::decode<im::ClientErr>(*original).value();
    bool const same = error.code == written.code && error.channel == written.channel &&
                      wire::sameBytes(error.errorInfo.bytes, written.errorInfo.bytes);
    return fmt::format("client error {} from {}{}", error.code, sender, same ? " as sent" : " ALTERED");
}

std::string describeListChange(std::string const& user, wire::SnacFrame const& snac, Sent const& sent) {
    auto const* const original = sent.findListChange(user, snac.header.type);
    bool const same = original && wire::sameBytes(*original, snac.body);
    return nameOf(snac.header.foodgroup, snac.header.type) + (same ? " as sent" : " ALTERED");
}

std::string describeSnac(std::string const& user, wire::SnacFrame const& snac, Sent const& sent) {
    auto const is = [&](wire::Snac wanted) {
        return snac.header.foodgroup == number(wanted.foodgroup) && snac.header.type == wanted.type;
    };
    for (wire::Snac const& own :
         {wire::oservice::NickInfoUpdate::snac, wire::oservice::Motd::snac,
          wire::oservice::RateParamChange::snac, wire::stats::SetMinReportInterval::snac})
        if (is(own)) return {};
    if (is(wire::buddy::Arrived::snac))
        return describeArrival(wire::decode<wire::oservice::NickwInfo>(snac.body).value());
    if (is(wire::buddy::Departed::snac))
        return "departed " +
               std::string(wire::decode<wire::oservice::NickwInfo>(snac.body).value().displayId.text);
    if (is(im::ChannelMsgToClient::snac)) return describeMessage(snac.body, sent);
    if (is(im::ClientEvent::snac)) return describeTyping(snac.body);
    if (is(im::ClientErr::snac)) return describeClientErr(snac.body, sent);
    for (wire::Snac const& change : {wire::feedbag::InsertItems::snac, wire::feedbag::UpdateItems::snac,
                                     wire::feedbag::DeleteItems::snac, wire::feedbag::StartCluster::snac,
                                     wire::feedbag::EndCluster::snac})
        if (is(change)) return describeListChange(user, snac, sent);
    return "unexpected " + nameOf(snac.header.foodgroup, snac.header.type);
}

}  // namespace

void Sent::remember(std::string const& sender, wire::SnacFrame const& snac) {
    wire::SnacHeader const& header = snac.header;
    bool const icbm = header.foodgroup == number(wire::Foodgroup::Icbm);
    bool const list = header.foodgroup == number(wire::Foodgroup::Feedbag);
    if (!icbm && !list) return;
    wire::Bytes const id = icbm ? snac.body.first(std::min<std::size_t>(snac.body.size(), 8)) : wire::Bytes{};
    bodies_[key(sender, header.foodgroup, header.type, id)] = wire::toBuffer(snac.body);
}

wire::Buffer const* Sent::find(std::string const& sender, wire::Snac snac, wire::Cookie const& cookie) const {
    auto const found = bodies_.find(key(sender, number(snac.foodgroup), snac.type, cookie));
    return found == bodies_.end() ? nullptr : &found->second;
}

wire::Buffer const* Sent::findListChange(std::string const& user, u16 type) const {
    auto const found = bodies_.find(key(user, number(wire::Foodgroup::Feedbag), type, {}));
    return found == bodies_.end() ? nullptr : &found->second;
}

std::string describe(std::string const& user, Frame const& frame, Sent const& sent) {
    if (frame.type == wire::FrameType::Signoff) {
        auto const reason = wire::Tlvs{frame.payload}.get(wire::signoffTags::disconnectReason);
        return reason ? fmt::format("signed off, reason {}", static_cast<u16>(*reason)) : "signed off";
    }
    auto const snac = frame.snac();
    return snac ? describeSnac(user, *snac, sent) : "an unexpected frame";
}

void Observed::add(std::string row) {
    constexpr std::string_view arrived = "arrived ";
    auto const subject = [&](std::string const& text) {
        return text.starts_with(arrived) ? text.substr(0, text.find(',')) : std::string();
    };
    if (std::string const who = subject(row); !who.empty()) {
        std::string const gone = "departed " + who.substr(arrived.size());
        for (auto before = rows_.rbegin(); before != rows_.rend() && *before != gone; ++before) {
            if (subject(*before) != who) continue;
            rows_.erase(std::next(before).base());
            break;
        }
    }
    rows_.push_back(std::move(row));
}

}  // namespace oscar::test
