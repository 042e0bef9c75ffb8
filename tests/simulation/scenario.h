// SPDX-License-Identifier: MIT
// A random day of a small server complex: what users do, and the comparison of what their clients find with the model.
#pragma once

#include <random>
#include <set>

#include "tests/simulation/model.h"

namespace oscar::test::simulation {

class Scenario {
    /// A message on its way.
    struct Sent {
        std::size_t from = 0, to = 0;
        Device* by = nullptr;
        wire::u32 request = 0;
        std::string text;  ///< "sender#device>number"
        bool store = false;
    };

    std::mt19937 random_;
    World world_;
    Model model_;
    std::vector<Sent> sent_;                                         // in this step
    std::list<Device> ended_;                                        // in this step
    std::set<std::size_t> broke_;                                    // whose line broke in this step
    std::map<std::string, std::optional<wire::ErrorCode>> outcomes_; // by text, in this step, as the model says
    std::map<unsigned, std::map<std::string, unsigned>> newest_;     // by device and sender: number of the last message
    std::string history_;
    unsigned lastDevice_ = 0;
    unsigned lastMessage_ = 0;
    bool atOnce_ = false;  // the actions of this step happen at the same time

  public:
    Scenario(unsigned seed, unsigned shards);

    /// Everybody signs on and fills a stored list; then half of them leave.
    void setUp();
    /// One action, several while the disk is slow, or several at once, whose mail between the shards then arrives in
    /// any order that the shards allow; then the comparison.
    void step();
    /// Everybody signs off, and on again to fetch what waits for him.
    void finish();
    /// The last of what happened.
    std::string history() const;

  private:
    std::size_t below(std::size_t bound) { return random_() % bound; }
    bool oneIn(std::size_t count) { return below(count) == 0; }
    void note(std::string const& what) { history_ += what + "\n"; }
    std::string nameOf(std::size_t person, Device const& device) const;
    std::string typed(std::size_t person);
    Device& only(std::size_t person) { return model_.people[person].devices.front(); }

    // What users do (scenario.cpp)
    void action(bool withoutSignOns);
    Device& add(std::size_t who, Client& client, bool sharing, bool storedList);
    void signOn(std::size_t who, bool storedList, bool sharing);
    void connect(std::size_t who);
    void comeOnline(std::size_t who, Device& device);
    void end(std::size_t who, Device& device, bool orderly);
    void changeBuddies(std::size_t who, Device& device);
    void changeTemporary(std::size_t who, Device& device);
    void changePrivacy(std::size_t who, Device& device);
    void changeSessionPrivacy(std::size_t who, Device& device, std::size_t other);
    void changePermits(std::size_t who, Device& device);
    void write(std::size_t who, Device& device);
    void retrieve(std::size_t who, Device& device);

    // What clients find (oracle.cpp)
    void expect(Sent const& sent);
    void forgetUnwatched(std::size_t who);
    void look(std::size_t who, Device& device);
    std::vector<std::string> received(Device const& device);
    void checkOrder(Device const& receiver, std::string const& text, bool stored);
    void check();
    void checkSent(Sent const& sent, unsigned deliveries);
    std::optional<bool> acknowledged(Sent const& sent, std::optional<wire::ErrorCode>& error);
    std::vector<std::string> inboxOf(std::size_t who);
    void takeOverInbox(std::size_t who);
    std::string difference(std::size_t who, Device const& device) const;
};

}  // namespace oscar::test::simulation
