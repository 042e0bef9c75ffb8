// SPDX-License-Identifier: MIT
#include <unistd.h>

#include "apps/oscar_load/scenario.h"
#include "apps/oscar_load/scenarios.h"

namespace oscar::load {
namespace {

/// Parts in which the users come online, with a look at the memory after each.
constexpr std::size_t parts = 20;

class Idle final : Scenario {
    std::optional<Memory> const ownBefore_;  ///< without the users

  public:
    Idle(Options const& options, std::optional<Memory> const& ownBefore)
        : Scenario(
              options, "idle",
              fmt::format("{} sessions signed on{} and held for {} s", options.sessions,
                          options.buddies > 0 ? fmt::format(", each with {} buddies", options.buddies) : "",
                          options.duration.count()),
              options.sessions),
          ownBefore_(ownBefore) {
        storeBuddies();
    }

    Report run() {
        auto const before = memory();
        note(before);
        for (std::size_t part = 0; part < parts; ++part) {
            std::size_t const first = options_.sessions * part / parts;
            bringOnline(first, options_.sessions * (part + 1) / parts - first, parallel());
            note(memory());
        }
        hold(options_.warmUp);
        CpuMeter cpu(options_.serverProcess);
        hold(options_.duration);
        cpu.stop();

        report_.add("sessions", static_cast<double>(online_), fmt::format("{} sessions held", online_));
        if (before) tell("server", "the server", *before, memory());
        if (ownBefore_) tell("own", "oscar-load", *ownBefore_, memoryOf(::getpid()));
        cpu.report(report_, 0, "");
        report_.addLatency("sign_on", "the sign-ons", signOnTimes_);
        report_.curve = memoryCurve_;
        tellLosses();
        signOffAll();
        return report_;
    }

  private:
    Curve memoryCurve_{"idle: memory of the server", "sessions", "MiB", {}, {}, false};

    std::optional<Memory> memory() const {
        return options_.serverProcess ? memoryOf(*options_.serverProcess) : std::nullopt;
    }

    void note(std::optional<Memory> const& now) {
        if (now)
            memoryCurve_.points.emplace_back(static_cast<double>(online_),
                                             static_cast<double>(now->resident) / 1048576);
    }

    void hold(Span span) {
        Time const end = Clock::now() + inNanoseconds(span);
        while (Clock::now() < end) turn(end, [&] { return fmt::format("{} online", online_); });
    }

    void tell(std::string const& name, std::string const& whose, Memory const& before,
              std::optional<Memory> const& after) {
        if (!after || online_ == 0) return;
        auto const each = [&](std::size_t from, std::size_t to) {
            return (static_cast<double>(to) - static_cast<double>(from)) / static_cast<double>(online_);
        };
        double const resident = each(before.resident, after->resident);
        report_.add(name + "_bytes_per_session", resident,
                    fmt::format("{} of {}'s memory for each session (resident; {} before, {} now)",
                                bytesText(resident), whose, bytesText(static_cast<double>(before.resident)),
                                bytesText(static_cast<double>(after->resident))));
        if (after->proportional > 0)
            report_.add(name + "_pss_bytes_per_session", each(before.proportional, after->proportional),
                        fmt::format("{} if shared pages are counted in part",
                                    bytesText(each(before.proportional, after->proportional))));
    }
};

}  // namespace

Report runIdle(Options const& options) { return Idle(options, memoryOf(::getpid())).run(); }

}  // namespace oscar::load
