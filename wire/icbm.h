// SPDX-License-Identifier: MIT
// Foodgroup ICBM (0x0004): messages between users.
#pragma once

#include "wire/oservice.h"

namespace oscar::wire::icbm {

inline constexpr Foodgroup foodgroup = Foodgroup::Icbm;

using Error = ErrorSnac<foodgroup>;

/// AOL spec, Class ICBM__CHANNELS, with those that ICQ and chat use.
enum class Channel : u16 { AllChannels = 0, Im = 1, Rendezvous = 2, Mime = 3, Icq = 4, CoBrowser = 5 };

/// AOL spec, Class ICBM__PARAMETER_FLAGS.
namespace parameterFlags {
inline constexpr u32 channelMsgsAllowed = 0x00000001;
inline constexpr u32 missedCallsEnabled = 0x00000002;
inline constexpr u32 eventsAllowed = 0x00000008;
inline constexpr u32 smsSupported = 0x00000010;
inline constexpr u32 offlineMsgsAllowed = 0x00000100;
inline constexpr u32 useHtmlForIcq = 0x00000400;
}  // namespace parameterFlags

/// AOL spec, Class ICBM__ERROR_SUBCODE.
namespace errorSubcode {
inline constexpr u16 remoteImOff = 0x0001;
inline constexpr u16 offlineImNotAccepted = 0x000E;
inline constexpr u16 offlineImExceedMax = 0x000F;
}  // namespace errorSubcode

/// What a client wants to receive on a channel (AOL spec, ICBM__ADD_PARAMETERS).
struct Parameters {
    u32 icbmFlags = 0;
    u16 maxIncomingICBMLen = 0;    ///< bytes, 80 to 8000
    u16 maxSourceEvil = 0;         ///< tenths of a percent, 0 to 999
    u16 maxDestinationEvil = 0;    ///< tenths of a percent, 0 to 999
    u32 minInterICBMInterval = 0;  ///< milliseconds
};

struct AddParameters {  // AOL spec, ICBM__ADD_PARAMETERS
    static constexpr Snac snac{foodgroup, 0x0002, Way::ToHost, RateClass::Everything};
    Channel channel{};
    Parameters parameters;
};

struct DeleteParameters {  // AOL spec, ICBM__DELETE_PARAMETERS; old clients leave the channel out
    static constexpr Snac snac{foodgroup, 0x0003, Way::ToHost, RateClass::Everything};
    std::optional<Channel> channel;
};

struct ParameterQuery {  // AOL spec, ICBM__PARAMETER_QUERY
    static constexpr Snac snac{foodgroup, 0x0004, Way::ToHost, RateClass::Everything};
};

struct ParameterReply {  // AOL spec, ICBM__PARAMETER_REPLY
    static constexpr Snac snac{foodgroup, 0x0005, Way::ToClient};
    u16 maxSlots = 0;
    Parameters parameters;
};

/// AOL spec, Class ICBM__IM_SECTION_ENCODINGS.
enum class Encoding : u16 { Ascii = 0, Unicode = 2, Latin1 = 3 };

/// AOL spec, ICBM__IM_SECTION. UNICODE text is UTF-16 big-endian.
struct ImSection {
    Encoding encoding{};
    u16 language = 0;
    blob data;
};

/// AOL spec, TLV Class ICBM__IM_DATA_TAGS. Their order matters.
namespace imDataTags {
inline constexpr Tag<ImSection, 0x0101> imText;
inline constexpr Tag<rest<u08>, 0x0501> imCapabilities;
inline constexpr Tag<rest<u16>, 0x0D01> mimeArray;
}  // namespace imDataTags

/// AOL spec, TLV Class ICBM__TAGS.
namespace tags {
inline constexpr Tag<tlvRestBlock, 0x0002> imData;
inline constexpr Tag<empty, 0x0003> requestHostAck;
inline constexpr Tag<empty, 0x0004> autoResponse;
inline constexpr Tag<blob, 0x0005> data;
inline constexpr Tag<empty, 0x0006> store;
inline constexpr Tag<blob, 0x0008> avatarInfo;
inline constexpr Tag<empty, 0x0009> wantAvatar;
inline constexpr Tag<empty, 0x000B> wantEvents;
inline constexpr Tag<BartId, 0x000D> bart;
inline constexpr Tag<t70, 0x0016> sendTime;
inline constexpr Tag<string, 0x0017> friendlyName;
inline constexpr Tag<empty, 0x0018> anonymous;
}  // namespace tags

struct ChannelMsgToHost {  // AOL spec, ICBM__CHANNEL_MSG_TOHOST
    static constexpr Snac snac{foodgroup, 0x0006, Way::ToHost, RateClass::Messages};
    Cookie cookie{};
    Channel channel{};
    string08 destLoginId;
    tlvRestBlock icbmTlvs;
};

struct ChannelMsgToClient {  // AOL spec, ICBM__CHANNEL_MSG_TOCLIENT
    static constexpr Snac snac{foodgroup, 0x0007, Way::ToClient};
    Cookie cookie{};
    Channel channel{};
    oservice::NickwInfo info;
    tlvRestBlock icbmTlvs;
};

/// AOL spec, Class ICBM__RENDEZVOUS_MESSAGE.
enum class RendezvousMessage : u16 { Propose = 0, Cancel = 1, Accept = 2, Nak = 3 };

/// AOL spec, TLV Class ICBM__RENDEZVOUS_TAGS: those the server looks at.
namespace rendezvousTags {
inline constexpr Tag<u32, 0x0002> ipAddr;
inline constexpr Tag<u32, 0x0003> proposerIpAddr;
inline constexpr Tag<u32, 0x0004> verifiedIpAddr;
inline constexpr Tag<u16, 0x0005> port;
inline constexpr Tag<string, 0x0008> verifiedDownloadUrl;
inline constexpr Tag<u16, 0x000A> sequenceNum;
inline constexpr Tag<u16, 0x000B> cancelReason;
inline constexpr Tag<empty, 0x000F> requestHostCheck;
inline constexpr u16 lastReserved = 0x001A;  ///< the server reads no further than the first above it
inline constexpr Tag<blob, 0x2711> serviceData;
}  // namespace rendezvousTags

/// AOL spec, ICBM__IM_RENDEZVOUS: the value of DATA on channel 2.
struct ImRendezvous {
    RendezvousMessage type{};
    Cookie cookie{};
    Uuid service{};
    tlvRestBlock tlvs;
};

struct EvilRequest {  // AOL spec, ICBM__EVIL_REQUEST
    static constexpr Snac snac{foodgroup, 0x0008, Way::ToHost, RateClass::Everything};
    u16 evilFlags = 0;
    string08 evilLoginId;
};

struct EvilReply {  // AOL spec, ICBM__EVIL_REPLY
    static constexpr Snac snac{foodgroup, 0x0009, Way::ToClient};
    u16 evilDeltaApplied = 0;
    u16 updatedEvilValue = 0;
};

/// ICBM__MISSED_CALL_REASONS as real clients read them (D-5).
enum class MissedCallReason : u16 {
    Invalid = 0,
    TooLarge = 1,
    RateExceeded = 2,
    EvilSender = 3,
    EvilReceiver = 4
};

/// AOL spec, ICBM__Missed_Call.
struct MissedCall {
    Channel channel{};
    oservice::NickwInfo senderInfo;
    u16 numMissed = 0;
    MissedCallReason reason{};
};

struct MissedCalls {  // AOL spec, ICBM__MISSED_CALLS
    static constexpr Snac snac{foodgroup, 0x000A, Way::ToClient};
    rest<MissedCall> missedCallArray;
};

struct ClientErr {  // AOL spec, ICBM__CLIENT_ERR. Spends no message rate: climm acknowledges each message by it.
    static constexpr Snac snac{foodgroup, 0x000B, Way::Both, RateClass::Everything};
    Cookie cookie{};
    Channel channel{};
    string08 loginId;
    u16 code = 0;
    blob errorInfo;
};

struct HostAck {  // AOL spec, ICBM__HOST_ACK
    static constexpr Snac snac{foodgroup, 0x000C, Way::ToClient};
    Cookie cookie{};
    Channel channel{};
    string08 loginId;
    tlvRestBlock ackTlvs;
};

struct OfflineRetrieve {  // AOL spec, ICBM__OFFLINE_RETRIEVE
    static constexpr Snac snac{foodgroup, 0x0010, Way::ToHost, RateClass::Everything};
};

/// AOL spec, Class ICBM__EVENTS.
enum class Event : u16 { None = 0, Typed = 1, Typing = 2, Closed = 15 };

struct ClientEvent {  // AOL spec, ICBM__CLIENT_EVENT
    static constexpr Snac snac{foodgroup, 0x0014, Way::Both, RateClass::Everything};
    Cookie cookie{};
    Channel channel{};
    string08 loginId;
    Event event{};
};

struct OfflineRetrieveReply {  // AOL spec, ICBM__OFFLINE_RETRIEVE_REPLY
    static constexpr Snac snac{foodgroup, 0x0017, Way::ToClient};
};

using Messages = Types<Error, AddParameters, DeleteParameters, ParameterQuery, ParameterReply, ChannelMsgToHost,
                       ChannelMsgToClient, EvilRequest, EvilReply, MissedCalls, ClientErr, HostAck, OfflineRetrieve,
                       ClientEvent, OfflineRetrieveReply>;

}  // namespace oscar::wire::icbm
