// SPDX-License-Identifier: MIT
#include "apps/oscar_load/scenario.h"
#include "apps/oscar_load/scenarios.h"

namespace oscar::load {
namespace {

constexpr std::size_t curvePoints = 200;

class Storm final : Scenario {
    std::optional<Time> cutAt_;
    std::size_t back_ = 0;
    Curve curve_{"storm: users who are online again",
                 "seconds after all connections were cut",
                 "users",
                 {},
                 {},
                 false};
    Histogram times_;

  public:
    explicit Storm(Options const& options)
        : Scenario(options, "storm",
                   fmt::format("{} sessions are cut at once and sign on again at once, {} at a time",
                               options.sessions, parallel(options)),
                   options.sessions) {
        storeBuddies();
    }

    Report run() {
        if (!bringOnline(0, options_.sessions, std::min(gently, parallel(options_)))) return report_;
        CpuMeter cpu(options_.serverProcess);
        cutAt_ = Clock::now();
        for (auto const& user : users()) user->cut();
        online_ = 0;
        bringOnline(0, options_.sessions, parallel(options_));
        cpu.stop();

        report_.add("sessions", static_cast<double>(back_), fmt::format("{} sessions came back", back_));
        report_.add("all_back_s", inSeconds(cpu.elapsed()),
                    fmt::format("all were online again after {:.2f} s", inSeconds(cpu.elapsed())));
        report_.add(
            "sign_ons_per_s", static_cast<double>(back_) / inSeconds(cpu.elapsed()),
            fmt::format("{:.0f} sign-ons a second", static_cast<double>(back_) / inSeconds(cpu.elapsed())));
        report_.addLatency("back", "the users, from the cut on,", times_);
        cpu.report(report_, back_, "sign-on");
        report_.add("failed", static_cast<double>(failed_), fmt::format("{} sign-ons failed", failed_));
        tellLosses();
        report_.curve = curve_;
        signOffAll();
        return report_;
    }

  private:
    static std::size_t parallel(Options const& options) {
        return options.parallel > 0 ? options.parallel : options.sessions;
    }

    void online(User& user) override {
        Scenario::online(user);
        if (!cutAt_) return;
        ++back_;
        Nanoseconds const after = Clock::now() - *cutAt_;
        times_.add(after);
        if (back_ % std::max<std::size_t>(options_.sessions / curvePoints, 1) == 0)
            curve_.points.emplace_back(inSeconds(after), static_cast<double>(back_));
    }
};

}  // namespace

Report runStorm(Options const& options) { return Storm(options).run(); }

}  // namespace oscar::load
