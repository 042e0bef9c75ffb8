// SPDX-License-Identifier: MIT
// Foodgroup PD (0x0009): permit and deny, for clients that keep these lists themselves.
#pragma once

#include "wire/snac.h"

namespace oscar::wire::pd {

inline constexpr Foodgroup foodgroup = Foodgroup::Pd;

using Error = ErrorSnac<foodgroup>;

struct RightsQuery {  // AOL spec, PD__RIGHTS_QUERY
    static constexpr Snac snac{foodgroup, 0x0002, Way::ToHost, RateClass::Everything};
};

/// AOL spec, TLV Class PD__RIGHTS_REPLY_TAGS.
namespace rightsReplyTags {
inline constexpr Tag<u16, 0x0001> maxPermits;
inline constexpr Tag<u16, 0x0002> maxDenies;
inline constexpr Tag<u16, 0x0003> maxTempPermits;
}  // namespace rightsReplyTags

struct RightsReply {  // AOL spec, PD__RIGHTS_REPLY
    static constexpr Snac snac{foodgroup, 0x0003, Way::ToClient};
    tlvRestBlock tlvs;
};

struct SetGroupPermitMask {  // PD__SET_GROUP_PERMIT_MASK
    static constexpr Snac snac{foodgroup, 0x0004, Way::ToHost, RateClass::Everything};
    u32 permMask = 0;
};

struct AddPermitListEntries {  // PD__ADD_PERMIT_LIST_ENTRIES
    static constexpr Snac snac{foodgroup, 0x0005, Way::ToHost, RateClass::ListEdits};
    rest<string08> loginIds;
};

struct DelPermitListEntries {  // PD__DEL_PERMIT_LIST_ENTRIES
    static constexpr Snac snac{foodgroup, 0x0006, Way::ToHost, RateClass::ListEdits};
    rest<string08> loginIds;
};

struct AddDenyListEntries {  // PD__ADD_DENY_LIST_ENTRIES
    static constexpr Snac snac{foodgroup, 0x0007, Way::ToHost, RateClass::ListEdits};
    rest<string08> loginIds;
};

struct DelDenyListEntries {  // PD__DEL_DENY_LIST_ENTRIES
    static constexpr Snac snac{foodgroup, 0x0008, Way::ToHost, RateClass::ListEdits};
    rest<string08> loginIds;
};

struct BosErr {  // PD__BOS_ERR
    static constexpr Snac snac{foodgroup, 0x0009, Way::ToClient};
    u16 code = 0;
    tlvRestBlock tlvs;
};

struct AddTempPermitListEntries {  // AOL spec, PD__ADD_TEMP_PERMIT_LIST_ENTRIES
    static constexpr Snac snac{foodgroup, 0x000A, Way::ToHost, RateClass::Everything};
    rest<string08> loginIds;
};

struct DelTempPermitListEntries {  // AOL spec, PD__DEL_TEMP_PERMIT_LIST_ENTRIES
    static constexpr Snac snac{foodgroup, 0x000B, Way::ToHost, RateClass::Everything};
    rest<string08> loginIds;
};

using Messages = Types<Error, RightsQuery, RightsReply, SetGroupPermitMask, AddPermitListEntries,
                       DelPermitListEntries, AddDenyListEntries, DelDenyListEntries, BosErr,
                       AddTempPermitListEntries, DelTempPermitListEntries>;

}  // namespace oscar::wire::pd
