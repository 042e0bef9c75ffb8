// SPDX-License-Identifier: MIT
// The scenarios. Each runs for a bounded time and returns what it measured; what goes wrong is in
// Report::problems.
#pragma once

#include "apps/oscar_load/options.h"
#include "apps/oscar_load/report.h"

namespace oscar::load {

/// Complete sign-ons, one after the other.
Report runSignOn(Options const& options);
/// Sessions that are held and do nothing.
Report runIdle(Options const& options);
/// Pairs that exchange messages.
Report runIm(Options const& options);
/// One user whose state changes, and those who watch.
Report runPresence(Options const& options);
/// All sessions are cut at once and come back.
Report runStorm(Options const& options);

}  // namespace oscar::load
