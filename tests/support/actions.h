// SPDX-License-Identifier: MIT
// What users do and see, in a line each.
#pragma once

#include <string>
#include <vector>

#include "tests/support/world.h"

namespace oscar::test {

inline wire::u32 setAway(Client& client, std::string const& text) {
    namespace tags = wire::locate::tags;
    return client.send(wire::locate::SetInfo{wire::TlvList{}
                                                 .add(tags::unavailableType, wire::string{"text/aolrtf"})
                                                 .add(tags::unavailableData, wire::string{text})});
}

inline wire::u32 setProfile(Client& client, std::string const& text) {
    namespace tags = wire::locate::tags;
    return client.send(wire::locate::SetInfo{
        wire::TlvList{}.add(tags::sigType, wire::string{"text/html"}).add(tags::sigData, wire::string{text})});
}

/// The capability 0946XXYY-4C7F-11D1-8222-444553540000 (AOL spec, "UUID").
inline wire::Uuid shortCap(wire::u16 number) {
    return {0x09, 0x46, static_cast<wire::u08>(number >> 8), static_cast<wire::u08>(number), 0x4C, 0x7F, 0x11, 0xD1,
            0x82, 0x22, 0x44, 0x45, 0x53, 0x54, 0x00, 0x00};
}

inline wire::u32 setCapabilities(Client& client, std::vector<wire::Uuid> const& uuids) {
    wire::List<wire::Uuid> list;
    for (wire::Uuid const& uuid : uuids) list.add(uuid);
    return client.send(wire::locate::SetInfo{wire::TlvList{}.add(wire::locate::tags::capabilities, list)});
}

inline void setIdle(Client& client, wire::u32 seconds) { client.send(wire::oservice::IdleNotification{seconds}); }

inline wire::u32 setStatus(Client& client, wire::u32 status) {
    return client.send(
        wire::oservice::SetNickinfoFields{wire::TlvList{}.add(wire::oservice::nickInfoTags::status, status)});
}

inline constexpr wire::u32 invisible = wire::oservice::icqStatus::invisible;

/// A SNAC whose body is a list of names, e.g. BUDDY__ADD_BUDDIES.
template <wire::Message M>
wire::u32 sendNames(Client& client, std::vector<std::string> const& names) {
    wire::List<wire::string08> list;
    for (std::string const& name : names) list.add(wire::string08{name});
    return client.send(M{list});
}

/// User info with the bytes it lies in.
struct UserInfo {
    std::shared_ptr<wire::Buffer> bytes;
    wire::oservice::NickwInfo info;

    std::string name() const { return std::string(info.displayId.text); }
    template <class T, wire::u16 N>
    std::optional<T> get(wire::Tag<T, N> tag) const {
        return info.userAttributes.get(tag);
    }
    template <class T, wire::u16 N>
    bool has(wire::Tag<T, N> tag) const {
        return info.userAttributes.has(tag);
    }
    bool isAway() const {
        return get(wire::oservice::nickInfoTags::nickFlags).value_or(0) & wire::oservice::nickFlags::unavailable;
    }
    std::vector<wire::Uuid> caps() const {
        std::vector<wire::Uuid> uuids;
        if (auto const list = get(wire::oservice::nickInfoTags::caps))
            for (wire::Uuid const& uuid : *list) uuids.push_back(uuid);
        return uuids;
    }
};

/// What the newest ARRIVED said; takes all that came.
inline std::optional<UserInfo> lastArrival(Client& client) {
    std::optional<UserInfo> last;
    for (auto const& arrived : client.takeAll<wire::buddy::Arrived>())
        for (auto const& info : arrived->arrivedInfos) last = UserInfo{arrived.bytes, info};
    return last;
}

/// The blocks of the newest NICK_INFO_UPDATE; takes all that came.
inline std::vector<UserInfo> ownInfo(Client& client) {
    std::vector<UserInfo> blocks;
    for (auto const& update : client.takeAll<wire::oservice::NickInfoUpdate>()) {
        blocks.clear();
        for (auto const& info : update->info) blocks.push_back({update.bytes, info});
    }
    return blocks;
}

/// The answer to LOCATE__USER_INFO_QUERY2 for `parts`.
inline std::optional<Received<wire::locate::UserInfoReply>> askInfo(Client& client, std::string const& name,
                                                                     wire::u32 parts) {
    return client.ask<wire::locate::UserInfoReply>(wire::locate::UserInfoQuery2{parts, wire::string08{name}});
}

inline std::string awayMessageOf(Client& asker, std::string const& name) {
    auto const reply = askInfo(asker, name, wire::locate::queryType::unavailable);
    return reply ? std::string((*reply)->locateInfo.get(wire::locate::tags::unavailableData).value_or(wire::string{}).text)
                 : "no reply";
}

inline std::string profileOf(Client& asker, std::string const& name) {
    auto const reply = askInfo(asker, name, wire::locate::queryType::sig);
    return reply ? std::string((*reply)->locateInfo.get(wire::locate::tags::sigData).value_or(wire::string{}).text)
                 : "no reply";
}

}  // namespace oscar::test
