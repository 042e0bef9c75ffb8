// SPDX-License-Identifier: MIT
#include "apps/oscar_load/messages.h"

#include "apps/oscar_load/frames.h"

namespace oscar::load {
namespace {

constexpr std::size_t cookieSize = std::tuple_size_v<wire::Cookie>;
constexpr std::size_t requestIdAt = wire::flapHeaderSize + 6;
constexpr std::size_t cookieAt = wire::flapHeaderSize + wire::SnacHeader::size;

}  // namespace

PreparedMessage::PreparedMessage(std::string_view to, std::size_t bytes) : frame_(messageTo(to, bytes)) {}

wire::Buffer& PreparedMessage::next(Time counted) {
    requestId_ = requestId_ == wire::serverRequestId - 1 ? 1 : requestId_ + 1;
    wire::Writer out(frame_);
    out.patch(requestIdAt, requestId_);
    out.patch(cookieAt, static_cast<wire::u64>(counted.time_since_epoch().count()));
    return frame_;
}

std::optional<Time> countedFrom(Frame const& channelMsgToClient) {
    wire::Bytes const body = channelMsgToClient.body();
    if (body.size() < cookieSize) return std::nullopt;
    wire::u64 const number = wire::Reader(body).number<wire::u64>();
    return Time(Nanoseconds(static_cast<Nanoseconds::rep>(number)));
}

}  // namespace oscar::load
