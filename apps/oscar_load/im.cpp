// SPDX-License-Identifier: MIT
#include "apps/oscar_load/messages.h"
#include "apps/oscar_load/scenario.h"
#include "apps/oscar_load/scenarios.h"

namespace oscar::load {
namespace {

/// A sender with more than this waiting is one that the server keeps waiting; its messages become late, not
/// queued.
constexpr std::size_t mostWaiting = 16 * 1024;
/// What is sent to a receiver that does not read: enough to fill all buffers between within seconds.
constexpr std::size_t stalledBytes = 4000;
constexpr double stalledRate = 500;
/// How long lost messages are waited for, as long as others come.
constexpr std::chrono::seconds patience{5};
/// How long receivers that had stopped reading are given to find out that they were cut off.
constexpr std::chrono::seconds reckoning{1};

/// When messages are due that are spread evenly over time and over senders in turn.
class Schedule {
    Time from_;
    double period_;  ///< nanoseconds

  public:
    Schedule(Time from, double rate) : from_(from), period_(1e9 / rate) {}
    Time due(wire::u64 message) const {
        return from_ + Nanoseconds(static_cast<Nanoseconds::rep>(static_cast<double>(message) * period_));
    }
    /// How many are due by `now`.
    wire::u64 count(Time now) const {
        auto const passed = static_cast<double>((now - from_).count());
        return passed < 0 ? 0 : static_cast<wire::u64>(passed / period_) + 1;
    }
};

class Im final : Scenario {
    std::vector<PreparedMessage> messages_;  ///< one a user, to the other of the pair
    std::vector<wire::u64> turns_;           ///< one a sender: messages of the schedule that he has sent
    std::vector<wire::u64> received_;        ///< one a user, while it is measured
    std::optional<Schedule> schedule_;
    wire::u64 due_ = 0;  ///< of the schedule, so far
    bool sending_ = false;
    bool measuring_ = false;
    Histogram* times_ = nullptr;
    Histogram measured_;
    Histogram after_;                ///< of the time at the second rate
    Time borderline_ = Time::max();  ///< where the second rate begins
    Time lastOfBefore_;              ///< when the last message from before it came
    wire::u64 sentInAll_ = 0;
    wire::u64 receivedInAll_ = 0;
    wire::u64 bytes_ = 0;  ///< of the frames received while it is measured
    wire::u64 errors_ = 0;
    wire::u64 rateWarnings_ = 0;
    std::size_t stalledEnded_ = 0;
    std::size_t mostMemory_ = 0;

  public:
    explicit Im(Options const& options)
        : Scenario(options, "im", description(options), 2 * (options.pairs + options.stalled)) {
        for (auto const& user : users())
            messages_.emplace_back(users()[user->index() ^ 1]->name(),
                                   isStalled(user->index()) ? stalledBytes : options.bytes);
        turns_.resize(2 * options.pairs);
        received_.resize(2 * options.pairs);
    }

    Report run() {
        if (!bringOnline(0, users().size(), parallel())) return report_;
        for (std::size_t i = 2 * options_.pairs + 1; i < users().size(); i += 2) users()[i]->reads(false);
        auto const memoryBefore = serverMemory();
        mostMemory_ = memoryBefore;
        sending_ = true;
        Time const begin = Clock::now();
        if (options_.rate > 0) {
            schedule_.emplace(begin, options_.rate);
        } else {
            openWindows();
        }
        exchangeUntil(begin + inNanoseconds(options_.warmUp));
        times_ = &measured_;
        measuring_ = true;
        CpuMeter cpu(options_.serverProcess);
        exchangeUntil(Clock::now() + inNanoseconds(options_.duration));
        cpu.stop();
        measuring_ = false;
        wire::u64 const unsent = schedule_ ? due_ - sentInAll_ : 0;
        if (options_.thenRate > 0) continueAtSecondRate();
        sending_ = false;
        times_ = nullptr;
        drain();
        tell(cpu, unsent);
        if (memoryBefore > 0) tellMemory(memoryBefore);
        return report_;
    }

