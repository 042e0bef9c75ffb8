// SPDX-License-Identifier: MIT
#include "tests/simulation/scenario.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/actions.h"

namespace oscar::test::simulation {
namespace {

using wire::feedbag::ClassId;
namespace fb = wire::feedbag;

constexpr unsigned mostDevices = 3;
constexpr std::size_t users = 10;

core::Options unboundedInbox() {
    core::Options options;
    options.inbox = {100000, 100000};
    return options;
}

template <class M>
void store(Device& device, wire::Buffer const& bytes) {
    device.client->send(M{items(bytes)});
}

/// Adds the name, or takes it off if it is there already; true if added.
bool toggle(Names& names, std::size_t name) {
    if (names.erase(name)) return false;
    names.insert(name);
    return true;
}

}  // namespace

Scenario::Scenario(unsigned seed, unsigned shards) : random_(seed), world_(shards, unboundedInbox()) {
    for (std::size_t i = 0; i < users; ++i) {
        Person person;
        person.icq = i >= users - 3;
        person.displayId = person.icq ? std::to_string(200001 + i) : "User " + std::string(1, char('A' + i));
        world_.addUser(person.displayId);
        model_.people.push_back(std::move(person));
    }
    world_.mixMail([this](std::size_t count) { return below(count); });
}

// The stored lists of all begin with a group.
void Scenario::setUp() {
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

void Scenario::step() {
    if (below(4) == 0) {
        atOnce_ = true;
        // Sign-ons need answers, so these come before.
        for (unsigned n = below(3); n > 0; --n) connect(below(users));
        world_.hold(true);
        for (unsigned n = 2 + below(20); n > 0; --n) action(true);
        world_.hold(false);
    } else if (below(12) == 0) {
        world_.letStoreAnswer(false);
        for (unsigned n = 2 + below(6); n > 0; --n) action(true);
        world_.letStoreAnswer(true);
    } else {
        action(false);
    }
    check();
    atOnce_ = false;
}

// Everybody signs off, and on again to fetch what waits for him.
void Scenario::finish() {
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

std::string Scenario::history() const {
    constexpr std::size_t shown = 1500;
    return history_.size() > shown ? history_.substr(history_.size() - shown) : history_;
}

std::string Scenario::nameOf(std::size_t person, Device const& device) const {
    return model_.people[person].displayId + "#" + std::to_string(device.number);
}

// A name as its owner might type it.
std::string Scenario::typed(std::size_t person) {
    std::string name = model_.people[person].displayId;
    if (oneIn(2)) std::erase(name, ' ');
    if (oneIn(2))
        for (char& c : name) c = static_cast<char>(std::tolower(c));
    return name;
}

void Scenario::action(bool withoutSignOns) {
    std::size_t const who = below(users);
    Person& person = model_.people[who];
    if (person.devices.empty() || (person.devices.size() < mostDevices && oneIn(8))) {
        if (!withoutSignOns) oneIn(6) ? connect(who) : signOn(who, !oneIn(3), !oneIn(8));
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
            if (!withoutSignOns) return retrieve(who, device);
            [[fallthrough]];
        default: return write(who, device);
    }
}

Device& Scenario::add(std::size_t who, Client& client, bool sharing, bool storedList) {
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

void Scenario::signOn(std::size_t who, bool storedList, bool sharing) {
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

// A client that does not come online yet.
void Scenario::connect(std::size_t who) {
    Person& person = model_.people[who];
    if (person.devices.size() >= mostDevices) return;
    SignOnOptions options;
    options.useFeedbag = options.clientOnline = false;
    bool const storedList = !oneIn(3);
    Device& device = add(who, world_.signOn(typed(who), options, true), true, storedList);
    note(nameOf(who, device) + " connects");
}

void Scenario::comeOnline(std::size_t who, Device& device) {
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

void Scenario::end(std::size_t who, Device& device, bool orderly) {
    note(nameOf(who, device) + (orderly ? " signs off" : " breaks its line"));
    std::list<Device>& devices = model_.people[who].devices;
    auto const at = std::ranges::find_if(devices, [&](Device const& one) { return &one == &device; });
    ended_.splice(ended_.end(), devices, at);
    if (!orderly) broke_.insert(who);
    orderly ? device.client->signOff() : device.client->breakLine();
}

void Scenario::changeBuddies(std::size_t who, Device& device) {
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

void Scenario::changeTemporary(std::size_t who, Device& device) {
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

void Scenario::changePrivacy(std::size_t who, Device& device) {
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

void Scenario::changeSessionPrivacy(std::size_t who, Device& device, std::size_t other) {
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

void Scenario::changePermits(std::size_t who, Device& device) {
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

void Scenario::write(std::size_t who, Device& device) {
    std::size_t const to = below(users);
    Sent sent{who, to, &device, 0, {}, oneIn(2)};
    sent.text = nameOf(who, device) + ">" + std::to_string(++lastMessage_);
    note(nameOf(who, device) + " writes " + std::to_string(lastMessage_) + " to " + model_.people[to].displayId +
         (sent.store ? ", to be stored" : ""));
    if (!atOnce_) expect(sent);
    sent.request = sendIm(*device.client, typed(to), sent.text, {.store = sent.store});
    sent_.push_back(std::move(sent));
}

void Scenario::retrieve(std::size_t who, Device& device) {
    note(nameOf(who, device) + " fetches what waits");
    std::vector<std::string>& inbox = model_.people[who].inbox;
    device.due.insert(device.due.end(), inbox.begin(), inbox.end());
    inbox.clear();
    device.client->send(wire::icbm::OfflineRetrieve{});
}

}  // namespace oscar::test::simulation
