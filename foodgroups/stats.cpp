// SPDX-License-Identifier: MIT
// Foodgroup STATS: usage reports are acknowledged and thrown away.
#include "foodgroups/rows.h"
#include "wire/stats.h"

namespace oscar::foodgroups {
namespace {

core::Result<> reportEvents(Context& context, wire::stats::ReportEvents const&) {
    context.reply(wire::stats::ReportAck{});
    return {};
}

constexpr std::array rows{on<reportEvents>()};

}  // namespace

std::span<Row const> statsRows() { return rows; }

}  // namespace oscar::foodgroups
