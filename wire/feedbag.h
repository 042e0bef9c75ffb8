// SPDX-License-Identifier: MIT
// Foodgroup FEEDBAG (0x0013): the buddy list and preferences that the server stores.
#pragma once

#include "wire/oservice.h"

namespace oscar::wire::feedbag {

inline constexpr Foodgroup foodgroup = Foodgroup::Feedbag;

using Error = ErrorSnac<foodgroup>;

/// AOL spec, Class FEEDBAG__CLASS_IDS. Clients use more than are named here.
enum class ClassId : u16 {
    Buddy = 0x0000,
    Group = 0x0001,
    Permit = 0x0002,
    Deny = 0x0003,
    Pdinfo = 0x0004,
    BuddyPrefs = 0x0005,
    Nonbuddy = 0x0006,
    ClientPrefs = 0x0009,
    IgnoreList = 0x000E,
    DateTime = 0x000F,
    ExternalUser = 0x0010,
    Bart = 0x0014,
    RbOrder = 0x0015,
    Personality = 0x0016,
    AlProf = 0x0017,
    AlInfo = 0x0018,
    Interaction = 0x0019,
    VanityInfo = 0x001D,
    FavoriteLocation = 0x001E,
    BartPdinfo = 0x001F,
    Min = 0x0400,  ///< from here on free, anywhere
};

/// AOL spec, Class FEEDBAG__PD_MODE.
enum class PdMode : u08 { PermitAll = 1, DenyAll = 2, PermitSome = 3, DenySome = 4, PermitOnList = 5 };

/// AOL spec, Class FEEDBAG__PD_FLAGS.
namespace pdFlags {
inline constexpr u32 appliesIm = 0x00000001;
inline constexpr u32 hideWireless = 0x00000002;
}  // namespace pdFlags

/// AOL spec, Class FEEDBAG__BUDDY_PREFS: bit numbers of those the server heeds; all default to on.
namespace buddyPrefs {
inline constexpr unsigned discloseIdle = 10;
inline constexpr unsigned discloseTyping = 22;
inline constexpr unsigned acceptOfflineIm = 52;
}  // namespace buddyPrefs

/// AOL spec, TLV Class FEEDBAG__ATTRIBUTES.
namespace attributes {
inline constexpr u16 minAttr = 100;
inline constexpr Tag<empty, 0x0066> pending;
inline constexpr Tag<t70, 0x0067> timeT;
inline constexpr Tag<rest<u16>, 0x00C8> order;
inline constexpr Tag<u32, 0x00C9> buddyPrefs;
inline constexpr Tag<PdMode, 0x00CA> pdMode;
inline constexpr Tag<u32, 0x00CB> pdMask;
inline constexpr Tag<u32, 0x00CC> pdFlags;
inline constexpr Tag<u32, 0x00D6> buddyPrefsValid;
inline constexpr Tag<rest<u08>, 0x00D7> buddyPrefs2;
inline constexpr Tag<rest<u08>, 0x00D8> buddyPrefs2Valid;
inline constexpr Tag<string, 0x0131> alias;
inline constexpr Tag<string, 0x013C> note;
}  // namespace attributes

/// AOL spec, FEEDBAG__Item.
struct Item {
    string16 name;
    u16 groupId = 0;
    u16 itemId = 0;
    ClassId classId{};
    tlvLBlock attributes;
};

/// AOL spec, TLV Class FEEDBAG__RIGHTS_QUERY_TAGS.
namespace rightsQueryTags {
inline constexpr Tag<u16, 0x000B> flags;
}

struct RightsQuery {  // AOL spec, FEEDBAG__RIGHTS_QUERY
    static constexpr Snac snac{foodgroup, 0x0002, Way::ToHost, RateClass::Everything};
    tlvRestBlock tlvs;
};

/// AOL spec, TLV Class FEEDBAG__RIGHTS_REPLY_TAGS.
namespace rightsReplyTags {
inline constexpr Tag<u16, 0x0002> maxClassAttrs;
inline constexpr Tag<u16, 0x0003> maxItemAttrs;  ///< bytes
inline constexpr Tag<rest<u16>, 0x0004> maxItemsByClass;
inline constexpr Tag<u16, 0x0005> maxClientItems;
inline constexpr Tag<u16, 0x0006> maxItemNameLen;  ///< bytes
inline constexpr Tag<u16, 0x0007> maxRecentBuddies;
inline constexpr Tag<u16, 0x000C> maxBuddiesPerGroup;
}  // namespace rightsReplyTags

struct RightsReply {  // AOL spec, FEEDBAG__RIGHTS_REPLY
    static constexpr Snac snac{foodgroup, 0x0003, Way::ToClient};
    tlvRestBlock tlvs;
};

struct Query {  // AOL spec, FEEDBAG__QUERY
    static constexpr Snac snac{foodgroup, 0x0004, Way::ToHost, RateClass::Everything};
};

struct QueryIfModified {  // FEEDBAG__QUERY_IF_MODIFIED
    static constexpr Snac snac{foodgroup, 0x0005, Way::ToHost, RateClass::Everything};
    t70 lastUpdate;
    std::optional<u16> numItems;
};

/// D-16: one server and its clients write the number of items as one byte; that many is then all it says.
inline u16 getItemCount(Reader& in) { return in.rest().size() == 1 ? in.number<u08>() : in.number<u16>(); }

inline void get(Reader& in, QueryIfModified& query) {
    get(in, query.lastUpdate);
    if (!in.atEnd()) query.numItems = getItemCount(in);
}

struct Reply {  // AOL spec, FEEDBAG__REPLY
    static constexpr Snac snac{foodgroup, 0x0006, Way::ToClient};
    u08 numClasses = 0;
    counted<u16, Item> items;
    t70 lastUpdate;
};

struct Use {  // AOL spec, FEEDBAG__USE
    static constexpr Snac snac{foodgroup, 0x0007, Way::ToHost, RateClass::Everything};
};

struct InsertItems {  // AOL spec, FEEDBAG__INSERT_ITEMS
    static constexpr Snac snac{foodgroup, 0x0008, Way::Both, RateClass::Everything};
    rest<Item> items;
};

struct UpdateItems {  // AOL spec, FEEDBAG__UPDATE_ITEMS
    static constexpr Snac snac{foodgroup, 0x0009, Way::Both, RateClass::Everything};
    rest<Item> items;
};

struct DeleteItems {  // AOL spec, FEEDBAG__DELETE_ITEMS
    static constexpr Snac snac{foodgroup, 0x000A, Way::Both, RateClass::Everything};
    rest<Item> items;
};

/// AOL spec, Class FEEDBAG__STATUS_CODES.
enum class StatusCode : u16 {
    Success = 0x0000,
    DbError = 0x0001,
    NotFound = 0x0002,
    AlreadyExists = 0x0003,
    Unavailable = 0x0005,
    BadRequest = 0x000A,
    DbTimeOut = 0x000B,
    OverRowLimit = 0x000C,
    NotExecuted = 0x000D,
    AuthRequired = 0x000E,
    BadLoginid = 0x0010,
    OverBuddyLimit = 0x0011,
    InsertSmartGroup = 0x0014,
    Timeout = 0x001A,
};

struct Status {  // AOL spec, FEEDBAG__STATUS
    static constexpr Snac snac{foodgroup, 0x000E, Way::ToClient};
    rest<StatusCode> statuses;
};

struct ReplyNotModified {  // FEEDBAG__REPLY_NOT_MODIFIED
    static constexpr Snac snac{foodgroup, 0x000F, Way::ToClient};
    t70 lastUpdate;
    u16 numItems = 0;
};
inline void get(Reader& in, ReplyNotModified& reply) {
    get(in, reply.lastUpdate);
    reply.numItems = getItemCount(in);
}

struct StartCluster {  // AOL spec, FEEDBAG__START_CLUSTER
    static constexpr Snac snac{foodgroup, 0x0011, Way::Both, RateClass::Everything};
    tlvRestBlock tlvs;
};

struct EndCluster {  // AOL spec, FEEDBAG__END_CLUSTER
    static constexpr Snac snac{foodgroup, 0x0012, Way::Both, RateClass::Everything};
};

struct PreAuthorizeBuddy {  // FEEDBAG__PRE_AUTHORIZE_BUDDY
    static constexpr Snac snac{foodgroup, 0x0014, Way::ToHost, RateClass::Everything};
    string08 loginId;
    string16 message;
    std::optional<u16> flags;
};

struct PreAuthorizedBuddy {  // FEEDBAG__PRE_AUTHORIZED_BUDDY
    static constexpr Snac snac{foodgroup, 0x0015, Way::ToClient};
    string08 loginId;
    string16 message;
    u16 flags = 0;
};

struct RemoveMe {  // FEEDBAG__REMOVE_ME
    static constexpr Snac snac{foodgroup, 0x0016, Way::ToHost, RateClass::Everything};
    string08 loginId;
};

struct RequestAuthorizeToHost {  // FEEDBAG__REQUEST_AUTHORIZE_TOHOST
    static constexpr Snac snac{foodgroup, 0x0018, Way::ToHost, RateClass::Everything};
    string08 loginId;
    string16 reason;
    std::optional<u16> unknown;
};

struct RequestAuthorizeToClient {  // FEEDBAG__REQUEST_AUTHORIZE_TOCLIENT
    static constexpr Snac snac{foodgroup, 0x0019, Way::ToClient};
    string08 loginId;
    string16 reason;
    u16 unknown = 0;
};

struct RespondAuthorizeToHost {  // FEEDBAG__RESPOND_AUTHORIZE_TOHOST
    static constexpr Snac snac{foodgroup, 0x001A, Way::ToHost, RateClass::Everything};
    string08 loginId;
    u08 accepted = 0;
    string16 reason;
    std::optional<u16> unknown;
};

struct RespondAuthorizeToClient {  // FEEDBAG__RESPOND_AUTHORIZE_TOCLIENT
    static constexpr Snac snac{foodgroup, 0x001B, Way::ToClient};
    string08 loginId;
    u08 accepted = 0;
    string16 reason;
    std::optional<u16> unknown;
};

struct BuddyAdded {  // FEEDBAG__BUDDY_ADDED
    static constexpr Snac snac{foodgroup, 0x001C, Way::ToClient};
    string08 loginId;
    std::optional<u16> unknown;
};

using Messages = Types<Error, RightsQuery, RightsReply, Query, QueryIfModified, Reply, Use, InsertItems, UpdateItems,
                       DeleteItems, Status, ReplyNotModified, StartCluster, EndCluster, PreAuthorizeBuddy,
                       PreAuthorizedBuddy, RemoveMe, RequestAuthorizeToHost, RequestAuthorizeToClient,
                       RespondAuthorizeToHost, RespondAuthorizeToClient, BuddyAdded>;

}  // namespace oscar::wire::feedbag