  private:
    static std::string description(Options const& options) {
        std::string text =
            fmt::format("{} pairs exchange messages of {} bytes, ", options.pairs, options.bytes);
        if (options.rate > 0) {
            text += fmt::format("{} a second in all, each counted from the moment it was due", options.rate);
        } else {
            text += fmt::format("{} of each pair under way at a time, each answered at once", options.window);
        }
        if (options.stalled > 0)
            text += fmt::format("; {} more receive {} a second each and do not read", options.stalled,
                                stalledRate);
        return text;
    }

    bool isStalled(std::size_t user) const { return user >= 2 * options_.pairs; }

    void send(User& user, Time counted) {
        user.write(messages_[user.index()].next(counted));
        if (!isStalled(user.index())) ++sentInAll_;
    }

    void openWindows() {
        for (std::size_t pair = 0; pair < options_.pairs; ++pair) {
            Time const now = Clock::now();
            for (std::size_t i = 0; i < options_.window; ++i) send(*users()[2 * pair + i % 2], now);
            users()[2 * pair]->flush();
            users()[2 * pair + 1]->flush();
        }
    }

    /// Writes what is due of a sender, unless the server keeps him waiting.
    void sendDue(User& user) {
        std::size_t const senders = turns_.size();
        for (wire::u64& turn = turns_[user.index()]; user.waiting() < mostWaiting; ++turn) {
            wire::u64 const message = user.index() + turn * senders;
            if (message >= due_ || user.state() != User::State::Online) break;
            send(user, schedule_->due(message));
        }
    }

    void sendScheduled(Time now) {
        wire::u64 const before = due_;
        due_ = schedule_->count(now);
        // Each sender writes all that is due: one look at each is enough however many are.
        wire::u64 const looks = std::min<wire::u64>(due_ - before, turns_.size());
        for (wire::u64 i = 0; i < looks; ++i) {
            User& user = *users()[(before + i) % turns_.size()];
            sendDue(user);
            user.flush();
        }
    }

    void exchangeUntil(Time end) {
        Schedule const stalled(Clock::now(), stalledRate);
        Time nextLook = Clock::now();
        wire::u64 stalledSent = 0;
        for (Time now = Clock::now(); now < end; now = Clock::now()) {
            if (schedule_) sendScheduled(now);
            if (options_.stalled > 0) {
                for (; stalledSent < stalled.count(now); ++stalledSent) sendToStalled(now);
            }
            if (now >= nextLook) {
                mostMemory_ = std::max(mostMemory_, serverMemory());
                nextLook = now + std::chrono::milliseconds(100);
            }
            Time until = std::min(end, nextLook);
            if (schedule_) until = std::min(until, schedule_->due(due_));
            if (options_.stalled > 0) until = std::min(until, stalled.due(stalledSent));
            turn(until, [&] {
                return fmt::format("{} messages, {} under way, {} errors", receivedInAll_,
                                   sentInAll_ - receivedInAll_, errors_);
            });
        }
    }

    void sendToStalled(Time now) {
        for (std::size_t i = 2 * options_.pairs; i < users().size(); i += 2) {
            User& user = *users()[i];
            if (user.state() != User::State::Online || user.waiting() > 0) continue;
            send(user, now);
            user.flush();
        }
    }

    void continueAtSecondRate() {
        borderline_ = lastOfBefore_ = Clock::now();
        schedule_.emplace(borderline_, options_.thenRate);
        due_ = 0;
        std::ranges::fill(turns_, 0);
        times_ = &after_;
        exchangeUntil(borderline_ + inNanoseconds(options_.duration));
    }

    /// Waits for what is under way, and lets the stalled receivers read what was kept for them.
    void drain() {
        for (std::size_t i = 2 * options_.pairs + 1; i < users().size(); i += 2) users()[i]->reads(true);
        wire::u64 seen = receivedInAll_;
        Time lastNews = Clock::now();
        Time const notBefore = options_.stalled > 0 ? lastNews + reckoning : lastNews;
        auto const waits = [&] { return receivedInAll_ < sentInAll_ && Clock::now() - lastNews < patience; };
        while (Clock::now() < notBefore || waits()) {
            turn(std::max(notBefore, Clock::now() + std::chrono::milliseconds(100)),
                 [&] { return fmt::format("{} still under way", sentInAll_ - receivedInAll_); });
            if (receivedInAll_ != seen) lastNews = Clock::now();
            seen = receivedInAll_;
        }
    }

