// SPDX-License-Identifier: MIT
#include "client/user.h"

#include "client/text.h"

namespace oscar::client {
namespace {

namespace tags = wire::oservice::nickInfoTags;

/// AOL spec, "Capabilities": a short one is the second pair of bytes of 0946xxxx-4C7F-11D1-8222-444553540000.
wire::Uuid fromShort(wire::u16 shortCapability) {
    return {0x09,
            0x46,
            static_cast<wire::u08>(shortCapability >> 8),
            static_cast<wire::u08>(shortCapability),
            0x4C,
            0x7F,
            0x11,
            0xD1,
            0x82,
            0x22,
            0x44,
            0x45,
            0x53,
            0x54,
            0x00,
            0x00};
}

/// BART__Status_Str: length, text, and an encoding that is UTF-8 in practice.
std::string readStatusText(wire::Bytes item) {
    auto const text = wire::decode<wire::string16>(item);
    return text ? validUtf8(text->text) : std::string();
}

}  // namespace

User readUser(wire::oservice::NickwInfo const& info) {
    User user;
    user.displayId = info.displayId.text;
    user.evil = info.evil;
    wire::Tlvs const& told = info.userAttributes;
    user.nickFlags = told.get(tags::nickFlags).value_or(0);
    if (auto const more = told.get(tags::nickFlags2)) {
        wire::u32 upper = 0;
        for (wire::u08 byte : *more) upper = upper << 8 | byte;
        user.nickFlags |= upper << 16;
    }
    user.status = told.get(tags::status).value_or(0);
    user.away = (user.nickFlags & wire::oservice::nickFlags::unavailable) ||
                (user.status & wire::oservice::icqStatus::away);
    user.idleMinutes = told.get(tags::idleTime);
    user.signedOnAt = told.get(tags::signonTod).value_or(wire::t70{}).seconds;
    if (auto const full = told.get(tags::caps))
        for (wire::Uuid const& capability : *full) user.capabilities.push_back(capability);
    if (auto const brief = told.get(tags::shortCaps))
        for (wire::u16 capability : *brief) user.capabilities.push_back(fromShort(capability));
    if (auto const items = told.get(tags::bartInfo))
        for (wire::BartId const& item : *items)
            if (item.type == wire::bartTypes::statusStr) user.statusText = readStatusText(item.opaque.bytes);
    return user;
}

UserDetails readUserDetails(wire::locate::UserInfoReply const& reply) {
    namespace locate = wire::locate::tags;
    wire::Tlvs const& told = reply.locateInfo;
    auto const text = [&](auto type, auto data) {
        auto const mime = told.get(type).value_or(wire::string{});
        auto const value = told.get(data).value_or(wire::string{});
        return decodeMimeText(mime.text, wire::asBytes(value.text));
    };
    UserDetails details;
    details.user = readUser(reply.info);
    details.profile = text(locate::sigType, locate::sigData);
    details.awayMessage = text(locate::unavailableType, locate::unavailableData);
    if (auto const capabilities = told.get(locate::capabilities))
        for (wire::Uuid const& capability : *capabilities) details.capabilities.push_back(capability);
    return details;
}

}  // namespace oscar::client
