// SPDX-License-Identifier: MIT
// Proposals between clients, and how clients refuse them (rules RDV-1, RDV-6, RDV-7).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/world.h"

namespace oscar::test {
namespace {

using testing::IsEmpty;
using wire::ErrorCode;
using wire::icbm::Channel;
using wire::icbm::RendezvousMessage;
namespace im = wire::icbm;
namespace rdv = wire::icbm::rendezvousTags;

constexpr wire::Cookie cookie{1, 2, 3, 4, 5, 6, 7, 0xFF};
constexpr wire::Uuid fileTransfer{0x09, 0x46, 0x13, 0x43, 0x4C, 0x7F, 0x11, 0xD1,
                                  0x82, 0x22, 0x44, 0x45, 0x53, 0x54, 0x00, 0x00};
constexpr wire::u32 claimed = 0x0A000001, seen = 0xC0000263;  // 10.0.0.1, 192.0.2.99
char const* const aliceAddress = "192.0.2.99";

wire::u32 sendRendezvous(Client& from, wire::TlvList const& tlvs,
                         RendezvousMessage type = RendezvousMessage::Propose) {
    wire::Buffer const data = wire::encode(im::ImRendezvous{type, cookie, fileTransfer, tlvs});
    wire::TlvList icbm;
    icbm.add(im::tags::data, wire::blob{data}).add(wire::Tlv{0x7777, {}});
    return from.send(im::ChannelMsgToHost{cookie, Channel::Rendezvous, wire::string08{"eve"}, icbm});
}

/// The TLVs inside the rendezvous that came, if its frame is as it was sent.
wire::Buffer arrived(Client& client, RendezvousMessage type = RendezvousMessage::Propose) {
    auto const message = client.take<im::ChannelMsgToClient>();
    if (!message) {
        ADD_FAILURE() << "nothing came";
        return {};
    }
    EXPECT_EQ((*message)->channel, Channel::Rendezvous);
    EXPECT_EQ((*message)->cookie, cookie);
    EXPECT_TRUE((*message)->icbmTlvs.find(0x7777));
    auto const data = (*message)->icbmTlvs.find(im::tags::data.number);
    auto const inner = data ? wire::decode<im::ImRendezvous>(*data) : std::nullopt;
    if (!inner) {
        ADD_FAILURE() << "no rendezvous in it";
        return {};
    }
    EXPECT_EQ(inner->type, type);
    EXPECT_EQ(inner->cookie, cookie);
    EXPECT_EQ(inner->service, fileTransfer);
    return wire::toBuffer(inner->tlvs.bytes());
}

/// Alice proposes to Eve; on one shard and on two.
class Rendezvous : public testing::TestWithParam<unsigned> {
  protected:
    World world{GetParam()};
    Client* alice = nullptr;
    Client* eve = nullptr;
    void SetUp() override {
        world.addUser("Alice");
        world.addUser("Eve");
        alice = &world.signOn("alice", {.address = aliceAddress});
        eve = &world.signOn("eve");
    }
};
INSTANTIATE_TEST_SUITE_P(Shards, Rendezvous, testing::Values(1u, 2u));

wire::TlvList proposal() {
    wire::TlvList tlvs;
    tlvs.add(rdv::sequenceNum, 1).add(rdv::requestHostCheck).add(rdv::ipAddr, claimed);
    tlvs.add(rdv::proposerIpAddr, claimed);
    return tlvs;
}

wire::Buffer const serviceBytes{0, 1, 0, 4, 0xC6, 0x33, 0x64, 0x01};  // looks like a TLV and is none

// RDV-7
TEST_P(Rendezvous, proposalGetsTheProposersAddressAsTheServerSeesIt) {
    wire::TlvList sent = proposal();
    sent.add(rdv::port, 5190).add(rdv::serviceData, wire::blob{serviceBytes});
    sendRendezvous(*alice, sent);
    wire::TlvList expected = proposal();
    expected.add(rdv::verifiedIpAddr, seen);
    expected.add(rdv::port, 5190).add(rdv::serviceData, wire::blob{serviceBytes});
    EXPECT_TRUE(wire::sameBytes(arrived(*eve), expected.bytes()));
}

// RDV-7
TEST_P(Rendezvous, proposalsClaimOfAVerifiedAddressOrUrlIsNotBelieved) {
    wire::TlvList sent;
    sent.add(rdv::verifiedIpAddr, 0x08080808).add(rdv::verifiedDownloadUrl, wire::string{"http://evil.example/"});
    wire::TlvList const honest = proposal();
    for (wire::Tlv const& tlv : wire::Tlvs{honest}) sent.add(tlv);
    sent.add(rdv::verifiedIpAddr, 0x08080808).add(rdv::verifiedIpAddr, 0x08080404);
    sendRendezvous(*alice, sent);
    wire::TlvList expected = proposal();
    expected.add(rdv::verifiedIpAddr, seen);
    EXPECT_TRUE(wire::sameBytes(arrived(*eve), expected.bytes()));
}

// RDV-7: also where a server that follows AOL would not look, since clients do
TEST_P(Rendezvous, claimBehindTheServicesOwnTagsIsNotBelievedEither) {
    wire::TlvList sent = proposal();
    sent.add(rdv::serviceData, wire::blob{serviceBytes}).add(rdv::verifiedIpAddr, 0x08080808);
    sendRendezvous(*alice, sent);
    wire::TlvList expected = proposal();
    expected.add(rdv::verifiedIpAddr, seen).add(rdv::serviceData, wire::blob{serviceBytes});
    EXPECT_TRUE(wire::sameBytes(arrived(*eve), expected.bytes()));
}

// RDV-7
TEST_P(Rendezvous, proposalWithoutTheProposersAddressGetsNone) {
    wire::TlvList tlvs;
    tlvs.add(rdv::sequenceNum, 1).add(rdv::serviceData, wire::blob{serviceBytes});
    sendRendezvous(*alice, tlvs);
    EXPECT_TRUE(wire::sameBytes(arrived(*eve), tlvs.bytes()));
}

// RDV-7
TEST_P(Rendezvous, acceptanceAndCancellationPassUnchangedButForClaims) {
    for (RendezvousMessage type : {RendezvousMessage::Accept, RendezvousMessage::Cancel}) {
        wire::TlvList const tlvs = proposal();
        sendRendezvous(*alice, tlvs, type);
        EXPECT_TRUE(wire::sameBytes(arrived(*eve, type), tlvs.bytes()));
        sendRendezvous(*alice, wire::TlvList{}.add(rdv::verifiedIpAddr, 0x08080808), type);
        EXPECT_THAT(arrived(*eve, type), IsEmpty());
    }
}

// RDV-6
TEST_P(Rendezvous, tagsOfTheServiceAreNotTakenForThoseOfTheProposal) {
    wire::TlvList sent;
    sent.add(rdv::sequenceNum, 1).add(wire::Tlv{0x1234, serviceBytes}).add(rdv::proposerIpAddr, claimed);
    sent.add(wire::Tlv{0x001B, serviceBytes});
    sendRendezvous(*alice, sent);
    EXPECT_TRUE(wire::sameBytes(arrived(*eve), sent.bytes()));
}

// RDV-7
TEST_P(Rendezvous, proposalWithItsAddressTwiceIsVerifiedOnce) {
    wire::TlvList sent = proposal();
    sent.add(rdv::proposerIpAddr, claimed);
    sendRendezvous(*alice, sent);
    wire::TlvList expected = proposal();
    expected.add(rdv::verifiedIpAddr, seen).add(rdv::proposerIpAddr, claimed);
    EXPECT_TRUE(wire::sameBytes(arrived(*eve), expected.bytes()));
}

// RDV-7: VERIFIED_IP_ADDR has no room for IPv6
TEST(RendezvousOverIpv6, proposalGetsNoVerifiedAddress) {
    World world;
    world.addUser("Alice");
    world.addUser("Eve");
    Client& alice = world.signOn("alice", {.address = "2001:db8::1"});
    Client& eve = world.signOn("eve");
    wire::TlvList const tlvs = proposal();
    sendRendezvous(alice, tlvs);
    EXPECT_TRUE(wire::sameBytes(arrived(eve), tlvs.bytes()));
}

// RDV-4, BAD-4
TEST_P(Rendezvous, proposalThatCannotBeReadIsRefused) {
    wire::Buffer const whole = wire::encode(im::ImRendezvous{RendezvousMessage::Propose, cookie, fileTransfer,
                                                             proposal()});
    for (std::size_t length : {std::size_t{0}, std::size_t{25}, whole.size() - 1}) {
        wire::TlvList icbm;
        icbm.add(im::tags::data, wire::blob{wire::Bytes(whole).first(length)}).add(im::tags::requestHostAck);
        wire::u32 const id =
            alice->send(im::ChannelMsgToHost{cookie, Channel::Rendezvous, wire::string08{"eve"}, icbm});
        EXPECT_EQ(alice->errorOf(id), ErrorCode::BustedSnacPayload);
    }
    EXPECT_FALSE(alice->take<im::HostAck>());
    EXPECT_FALSE(eve->take<im::ChannelMsgToClient>());
}

// RDV-1
TEST_P(Rendezvous, refusalReachesTheProposerUnderTheRefusersNameWithItsReasonUnchanged) {
    wire::Buffer const reason{0, 2, 0, 1, 0xFF, 0x1B, 0};
    eve->send(im::ClientErr{cookie, Channel::Rendezvous, wire::string08{"AL ICE"}, 3, wire::blob{reason}});
    auto const refusal = alice->take<im::ClientErr>();
    ASSERT_TRUE(refusal);
    EXPECT_EQ(refusal->header.requestId, wire::serverRequestId);
    EXPECT_EQ((*refusal)->cookie, cookie);
    EXPECT_EQ((*refusal)->channel, Channel::Rendezvous);
    EXPECT_EQ((*refusal)->loginId.text, "Eve");
    EXPECT_EQ((*refusal)->code, 3);
    EXPECT_TRUE(wire::sameBytes((*refusal)->errorInfo.bytes, reason));
    EXPECT_THAT(eve->frames, IsEmpty());
}

// RDV-1, RDV-2: climm answers each message so; nobody is asked for events
TEST_P(Rendezvous, refusalOfAPlainMessageIsRelayedTooAndNeverAnswered) {
    Client& quiet = world.signOn("alice", {.icbmFlags = 3});
    eve->send(im::ClientErr{cookie, Channel::Im, wire::string08{"alice"}, 2, {}});
    EXPECT_TRUE(alice->take<im::ClientErr>());
    EXPECT_TRUE(quiet.take<im::ClientErr>());
    eve->send(im::ClientErr{cookie, Channel::Im, wire::string08{"nobody"}, 2, {}});
    eve->send(im::ClientErr{cookie, Channel::Im, wire::string08{""}, 2, {}});
    EXPECT_THAT(eve->frames, IsEmpty());
}

// RDV-1, TYPE-2
TEST_P(Rendezvous, refusalDoesNotPassABlock) {
    ASSERT_TRUE(insert(*alice, pdinfo(wire::feedbag::PdMode::DenyAll)));
    eve->send(im::ClientErr{cookie, Channel::Im, wire::string08{"alice"}, 2, {}});
    EXPECT_FALSE(alice->take<im::ClientErr>());
    EXPECT_THAT(eve->frames, IsEmpty());
}

}  // namespace
}  // namespace oscar::test
