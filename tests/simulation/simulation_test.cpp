// SPDX-License-Identifier: MIT
// Random days of a small server complex. After every step each client must show exactly those buddies whom it may see
// (PRES-2), and have got exactly the messages that it should have, in order. Some steps are one action; others are
// several at once, whose mail between the shards then arrives in any order that the shards allow.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "tests/simulation/model.h"
#include "tests/support/actions.h"

namespace oscar::test::simulation {
namespace {

using wire::ErrorCode;
using wire::feedbag::ClassId;
namespace fb = wire::feedbag;

constexpr unsigned mostDevices = 3;
constexpr std::size_t users = 10;

class Run {
    /// A message on its way, and what the model says must become of it.
    struct Sent {
        std::size_t from = 0, to = 0;
        Device* by = nullptr;
        wire::u32 request = 0;
        std::string text;
        bool store = false;
    };

    std::mt19937 random_;
    World world_;
    Model model_;
    std::vector<Sent> sent_;                   // in this step
    std::list<Device> ended_;                  // in this step
    std::map<unsigned, std::map<std::string, unsigned>> newest_;  // by device and "sender kind": number of the last one
    std::string history_;
    unsigned lastDevice_ = 0;
    unsigned lastMessage_ = 0;
    bool several_ = false;  // several actions happen at once

  public:
    Run(unsigned seed, unsigned shards) : random_(seed), world_(shards, unboundedInbox()) {
        for (std::size_t i = 0; i < users; ++i) {
            Person person;
            person.icq = i >= users - 3;
            person.displayId = person.icq ? std::to_string(200001 + i) : "User " + std::string(1, char('A' + i));
            world_.addUser(person.displayId);
            model_.people.push_back(std::move(person));
        }
        world_.mixMail([this](std::size_t count) { return below(count); });
    }

    /// The stored lists of all begin with a group.
    void setUp() {
        for (std::size_t i = 0; i < users; ++i) {
            signOn(i, true, true);
            ASSERT_TRUE(insert(*only(i).client, item("", 0, 0, ClassId::Group)));
            ASSERT_TRUE(insert(*only(i).client, item("Buddies", 1, 0, ClassId::Group)));
            for (unsigned n = below(6); n > 0; --n) changeBuddies(i, only(i));
            check();
        }
        for (std::size_t i = 0; i < users; i += 2) {
            end(i, only(i), true);
            check();
        }
    }

    void step() {
        if (below(4) == 0) {
            several_ = true;
            // Sign-ons need answers, so these come before.
            for (unsigned n = below(3); n > 0; --n) signOnPending(below(users));
            world_.hold(true);
            for (unsigned n = 2 + below(8); n > 0; --n) action(true);
            world_.hold(false);
        } else if (below(12) == 0) {
            world_.letStoreAnswer(false);
            for (unsigned n = 2 + below(6); n > 0; --n) action(true);
            world_.letStoreAnswer(true);
        } else {
            action(false);
        }
        check();
        several_ = false;
    }

    /// Everybody signs off, and on again to fetch what waits for him.
    void finish() {
        for (std::size_t i = 0; i < users; ++i)
            while (!model_.people[i].devices.empty()) end(i, model_.people[i].devices.front(), below(2) == 0);
        check();
        for (std::size_t i = 0; i < users; ++i) {
            signOn(i, true, true);
            check();
            retrieve(i, only(i));
            check();
            EXPECT_TRUE(world_.waiting(model_.people[i].displayId).empty());
        }
    }

    /// The last of what happened.
    std::string history() const { return history_.substr(history_.size() - std::min<std::size_t>(history_.size(), 1500)); }

  private:
    static core::Options unboundedInbox() {
        core::Options options;
        options.inbox = {100000, 100000};
        return options;
    }

    std::size_t below(std::size_t bound) { return random_() % bound; }
    bool oneIn(std::size_t count) { return below(count) == 0; }