    void tell(CpuMeter const& cpu, wire::u64 unsent) {
        wire::u64 const count = measured_.count();
        double const rate = static_cast<double>(count) / inSeconds(cpu.elapsed());
        report_.add("messages", static_cast<double>(count), fmt::format("{} messages arrived", count));
        report_.add("messages_per_s", rate, fmt::format("{:.0f} a second", rate));
        report_.addLatency("latency", "the messages", measured_);
        cpu.report(report_, count, "message");
        tellFrameBytes(bytes_, count, "message");
        tellFairness();
        if (schedule_)
            report_.add(
                "unsent", static_cast<double>(unsent),
                fmt::format("{} were due and could not be sent, since the server did not read", unsent));
        if (options_.thenRate > 0) tellRecovery();
        wire::u64 const lost = sentInAll_ - receivedInAll_;
        report_.add("lost", static_cast<double>(lost), fmt::format("{} sent and never received", lost));
        report_.add("errors", static_cast<double>(errors_), fmt::format("{} refused", errors_));
        if (lost > 0) problem(fmt::format("{} messages were lost", lost));
        if (errors_ > 0) problem(fmt::format("{} messages were refused", errors_));
        if (rateWarnings_ > 0)
            problem(
                fmt::format("{} rate warnings: are the accounts exempt from rate limits?", rateWarnings_));
        if (count == 0) problem("no message has arrived");
        tellLosses();
    }

    void tellFairness() {
        auto const [fewest, most] = std::ranges::minmax_element(received_);
        report_.add("fewest_of_a_user", static_cast<double>(*fewest),
                    fmt::format("each user received {} to {}", *fewest, *most));
        report_.add("most_of_a_user", static_cast<double>(*most), "");
        bool const enough = measured_.count() > 20 * received_.size();
        if (enough && *fewest == 0) problem("a user received nothing while others did");
    }

    void tellRecovery() {
        double const backlog = inSeconds(lastOfBefore_ - borderline_);
        report_.add(
            "backlog_s", backlog,
            fmt::format("at {} a second the backlog was gone after {:.3f} s", options_.thenRate, backlog));
        Curve const curve = std::move(report_.curve);
        report_.addLatency("then", "the messages sent then", after_);
        report_.curve = curve;
    }

    void tellMemory(std::size_t before) {
        double const growth = static_cast<double>(mostMemory_) - static_cast<double>(before);
        report_.add("server_growth_bytes", growth,
                    fmt::format("the server's memory grew by {}", bytesText(growth)));
        if (options_.stalled > 0)
            report_.add("stalled_ended", static_cast<double>(stalledEnded_),
                        fmt::format("{} of {} receivers that did not read were cut off", stalledEnded_,
                                    options_.stalled));
    }

    std::size_t serverMemory() const {
        auto const memory = options_.serverProcess ? memoryOf(*options_.serverProcess) : std::nullopt;
        return memory ? memory->resident : 0;
    }

    void frame(User& user, Frame const& frame) override {
        if (isStalled(user.index())) return;
        wire::SnacId const snac = frame.snac();
        if (!frame.is<wire::icbm::ChannelMsgToClient>()) {
            if (snac ==
                wire::SnacId{static_cast<wire::u16>(wire::Foodgroup::Icbm), wire::icbm::Error::snac.type})
                ++errors_;
            if (frame.is<wire::oservice::RateParamChange>()) ++rateWarnings_;
            return;
        }
        auto const counted = countedFrom(frame);
        if (!counted) return;
        Time const now = Clock::now();
        ++receivedInAll_;
        if (*counted < borderline_) lastOfBefore_ = now;
        if (times_ && (times_ != &after_ || *counted >= borderline_)) times_->add(now - *counted);
        if (measuring_) {
            ++received_[user.index()];
            bytes_ += frame.bytes().size();
        }
        if (sending_ && !schedule_) send(user, now);
    }

    void drained(User& user) override {
        if (!sending_ || !schedule_ || isStalled(user.index())) return;
        sendDue(user);
        user.flush();
    }

    void ended(User& user, User::State before, std::string const& why) override {
        if (isStalled(user.index()) && before == User::State::Online) {
            stalledEnded_ += user.index() % 2;
            --online_;
            return;
        }
        Scenario::ended(user, before, why);
    }
};

}  // namespace

Report runIm(Options const& options) { return Im(options).run(); }

}  // namespace oscar::load
