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

/// Calls `f(std::type_identity<M>{})` for the message of this number. False if none is declared.
template <class F>
bool withMessage(SnacId id, F&& f) {
    bool found = false;
    AllMessages::forEach([&]<class M>(std::type_identity<M> message) {
        if (id != SnacId{static_cast<u16>(M::snac.foodgroup), M::snac.type}) return;
        found = true;
        f(message);
    });
    return found;
}

}  // namespace oscar::wire