    void note(std::string const& what) { history_ += what + "\n"; }
    std::string nameOf(std::size_t person, Device const& device) const {
        return model_.people[person].displayId + "#" + std::to_string(device.number);
    }
    /// A name as its owner might type it.
    std::string typed(std::size_t person) {
        std::string name = model_.people[person].displayId;
        if (oneIn(2)) std::erase(name, ' ');
        if (oneIn(2))
            for (char& c : name) c = static_cast<char>(std::tolower(c));
        return name;
    }
    Device& only(std::size_t person) { return model_.people[person].devices.front(); }

    // What users do

    void action(bool atOnce) {
        std::size_t const who = below(users);
        Person& person = model_.people[who];
        if (person.devices.empty() || (person.devices.size() < mostDevices && oneIn(8))) {
            if (!atOnce) oneIn(6) ? signOnPending(who) : signOn(who, !oneIn(3), !oneIn(8));
            return;
        }
        auto at = person.devices.begin();
        std::advance(at, static_cast<std::ptrdiff_t>(below(person.devices.size())));
        Device& device = *at;
        if (!device.online) {
            oneIn(4) ? end(who, device, oneIn(2)) : comeOnline(who, device);
            return;
        }
        switch (below(16)) {
            case 0:
            case 1: return end(who, device, oneIn(2));
            case 2:
            case 3: return changeBuddies(who, device);
            case 4: return changeTemporary(who, device);
            case 5:
            case 6: return changePrivacy(who, device);
            case 7: return changePermits(who, device);
            case 8:
                device.away = !device.away;
                note(nameOf(who, device) + (device.away ? " goes away" : " is back"));
                setAway(*device.client, device.away ? "away" : "");
                return;
            case 9:
                device.idle = !device.idle;
                note(nameOf(who, device) + (device.idle ? " is idle" : " is active"));
                setIdle(*device.client, device.idle ? 600 : 0);
                return;
            case 10:
                device.invisible = !device.invisible;
                note(nameOf(who, device) + (device.invisible ? " hides" : " shows up"));
                setStatus(*device.client, device.invisible ? invisible : 0);
                return;
            case 11:
                if (!atOnce) return retrieve(who, device);
                [[fallthrough]];
            default: return write(who, device);
        }
    }

    Device& add(std::size_t who, Client& client, bool sharing, bool storedList) {
        std::list<Device>& devices = model_.people[who].devices;
        for (auto at = devices.begin(); at != devices.end();) {
            auto const next = std::next(at);
            if (!sharing || !at->sharing) ended_.splice(ended_.end(), devices, at);
            at = next;
        }
        Device& device = devices.emplace_back();
        device.client = &client;
        device.number = ++lastDevice_;
        device.sharing = sharing;
        device.storedList = storedList;
        return device;
    }

    void signOn(std::size_t who, bool storedList, bool sharing) {
        SignOnOptions options;
        options.multiconnFlags = sharing ? wire::MulticonnFlags::RecentClient : wire::MulticonnFlags::OldClient;
        options.useFeedbag = storedList;
        Names own;
        if (!storedList) {
            for (unsigned n = 1 + below(4); n > 0; --n) own.insert(below(users));
            for (std::size_t name : own) options.buddies.push_back(typed(name));
        }
        Device& device = add(who, world_.signOn(typed(who), options, true), sharing, storedList);
        device.own = own;
        device.online = true;
        note(nameOf(who, device) + " signs on" + (storedList ? "" : " with its own list") +
             (sharing ? "" : ", alone"));
    }

    /// A client that does not come online yet.
    void signOnPending(std::size_t who) {
        Person& person = model_.people[who];
        if (person.devices.size() >= mostDevices) return;
        SignOnOptions options;
        options.useFeedbag = options.clientOnline = false;
        bool const storedList = !oneIn(3);
        Device& device = add(who, world_.signOn(typed(who), options, true), true, storedList);
        note(nameOf(who, device) + " connects");
    }

