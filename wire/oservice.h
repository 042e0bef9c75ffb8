// SPDX-License-Identifier: MIT
// Foodgroup OSERVICE (0x0001): basics of every connection.
#pragma once

#include "wire/bart_id.h"

namespace oscar::wire::oservice {

inline constexpr Foodgroup foodgroup = Foodgroup::Oservice;

/// AOL spec, Class OSERVICE__NICK_FLAGS. The low 16 bits travel in NICK_FLAGS, the others in NICK_FLAGS2.
namespace nickFlags {
inline constexpr u32 unconfirmed = 0x00000001;
inline constexpr u32 administrator = 0x00000002;
inline constexpr u32 aol = 0x00000004;
inline constexpr u32 aim = 0x00000010;
inline constexpr u32 unavailable = 0x00000020;
inline constexpr u32 icq = 0x00000040;
inline constexpr u32 wireless = 0x00000080;
inline constexpr u32 bot = 0x00000400;
}  // namespace nickFlags

/// ICQ__STATUS: bits of the STATUS TLV that the server looks at.
namespace icqStatus {
inline constexpr u32 away = 0x00000001;
inline constexpr u32 invisible = 0x00000100;
}  // namespace icqStatus

/// 37 bytes about ICQ direct connections, relayed as they are (ICQ__DC_Info).
using DcInfo = std::array<u08, 37>;

/// AOL spec, TLV Class OSERVICE__NICK_INFO_TAGS.
namespace nickInfoTags {
inline constexpr Tag<u16, 0x0001> nickFlags;
inline constexpr Tag<t70, 0x0003> signonTod;
inline constexpr Tag<u16, 0x0004> idleTime;  ///< minutes
inline constexpr Tag<t70, 0x0005> memberSince;
inline constexpr Tag<u32, 0x0006> status;
inline constexpr Tag<u32, 0x000A> realIpAddress;
inline constexpr Tag<DcInfo, 0x000C> icqDcInfo;
inline constexpr Tag<rest<Uuid>, 0x000D> caps;
inline constexpr Tag<u32, 0x000F> onlineTime;  ///< seconds
inline constexpr Tag<u08, 0x0014> myInstanceNum;
inline constexpr Tag<rest<u16>, 0x0019> shortCaps;
inline constexpr Tag<rest<BartId>, 0x001D> bartInfo;
inline constexpr Tag<rest<u08>, 0x001F> nickFlags2;
inline constexpr Tag<t70, 0x0026> sigTime;
inline constexpr Tag<t70, 0x0027> awayTime;
inline constexpr Tag<u08, 0x0028> primaryInstance;
}  // namespace nickInfoTags

/// AOL spec, OSERVICE__NickwInfo: a user and the state of his session.
struct NickwInfo {
    string08 displayId;
    u16 evil = 0;  ///< tenths of a percent, 0 to 1000
    tlvBlock userAttributes;
};

/// AOL spec, OSERVICE__Version.
struct Version {
    u16 foodgroup = 0;
    u16 version = 0;
    u16 toolId = 0;
    u16 toolVersion = 0;
};

struct FoodgroupVersion {
    u16 foodgroup = 0;
    u16 version = 0;
};

using Error = ErrorSnac<foodgroup>;

struct ClientOnline {  // AOL spec, OSERVICE__CLIENT_ONLINE
    static constexpr Snac snac{foodgroup, 0x0002, Way::ToHost, RateClass::Everything};
    rest<Version> groupVersions;
};

struct HostOnline {  // AOL spec, OSERVICE__HOST_ONLINE
    static constexpr Snac snac{foodgroup, 0x0003, Way::ToClient};
    rest<u16> groups;
};

/// AOL spec, TLV Class OSERVICE__SERVICE_REQUEST_TAGS.
namespace serviceRequestTags {
inline constexpr Tag<blob, 0x0001> chatRoom;
inline constexpr Tag<empty, 0x008C> useSsl;
}  // namespace serviceRequestTags

struct ServiceRequest {  // AOL spec, OSERVICE__SERVICE_REQUEST
    static constexpr Snac snac{foodgroup, 0x0004, Way::ToHost, RateClass::Everything};
    u16 requestedFoodgroup = 0;
    tlvRestBlock tlvs;
};

/// AOL spec, TLV Class OSERVICE__SERVICE_RESPONSE_TAGS.
namespace serviceResponseTags {
inline constexpr Tag<string, 0x0005> reconnectHere;
inline constexpr Tag<blob, 0x0006> loginCookie;
inline constexpr Tag<u16, 0x000D> groupId;
inline constexpr Tag<string, 0x008D> sslCertname;
inline constexpr Tag<u08, 0x008E> sslState;
}  // namespace serviceResponseTags

struct ServiceResponse {  // AOL spec, OSERVICE__SERVICE_RESPONSE
    static constexpr Snac snac{foodgroup, 0x0005, Way::ToClient};
    static constexpr bool secret = true;
    tlvRestBlock tlvs;
};

struct RateParamsQuery {  // AOL spec, OSERVICE__RATE_PARAMS_QUERY
    static constexpr Snac snac{foodgroup, 0x0006, Way::ToHost, RateClass::Everything};
};

/// The two last fields of a rate block, which OSERVICE version 3 added (RATE-9).
struct RateState {
    u32 lastArrivalDelta = 0;  ///< milliseconds
    u08 droppingSNACs = 0;
};

/// AOL spec, OSERVICE__Rate_Parameters without its version-dependent end. Thresholds and averages in
/// milliseconds between two SNACs.
struct RateParameters {
    u16 classId = 0;
    u32 windowSize = 0;
    u32 clearThreshold = 0;
    u32 alertThreshold = 0;
    u32 limitThreshold = 0;
    u32 disconnectThreshold = 0;
    u32 currentAverage = 0;
    u32 maxAverage = 0;
};

/// A rate block as OSERVICE version 3 and up has it: 35 bytes.
struct RateParameters3 {
    RateParameters parameters;
    RateState state;
};

/// AOL spec, OSERVICE__Rate_Class_Members.
struct RateClassMembers {
    u16 classId = 0;
    counted<u16, SnacId> members;
};

/// AOL spec, OSERVICE__RATE_PARAMS_REPLY. Both lists share one count, and the blocks' length depends on the
/// negotiated version, which is on the wire nowhere: a reader takes the one that leaves nothing over, or else
/// the first that fits (SNAC-8).
struct RateParamsReply {
    static constexpr Snac snac{foodgroup, 0x0007, Way::ToClient};
    u16 numClasses = 0;
    blob rateParameters;  ///< numClasses times RateParameters or RateParameters3
    rest<RateClassMembers> rateMembers;

