// SPDX-License-Identifier: MIT
// The one list of all declared messages.
#pragma once

#include "wire/bucp.h"
#include "wire/buddy.h"
#include "wire/feedbag.h"
#include "wire/icbm.h"
#include "wire/locate.h"
#include "wire/oservice.h"
#include "wire/pd.h"
#include "wire/stats.h"

namespace oscar::wire {

using AllMessages = decltype(oservice::Messages{} + locate::Messages{} + buddy::Messages{} + icbm::Messages{} +
                             pd::Messages{} + stats::Messages{} + feedbag::Messages{} + bucp::Messages{});

}  // namespace oscar::wire