    void comeOnline(std::size_t who, Device& device) {
        note(nameOf(who, device) + " comes online");
        if (device.storedList) {
            device.client->send(fb::Use{});
        } else {
            device.own.insert(below(users));
            sendNames<wire::buddy::AddBuddies>(*device.client, {typed(*device.own.begin())});
        }
        device.client->send(wire::oservice::ClientOnline{});
        device.online = true;
    }

    void end(std::size_t who, Device& device, bool orderly) {
        note(nameOf(who, device) + (orderly ? " signs off" : " breaks its line"));
        std::list<Device>& devices = model_.people[who].devices;
        auto const at = std::ranges::find_if(devices, [&](Device const& one) { return &one == &device; });
        ended_.splice(ended_.end(), devices, at);
        orderly ? device.client->signOff() : device.client->breakLine();
    }

    template <class M>
    void store(Device& device, wire::Buffer const& bytes) {
        device.client->send(M{items(bytes)});
    }

    /// Adds the name, or takes it off if it is there already; true if added.
    static bool toggle(Names& names, std::size_t name) {
        if (names.erase(name)) return false;
        names.insert(name);
        return true;
    }

    void changeBuddies(std::size_t who, Device& device) {
        Person& person = model_.people[who];
        std::size_t const other = below(users);
        bool added = false;
        if (device.storedList) {
            added = toggle(person.buddies, other);
            auto const buddy = item(typed(other), 1, static_cast<wire::u16>(1 + other), ClassId::Buddy);
            added ? store<fb::InsertItems>(device, buddy) : store<fb::DeleteItems>(device, buddy);
        } else {
            added = toggle(device.own, other);
            if (added) {
                sendNames<wire::buddy::AddBuddies>(*device.client, {typed(other)});
            } else {
                sendNames<wire::buddy::DelBuddies>(*device.client, {typed(other)});
            }
        }
        note(nameOf(who, device) + (added ? " adds " : " removes ") + model_.people[other].displayId);
        if (!added) forgetUnwatched(who);
    }

    void changeTemporary(std::size_t who, Device& device) {
        std::size_t const other = below(users);
        bool const added = toggle(device.temporary, other);
        note(nameOf(who, device) + (added ? " adds for now " : " no longer watches ") +
             model_.people[other].displayId);
        if (added) {
            sendNames<wire::buddy::AddTempBuddies>(*device.client, {typed(other)});
        } else {
            sendNames<wire::buddy::DelTempBuddies>(*device.client, {typed(other)});
        }
        if (!added) forgetUnwatched(who);
    }

    /// A client that no longer watches a name shows it no more, whatever it was told.
    void forgetUnwatched(std::size_t who) {
        for (Device& device : model_.people[who].devices) {
            look(who, device);
            std::erase_if(device.shows, [&](auto const& shown) {
                return !model_.watches(model_.people[who], device, shown.first);
            });
        }
    }

    void changePrivacy(std::size_t who, Device& device) {
        Person& person = model_.people[who];
        std::size_t const other = below(users);
        if (!device.storedList) return changeSessionPrivacy(who, device, other);
        if (oneIn(2)) {
            PdMode const mode = static_cast<PdMode>(1 + below(5));
            note(nameOf(who, device) + " sets mode " + std::to_string(static_cast<int>(mode)));
            auto const bytes = pdinfo(mode);
            person.mode ? store<fb::UpdateItems>(device, bytes) : store<fb::InsertItems>(device, bytes);
            person.mode = mode;
            return;
        }
        bool const deny = oneIn(2);
        if (deny && other == who) return;  // PD-8
        bool const added = toggle(deny ? person.deny : person.permit, other);
        note(nameOf(who, device) + (added ? " puts " : " takes ") + model_.people[other].displayId +
             (deny ? " on/off deny" : " on/off permit"));
        auto const bytes = item(typed(other), 0, static_cast<wire::u16>((deny ? 100 : 200) + other),
                                deny ? ClassId::Deny : ClassId::Permit);
        added ? store<fb::InsertItems>(device, bytes) : store<fb::DeleteItems>(device, bytes);
    }

