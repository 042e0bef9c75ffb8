// SPDX-License-Identifier: MIT
#include "apps/oscar_load/messages.h"

#include "wire/icbm.h"

namespace oscar::load {
namespace {

namespace icbm = wire::icbm;

constexpr std::size_t cookieSize = std::tuple_size_v<wire::Cookie>;
constexpr std::size_t requestIdAt = wire::flapHeaderSize + 6;
constexpr std::size_t cookieAt = wire::flapHeaderSize + wire::SnacHeader::size;

template <std::unsigned_integral T>
void store(wire::Buffer& bytes, std::size_t at, T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i)
        bytes[at + i] = static_cast<wire::u08>(value >> (8 * (sizeof(T) - 1 - i)));
}

}  // namespace

PreparedMessage::PreparedMessage(std::string_view to, std::size_t bytes) {
    constexpr wire::u08 textOnly[] = {0x01};
    std::string const text(bytes, 'x');
    wire::TlvList imData;
    imData.add(icbm::imDataTags::imCapabilities, wire::rest<wire::u08>{textOnly});
    imData.add(icbm::imDataTags::imText, {icbm::Encoding::Ascii, 0, {wire::asBytes(text)}});
    wire::TlvList tlvs;
    tlvs.add(icbm::tags::imData, imData);
    wire::FlapWriter writer(0);
    writer.snac(icbm::ChannelMsgToHost{{}, icbm::Channel::Im, {to}, tlvs}, 0);
    frame_ = std::move(writer.bytes());
}

wire::Buffer& PreparedMessage::next(Time counted) {
    requestId_ = requestId_ == wire::serverRequestId - 1 ? 1 : requestId_ + 1;
    store(frame_, requestIdAt, requestId_);
    store(frame_, cookieAt, static_cast<wire::u64>(counted.time_since_epoch().count()));
    return frame_;
}

std::optional<Time> countedFrom(Frame const& channelMsgToClient) {
    wire::Bytes const body = channelMsgToClient.body();
    if (body.size() < cookieSize) return std::nullopt;
    wire::u64 const number = wire::Reader(body).number<wire::u64>();
    return Time(Nanoseconds(static_cast<Nanoseconds::rep>(number)));
}

}  // namespace oscar::load
