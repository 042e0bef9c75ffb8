// SPDX-License-Identifier: MIT
// SNACs: the header, foodgroups, rate classes and the error message that all foodgroups share.
#pragma once

#include "wire/tlv.h"

namespace oscar::wire {

/// AOL spec, "Foodgroup: ..."; numbers of those it leaves out as real clients use them.
enum class Foodgroup : u16 {
    Oservice = 0x0001,
    Locate = 0x0002,
    Buddy = 0x0003,
    Icbm = 0x0004,
    Advert = 0x0005,
    Invite = 0x0006,
    Admin = 0x0007,
    Popup = 0x0008,
    Pd = 0x0009,
    UserLookup = 0x000A,
    Stats = 0x000B,
    Translate = 0x000C,
    ChatNav = 0x000D,
    Chat = 0x000E,
    Odir = 0x000F,
    Bart = 0x0010,
    Feedbag = 0x0013,
    Icq = 0x0015,
    Bucp = 0x0017,
    Alert = 0x0018,
    Plugin = 0x0022,
    Mdir = 0x0025,
};

enum class Way : u08 { ToHost, ToClient, Both };

/// The rate class a SNAC to the host belongs to, as its id in OSERVICE__RATE_PARAMS_REPLY.
enum class RateClass : u16 { None = 0, Everything = 1, ListEdits = 2, Messages = 3, Directory = 4, Reserved = 5 };

/// What a message's declaration says of its place.
struct Snac {
    Foodgroup foodgroup;
    u16 type;
    Way way;
    RateClass rate = RateClass::None;

    constexpr bool toHost() const { return way != Way::ToClient; }
    constexpr bool toClient() const { return way != Way::ToHost; }
};

/// AOL spec, SNAC__ID.
struct SnacId {
    u16 foodgroup = 0;
    u16 type = 0;
    friend bool operator==(SnacId const&, SnacId const&) = default;
};

/// AOL spec, Class SNAC__HEADER_FLAGS.
namespace snacFlags {
inline constexpr u16 moreRepliesFollow = 0x0001;
inline constexpr u16 optTlvPresent = 0x8000;
}  // namespace snacFlags

/// TLVs between header and body, TLV Class SNAC__HEADER_TAGS.
namespace snacHeaderTags {
inline constexpr Tag<u16, 0x0001> familyVersion;
}

/// AOL spec, SNAC__Header: 10 bytes. With OPT_TLV_PRESENT a tlvLBlock follows it.
struct SnacHeader {
    u16 foodgroup = 0;
    u16 type = 0;
    u16 flags = 0;
    u32 requestId = 0;

    static constexpr std::size_t size = 10;
};

/// The bit that marks request ids of the server's own SNACs.
inline constexpr u32 serverRequestId = 0x80000000;

/// A SNAC taken apart: header, the TLVs announced by OPT_TLV_PRESENT, body.
struct SnacFrame {
    SnacHeader header;
    Tlvs headerTlvs;
    Bytes body;
};

/// Nothing if the payload is shorter than a header, or its optional block runs past the end or is malformed.
inline std::optional<SnacFrame> decodeSnac(Bytes payload) {
    Reader in(payload);
    SnacFrame frame;
    get(in, frame.header);
    if (frame.header.flags & snacFlags::optTlvPresent) {
        tlvLBlock block;
        get(in, block);
        frame.headerTlvs = block;
    }
    if (in.failed()) return std::nullopt;
    frame.body = in.takeRest();
    return frame;
}

/// AOL spec, Class ERROR__CODE.
enum class ErrorCode : u16 {
    InvalidSnac = 0x0001,
    RateToHost = 0x0002,
    RateToClient = 0x0003,
    NotLoggedOn = 0x0004,
    ServiceUnavailable = 0x0005,
    ServiceNotDefined = 0x0006,
    ObsoleteSnac = 0x0007,
    NotSupportedByHost = 0x0008,
    NotSupportedByClient = 0x0009,
    RefusedByClient = 0x000A,
    ReplyTooBig = 0x000B,
    ResponsesLost = 0x000C,
    RequestDenied = 0x000D,
    BustedSnacPayload = 0x000E,
    InsufficientRights = 0x000F,
    InLocalPermitDeny = 0x0010,
    TooEvilSender = 0x0011,
    TooEvilReceiver = 0x0012,
    UserTempUnavail = 0x0013,
    NoMatch = 0x0014,
    ListOverflow = 0x0015,
    RequestAmbigous = 0x0016,
    QueueFull = 0x0017,
    NotWhileOnAol = 0x0018,
    QueryFail = 0x0019,
    Timeout = 0x001A,
    ErrorText = 0x001B,
    GeneralFailure = 0x001C,
    Progress = 0x001D,
    InFreeArea = 0x001E,
    RestrictedByPc = 0x001F,
    RemoteRestrictedByPc = 0x0020,
};

/// AOL spec, TLV Class ERROR__TAGS.
namespace errorTags {
inline constexpr Tag<string, 0x0004> failUrl;
inline constexpr Tag<u16, 0x0008> errorSubcode;
inline constexpr Tag<string, 0x001B> errorText;
inline constexpr Tag<Uuid, 0x0029> errorInfoClsid;
inline constexpr Tag<blob, 0x002A> errorInfoData;
}  // namespace errorTags

/// Type 1 of every foodgroup (AOL spec, "Errors").
template <Foodgroup Group>
struct ErrorSnac {
    static constexpr Snac snac{Group, 0x0001, Way::ToClient};
    ErrorCode code{};
    tlvRestBlock errorTlvs;
};

/// A list of messages that the compiler can walk.
template <class... M>
struct Types {
    template <class F>
    static constexpr void forEach(F&& f) {
        (f(std::type_identity<M>{}), ...);
    }
};

template <class... A, class... B>
constexpr Types<A..., B...> operator+(Types<A...>, Types<B...>) {
    return {};
}

template <class T>
concept Message = requires {
    { T::snac } -> std::convertible_to<Snac>;
};

/// A message that declares itself so holds passwords or cookies: its values are never printed.
template <Message M>
inline constexpr bool isSecret = requires { requires M::secret; };

}  // namespace oscar::wire
