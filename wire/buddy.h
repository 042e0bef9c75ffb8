// SPDX-License-Identifier: MIT
// Foodgroup BUDDY (0x0003): presence notifications and the lists they follow from.
#pragma once

#include "wire/oservice.h"

namespace oscar::wire::buddy {

inline constexpr Foodgroup foodgroup = Foodgroup::Buddy;

using Error = ErrorSnac<foodgroup>;

/// AOL spec, Class BUDDY__RIGHTS_QUERY_FLAGS.
namespace rightsQueryFlags {
inline constexpr u16 bartSupported = 0x0001;
inline constexpr u16 initialDeparts = 0x0002;
inline constexpr u16 offlineBartSupported = 0x0004;
inline constexpr u16 rejectPendingBuddies = 0x0008;
}  // namespace rightsQueryFlags

/// AOL spec, TLV Class BUDDY__RIGHTS_QUERY_TAGS.
namespace rightsQueryTags {
inline constexpr Tag<u16, 0x0005> flags;
}

struct RightsQuery {  // AOL spec, BUDDY__RIGHTS_QUERY
    static constexpr Snac snac{foodgroup, 0x0002, Way::ToHost, RateClass::Everything};
    tlvRestBlock tlvs;
};

/// AOL spec, TLV Class BUDDY__RIGHTS_REPLY_TAGS.
namespace rightsReplyTags {
inline constexpr Tag<u16, 0x0001> maxBuddies;
inline constexpr Tag<u16, 0x0002> maxWatchers;
inline constexpr Tag<u16, 0x0003> maxIcqBroad;
inline constexpr Tag<u16, 0x0004> maxTempBuddies;
}  // namespace rightsReplyTags

struct RightsReply {  // AOL spec, BUDDY__RIGHTS_REPLY
    static constexpr Snac snac{foodgroup, 0x0003, Way::ToClient};
    tlvRestBlock tlvs;
};

struct AddBuddies {  // BUDDY__ADD_BUDDIES: the list that clients before FEEDBAG keep themselves
    static constexpr Snac snac{foodgroup, 0x0004, Way::ToHost, RateClass::ListEdits};
    rest<string08> loginIds;
};

struct DelBuddies {  // BUDDY__DEL_BUDDIES
    static constexpr Snac snac{foodgroup, 0x0005, Way::ToHost, RateClass::ListEdits};
    rest<string08> loginIds;
};

struct WatcherListQuery {  // BUDDY__WATCHER_LIST_QUERY
    static constexpr Snac snac{foodgroup, 0x0006, Way::ToHost, RateClass::Everything};
};

struct WatcherListResponse {  // BUDDY__WATCHER_LIST_RESPONSE
    static constexpr Snac snac{foodgroup, 0x0007, Way::ToClient};
    rest<string08> loginIds;
};

struct WatcherSubRequest {  // BUDDY__WATCHER_SUB_REQUEST
    static constexpr Snac snac{foodgroup, 0x0008, Way::ToHost, RateClass::Everything};
    u16 unknown = 0;
};

struct WatcherTransition {
    string08 loginId;
    u16 transition = 0;
};

struct WatcherNotification {  // BUDDY__WATCHER_NOTIFICATION
    static constexpr Snac snac{foodgroup, 0x0009, Way::ToClient};
    rest<WatcherTransition> watchers;
};

struct RejectNotification {  // AOL spec, BUDDY__REJECT_NOTIFICATION
    static constexpr Snac snac{foodgroup, 0x000A, Way::ToClient};
    rest<string08> loginIds;
};

struct Arrived {  // AOL spec, BUDDY__ARRIVED
    static constexpr Snac snac{foodgroup, 0x000B, Way::ToClient};
    rest<oservice::NickwInfo> arrivedInfos;
};

struct Departed {  // AOL spec, BUDDY__DEPARTED
    static constexpr Snac snac{foodgroup, 0x000C, Way::ToClient};
    rest<oservice::NickwInfo> departedInfos;
};

struct AddTempBuddies {  // AOL spec, BUDDY__ADD_TEMP_BUDDIES
    static constexpr Snac snac{foodgroup, 0x000F, Way::ToHost, RateClass::Everything};
    rest<string08> loginIds;
};

struct DelTempBuddies {  // AOL spec, BUDDY__DEL_TEMP_BUDDIES
    static constexpr Snac snac{foodgroup, 0x0010, Way::ToHost, RateClass::Everything};
    rest<string08> loginIds;
};

using Messages = Types<Error, RightsQuery, RightsReply, AddBuddies, DelBuddies, WatcherListQuery, WatcherListResponse,
                       WatcherSubRequest, WatcherNotification, RejectNotification, Arrived, Departed, AddTempBuddies,
                       DelTempBuddies>;

}  // namespace oscar::wire::buddy
