// SPDX-License-Identifier: MIT
// What users write, as frames that are made once: what is measured here and in bench/micro.
#pragma once

#include <string>
#include <string_view>

#include "wire/flap.h"
#include "wire/icbm.h"
#include "wire/locate.h"

namespace oscar::load {

/// A message with so many bytes of text.
inline wire::Buffer messageTo(std::string_view to, std::size_t bytes) {
    namespace icbm = wire::icbm;
    constexpr wire::u08 textOnly[] = {0x01};
    std::string const text(bytes, 'x');
    wire::TlvList imData;
    imData.add(icbm::imDataTags::imCapabilities, wire::rest<wire::u08>{textOnly});
    imData.add(icbm::imDataTags::imText, {icbm::Encoding::Ascii, 0, {wire::asBytes(text)}});
    wire::TlvList tlvs;
    tlvs.add(icbm::tags::imData, imData);
    wire::FlapWriter writer(0);
    writer.snac(icbm::ChannelMsgToHost{{}, icbm::Channel::Im, {to}, tlvs}, 1);
    return writer.bytes();
}

/// With this a user goes away or comes back.
inline wire::Buffer stateChange(bool away) {
    namespace tags = wire::locate::tags;
    wire::TlvList tlvs;
    if (away) tlvs.add(tags::unavailableType, wire::string{"text/aolrtf; charset=\"us-ascii\""});
    tlvs.add(tags::unavailableData, wire::string{away ? "away" : ""});
    wire::FlapWriter writer(0);
    writer.snac(wire::locate::SetInfo{tlvs}, 1);
    return writer.bytes();
}

}  // namespace oscar::load
