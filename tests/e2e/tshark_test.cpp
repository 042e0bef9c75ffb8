// SPDX-License-Identifier: MIT
// An independent dissector reads what client and server say to each other, and finds nothing wrong with it.
#include <gmock/gmock.h>

#include <set>
#include <sstream>

#include "client/text.h"
#include "tests/e2e/clients.h"
#include "tests/e2e/flap_socket.h"
#include "tests/e2e/oscard.h"
#include "tests/e2e/recorder.h"

namespace oscar::test {
namespace {

namespace im = wire::icbm;

constexpr char const* tshark = "/usr/bin/tshark";

/// What tshark makes of one packet. Lists are separated by commas: a packet may hold several SNACs.
struct Packet {
    std::string number, protocols, families, subtypes, severities, complaints, charsets;
};

std::ostream& operator<<(std::ostream& out, Packet const& packet) {
    return out << "packet " << packet.number << " (" << packet.families << " / " << packet.subtypes
               << "): " << packet.complaints;
}

bool has(std::string const& list, std::string const& value) {
    return (list + ',').find(value + ',') != std::string::npos;
}

/// All packets with content. Without -d it takes port 5190 for another protocol of AOL's.
std::vector<Packet> dissect(std::filesystem::path const& pcap) {
    Finished const done = run({tshark, "-n",
                               "-d",   "tcp.port==5190,aim",
                               "-r",   pcap.string(),
                               "-Y",   "tcp.len > 0",
                               "-T",   "fields",
                               "-e",   "frame.number",
                               "-e",   "frame.protocols",
                               "-e",   "aim.fnac.family",
                               "-e",   "aim.fnac.subtype",
                               "-e",   "_ws.expert.severity",
                               "-e",   "_ws.expert.message",
                               "-e",   "aim.messageblock.charset"});
    if (done.exit != 0) throw std::runtime_error("tshark failed: " + done.err);
    std::vector<Packet> packets;
    std::istringstream lines(done.out);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream fields(line);
        Packet packet;
        for (std::string* field : {&packet.number, &packet.protocols, &packet.families, &packet.subtypes,
                                   &packet.severities, &packet.complaints, &packet.charsets})
            std::getline(fields, *field, '\t');
        packets.push_back(packet);
    }
    return packets;
}

/// Whether it finds something wrong; malformed packets are errors too. It reads all text as ASCII, and warns
/// of "trailing stray characters" in UTF-16: that is none.
bool isWrong(Packet const& packet) {
    constexpr char const *error = "8388608", *warning = "6291456", *utf16 = "0x0002";
    if (packet.protocols.find("aim") == std::string::npos || has(packet.severities, error)) return true;
    return has(packet.severities, warning) && !has(packet.charsets, utf16);
}

/// All that the server can say to well-behaved clients on BOSS, and its refusals.
void talk(Recorder const& recorder) {
    TestClient alice(recorder.address()), bob(recorder.address()), laptop(recorder.address()),
        number(recorder.address());
    signOn(alice, "alice");
    signOn(number, "100001");
    addBuddy(alice, "bob", "Friends é");
    addBuddy(alice, "100001");
    addBuddy(number, "alice");
    send(alice, "bob", "for later: ünïcode 😀", client::MessageOptions{.storeIfOffline = true});
    send(alice, "bob", "not to be kept");
    alice.expectEvent<client::MessageAcked>();
    alice.expectEvent<client::Error>();
    TestClient stranger(recorder.address());
    stranger.open(optionsOf("nobody"));
    stranger.expectEvent<client::SignOnFailed>();
    client::Options wrong = optionsOf("bob", "wrong123");
    stranger.open(wrong);
    stranger.expectEvent<client::SignOnFailed>();

    signOn(bob, "bob");
    bob->retrieveOfflineMessages();
    bob.expectEvent<client::OfflineMessagesEnd>();
    signOn(laptop, "bob");
    addBuddy(bob, "alice");
    laptop.expectSnac<wire::feedbag::InsertItems>();
    changeList(bob, [&](auto done) { bob->addDeny("carol", done); });
    changeList(bob, [&](auto done) { bob->removeDeny("carol", done); });
    changeList(bob, [&](auto done) { bob->renameGroup("Buddies", "Pals", done); });
    changeList(bob, [&](auto done) { bob->setPrivacyMode(wire::feedbag::PdMode::DenySome, done); });
    laptop.expectSnac<wire::feedbag::DeleteItems>();

    bob->setProfile("a <b>profile</b> with ö");
    bob->setAway("gone 🦆");
    laptop->setAway("gone, too");
    laptop.fence();
    bob->setIdle(1200);
    bob->setStatus(0x10020001);
    bob.fence();
    alice.expectEvent<client::BuddyArrived>([](auto const& e) { return e.user.away; });
    EXPECT_TRUE(userInfo(alice, "bob"));
    EXPECT_FALSE(userInfo(alice, "nobody"));
    alice->sendTyping("bob", im::Event::Typing);
    alice.fence();
    bob.expectEvent<client::Typing>();
    for (std::string const text : {"plain", "ünï 日本 😀", "<b>bold</b> &amp; more"}) {
        send(alice, "bob", text);
        bob.expectEvent<client::MessageReceived>();
        send(number, "alice", text);
        alice.expectEvent<client::MessageReceived>();
    }
    send(bob, "alice", "I am away", client::MessageOptions{.autoResponse = true});
    alice.expectEvent<client::MessageReceived>();
    alice->send(im::ParameterQuery{});
    alice->send(wire::pd::RightsQuery{});
    alice->send(wire::oservice::ServiceRequest{0x10, {}});
    alice->send(wire::stats::ReportEvents{});
    alice->send(wire::feedbag::QueryIfModified{{0}, 0});
    alice->send(wire::oservice::ProbeReq{});
    alice->keepAlive();
    alice.fence();
    bob.signOff();
    laptop.signOff();
    alice.expectEvent<client::BuddyDeparted>();
    client::Options alone = optionsOf("alice");
    alone.multiconn = wire::MulticonnFlags::Single;
    bob.signOn(alone);
    alice.expectEvent<client::Disconnected>();
}

TEST(Tshark, findsNothingMalformedInAConversation) {
    if (!std::filesystem::exists(tshark)) GTEST_SKIP() << "tshark is not installed";
    TemporaryFolder const folder;
    std::filesystem::path const pcap = folder.path() / "conversation.pcap";
    Recorder recorder(pcap);
    Oscard server({"server.advertise=127.0.0.1:" + std::to_string(recorder.address().port),
                   "service.motd=Grüße an alle"});
    server.addUsers({"alice", "bob", "carol", "100001"});
    recorder.forwardTo(server.address());
    talk(recorder);
    EXPECT_EQ(server.stop().exit, 0);
    recorder.stop();

    std::vector<Packet> const packets = dissect(pcap);
    EXPECT_GT(packets.size(), 100u);
    std::set<std::string> seen;
    for (Packet const& packet : packets) {
        EXPECT_FALSE(isWrong(packet)) << packet;
        std::istringstream families(packet.families), subtypes(packet.subtypes);
        for (std::string family, subtype;
             std::getline(families, family, ',') && std::getline(subtypes, subtype, ',');)
            seen.insert(nameOf(static_cast<wire::u16>(std::stoul(family, nullptr, 16)),
                               static_cast<wire::u16>(std::stoul(subtype, nullptr, 16))));
    }
    // It does not know 04/10 and 04/17.
    for (char const* const name :
         {"01/01", "01/03", "01/07", "01/0f", "01/13", "01/18", "01/20", "02/01", "02/03", "02/06",
          "03/03", "03/0b", "03/0c", "04/01", "04/05", "04/07", "04/0c", "04/14", "09/03", "0b/02",
          "0b/04", "13/03", "13/06", "13/08", "13/09", "13/0a", "13/0e", "17/03", "17/07"})
        EXPECT_TRUE(seen.contains(name)) << name << " was not seen: nothing is known about it";
}

}  // namespace
}  // namespace oscar::test