    static constexpr std::size_t shortBlock = 30;
    static constexpr std::size_t longBlock = 35;
    bool hasState() const { return rateParameters.bytes.size() == numClasses * longBlock; }
};

inline void get(Reader& in, RateParamsReply& reply) {
    std::size_t const classes = in.number<u16>();
    reply.numClasses = static_cast<u16>(classes);
    std::optional<std::size_t> found, left;
    for (std::size_t const block : {RateParamsReply::longBlock, RateParamsReply::shortBlock}) {
        Reader members(in.rest());
        members.take(classes * block);
        for (std::size_t i = 0; i < classes && !members.failed(); ++i) {
            RateClassMembers item;
            get(members, item);
        }
        if (members.failed() || (found && !members.atEnd())) continue;
        found = classes * block;
        left = members.rest().size();
        if (members.atEnd()) break;
    }
    if (!found) return in.fail();
    reply.rateParameters.bytes = in.take(*found);
    reply.rateMembers = rest<RateClassMembers>{in.take(in.rest().size() - *left)};
}

struct RateAddParamSub {  // AOL spec, OSERVICE__RATE_ADD_PARAM_SUB
    static constexpr Snac snac{foodgroup, 0x0008, Way::ToHost, RateClass::Everything};
    rest<u16> classIds;
};

struct RateDelParamSub {  // AOL spec, OSERVICE__RATE_DEL_PARAM_SUB
    static constexpr Snac snac{foodgroup, 0x0009, Way::ToHost, RateClass::Everything};
    rest<u16> classIds;
};

/// AOL spec, Class OSERVICE__RATE_CODE.
enum class RateCode : u16 { Change = 1, Warning = 2, Limit = 3, Clear = 4 };

/// AOL spec, OSERVICE__RATE_PARAM_CHANGE. `rateParameters` holds blocks as in RateParamsReply.
struct RateParamChange {
    static constexpr Snac snac{foodgroup, 0x000A, Way::ToClient};
    RateCode rateCode{};
    blob rateParameters;
};

struct Pause {  // AOL spec, OSERVICE__PAUSE
    static constexpr Snac snac{foodgroup, 0x000B, Way::ToClient};
    rest<u16> groups;
};

struct PauseAck {  // AOL spec, OSERVICE__PAUSE_ACK
    static constexpr Snac snac{foodgroup, 0x000C, Way::ToHost, RateClass::Everything};
    rest<u16> groups;
};

struct Resume {  // AOL spec, OSERVICE__RESUME
    static constexpr Snac snac{foodgroup, 0x000D, Way::ToClient};
    rest<u16> groups;
};

struct NickInfoQuery {  // AOL spec, OSERVICE__NICK_INFO_QUERY
    static constexpr Snac snac{foodgroup, 0x000E, Way::ToHost, RateClass::Everything};
};

struct NickInfoUpdate {  // AOL spec, OSERVICE__NICK_INFO_UPDATE
    static constexpr Snac snac{foodgroup, 0x000F, Way::ToClient};
    rest<NickwInfo> info;
};

struct EvilNotification {  // AOL spec, OSERVICE__EVIL_NOTIFICATION
    static constexpr Snac snac{foodgroup, 0x0010, Way::ToClient};
    u16 newEvil = 0;
    std::optional<NickwInfo> vilifier;
};

struct IdleNotification {  // AOL spec, OSERVICE__IDLE_NOTIFICATION
    static constexpr Snac snac{foodgroup, 0x0011, Way::ToHost, RateClass::Everything};
    u32 idleTime = 0;  ///< seconds; 0 = active
};

/// AOL spec, TLV Class OSERVICE__MIGRATE_TAGS.
namespace migrateTags {
inline constexpr Tag<string, 0x0005> reconnectHere;
inline constexpr Tag<blob, 0x0006> loginCookie;
inline constexpr Tag<string, 0x008D> sslCertname;
inline constexpr Tag<u08, 0x008E> sslState;
}  // namespace migrateTags

struct MigrateGroups {  // AOL spec, OSERVICE__MIGRATE_GROUPS
    static constexpr Snac snac{foodgroup, 0x0012, Way::ToClient};
    static constexpr bool secret = true;
    counted<u16, u16> groups;  ///< none = all
    tlvRestBlock tlvs;
};

/// OSERVICE__MOTD_TYPES.
enum class MotdType : u16 {
    MandatoryUpgrade = 1,
    AdvisableUpgrade = 2,
    SystemBulletin = 3,
    Normal = 4,
    Unnamed5 = 5,
    News = 6
};

namespace motdTags {
inline constexpr Tag<string, 0x000B> message;
}

struct Motd {  // OSERVICE__MOTD
    static constexpr Snac snac{foodgroup, 0x0013, Way::ToClient};
    MotdType messageType{};
    tlvRestBlock tlvs;
};

/// OSERVICE__PRIVACY_FLAGS.
namespace privacyFlags {
inline constexpr u32 idle = 0x00000001;
inline constexpr u32 member = 0x00000002;
}  // namespace privacyFlags

struct SetPrivacyFlags {  // OSERVICE__SET_PRIVACY_FLAGS
    static constexpr Snac snac{foodgroup, 0x0014, Way::ToHost, RateClass::Everything};
    u32 flags = 0;
};

struct Noop {  // OSERVICE__NOOP
    static constexpr Snac snac{foodgroup, 0x0016, Way::ToHost, RateClass::Everything};
};

struct ClientVersions {  // OSERVICE__CLIENT_VERSIONS
    static constexpr Snac snac{foodgroup, 0x0017, Way::ToHost, RateClass::Everything};
    rest<FoodgroupVersion> versions;
};

struct HostVersions {  // OSERVICE__HOST_VERSIONS
    static constexpr Snac snac{foodgroup, 0x0018, Way::ToClient};
    rest<FoodgroupVersion> versions;
};

struct SetNickinfoFields {  // AOL spec, OSERVICE__SET_NICKINFO_FIELDS
    static constexpr Snac snac{foodgroup, 0x001E, Way::ToHost, RateClass::Everything};
    tlvRestBlock tlvs;
};

/// The part of the client's program that a server asks a digest of.
struct ProbeRange {
    u32 offset = 0;
    u32 length = 0;
};

/// OSERVICE__PROBE_REQ. From the client it is empty: some ICQ clients test the server with it (D-26).
struct ProbeReq {
    static constexpr Snac snac{foodgroup, 0x001F, Way::Both, RateClass::Everything};
    std::optional<ProbeRange> range;
};

/// OSERVICE__PROBE_ACK. From the server it is empty.
struct ProbeAck {
    static constexpr Snac snac{foodgroup, 0x0020, Way::Both, RateClass::Everything};
    std::optional<std::array<u08, 16>> digest;
};

struct BartReply {  // AOL spec, OSERVICE__BART_REPLY
    static constexpr Snac snac{foodgroup, 0x0021, Way::ToClient};
    rest<BartId> ids;
};

struct BartQuery2 {  // AOL spec, OSERVICE__BART_QUERY2
    static constexpr Snac snac{foodgroup, 0x0022, Way::ToHost, RateClass::Everything};
    rest<BartId> ids;
};

struct BartReply2 {  // AOL spec, OSERVICE__BART_REPLY2
    static constexpr Snac snac{foodgroup, 0x0023, Way::ToClient};
    rest<BartQueryReplyId> replyIds;
};

using Messages =
    Types<Error, ClientOnline, HostOnline, ServiceRequest, ServiceResponse, RateParamsQuery, RateParamsReply,
          RateAddParamSub, RateDelParamSub, RateParamChange, Pause, PauseAck, Resume, NickInfoQuery,
          NickInfoUpdate, EvilNotification, IdleNotification, MigrateGroups, Motd, SetPrivacyFlags, Noop,
          ClientVersions, HostVersions, SetNickinfoFields, ProbeReq, ProbeAck, BartReply, BartQuery2, BartReply2>;

}  // namespace oscar::wire::oservice
