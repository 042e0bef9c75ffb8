// SPDX-License-Identifier: MIT
// What the scenarios have in common: users, bringing them online, and telling how it went.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "apps/oscar_load/process.h"
#include "apps/oscar_load/progress.h"
#include "apps/oscar_load/report.h"
#include "apps/oscar_load/user.h"

namespace oscar::load {

/// CPU time of the server and of this process between two moments.
class CpuMeter {
    struct Reading {
        Time at = Clock::now();
        std::optional<Nanoseconds> server;
        Nanoseconds own = ownCpuTime();
    };
    std::optional<pid_t> server_;
    Reading begin_;
    Reading end_;

    Reading read() const { return {.server = server_ ? cpuTime(*server_) : std::nullopt}; }

  public:
    explicit CpuMeter(std::optional<pid_t> server) : server_(server), begin_(read()) {}
    void stop() { end_ = read(); }
    Nanoseconds elapsed() const { return end_.at - begin_.at; }
    /// Adds what was used until stop(): of each second, and, if `count` is not 0, for each `thing`.
    void report(Report& report, wire::u64 count, std::string const& thing) const;
};

class Scenario : public User::Owner {
  public:
    Scenario(Scenario const&) = delete;
    Scenario& operator=(Scenario const&) = delete;

  protected:
    Scenario(Options const& options, std::string name, std::string what, std::size_t users);
    ~Scenario() = default;

    static constexpr std::size_t gently = 256;  ///< sign-ons at a time

    std::vector<std::unique_ptr<User>>& users() { return users_; }

    /// Signs on the users from `first` on, `count` of them, at most `parallel` at a time, and waits until
    /// each is online or has failed. False, with a problem in the report, if one has.
    bool bringOnline(std::size_t first, std::size_t count, std::size_t parallel);
    /// One turn of the loop. Ends sign-ons that take too long, and shows progress.
    template <class Text>
    void turn(Time until, Text&& text) {
        loop_.turn(std::min(until, loop_.now() + std::chrono::milliseconds(200)));
        if (loop_.now() >= nextCheck_) check();
        progress_.tick(loop_.now(), text);
    }
    /// As many sign-ons at a time as the user wants, or few enough to be none of what is measured.
    std::size_t parallel() const { return options_.parallel > 0 ? options_.parallel : gently; }
    void signOffAll();
    void problem(std::string text) { report_.problems.push_back(std::move(text)); }
    void tellFrameBytes(wire::u64 bytes, wire::u64 count, std::string const& thing);
    /// Sessions that ended by themselves are a problem.
    void tellLosses();
    /// The user's stored list is to hold Options::buddies others of this run.
    void storeBuddies();

    void online(User& user) override;
    void ended(User& user, User::State before, std::string const& why) override;

    Options const& options_;
    Loop loop_;
    Target target_;
    Report report_;
    Progress progress_;
    std::size_t signingOn_ = 0;  ///< now
    std::size_t online_ = 0;     ///< now
    std::size_t failed_ = 0;     ///< sign-ons so far
    std::size_t lost_ = 0;       ///< sessions that ended by themselves, so far
    std::string firstFailure_;
    std::string firstLoss_;
    Histogram signOnTimes_;

  private:
    void check();

    std::vector<Account> accounts_;
    std::vector<std::unique_ptr<User>> users_;
    Time nextCheck_ = Clock::now();
};

inline Nanoseconds inNanoseconds(Span span) { return std::chrono::duration_cast<Nanoseconds>(span); }
inline double inSeconds(Nanoseconds span) { return std::chrono::duration<double>(span).count(); }

}  // namespace oscar::load