    void changeSessionPrivacy(std::size_t who, Device& device, std::size_t other) {
        if (!device.settings) device.settings.emplace();
        Settings& settings = *device.settings;
        std::vector<std::string> const names{typed(other)};
        note(nameOf(who, device) + " changes its own privacy about " + model_.people[other].displayId);
        switch (below(4)) {
            case 0:
                sendNames<wire::pd::AddPermitListEntries>(*device.client, names);
                if (other == who) {
                    settings = {PdMode::DenyAll, {}, {}};
                } else {
                    settings.permit.insert(other);
                    settings.mode = PdMode::PermitSome;
                }
                break;
            case 1:
                sendNames<wire::pd::AddDenyListEntries>(*device.client, names);
                if (other == who) {
                    settings = {PdMode::PermitAll, {}, {}};
                } else {
                    settings.deny.insert(other);
                    settings.mode = PdMode::DenySome;
                }
                break;
            case 2:
                sendNames<wire::pd::DelPermitListEntries>(*device.client, names);
                settings.permit.erase(other);
                break;
            default:
                sendNames<wire::pd::DelDenyListEntries>(*device.client, names);
                settings.deny.erase(other);
                break;
        }
    }

    void changePermits(std::size_t who, Device& device) {
        std::size_t const other = below(users);
        bool const added = toggle(device.temporaryPermits, other);
        note(nameOf(who, device) + (added ? " permits for now " : " no longer permits ") +
             model_.people[other].displayId);
        if (added) {
            sendNames<wire::pd::AddTempPermitListEntries>(*device.client, {typed(other)});
        } else {
            sendNames<wire::pd::DelTempPermitListEntries>(*device.client, {typed(other)});
        }
    }

    // Messages: "from device>to number"

    void write(std::size_t who, Device& device) {
        std::size_t const to = below(users);
        Sent sent{who, to, &device, 0, {}, oneIn(2)};
        sent.text = nameOf(who, device) + ">" + std::to_string(++lastMessage_);
        note(nameOf(who, device) + " writes " + std::to_string(lastMessage_) + " to " + model_.people[to].displayId +
             (sent.store ? ", to be stored" : ""));
        if (!several_) expect(sent);
        sent.request = sendIm(*device.client, typed(to), sent.text, {.store = sent.store});
        sent_.push_back(std::move(sent));
    }

    std::map<std::string, std::optional<ErrorCode>> outcomes_;  // by text, in this step

    void expect(Sent const& sent) {
        Person& receiver = model_.people[sent.to];
        std::optional<ErrorCode> outcome;
        if (!model_.reaches(sent.from, sent.to)) {
            outcome = ErrorCode::InLocalPermitDeny;
        } else if (!receiver.online() && !sent.store) {
            outcome = ErrorCode::NotLoggedOn;
        } else if (!model_.reaches(sent.to, sent.from)) {
            outcome = ErrorCode::NotLoggedOn;
        } else if (!receiver.online()) {
            receiver.inbox.push_back(sent.text);
        } else {
            for (Device* device : receiver.targets()) device->due.push_back(sent.text);
        }
        outcomes_[sent.text] = outcome;
    }

    void retrieve(std::size_t who, Device& device) {
        note(nameOf(who, device) + " fetches what waits");
        std::vector<std::string>& inbox = model_.people[who].inbox;
        device.due.insert(device.due.end(), inbox.begin(), inbox.end());
        inbox.clear();
        device.client->send(wire::icbm::OfflineRetrieve{});
    }

    // What clients find

