// SPDX-License-Identifier: MIT
// SNAC headers and the way bodies are read (rules SNAC-1 to SNAC-10).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/support/world.h"

namespace oscar::test {
namespace {

using core::CloseReason;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using wire::ErrorCode;
using wire::FrameType;
namespace os = wire::oservice;

/// A SNAC with every byte of its header in the test's hand.
void send(Client& client, wire::SnacHeader const& header, wire::Bytes rest = {}) {
    wire::Buffer payload = wire::encode(header);
    payload.insert(payload.end(), rest.begin(), rest.end());
    client.sendFrame(FrameType::Data, payload);
}

class SnacHeader : public testing::TestWithParam<unsigned> {
  protected:
    World world{GetParam()};

    void SetUp() override {
        for (auto const* name : {"Alice", "Bob"}) world.addUser(name);
    }
};
INSTANTIATE_TEST_SUITE_P(, SnacHeader, testing::Values(1u, 2u));

// SNAC-1
TEST_P(SnacHeader, isFoodgroupTypeFlagsAndRequestIdInTenBytes) {
    Client& alice = world.signOn("alice");
    alice.sendFrame(FrameType::Data, wire::Buffer{0, 1, 0, 0x1F, 0, 0, 0x12, 0x34, 0x56, 0x78});
    ASSERT_THAT(alice.frames, SizeIs(1));
    EXPECT_THAT(*alice.frames[0].payload, ElementsAre(0, 1, 0, 0x20, 0, 0, 0x12, 0x34, 0x56, 0x78));
}

// SNAC-2
TEST_P(SnacHeader, tlvsBetweenHeaderAndBodyAreSkipped) {
    Client& alice = world.signOn("alice");
    Client& bob = world.signOn("bob");
    wire::TlvList im;
    im.add(wire::icbm::imDataTags::imText,
           wire::icbm::ImSection{wire::icbm::Encoding::Ascii, 0, wire::blob{wire::asBytes("hello")}});
    wire::TlvList tlvs;
    tlvs.add(wire::icbm::tags::imData, im);
    wire::icbm::ChannelMsgToHost const message{{}, wire::icbm::Channel::Im, wire::string08{"bob"}, tlvs};
    for (wire::Buffer const& block :
         {wire::Buffer{0, 0}, wire::Buffer{0, 6, 0, 1, 0, 2, 0, 4}, wire::Buffer{0, 5, 0x77, 0x77, 0, 1, 9}}) {
        wire::Buffer body = block;
        wire::Buffer const rest = wire::encode(message);
        body.insert(body.end(), rest.begin(), rest.end());
        send(alice, {4, 6, wire::snacFlags::optTlvPresent, 5}, body);
        EXPECT_THAT(texts(bob), ElementsAre("hello"));
    }
}

// SNAC-2, BAD-5
TEST_P(SnacHeader, tlvsThatRunPastTheEndCloseTheConnection) {
    for (wire::Buffer const& block : {wire::Buffer{}, wire::Buffer{0}, wire::Buffer{0, 1}, wire::Buffer{0, 6, 0, 1, 0, 2},
                                      wire::Buffer{0, 4, 0, 1, 0, 2, 0, 4}, wire::Buffer{0, 3, 0, 1, 0}}) {
        Client& alice = world.signOn("alice");
        send(alice, {1, 0x1F, wire::snacFlags::optTlvPresent, 5}, block);
        EXPECT_EQ(alice.closed, CloseReason::BadFrame) << block.size();
        EXPECT_FALSE(alice.take<os::ProbeAck>());
    }
}

// SNAC-3, FLAP-4
TEST_P(SnacHeader, aLongAnswerComesInPartsThatOldClientsCanTake) {
    Client& alice = world.signOn("alice");
    wire::Buffer const note(100, 'n');
    std::size_t stored = 0;
    for (wire::u16 group = 1; group <= 4; ++group) {
        wire::Buffer some = item("Group " + std::to_string(group), group, 0, wire::feedbag::ClassId::Group);
        for (wire::u16 id = 1; id <= 50; ++id, ++stored) {
            wire::TlvList attributes;
            attributes.add(wire::feedbag::attributes::note, wire::string{wire::asText(note)});
            wire::Buffer const one = item("buddy" + std::to_string(stored), group, id, wire::feedbag::ClassId::Buddy,
                                          attributes);
            some.insert(some.end(), one.begin(), one.end());
        }
        ++stored;
        ASSERT_TRUE(insert(alice, some));
    }
    alice.forget();
    wire::u32 const id = alice.send(wire::feedbag::Query{});
    auto const parts = alice.takeAll<wire::feedbag::Reply>();
    ASSERT_GE(parts.size(), 3u);
    std::size_t received = 0;
    for (auto const& part : parts) {
        bool const last = &part == &parts.back();
        EXPECT_EQ(part.header.flags, last ? 0 : wire::snacFlags::moreRepliesFollow);
        EXPECT_EQ(part.header.requestId, id);
        EXPECT_LE(part.bytes->size(), 8192u);
        received += part->items.count();
    }
    EXPECT_EQ(received, stored);
}

// SNAC-4
TEST_P(SnacHeader, requestId0OfOldClientsIsAnsweredAsAnyOther) {
    Client& alice = world.signOn("alice");
    send(alice, {1, 0x0E, 0, 0});
    auto const info = alice.take<os::NickInfoUpdate>();
    ASSERT_TRUE(info);
    EXPECT_EQ(info->header.requestId, 0u);
    send(alice, {1, 0x0E, 0, 0xFFFFFFFF});
    EXPECT_EQ(alice.take<os::NickInfoUpdate>()->header.requestId, 0xFFFFFFFFu);
}

// SNAC-5
TEST_P(SnacHeader, anAnswerHasTheRequestsIdAndAllElseTheTopBit) {
    Client& alice = world.signOn("alice", {}, true);
    std::set<wire::u32> asked;
    asked.insert(alice.send(os::RateParamsQuery{}));
    asked.insert(alice.send(wire::locate::RightsQuery{}));
    asked.insert(alice.send(wire::feedbag::Query{}));
    asked.insert(alice.sendSnac(1, 0x7F, {}));
    storeBuddies(alice, {"bob"});
    Client& bob = world.signOn("bob");
    sendIm(bob, "alice", "hello");
    bob.signOff();

    std::size_t answers = 0, unasked = 0;
    for (ReceivedFrame const& frame : alice.frames) {
        auto const snac = frame.type == FrameType::Data ? frame.snac() : std::nullopt;
        if (!snac) continue;
        wire::u32 const id = snac->header.requestId;
        if (id & wire::serverRequestId) {
            EXPECT_EQ(id, wire::serverRequestId);
            ++unasked;
        } else {
            asked.erase(id);
            ++answers;
        }
        bool const presenceOrMessage = snac->header.foodgroup == 3 || snac->header.foodgroup == 4;
        if (presenceOrMessage) {
            EXPECT_EQ(id, wire::serverRequestId) << snac->header.foodgroup;
        }
    }
    EXPECT_THAT(asked, IsEmpty());
    EXPECT_GE(answers, 4u);
    EXPECT_GE(unasked, 5u);  // HOST_ONLINE, message of the day, STATS, arrival, message, departure
}

// SNAC-6
TEST_P(SnacHeader, aRefusalIsType1OfTheFoodgroupWithTheRequestsId) {
    Client& alice = world.signOn("alice");
    for (wire::u16 group : {1, 2, 3, 4, 9, 11, 19}) {
        wire::u32 const id = alice.sendSnac(group, 0x7F, {});
        ASSERT_THAT(alice.frames, SizeIs(1)) << group;
        auto const snac = alice.frames[0].snac();
        ASSERT_TRUE(snac);
        EXPECT_EQ(snac->header.foodgroup, group);
        EXPECT_EQ(snac->header.type, 1);
        EXPECT_EQ(snac->header.requestId, id);
        EXPECT_THAT(wire::toBuffer(snac->body), ElementsAre(0, 1));
        alice.forget();
    }
}

// SNAC-7
TEST_P(SnacHeader, theServerSendsNoTlvsBetweenHeaderAndBody) {
    Client& alice = world.signOn("alice", {}, true);
    storeBuddies(alice, {"bob"});
    for (auto query : {&wire::feedbag::RightsQuery::snac, &wire::feedbag::Query::snac, &wire::icbm::ParameterQuery::snac})
        alice.sendSnac(static_cast<wire::u16>(query->foodgroup), query->type, {});
    world.signOn("bob").signOff();
    ASSERT_GE(alice.frames.size(), 8u);
    for (ReceivedFrame const& frame : alice.frames) {
        auto const snac = frame.type == FrameType::Data ? frame.snac() : std::nullopt;
        EXPECT_FALSE(snac && snac->header.flags & wire::snacFlags::optTlvPresent) << snac->header.type;
    }
}

// SNAC-8
TEST_P(SnacHeader, unknownTagsAndBytesAfterTheLastFieldAreIgnored) {
    Client& alice = world.signOn("alice");
    storeBuddies(alice, {"bob"});
    Client& bob = world.signOn("bob");
    alice.forget();
    bob.sendSnac(1, 0x11, wire::Buffer{0, 0, 0, 120, 'm', 'o', 'r', 'e'});  // idle for two minutes
    auto const arrived = alice.take<wire::buddy::Arrived>();
    ASSERT_TRUE(arrived);
    for (auto const& info : (*arrived)->arrivedInfos)
        EXPECT_EQ(info.userAttributes.get(os::nickInfoTags::idleTime), 2);

    wire::TlvList tlvs;
    tlvs.add(wire::Tlv{0x7001, wire::asBytes("unknown")})
        .add(wire::locate::tags::unavailableType, wire::string{"text/plain"})
        .add(wire::locate::tags::unavailableData, wire::string{"out"})
        .add(wire::Tlv{0x7002, {}});
    wire::u32 const id = bob.send(wire::locate::SetInfo{tlvs});
    EXPECT_FALSE(bob.errorOf(id));
    EXPECT_THAT(alice.arrived(), ElementsAre("Bob"));
}

// SNAC-9
TEST_P(SnacHeader, whenATagComesTwiceTheFirstCounts) {
    world.addUser("100001");
    Client& icq = world.signOn("100001");
    wire::TlvList tlvs;
    tlvs.add(os::nickInfoTags::status, 0x00000004u).add(os::nickInfoTags::status, 0x00000010u);
    icq.send(os::SetNickinfoFields{tlvs});
    auto const info = icq.take<os::NickInfoUpdate>();
    ASSERT_TRUE(info);
    EXPECT_EQ((*(*info)->info.begin()).userAttributes.get(os::nickInfoTags::status), 4u);
}

// SNAC-10, BAD-4
TEST_P(SnacHeader, aTlvLongerThanItsContainerIsError14) {
    Client& alice = world.signOn("alice");
    Client& bob = world.signOn("bob");
    wire::Buffer im = wire::encode(wire::icbm::ChannelMsgToHost{{}, wire::icbm::Channel::Im, wire::string08{"bob"}, {}});
    for (wire::u08 byte : {0, 2, 0, 9, 5, 1, 0, 1, 1}) im.push_back(byte);
    EXPECT_EQ(alice.errorOf(alice.sendSnac(4, 6, im)), ErrorCode::BustedSnacPayload);
    EXPECT_THAT(texts(bob), IsEmpty());

    wire::Buffer buddy = item("bob", 1, 1, wire::feedbag::ClassId::Buddy);
    buddy.insert(buddy.end(), {0x01, 0x31, 0, 9});
    buddy[buddy.size() - 5] = 4;  // the attributes' length: they end inside one
    EXPECT_EQ(alice.errorOf(alice.sendSnac(0x13, 8, buddy)), ErrorCode::BustedSnacPayload);
    EXPECT_EQ(alice.errorOf(alice.sendSnac(1, 0x1E, wire::Buffer{0, 6, 0, 4, 0, 0, 1})), ErrorCode::BustedSnacPayload);
    EXPECT_TRUE(alice.isOpen());
}

// SNAC-10
TEST_P(SnacHeader, jimmsCapabilitiesThatClaimTooMuchAreTakenAsFarAsTheyGo) {
    Client& jimm = world.signOn("alice");
    Client& bob = world.signOn("bob");
    wire::Buffer body{0, 5, 0, 48};  // three of them are claimed, two are there
    for (int i = 0; i < 32; ++i) body.push_back(static_cast<wire::u08>(i));
    EXPECT_FALSE(jimm.errorOf(jimm.sendSnac(2, 4, body)));
    auto const info = bob.ask<wire::locate::UserInfoReply>(
        wire::locate::UserInfoQuery{wire::locate::OldQueryType::Capabilities, wire::string08{"alice"}});
    ASSERT_TRUE(info);
    auto const found = info->bytes->end() != std::search(info->bytes->begin(), info->bytes->end(), body.begin() + 4,
                                                         body.end());
    EXPECT_TRUE(found);
}

}  // namespace
}  // namespace oscar::test
