// SPDX-License-Identifier: MIT
// Foodgroup STATS (0x000B): usage reports of clients.
#pragma once

#include "wire/snac.h"

namespace oscar::wire::stats {

inline constexpr Foodgroup foodgroup = Foodgroup::Stats;

using Error = ErrorSnac<foodgroup>;

struct SetMinReportInterval {  // STATS__SET_MIN_REPORT_INTERVAL
    static constexpr Snac snac{foodgroup, 0x0002, Way::ToClient};
    u16 hours = 0;
};

struct ReportEvents {  // STATS__REPORT_EVENTS: TLVs, but nobody reads them, so none can be malformed
    static constexpr Snac snac{foodgroup, 0x0003, Way::ToHost, RateClass::Everything};
    blob report;
};

struct ReportAck {  // STATS__REPORT_ACK
    static constexpr Snac snac{foodgroup, 0x0004, Way::ToClient};
};

using Messages = Types<Error, SetMinReportInterval, ReportEvents, ReportAck>;

}  // namespace oscar::wire::stats
