// SPDX-License-Identifier: MIT
// Foodgroup ICBM: messages between users.
#include "wire/icbm.h"

#include "core/messages.h"
#include "foodgroups/rows.h"

namespace oscar::foodgroups {
namespace {

using core::Error;
using core::LoginId;
using core::Result;
using wire::ErrorCode;
using wire::icbm::Channel;
namespace im = wire::icbm;
namespace tags = wire::icbm::tags;

Result<> addParameters(Context& context, im::AddParameters const& message) {
    if (!context.instance.icbm.set(message.channel, message.parameters)) return Error{ErrorCode::ListOverflow};
    return {};
}

Result<> deleteParameters(Context& context, im::DeleteParameters const& message) {
    if (!message.channel) {
        context.instance.icbm.resetAll();
    } else if (!context.instance.icbm.reset(*message.channel)) {
        return Error{ErrorCode::RequestDenied};
    }
    return {};
}

Result<> parameterQuery(Context& context, im::ParameterQuery const&) {
    context.reply(im::ParameterReply{core::limits::icbmSlots, core::IcbmParameters::defaults});
    return {};
}

/// Tags that mean something to the server alone, or that only the server may set: a client that sends them is not
/// believed.
bool staysHere(wire::u16 tag) {
    switch (tag) {
        case tags::requestHostAck.number:
        case tags::store.number:
        case tags::wantEvents.number:
        case tags::sendTime.number:
        case tags::friendlyName.number:
        case tags::anonymous.number: return true;
        default: return false;
    }
}

/// A rendezvous with the proposer's address as the server sees it in place of what the client claims (RDV-7).
std::optional<wire::Buffer> verifiedRendezvous(wire::Bytes data, wire::u32 address) {
    namespace rdv = im::rendezvousTags;
    auto message = wire::decode<im::ImRendezvous>(data);
    if (!message) return std::nullopt;
    bool wanted = message->type == im::RendezvousMessage::Propose && address != 0;
    wire::TlvList tlvs;
    for (wire::Tlv const& tlv : message->tlvs) {
        if (tlv.tag == rdv::verifiedIpAddr.number || tlv.tag == rdv::verifiedDownloadUrl.number) continue;
        tlvs.add(tlv);
        if (tlv.tag > rdv::lastReserved) wanted = false;  // what follows is the service's own (RDV-6)
        if (tlv.tag == rdv::proposerIpAddr.number && std::exchange(wanted, false))
            tlvs.add(rdv::verifiedIpAddr, address);
    }
    message->tlvs = tlvs;
    return wire::encode(*message);
}

/// An ICQ message names its sender once more, in little-endian (ICBM-13): the server's word counts.
std::optional<wire::Buffer> withSenderUin(wire::Bytes data, LoginId const& sender) {
    if (data.size() < 4) return std::nullopt;
    wire::u32 uin = 0;
    if (sender.isUin())
        for (char digit : sender.text()) uin = uin * 10 + static_cast<wire::u32>(digit - '0');
    wire::Buffer own = wire::toBuffer(data);
    for (unsigned i = 0; i < 4; ++i) own[i] = static_cast<wire::u08>(uin >> (8 * i));
    return own;
}

/// What the receiver shall get of the sender's TLVs: unknown ones unchanged and in order (ICBM-3). They stand in the
/// shard's scratch buffer.
Result<wire::Tlvs> forwarded(Context& context, im::ChannelMsgToHost const& message) {
    wire::Buffer& kept = context.shard.scratch;
    kept.clear();
    wire::Writer out(kept);
    for (wire::Tlv const& tlv : message.icbmTlvs) {
        if (staysHere(tlv.tag)) continue;
        bool const data = tlv.tag == tags::data.number;
        if (data && message.channel == Channel::Rendezvous) {
            auto const own = verifiedRendezvous(tlv.value, context.instance.session.link.peerIpv4());
            if (!own) return Error{ErrorCode::BustedSnacPayload};
            put(out, wire::Tlv{tlv.tag, *own});
        } else if (data && message.channel == Channel::Icq) {
            auto const own = withSenderUin(tlv.value, context.user.loginId());
            if (!own) return Error{ErrorCode::BustedSnacPayload};
            put(out, wire::Tlv{tlv.tag, *own});
        } else {
            put(out, tlv);
        }
    }
    return wire::Tlvs{kept};
}

/// The sender learns what became of his message.
void conclude(core::Instance& sender, core::Envelope const& message, core::Outcome const& outcome) {
    if (!outcome) {
        refuse(sender.session, static_cast<wire::u16>(im::foodgroup), message.requestId, outcome.error());
    } else if (message.wantsAck) {
        sender.session.send(im::HostAck{message.cookie, message.channel, message.destLoginId, {}}, message.requestId);
    }
}

/// A proposal that one instance has accepted is withdrawn from the user's others (MULTI-9).
void withdrawElsewhere(Context& context, im::ChannelMsgToHost const& message) {
    namespace rdv = im::rendezvousTags;
    constexpr wire::u16 acceptedElsewhere = 3;  // AOL spec, ICBM__RENDEZVOUS_CANCEL_REASONS
    if (message.channel != Channel::Rendezvous || context.user.instances().size() < 2) return;
    auto const data = message.icbmTlvs.get(tags::data);
    auto const accept = data ? wire::decode<im::ImRendezvous>(data->bytes) : std::nullopt;
    if (!accept || accept->type != im::RendezvousMessage::Accept) return;
    wire::TlvList reason, attributes, tlvs;
    reason.add(rdv::cancelReason, acceptedElsewhere);
    wire::Buffer const cancel = wire::encode(
        im::ImRendezvous{im::RendezvousMessage::Cancel, accept->cookie, accept->service, reason});
    attributes.add(wire::oservice::nickInfoTags::nickFlags, static_cast<wire::u16>(wire::oservice::nickFlags::aim));
    tlvs.add(tags::data, wire::blob{cancel});
    for (auto const& other : context.user.instances())
        if (other.get() != &context.instance && other->announced)
            other->session.send(im::ChannelMsgToClient{
                message.cookie, message.channel, {message.destLoginId, 0, attributes}, tlvs});
}

Result<> channelMsgToHost(Context& context, im::ChannelMsgToHost const& message) {
    bool const isIm = message.channel == Channel::Im || message.channel == Channel::Mime;
    auto const imData = message.icbmTlvs.find(tags::imData.number);
    if (isIm ? !imData || !core::hasText(wire::Tlvs{*imData}) : !message.icbmTlvs.has(tags::data))
        return Error{ErrorCode::BustedSnacPayload};
    if (message.icbmTlvs.bytes().size() > core::limits::icbmLength) return Error{ErrorCode::RefusedByClient};

    core::User& user = context.user;
    core::Envelope envelope;
    envelope.receiver = LoginId(message.destLoginId.text);
    if (envelope.receiver.empty()) return Error{ErrorCode::NotLoggedOn};
    if (!user.mayReach({envelope.receiver})) return Error{ErrorCode::InLocalPermitDeny};
    auto const tlvs = forwarded(context, message);
    if (!tlvs) return tlvs.error();

    // An automatic answer is neither stored nor confirmed (ICBM-8); nor is a rendezvous stored (OFF-7).
    bool const automatic = message.icbmTlvs.has(tags::autoResponse);
    envelope.wantsAck = message.icbmTlvs.has(tags::requestHostAck) && !automatic;
    envelope.requestId = context.requestId();
    envelope.destLoginId = message.destLoginId;
    envelope.sender = &user.loginId();
    envelope.senderNickFlags = user.nickFlags();
    envelope.senderEvil = user.account().evil;
    envelope.senderMaxDestinationEvil = context.instance.icbm.of(message.channel).maxDestinationEvil;
    envelope.senderIsIcq = user.icq();
    envelope.senderInfo = user.messageInfo();
    envelope.cookie = message.cookie;
    envelope.channel = message.channel;
    envelope.icbmTlvs = *tlvs;
    envelope.store = message.icbmTlvs.has(tags::store) && !automatic && message.channel != Channel::Rendezvous;
    envelope.wantsEvents =
        (context.instance.icbm.of(message.channel).icbmFlags & im::parameterFlags::eventsAllowed) &&
        user.disclosesTyping();

    withdrawElsewhere(context, message);
    core::sendMessage(context.shard, context.instance, envelope, conclude);
    return {};
}

/// Both are the sender's words to one user, who finds the sender's name in place of his own.
template <class M>
Result<> pass(Context& context, M message, bool needsEvents) {
    LoginId const to(message.loginId.text);
    if (to.empty()) return {};
    message.loginId.text = context.user.account().displayId;
    core::relay(context.shard, context.instance, to, {M::snac, wire::encode(message), needsEvents, message.channel});
    return {};
}

Result<> clientErr(Context& context, im::ClientErr const& message) { return pass(context, message, false); }
Result<> clientEvent(Context& context, im::ClientEvent const& message) { return pass(context, message, true); }

Result<> offlineRetrieve(Context& context, im::OfflineRetrieve const&) {
    core::deliverStored(context.shard, context.instance,
                        [requestId = context.requestId()](core::Instance& asker, Result<> done) {
                            if (done) {
                                asker.session.send(im::OfflineRetrieveReply{}, requestId);
                            } else {
                                refuse(asker.session, static_cast<wire::u16>(im::foodgroup), requestId, done.error());
                            }
                        });
    return {};
}

constexpr std::array rows{
    on<addParameters>(),
    on<deleteParameters>(),
    on<parameterQuery>(),
    on<channelMsgToHost>(Needs::ClientOnline),
    on<clientErr>(Needs::ClientOnline),
    on<clientEvent>(Needs::ClientOnline),
    on<offlineRetrieve>(Needs::ClientOnline),
};
static_assert(eachSnacOnce(rows));

}  // namespace

std::span<Row const> icbmRows() { return rows; }

}  // namespace oscar::foodgroups
