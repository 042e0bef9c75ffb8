// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/simulation/scenario.h"

namespace oscar::test::simulation {

using wire::ErrorCode;

void Scenario::expect(Sent const& sent) {
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

// A client that no longer watches a name shows it no more, whatever it was told.
void Scenario::forgetUnwatched(std::size_t who) {
    for (Device& device : model_.people[who].devices) {
        look(who, device);
        std::erase_if(device.shows, [&](auto const& shown) {
            return !model_.watches(model_.people[who], device, shown.first);
        });
    }
}

// Reads ARRIVED and DEPARTED; names that the client does not watch are no concern of it.
void Scenario::look(std::size_t who, Device& device) {
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
                EXPECT_TRUE(device.shows.erase(*other) == 1 || atOnce_)
                    << nameOf(who, device) << " is told again that " << info.displayId.text << " departed";
            }
        }
        frame = frames.erase(frame);
    }
}

std::vector<std::string> Scenario::received(Device const& device) {
    std::vector<std::string> all;
    for (auto const& message : device.client->takeAll<wire::icbm::ChannelMsgToClient>()) {
        all.push_back(textOf(message->icbmTlvs));
        checkOrder(device, all.back(), message->icbmTlvs.has(wire::icbm::tags::sendTime));
    }
    return all;
}

// The order of each pair is kept: per sender and device, live messages come in order, and so do stored ones.
void Scenario::checkOrder(Device const& receiver, std::string const& text, bool stored) {
    auto const mark = text.find('>');
    unsigned const number = static_cast<unsigned>(std::stoul(text.substr(mark + 1)));
    std::string const sender = text.substr(0, text.find('#')) + (stored ? " stored" : "");
    unsigned& newest = newest_[receiver.number][sender];
    EXPECT_LT(newest, number) << "order of messages from " << sender;
    newest = number;
}

void Scenario::check() {
    std::map<std::string, unsigned> deliveries;  // by text
    auto const each = [&](auto const& visit) {
        for (std::size_t who = 0; who < model_.people.size(); ++who)
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
        if (!atOnce_) {
            EXPECT_EQ(texts, device.due) << "messages of " << nameOf(who, device);
        }
        device.due.clear();
    });
    for (Device& device : ended_) {
        EXPECT_FALSE(device.client->isOpen());
        for (std::string const& text : received(device)) ++deliveries[text];
    }
    for (Sent const& sent : sent_) checkSent(sent, deliveries[sent.text]);
    if (atOnce_)
        for (Sent const& sent : sent_) takeOverInbox(sent.to);
    each([](std::size_t, Device& device) { device.client->forget(); });
    sent_.clear();
    ended_.clear();
    broke_.clear();
    outcomes_.clear();
}

void Scenario::checkSent(Sent const& sent, unsigned deliveries) {
    bool const senderGone = std::ranges::any_of(ended_, [&](Device const& device) { return &device == sent.by; });
    std::optional<ErrorCode> error;
    auto const passedOn = acknowledged(sent, error);
    EXPECT_TRUE(passedOn || senderGone) << sent.text << " was neither acknowledged nor refused";
    if (!atOnce_) {
        if (passedOn) {
            EXPECT_EQ(error, outcomes_[sent.text]) << "outcome of " << sent.text;
        }
        return;
    }
    // Several things happened at once: the message may have met any of them, but must not be lost or doubled.
    auto const stored = static_cast<unsigned>(std::ranges::count(inboxOf(sent.to), sent.text));
    EXPECT_LE(stored, 1u) << sent.text << " is stored twice";
    EXPECT_FALSE(stored > 0 && deliveries > 0) << sent.text << " was delivered and stored";
    // What was on a line when it broke is gone, acknowledged or not: HOST_ACK says that the host has passed it on.
    bool const onABrokenLine = passedOn && *passedOn && broke_.contains(sent.to);
    if (passedOn && !onABrokenLine) {
        EXPECT_EQ(*passedOn, stored + deliveries > 0) << sent.text << " is lost, or refused and passed on";
    }
}

std::optional<bool> Scenario::acknowledged(Sent const& sent, std::optional<ErrorCode>& error) {
    bool passedOn = false;
    for (ReceivedFrame const& frame : sent.by->client->frames)
        if (frame.is(4, wire::icbm::HostAck::snac.type) && frame.snac()->header.requestId == sent.request) {
            EXPECT_FALSE(passedOn) << sent.text << " was acknowledged twice";
            passedOn = true;
        }
    error = sent.by->client->errorOf(sent.request);
    EXPECT_FALSE(passedOn && error) << sent.text << " was acknowledged and refused";
    if (!passedOn && !error) return std::nullopt;
    return passedOn;
}

std::vector<std::string> Scenario::inboxOf(std::size_t who) {
    std::vector<std::string> all;
    for (core::StoredMessage const& message : world_.waiting(model_.people[who].displayId))
        all.push_back(textOf(wire::Tlvs{message.icbmTlvs}));
    return all;
}

// What came at once may be stored in any order, behind what was there.
void Scenario::takeOverInbox(std::size_t who) {
    std::vector<std::string>& inbox = model_.people[who].inbox;
    auto const real = inboxOf(who);
    EXPECT_TRUE(real.size() >= inbox.size() && std::equal(inbox.begin(), inbox.end(), real.begin()))
        << "stored messages of " << model_.people[who].displayId << " are lost";
    inbox = real;
}

std::string Scenario::difference(std::size_t who, Device const& device) const {
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

}  // namespace oscar::test::simulation
