// SPDX-License-Identifier: MIT
// Foodgroup LOCATE (0x0002): profiles, away messages, capabilities.
#pragma once

#include "wire/oservice.h"

namespace oscar::wire::locate {

inline constexpr Foodgroup foodgroup = Foodgroup::Locate;

using Error = ErrorSnac<foodgroup>;

struct RightsQuery {  // AOL spec, LOCATE__RIGHTS_QUERY
    static constexpr Snac snac{foodgroup, 0x0002, Way::ToHost, RateClass::Everything};
};

/// AOL spec, TLV Class LOCATE__RIGHTS_REPLY_TAGS.
namespace rightsReplyTags {
inline constexpr Tag<u16, 0x0001> maxSigLen;           ///< bytes
inline constexpr Tag<u16, 0x0002> maxCapabilitiesLen;  ///< number of full capabilities
inline constexpr Tag<u16, 0x0003> maxFindByEmailList;
inline constexpr Tag<u16, 0x0004> maxCertsLen;
inline constexpr Tag<u16, 0x0005> maxShortCapabilities;
}  // namespace rightsReplyTags

struct RightsReply {  // AOL spec, LOCATE__RIGHTS_REPLY
    static constexpr Snac snac{foodgroup, 0x0003, Way::ToClient};
    tlvRestBlock tlvs;
};

/// AOL spec, TLV Class LOCATE__TAGS.
namespace tags {
inline constexpr Tag<string, 0x0001> sigType;
inline constexpr Tag<string, 0x0002> sigData;
inline constexpr Tag<string, 0x0003> unavailableType;
inline constexpr Tag<string, 0x0004> unavailableData;
inline constexpr Tag<rest<Uuid>, 0x0005> capabilities;
inline constexpr Tag<blob, 0x0006> certs;
inline constexpr Tag<t70, 0x000A> sigTime;
inline constexpr Tag<t70, 0x000B> unavailableTime;
inline constexpr Tag<u08, 0x000C> supportHostSig;
inline constexpr Tag<string, 0x000D> htmlInfoType;
inline constexpr Tag<string, 0x000E> htmlInfoData;
}  // namespace tags

/// AOL spec, LOCATE__SET_INFO. Jimm's last TLV claims more bytes than there are (SNAC-10): it is cut.
struct SetInfo {
    static constexpr Snac snac{foodgroup, 0x0004, Way::ToHost, RateClass::Everything};
    tlvCutBlock infoData;
};

/// LOCATE__QUERY_TYPE_OLD.
enum class OldQueryType : u16 { GeneralInfo = 1, ShortInfo = 2, AwayMessage = 3, Capabilities = 4 };

struct UserInfoQuery {  // LOCATE__USER_INFO_QUERY, what clients sent before USER_INFO_QUERY2
    static constexpr Snac snac{foodgroup, 0x0005, Way::ToHost, RateClass::Messages};
    OldQueryType type{};
    string08 loginId;
};

struct UserInfoReply {  // AOL spec, LOCATE__USER_INFO_REPLY
    static constexpr Snac snac{foodgroup, 0x0006, Way::ToClient};
    oservice::NickwInfo info;
    tlvRestBlock locateInfo;
};

struct WatcherSubRequest {  // LOCATE__WATCHER_SUB_REQUEST
    static constexpr Snac snac{foodgroup, 0x0007, Way::ToHost, RateClass::Everything};
    u16 unknown = 0;
};

struct WatcherNotification {  // LOCATE__WATCHER_NOTIFICATION
    static constexpr Snac snac{foodgroup, 0x0008, Way::ToClient};
    rest<string08> watchers;
};

struct SetDirInfo {  // LOCATE__SET_DIR_INFO
    static constexpr Snac snac{foodgroup, 0x0009, Way::ToHost, RateClass::Directory};
    tlvRestBlock tlvs;
};

struct SetDirReply {  // LOCATE__SET_DIR_REPLY
    static constexpr Snac snac{foodgroup, 0x000A, Way::ToClient};
    u16 result = 0;
};

struct GetDirInfo {  // LOCATE__GET_DIR_INFO
    static constexpr Snac snac{foodgroup, 0x000B, Way::ToHost, RateClass::Directory};
    string08 loginId;
};

struct GetDirReply {  // LOCATE__GET_DIR_REPLY
    static constexpr Snac snac{foodgroup, 0x000C, Way::ToClient};
    u16 status = 0;
    tlvBlock tlvs;
};

struct SetKeywordInfo {  // LOCATE__SET_KEYWORD_INFO
    static constexpr Snac snac{foodgroup, 0x000F, Way::ToHost, RateClass::Everything};
    tlvRestBlock tlvs;
};

struct SetKeywordReply {  // LOCATE__SET_KEYWORD_REPLY
    static constexpr Snac snac{foodgroup, 0x0010, Way::ToClient};
    u16 result = 0;
};

struct FindListByEmails {  // AOL spec, LOCATE__FIND_LIST_BY_EMAILS
    static constexpr Snac snac{foodgroup, 0x0013, Way::ToHost, RateClass::Everything};
    rest<string16> emails;
};

/// AOL spec, LOCATE__NickwInfo_Email.
struct NickwInfoEmail {
    oservice::NickwInfo info;
    string16 email;
};

struct FindListReplys {  // AOL spec, LOCATE__FIND_LIST_REPLYS
    static constexpr Snac snac{foodgroup, 0x0014, Way::ToClient};
    rest<NickwInfoEmail> infos;
};

/// AOL spec, Class LOCATE__QUERY_TYPE.
namespace queryType {
inline constexpr u32 sig = 0x00000001;
inline constexpr u32 unavailable = 0x00000002;
inline constexpr u32 capabilities = 0x00000004;
inline constexpr u32 certs = 0x00000008;
inline constexpr u32 htmlInfo = 0x00000400;
}  // namespace queryType

struct UserInfoQuery2 {  // AOL spec, LOCATE__USER_INFO_QUERY2
    static constexpr Snac snac{foodgroup, 0x0015, Way::ToHost, RateClass::Everything};
    u32 type2 = 0;
    string08 loginId;
};

using Messages = Types<Error, RightsQuery, RightsReply, SetInfo, UserInfoQuery, UserInfoReply, WatcherSubRequest,
                       WatcherNotification, SetDirInfo, SetDirReply, GetDirInfo, GetDirReply, SetKeywordInfo,
                       SetKeywordReply, FindListByEmails, FindListReplys, UserInfoQuery2>;

}  // namespace oscar::wire::locate