    /// Reads ARRIVED and DEPARTED; names that the client does not watch are no concern of it.
    void look(std::size_t who, Device& device) {
        auto& frames = device.client->frames;
        for (auto frame = frames.begin(); frame != frames.end();) {
            bool const arrived = frame->is(3, wire::buddy::Arrived::snac.type);
            if (!arrived && !frame->is(3, wire::buddy::Departed::snac.type)) {
                ++frame;
                continue;
            }
            auto const list = wire::decode<wire::buddy::Arrived>(frame->snac()->body);  // both bodies are alike
            ASSERT_TRUE(list);
            for (auto const& info : list->arrivedInfos) {
                auto const other = model_.numberOf(info.displayId.text);
                ASSERT_TRUE(other) << "name not as registered: " << info.displayId.text;
                if (!model_.watches(model_.people[who], device, *other)) continue;
                namespace tags = wire::oservice::nickInfoTags;
                auto const flags = info.userAttributes.get(tags::nickFlags).value_or(0);
                if (arrived) {
                    device.shows[*other] = {(flags & wire::oservice::nickFlags::unavailable) != 0,
                                            info.userAttributes.has(tags::idleTime)};
                } else {
                    // PRES-4: once. What crosses a change of the list may be told twice.
                    EXPECT_TRUE(device.shows.erase(*other) == 1 || several_)
                        << nameOf(who, device) << " is told again that " << info.displayId.text << " departed";
                }
            }
            frame = frames.erase(frame);
        }
    }

    /// Per sender and device, live messages come in order, and so do stored ones.
    void checkOrder(Device const& receiver, std::string const& text, bool stored) {
        auto const mark = text.find('>');
        unsigned const number = static_cast<unsigned>(std::stoul(text.substr(mark + 1)));
        std::string const sender = text.substr(0, text.find('#')) + (stored ? " stored" : "");
        unsigned& newest = newest_[receiver.number][sender];
        EXPECT_LT(newest, number) << "order of messages from " << sender;
        newest = number;
    }

    std::vector<std::string> received(Device const& device) {
        std::vector<std::string> all;
        for (auto const& message : device.client->takeAll<wire::icbm::ChannelMsgToClient>()) {
            all.push_back(textOf(message->icbmTlvs));
            checkOrder(device, all.back(), message->icbmTlvs.has(wire::icbm::tags::sendTime));
        }
        return all;
    }

    std::optional<bool> confirmed(Sent const& sent, std::optional<ErrorCode>& error) {
        bool acknowledged = false;
        for (ReceivedFrame const& frame : sent.by->client->frames)
            if (frame.is(4, wire::icbm::HostAck::snac.type) && frame.snac()->header.requestId == sent.request) {
                EXPECT_FALSE(acknowledged) << sent.text << " was acknowledged twice";
                acknowledged = true;
            }
        error = sent.by->client->errorOf(sent.request);
        EXPECT_FALSE(acknowledged && error) << sent.text << " was acknowledged and refused";
        if (!acknowledged && !error) return std::nullopt;
        return acknowledged;
    }

    void check() {
        std::map<std::string, unsigned> deliveries;  // by text
        auto const each = [&](auto const& visit) {
            for (std::size_t who = 0; who < users; ++who)
                for (Device& device : model_.people[who].devices) visit(who, device);
        };
        each([&](std::size_t who, Device& device) {
            EXPECT_TRUE(device.client->isOpen()) << nameOf(who, device) << " was thrown out";
            look(who, device);
            EXPECT_TRUE(device.shows == model_.truth(who, device)) << difference(who, device);
            auto const texts = received(device);
            for (std::string const& text : texts) ++deliveries[text];
            EXPECT_EQ(std::set<std::string>(texts.begin(), texts.end()).size(), texts.size())
                << nameOf(who, device) << " got a message twice";
            if (!several_) EXPECT_EQ(texts, device.due) << "messages of " << nameOf(who, device);
            device.due.clear();
        });
        for (Device& device : ended_) {
            EXPECT_FALSE(device.client->isOpen());
            for (std::string const& text : received(device)) ++deliveries[text];
        }
        for (Sent const& sent : sent_) checkSent(sent, deliveries[sent.text]);
        if (several_)
            for (Sent const& sent : sent_) takeOverInbox(sent.to);
        each([](std::size_t, Device& device) { device.client->forget(); });
        sent_.clear();
        ended_.clear();
        outcomes_.clear();
    }

