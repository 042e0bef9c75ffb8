// SPDX-License-Identifier: MIT
#include <deque>

#include "apps/oscar_load/scenario.h"
#include "apps/oscar_load/scenarios.h"

namespace oscar::load {
namespace {

constexpr std::size_t defaultParallel = 64;

class SignOn final : Scenario {
    std::deque<User*> free_;
    Time from_;   ///< sign-ons that end before are not counted
    Time until_;  ///< nor those that end later
    Histogram times_;

  public:
    explicit SignOn(Options const& options)
        : Scenario(options, "signon",
                   fmt::format(
                       "complete sign-ons with {} accounts, {} at a time: challenge and MD5 proof, cookie, "
                       "rights, stored list, CLIENT_ONLINE, and an answer after it; then the user signs off",
                       options.sessions, parallel(options)),
                   options.sessions) {
        storeBuddies();
        for (auto const& user : users()) free_.push_back(user.get());
    }

    Report run() {
        from_ = Clock::now() + inNanoseconds(options_.warmUp);
        until_ = from_ + inNanoseconds(options_.duration);
        runUntil(from_);
        CpuMeter cpu(options_.serverProcess);
        runUntil(until_);
        cpu.stop();
        while (signingOn_ > 0) turn(Time::max(), [&] { return fmt::format("{} to finish", signingOn_); });

        double const rate = static_cast<double>(times_.count()) / inSeconds(cpu.elapsed());
        report_.add("sign_ons", static_cast<double>(times_.count()),
                    fmt::format("{} sign-ons", times_.count()));
        report_.add("sign_ons_per_s", rate, fmt::format("{:.0f} sign-ons a second", rate));
        report_.addLatency("sign_on", "the sign-ons", times_);
        cpu.report(report_, times_.count(), "sign-on");
        report_.add("failed", static_cast<double>(failed_), fmt::format("{} failed", failed_));
        if (failed_ > 0)
            problem(fmt::format("{} sign-ons failed, the first because: {}", failed_, firstFailure_));
        if (times_.count() == 0) problem("nobody has signed on");
        return report_;
    }

  private:
    static std::size_t parallel(Options const& options) {
        return std::min(options.parallel > 0 ? options.parallel : defaultParallel, options.sessions);
    }

    void runUntil(Time end) {
        while (Clock::now() < end && !isHopeless()) {
            // Who fails at once is free again at once: no more than these a turn.
            for (std::size_t begun = 0; begun < parallel(options_) && signingOn_ < parallel(options_);
                 ++begun) {
                User& user = *free_.front();
                free_.pop_front();
                ++signingOn_;
                user.signOn();
            }
            turn(end, [&] { return fmt::format("{} signed on, {} failed", signOnTimes_.count(), failed_); });
        }
    }

    bool isHopeless() const { return signOnTimes_.count() == 0 && failed_ > parallel(options_); }

    void online(User& user) override {
        Time const now = Clock::now();
        if (now >= from_ && now < until_) times_.add(now - user.began());
        Scenario::online(user);
        user.signOff();
        --online_;
        free_.push_back(&user);
    }

    void ended(User& user, User::State before, std::string const& why) override {
        Scenario::ended(user, before, why);
        free_.push_back(&user);
    }
};

}  // namespace

Report runSignOn(Options const& options) { return SignOn(options).run(); }

}  // namespace oscar::load
