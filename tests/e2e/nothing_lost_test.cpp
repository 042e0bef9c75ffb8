// SPDX-License-Identifier: MIT
// What the server has acknowledged survives its sudden death, again and again, and nothing comes twice.
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>

#include "tests/e2e/flap_socket.h"
#include "tests/e2e/oscard.h"
#include "tests/support/frames.h"

namespace oscar::test {
namespace {

namespace im = wire::icbm;
namespace fb = wire::feedbag;
using Names = std::set<std::string>;
using Counts = std::map<std::string, unsigned>;

constexpr unsigned rounds = 10, senders = 3, messagesEach = 30, itemsEach = 30;

/// What has been acknowledged by now, told by several threads; one waits for a number of it.
class Acknowledged {
    std::mutex mutex_;
    std::condition_variable more_;
    Names names_;
    unsigned ended_ = 0;

  public:
    void add(std::string const& name) {
        std::lock_guard const lock(mutex_);
        names_.insert(name);
        more_.notify_all();
    }
    void end() {
        std::lock_guard const lock(mutex_);
        ++ended_;
        more_.notify_all();
    }
    /// Until there are `count`, or all of `threads` have ended.
    void await(std::size_t count, unsigned threads) {
        std::unique_lock lock(mutex_);
        if (!more_.wait_for(lock, patience, [&] { return names_.size() >= count || ended_ == threads; }))
            throw Disappointment("too few acknowledgements came");
    }
    Names const& names() const { return names_; }
};

wire::Buffer imBody(std::string const& text, std::string const& to, wire::u32 number) {
    wire::Buffer section =
        wire::encode(im::ImSection{im::Encoding::Ascii, 0, wire::blob{wire::asBytes(text)}});
    wire::TlvList data;
    data.add({im::imDataTags::imCapabilities.number, {}}).add({im::imDataTags::imText.number, section});
    wire::TlvList tlvs;
    tlvs.add({im::tags::imData.number, data.bytes()}).add(im::tags::requestHostAck).add(im::tags::store);
    wire::Cookie cookie{};
    wire::Buffer const digits = wire::encode(number);
    std::copy(digits.begin(), digits.end(), cookie.begin());
    return wire::encode(im::ChannelMsgToHost{cookie, im::Channel::Im, wire::string08{to}, tlvs});
}

std::string textOf(wire::Tlvs icbmTlvs) {
    auto const data = icbmTlvs.get(im::tags::imData).value();
    return std::string(wire::asText(data.get(im::imDataTags::imText).value().data.bytes));
}

/// Reads until the server dies; tells each name whose request was acknowledged as `isAck` finds.
void collect(FlapSocket& socket, std::map<wire::u32, std::string> const& requests, Acknowledged& acknowledged,
             std::function<bool(wire::SnacFrame const&)> const& isAck) {
    while (auto const frame = socket.next()) {
        auto const snac = frame->snac();
        if (!snac) continue;
        auto const request = requests.find(snac->header.requestId);
        if (request != requests.end() && isAck(*snac)) acknowledged.add(request->second);
    }
}

/// Sends messages to `receiver` as fast as they go.
void sendMessages(FlapSocket& socket, std::string const& prefix, std::string const& receiver,
                  Acknowledged& acknowledged) {
    std::map<wire::u32, std::string> requests;
    for (wire::u32 i = 1; i <= messagesEach; ++i) {
        wire::u32 const id = 100 + i;
        requests[id] = prefix + std::to_string(i);
        auto const& snac = im::ChannelMsgToHost::snac;
        socket.sendSnac({static_cast<wire::u16>(snac.foodgroup), snac.type, 0, id},
                        imBody(requests[id], receiver, i));
    }
    collect(socket, requests, acknowledged, [](wire::SnacFrame const& snac) {
        return snac.header.foodgroup == 4 && snac.header.type == im::HostAck::snac.type;
    });
}

/// Inserts buddies one by one as fast as they go.
void changeList(FlapSocket& socket, std::string const& prefix, wire::u16 groupId,
                Acknowledged& acknowledged) {
    std::map<wire::u32, std::string> requests;
    for (wire::u16 i = 1; i <= itemsEach; ++i) {
        wire::u32 const id = 100u + i;
        requests[id] = prefix + std::to_string(i);
        wire::Buffer const item =
            wire::encode(fb::Item{wire::string16{requests[id]}, groupId, i, fb::ClassId::Buddy, {}});
        socket.send(fb::InsertItems{wire::rest<fb::Item>{item}}, id);
    }
    collect(socket, requests, acknowledged, [](wire::SnacFrame const& snac) {
        return snac.header.foodgroup == 0x13 && snac.header.type == fb::Status::snac.type &&
               wire::decode<fb::StatusCode>(snac.body) == fb::StatusCode::Success;
    });
}

void signOff(FlapSocket& socket) {
    socket.sendFrame(wire::FrameType::Signoff);
    socket.awaitEnd();
}

/// Signs on, takes all that waits, signs off. How often each text came.
Counts takeWaiting(Oscard const& server, std::string const& user) {
    FlapSocket socket = signOn(server.address(), user);
    socket.send(im::OfflineRetrieve{}, 7);
    Counts texts;
    while (auto const frame = socket.next()) {
        if (frame->is(im::OfflineRetrieveReply::snac)) break;
        if (!frame->is(im::ChannelMsgToClient::snac)) continue;
        ++texts[textOf(wire::decode<im::ChannelMsgToClient>(frame->snac()->body).value().icbmTlvs)];
    }
    signOff(socket);
    return texts;
}

Counts storedBuddies(Oscard const& server, std::string const& user) {
    FlapSocket socket = signOn(server.address(), user);
    socket.send(fb::Query{}, 7);
    Counts names;
    while (auto const frame = socket.next()) {
        if (!frame->is(fb::Reply::snac)) continue;
        auto const snac = frame->snac();
        auto const reply = wire::decode<fb::Reply>(snac->body).value();
        for (fb::Item const& item : reply.items)
            if (item.classId == fb::ClassId::Buddy) ++names[std::string(item.name.text)];
        if (!(snac->header.flags & wire::snacFlags::moreRepliesFollow)) break;
    }
    signOff(socket);
    return names;
}

Names lost(Names const& acknowledged, Counts const& there) {
    Names missing;
    for (std::string const& name : acknowledged)
        if (!there.contains(name)) missing.insert(name);
    return missing;
}

Names twice(Counts const& there) {
    Names doubled;
    for (auto const& [name, count] : there)
        if (count > 1) doubled.insert(name);
    return doubled;
}

TEST(SuddenDeath, losesNothingThatWasAcknowledgedAndBringsNothingTwice) {
    Oscard server({"limits.offline_per_sender=1000", "limits.offline_total=10000"});
    server.addManyUsers("sender", senders);
    server.addUsers({"receiver", "collector"});
    {
        FlapSocket collector = signOn(server.address(), "collector");
        wire::Buffer groups = wire::encode(fb::Item{{}, 0, 0, fb::ClassId::Group, {}});
        for (wire::u16 round = 1; round <= rounds; ++round) {
            wire::Buffer const group = wire::encode(
                fb::Item{wire::string16{"round " + std::to_string(round)}, round, 0, fb::ClassId::Group, {}});
            groups.insert(groups.end(), group.begin(), group.end());
        }
        collector.send(fb::InsertItems{wire::rest<fb::Item>{groups}}, 5);
        collector.await(fb::Status::snac);
    }

    Noise chance(20240607);
    Names buddies;
    unsigned messagesAcknowledged = 0;
    for (wire::u16 round = 1; round <= rounds; ++round) {
        SCOPED_TRACE("round " + std::to_string(round));
        std::string const prefix = "r" + std::to_string(round);
        Acknowledged messages, items;
        std::vector<std::thread> threads;
        std::vector<FlapSocket> sockets;
        for (unsigned i = 0; i < senders; ++i)
            sockets.push_back(signOn(server.address(), "sender" + std::to_string(i)));
        sockets.push_back(signOn(server.address(), "collector"));
        for (unsigned i = 0; i < senders; ++i)
            threads.emplace_back([&, i] {
                sendMessages(sockets[i], prefix + "s" + std::to_string(i) + "m", "receiver", messages);
                messages.end();
            });
        threads.emplace_back([&] {
            changeList(sockets[senders], prefix + "b", round, items);
            items.end();
        });
        if (chance.next() % 2) {
            messages.await(chance.next() % (senders * messagesEach), senders);
        } else {
            items.await(chance.next() % itemsEach, 1);
        }
        server.kill();
        for (std::thread& thread : threads) thread.join();
        server.start();

        buddies.insert(items.names().begin(), items.names().end());
        messagesAcknowledged += static_cast<unsigned>(messages.names().size());
        Counts const delivered = takeWaiting(server, "receiver");
        EXPECT_EQ(lost(messages.names(), delivered), Names{});
        EXPECT_EQ(twice(delivered), Names{});
        for (auto const& [text, count] : delivered)
            EXPECT_TRUE(text.starts_with(prefix + "s")) << text << " was delivered before";
        EXPECT_EQ(takeWaiting(server, "receiver"), Counts{}) << "what was delivered comes again";
        Counts const stored = storedBuddies(server, "collector");
        EXPECT_EQ(lost(buddies, stored), Names{});
        EXPECT_EQ(twice(stored), Names{});
    }
    EXPECT_GT(messagesAcknowledged, 0u) << "else nothing was tried";
    EXPECT_FALSE(buddies.empty());
}

}  // namespace
}  // namespace oscar::test
