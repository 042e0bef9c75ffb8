// SPDX-License-Identifier: MIT
#include "apps/oscar_load/frames.h"
#include "apps/oscar_load/scenario.h"
#include "apps/oscar_load/scenarios.h"

namespace oscar::load {
namespace {

namespace oservice = wire::oservice;

class Presence final : Scenario {
    wire::Buffer changes_[2] = {stateChange(false), stateChange(true)};
    std::vector<bool> told_;      ///< watchers who know of the last change
    std::size_t waitingFor_ = 0;  ///< watchers who don't
    bool away_ = false;           ///< the last change
    bool measuring_ = false;
    Time changedAt_;
    wire::u64 rounds_ = 0;
    wire::u64 others_ = 0;  ///< notifications that told nothing new
    wire::u64 bytes_ = 0;   ///< of the frames that told of a change
    Histogram last_;

  public:
    explicit Presence(Options const& options)
        : Scenario(
              options, "presence",
              fmt::format("one user goes away and comes back, again when each of {} watchers has been told",
                          options.watchers),
              options.watchers + 1),
          told_(options.watchers + 1) {
        target_.usesFeedbag = false;
        // The watchers keep their lists themselves, as clients before stored lists did: nothing is left
        // behind.
        target_.prepare = [this](client::Session& session, std::size_t user, Target::Done done) {
            wire::List<wire::string08> names;
            names.add({users().front()->name()});
            if (user != 0) session.send(wire::buddy::AddBuddies{names});
            done(std::nullopt);
        };
    }

    Report run() {
        if (!bringOnline(1, options_.watchers, parallel())) return report_;
        beginRound();
        if (!bringOnline(0, 1, 1)) return report_;
        if (!options_.floor && !endRound()) return report_;
        if (!roundsUntil(Clock::now() + inNanoseconds(options_.warmUp))) return report_;
        measuring_ = true;
        rounds_ = 0;
        CpuMeter cpu(options_.serverProcess);
        bool const good = roundsUntil(Clock::now() + inNanoseconds(options_.duration));
        cpu.stop();

        wire::u64 const deliveries = rounds_ * options_.watchers;
        double const rate = static_cast<double>(deliveries) / inSeconds(cpu.elapsed());
        report_.add("changes", static_cast<double>(rounds_), fmt::format("{} changes", rounds_));
        report_.add("deliveries_per_s", rate, fmt::format("{:.0f} notifications a second", rate));
        report_.addLatency("last_watcher", "the changes, until the last watcher was told,", last_);
        cpu.report(report_, deliveries, "notification");
        tellFrameBytes(bytes_, deliveries, "notification");
        report_.add("superfluous", static_cast<double>(others_), fmt::format("{} told nothing new", others_));
        if (good && rounds_ == 0) problem("no change was seen by all in time");
        tellLosses();
        return report_;
    }

  private:
    void beginRound() {
        told_.assign(told_.size(), false);
        waitingFor_ = options_.watchers;
        changedAt_ = Clock::now();
    }

    /// Waits until all know. False, with a problem, if that takes too long.
    bool endRound() {
        Time const deadline = changedAt_ + inNanoseconds(options_.timeout);
        while (waitingFor_ > 0 && Clock::now() < deadline)
            turn(deadline, [&] { return fmt::format("{} changes, {} wait for one", rounds_, waitingFor_); });
        if (waitingFor_ == 0) return true;
        problem(fmt::format("{} of {} watchers were not told of a change within {} s", waitingFor_,
                            options_.watchers, options_.timeout.count()));
        return false;
    }

    bool roundsUntil(Time end) {
        while (Clock::now() < end) {
            away_ = !away_;
            beginRound();
            users().front()->write(changes_[away_]);
            users().front()->flush();
            if (!endRound()) return false;
            if (measuring_) last_.add(Clock::now() - changedAt_);
            ++rounds_;
        }
        return true;
    }

    bool tellsOfChange(Frame const& frame) const {
        if (!frame.is<wire::buddy::Arrived>()) return false;
        if (options_.floor) return true;
        wire::Reader in(frame.body());
        oservice::NickwInfo info;
        get(in, info);
        auto const flags = info.userAttributes.get(oservice::nickInfoTags::nickFlags);
        return flags && ((*flags & oservice::nickFlags::unavailable) != 0) == away_;
    }

    void frame(User& user, Frame const& frame) override {
        if (user.index() == 0 || !frame.is<wire::buddy::Arrived>()) return;
        if (told_[user.index()] || !tellsOfChange(frame)) {
            ++others_;
            return;
        }
        told_[user.index()] = true;
        --waitingFor_;
        if (measuring_) bytes_ += frame.bytes().size();
    }
};

}  // namespace

Report runPresence(Options const& options) { return Presence(options).run(); }

}  // namespace oscar::load
