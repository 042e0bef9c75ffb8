// SPDX-License-Identifier: MIT
// The frames that are measured.
#pragma once

#include "wire/all.h"

namespace oscar::bench {

inline wire::Buffer messageTo(std::string_view to) {
    namespace icbm = wire::icbm;
    constexpr wire::u08 textOnly[] = {0x01};
    constexpr std::string_view text = "thirty-two bytes of a short text";
    wire::TlvList imData;
    imData.add(icbm::imDataTags::imCapabilities, wire::rest<wire::u08>{textOnly});
    imData.add(icbm::imDataTags::imText, {icbm::Encoding::Ascii, 0, {wire::asBytes(text)}});
    wire::TlvList tlvs;
    tlvs.add(icbm::tags::imData, imData);
    wire::FlapWriter writer(0);
    writer.snac(icbm::ChannelMsgToHost{{}, icbm::Channel::Im, {to}, tlvs}, 1);
    return writer.bytes();
}

inline wire::Buffer stateChange(bool away) {
    namespace tags = wire::locate::tags;
    wire::TlvList tlvs;
    if (away) tlvs.add(tags::unavailableType, wire::string{"text/aolrtf; charset=\"us-ascii\""});
    tlvs.add(tags::unavailableData, wire::string{away ? "away" : ""});
    wire::FlapWriter writer(0);
    writer.snac(wire::locate::SetInfo{tlvs}, 1);
    return writer.bytes();
}

}  // namespace oscar::bench
