// SPDX-License-Identifier: MIT
#include "tests/simulation/model.h"

#include <algorithm>

namespace oscar::test::simulation {

bool Person::online() const {
    return std::ranges::any_of(devices, &Device::online);
}

bool Person::invisible() const {
    return online() &&
           std::ranges::all_of(devices, [](Device const& device) { return !device.online || device.invisible; });
}

Shown Person::shown() const {
    Shown all{true, true};
    for (Device const& device : devices) {
        if (!device.online) continue;
        all.away = all.away && device.away;
        all.idle = all.idle && device.idle;
    }
    return all;
}

Settings Person::settings() const {
    bool const signedOn = std::ranges::any_of(devices, &Device::online);
    bool const stored = std::ranges::any_of(
        devices, [](Device const& device) { return device.online && device.storedList; });
    if (stored || !signedOn) return {mode.value_or(PdMode::PermitAll), permit, deny};
    Settings inForce;
    for (Device const& device : devices)
        if (device.online && device.settings) inForce = *device.settings;
    return inForce;
}

std::vector<Device*> Person::targets() {
    std::vector<Device*> all, active;
    for (Device& device : devices) {
        if (!device.online) continue;
        all.push_back(&device);
        if (device.active()) active.push_back(&device);
    }
    return active.empty() ? all : active;
}

bool Model::temporarilyPermitted(Person const& person, std::size_t other) const {
    return std::ranges::any_of(
        person.devices, [&](Device const& device) { return device.temporaryPermits.contains(other); });
}

bool Model::letsIn(Settings const& settings, Person const& person, std::size_t other) const {
    switch (settings.mode) {
        case PdMode::PermitAll: return true;
        case PdMode::DenyAll: return false;
        case PdMode::PermitSome: return settings.permit.contains(other);
        case PdMode::DenySome: return !settings.deny.contains(other);
        case PdMode::PermitOnList: return person.buddies.contains(other);
    }
    return true;
}

bool Model::reaches(std::size_t person, std::size_t other) const {
    Person const& one = people[person];
    if (person == other || one.icq || temporarilyPermitted(one, other)) return true;
    return letsIn(one.settings(), one, other);
}

bool Model::watches(Person const& person, Device const& device, std::size_t other) const {
    return device.online && ((device.storedList && person.buddies.contains(other)) || device.own.contains(other) ||
                             device.temporary.contains(other));
}

bool Model::seesOnline(std::size_t watcher, std::size_t other) const {
    Person const& seen = people[other];
    if (!seen.online()) return false;
    if (watcher == other) return true;
    Settings const settings = seen.settings();
    bool const onVisibleList =
        seen.icq && settings.mode == PdMode::PermitSome && settings.permit.contains(watcher);
    if (seen.invisible() && !onVisibleList) return false;
    return reaches(watcher, other) &&
           (temporarilyPermitted(seen, watcher) || letsIn(settings, seen, watcher));
}

std::map<std::size_t, Shown> Model::truth(std::size_t person, Device const& device) const {
    std::map<std::size_t, Shown> all;
    for (std::size_t other = 0; other < people.size(); ++other)
        if (watches(people[person], device, other) && seesOnline(person, other)) all[other] = people[other].shown();
    return all;
}

std::optional<std::size_t> Model::numberOf(std::string_view name) const {
    for (std::size_t i = 0; i < people.size(); ++i)
        if (people[i].displayId == name) return i;
    return std::nullopt;
}

}  // namespace oscar::test::simulation
