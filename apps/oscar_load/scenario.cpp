// SPDX-License-Identifier: MIT
#include "apps/oscar_load/scenario.h"

#include "client/text.h"

namespace oscar::load {

void CpuMeter::report(Report& report, wire::u64 count, std::string const& thing) const {
    double const seconds = inSeconds(elapsed());
    auto const tell = [&](std::string const& whose, std::string const& name, Nanoseconds used) {
        double const share = inSeconds(used) / seconds * 100;
        report.add(name + "_cpu_percent", share,
                   fmt::format("{} used {:.1f} % of a processor", whose, share));
        if (count == 0) return;
        double const each = static_cast<double>(used.count()) / 1000 / static_cast<double>(count);
        report.add(name + "_cpu_us", each,
                   fmt::format("{} used {:.2f} us of CPU for each {}", whose, each, thing));
    };
    if (begin_.server && end_.server) tell("the server", "server", *end_.server - *begin_.server);
    tell("oscar-load", "own", end_.own - begin_.own);
}

Scenario::Scenario(Options const& options, std::string name, std::string what, std::size_t users)
    : options_(options),
      target_(loop_, options),
      progress_(options.progress),
      accounts_(accountsFor(options, users)) {
    report_.scenario = std::move(name);
    report_.what = std::move(what);
    for (std::size_t i = 0; i < users; ++i)
        users_.push_back(std::make_unique<User>(target_, *this, accounts_[i], i));
}

bool Scenario::bringOnline(std::size_t first, std::size_t count, std::size_t parallel) {
    std::size_t const failedBefore = failed_;
    std::size_t next = first;
    std::size_t const end = first + count;
    while (next < end || signingOn_ > 0) {
        for (; next < end && signingOn_ < parallel; ++next) {
            ++signingOn_;
            users_[next]->signOn();
        }
        turn(Time::max(), [&] {
            return fmt::format("{} online, {} signing on, {} failed", online_, signingOn_, failed_);
        });
    }
    if (failed_ == failedBefore) return true;
    problem(fmt::format("{} of {} sign-ons failed, the first because: {}", failed_ - failedBefore, count,
                        firstFailure_));
    return false;
}

void Scenario::signOffAll() {
    for (auto const& user : users_)
        if (user->state() == User::State::Online) user->signOff();
}

void Scenario::tellFrameBytes(wire::u64 bytes, wire::u64 count, std::string const& thing) {
    if (count == 0) return;
    report_.add("frame_bytes", static_cast<double>(bytes) / static_cast<double>(count),
                fmt::format("{} bytes of frame for each {}", bytes / count, thing));
}

void Scenario::tellLosses() {
    if (lost_ > 0) problem(fmt::format("{} sessions ended, the first because: {}", lost_, firstLoss_));
}

void Scenario::check() {
    nextCheck_ = loop_.now() + std::chrono::milliseconds(200);
    for (auto const& user : users_)
        if (user->state() == User::State::SigningOn && loop_.now() - user->began() > options_.timeout)
            user->giveUp(fmt::format("it took longer than {} s", options_.timeout.count()));
}

void Scenario::online(User& user) {
    signOnTimes_.add(Clock::now() - user.began());
    --signingOn_;
    ++online_;
}

void Scenario::ended(User&, User::State before, std::string const& why) {
    if (before == User::State::Online) {
        --online_;
        if (lost_++ == 0) firstLoss_ = why;
    } else {
        --signingOn_;
        if (failed_++ == 0) firstFailure_ = why;
    }
}

void Scenario::storeBuddies() {
    namespace feedbag = wire::feedbag;
    if (options_.buddies == 0) return;
    target_.prepare = [this](client::Session& session, std::size_t self, Target::Done done) {
        if (session.feedbag().items().size() >= options_.buddies) return done(std::nullopt);
        wire::List<feedbag::Item> items;
        wire::u16 const group = 1;
        if (!session.feedbag().root()) items.add({{}, 0, 0, feedbag::ClassId::Group, {}});
        if (!session.feedbag().find(group, 0)) items.add({{"Load"}, group, 0, feedbag::ClassId::Group, {}});
        // Neighbours in the list of accounts: everybody has as many buddies as watchers.
        for (std::size_t i = 1; i <= options_.buddies; ++i) {
            std::string const& name = accounts_[(self + i) % accounts_.size()].name;
            items.add({{name}, group, static_cast<wire::u16>(i), feedbag::ClassId::Buddy, {}});
        }
        auto const sent = session.request(feedbag::InsertItems{items}, [done](client::Reply const& reply) {
            done(reply.error ? std::optional<std::string>("the list could not be stored") : std::nullopt);
        });
        if (sent == 0) done("the list is too long for one message");
    };
}

}  // namespace oscar::load
