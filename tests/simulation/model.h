// SPDX-License-Identifier: MIT
// What ought to be: users, their clients and settings, and by the rules (PRES-2, PD-2, PD-3, MULTI-2, MULTI-6) who sees
// whom and who can be written to. Written anew from the rules, without a line of the server's.
#pragma once

#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/support/world.h"

namespace oscar::test::simulation {

using wire::feedbag::PdMode;
using Names = std::set<std::size_t>;  ///< numbers of users

struct Settings {
    PdMode mode = PdMode::PermitAll;
    Names permit, deny;
};

/// What a client shows of a buddy who is on.
struct Shown {
    bool away = false;
    bool idle = false;
    friend bool operator==(Shown const&, Shown const&) = default;
};

struct Device {
    Client* client = nullptr;
    unsigned number = 0;  ///< of all that ever were
    bool sharing = true;  ///< may be one of several
    bool storedList = true;
    bool online = false;  ///< CLIENT_ONLINE was sent
    bool away = false;
    bool idle = false;
    bool invisible = false;
    Names own, temporary, temporaryPermits;
    std::optional<Settings> settings;

    std::map<std::size_t, Shown> shows;  ///< as told by ARRIVED and DEPARTED
    std::vector<std::string> due;        ///< messages that must have come since the last look
    bool active() const { return !away && !idle; }
};

struct Person {
    std::string displayId;
    bool icq = false;
    Names buddies;                  ///< of the stored list
    std::optional<PdMode> mode;     ///< of the stored list
    Names permit, deny;             ///< of the stored list
    std::list<Device> devices;      ///< in the order of their sign-on
    std::vector<std::string> inbox; ///< texts of stored messages, oldest first

    bool online() const;
    bool invisible() const;
    Shown shown() const;
    /// The settings in force; those stored while he is not on.
    Settings settings() const;
    std::vector<Device*> targets();
};

class Model {
  public:
    std::vector<Person> people;

    bool watches(Person const& person, Device const& device, std::size_t other) const;
    /// Whether `other` may write to `person`, and be seen by him.
    bool reaches(std::size_t person, std::size_t other) const;
    bool seesOnline(std::size_t watcher, std::size_t other) const;
    /// What the device ought to show.
    std::map<std::size_t, Shown> truth(std::size_t person, Device const& device) const;
    /// The number of a user by a name as the server writes it.
    std::optional<std::size_t> numberOf(std::string_view name) const;

  private:
    bool temporarilyPermitted(Person const& person, std::size_t other) const;
    bool letsIn(Settings const& settings, Person const& person, std::size_t other) const;
};

}  // namespace oscar::test::simulation
