// SPDX-License-Identifier: MIT
// What a user does: messages, presence, questions.
#include "client/session.h"
#include "client/text.h"

namespace oscar::client {
namespace {

namespace icbm = wire::icbm;
namespace locate = wire::locate;

/// Most bytes of one text on the wire: with what goes around it, it still fits a frame. Servers allow less.
constexpr std::size_t longestText = 0xF000;

template <class Type, class Data>
wire::u32 sendInfoText(Session& session, Type type, Data data, std::string_view html) {
    EncodedText const text = encodeText(html);
    if (text.bytes.size() > longestText) return 0;
    wire::TlvList tlvs;
    tlvs.add(type, wire::string{mimeType(text.encoding)}).add(data, wire::string{wire::asText(text.bytes)});
    return session.send(locate::SetInfo{tlvs});
}

}  // namespace

std::optional<SentMessage> Session::sendMessage(std::string_view to, std::string_view html,
                                                MessageOptions options) {
    EncodedText const text = encodeText(html);
    if (text.bytes.size() > longestText) return std::nullopt;
    constexpr wire::u08 textOnly[] = {0x01};
    wire::TlvList imData;
    imData.add(icbm::imDataTags::imCapabilities, wire::rest<wire::u08>{textOnly});
    imData.add(icbm::imDataTags::imText, {text.encoding, 0, {text.bytes}});
    wire::TlvList tlvs;
    tlvs.add(icbm::tags::imData, imData);
    if (options.autoResponse) {
        tlvs.add(icbm::tags::autoResponse);
    } else {
        if (options.requestAck) tlvs.add(icbm::tags::requestHostAck);
        if (options.storeIfOffline) tlvs.add(icbm::tags::store);
    }
    wire::Cookie cookie{};
    wire::u64 const number = random();
    for (std::size_t i = 0; i < cookie.size(); ++i) cookie[i] = static_cast<wire::u08>(number >> (8 * i));
    wire::u32 const id = send(icbm::ChannelMsgToHost{cookie, icbm::Channel::Im, {to}, tlvs});
    if (id == 0) return std::nullopt;
    return SentMessage{id, cookie};
}

wire::u32 Session::sendTyping(std::string_view to, icbm::Event event) {
    return send(icbm::ClientEvent{{}, icbm::Channel::Im, {to}, event});
}

wire::u32 Session::retrieveOfflineMessages() { return send(icbm::OfflineRetrieve{}); }

wire::u32 Session::setAway(std::string_view html) {
    return sendInfoText(*this, locate::tags::unavailableType, locate::tags::unavailableData, html);
}

wire::u32 Session::setBack() {
    wire::TlvList tlvs;
    tlvs.add(locate::tags::unavailableData, wire::string{});
    return send(locate::SetInfo{tlvs});
}

wire::u32 Session::setProfile(std::string_view html) {
    return sendInfoText(*this, locate::tags::sigType, locate::tags::sigData, html);
}

wire::u32 Session::setCapabilities(std::vector<wire::Uuid> const& capabilities) {
    wire::List<wire::Uuid> list;
    for (wire::Uuid const& capability : capabilities) list.add(capability);
    if (list.bytes().size() > longestText) return 0;
    options_.capabilities = capabilities;
    wire::TlvList tlvs;
    tlvs.add(locate::tags::capabilities, list);
    return send(locate::SetInfo{tlvs});
}

wire::u32 Session::setIdle(wire::u32 seconds) { return send(wire::oservice::IdleNotification{seconds}); }

wire::u32 Session::setStatus(wire::u32 status) {
    status_ = status;
    wire::TlvList tlvs;
    tlvs.add(wire::oservice::nickInfoTags::status, status);
    return send(wire::oservice::SetNickinfoFields{tlvs});
}

wire::u32 Session::requestUserInfo(std::string_view name,
                                   std::function<void(std::optional<UserDetails> const&)> done) {
    namespace parts = locate::queryType;
    locate::UserInfoQuery2 const query{parts::sig | parts::unavailable | parts::capabilities, {name}};
    return request(query, [done = std::move(done)](Reply const& reply) {
        bool const isInfo = !reply.error && reply.header.type == locate::UserInfoReply::snac.type;
        auto const info = isInfo ? wire::decode<locate::UserInfoReply>(reply.body) : std::nullopt;
        done(info ? std::optional(readUserDetails(*info)) : std::nullopt);
    });
}

}  // namespace oscar::client