    void checkSent(Sent const& sent, unsigned deliveries) {
        bool const senderGone = std::ranges::any_of(ended_, [&](Device const& device) { return &device == sent.by; });
        std::optional<ErrorCode> error;
        auto const acknowledged = confirmed(sent, error);
        EXPECT_TRUE(acknowledged || senderGone) << sent.text << " was neither acknowledged nor refused";
        if (!several_) {
            if (acknowledged) EXPECT_EQ(error, outcomes_[sent.text]) << "outcome of " << sent.text;
            return;
        }
        // Several things happened at once: the message may have met any of them, but must not be lost or doubled.
        auto const stored = static_cast<unsigned>(std::ranges::count(inboxOf(sent.to), sent.text));
        EXPECT_LE(stored, 1u) << sent.text << " is stored twice";
        EXPECT_FALSE(stored > 0 && deliveries > 0) << sent.text << " was delivered and stored";
        if (acknowledged) EXPECT_EQ(*acknowledged, stored + deliveries > 0) << sent.text << " is lost or doubled";
    }

    std::vector<std::string> inboxOf(std::size_t who) {
        std::vector<std::string> all;
        for (core::StoredMessage const& message : world_.waiting(model_.people[who].displayId))
            all.push_back(textOf(wire::Tlvs{message.icbmTlvs}));
        return all;
    }

    /// What came at once may be stored in any order, behind what was there.
    void takeOverInbox(std::size_t who) {
        std::vector<std::string>& inbox = model_.people[who].inbox;
        auto const real = inboxOf(who);
        EXPECT_TRUE(real.size() >= inbox.size() && std::equal(inbox.begin(), inbox.end(), real.begin()))
            << "stored messages of " << model_.people[who].displayId << " are lost";
        inbox = real;
    }

    std::string difference(std::size_t who, Device const& device) {
        auto const write = [&](std::map<std::size_t, Shown> const& all) {
            std::string text;
            for (auto const& [other, shown] : all)
                text += " " + model_.people[other].displayId + (shown.away ? "(away)" : "") +
                        (shown.idle ? "(idle)" : "");
            return text;
        };
        return nameOf(who, device) + " shows:" + write(device.shows) +
               "\nand should show:" + write(model_.truth(who, device));
    }
};

class Simulation : public testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(Shards, Simulation, testing::Values(1u, 2u, 3u));

/// For longer runs: OSCAR_SIMULATION_SEEDS=first:count.
std::pair<unsigned, unsigned> seeds() {
    unsigned first = 1, count = 15;
    if (char const* const text = std::getenv("OSCAR_SIMULATION_SEEDS"))
        EXPECT_EQ(std::sscanf(text, "%u:%u", &first, &count), 2);
    return {first, count};
}

TEST_P(Simulation, everyClientShowsWhomItMaySeeAndNoMessageIsLostOrDoubled) {
    auto const [first, count] = seeds();
    constexpr unsigned steps = 300;
    for (unsigned seed = first; seed < first + count && !HasFailure(); ++seed) {
        Run run(seed * 3 + GetParam(), GetParam());
        run.setUp();
        unsigned step = 0;
        while (step < steps && !HasFailure()) {
            run.step();
            ++step;
        }
        if (!HasFailure()) run.finish();
        EXPECT_FALSE(HasFailure()) << "seed " << seed << ", step " << step << "; before that:\n" << run.history();
    }
}

}  // namespace
}  // namespace oscar::test::simulation
