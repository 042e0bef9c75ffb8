// SPDX-License-Identifier: MIT
// A second dissector, Wireshark's, finds nothing malformed in what we write.
#include <gtest/gtest.h>

#include <unistd.h>

#include <array>
#include <cstdio>
#include <map>
#include <set>
#include <sstream>

#include "tests/support/frames.h"
#include "tests/support/messages.h"
#include "tests/support/pcap.h"
#include "wire/flap.h"

namespace oscar::wire {
namespace {

/// Numbers of the packets that match a display filter. Throws if tshark fails.
std::set<unsigned> packetsWhere(std::filesystem::path const& file, std::string const& filter) {
    // Without -d it takes port 5190 for another protocol of AOL's.
    std::string const command =
        "tshark -n -d tcp.port==5190,aim -o tcp.check_checksum:TRUE -o ip.check_checksum:TRUE -r '" +
        file.string() + "' -Y '" + filter + "' -T fields -e frame.number 2>/dev/null";
    std::FILE* pipe = popen(command.c_str(), "r");
    if (!pipe) throw std::runtime_error("can't run tshark");
    std::string output;
    std::array<char, 4096> part;
    while (std::size_t const count = std::fread(part.data(), 1, part.size(), pipe))
        output.append(part.data(), count);
    if (pclose(pipe) != 0) throw std::runtime_error("tshark failed");
    std::set<unsigned> numbers;
    std::istringstream lines(output);
    for (unsigned number; lines >> number;) numbers.insert(number);
    return numbers;
}

/// A pcap file of frames, one connection each, so that the dissector can't confuse them.
class Recording {
    std::filesystem::path path_;
    test::PcapWriter pcap_;
    std::map<unsigned, std::string> names_;

  public:
    explicit Recording(std::string const& name)
        : path_(std::filesystem::path(testing::TempDir()) / (name + std::to_string(getpid()) + ".pcap")),
          pcap_(path_) {}
    ~Recording() { std::filesystem::remove(path_); }

    void add(std::string const& name, bool toHost, Bytes frame) {
        std::size_t const conversation = pcap_.connect();
        names_[pcap_.sent(conversation, toHost, frame)] = name;
        pcap_.close(conversation, true);
    }

    /// Names of the frames that match; "?" for packets without one.
    std::set<std::string> where(std::string const& filter) {
        pcap_.flush();
        std::set<std::string> names;
        for (unsigned number : packetsWhere(path_, filter))
            names.insert(names_.contains(number) ? names_[number] : "?");
        return names;
    }
    std::size_t size() const { return names_.size(); }
};

#define OSCAR_NEEDS_TSHARK() \
    if (std::system("tshark --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "tshark is not installed"

TEST(Tshark, findsOurTcpInOrder) {
    OSCAR_NEEDS_TSHARK();
    Recording recording("tcp");
    FlapWriter writer(1);
    writer.frame(FrameType::Data, [](Writer& out) {
        put(out, SnacHeader{1, 0x16, 0, 1});
        out.bytes(Buffer(65000));
    });
    recording.add("long", true, writer.bytes());
    EXPECT_EQ(recording.where("tcp.analysis.flags || _ws.malformed"), std::set<std::string>{});
    using Names = std::set<std::string>;
    EXPECT_EQ(recording.where("tcp.checksum.status != 1 || ip.checksum.status != 1"), Names{});
    EXPECT_EQ(recording.where("tcp.checksum.status == 1 && tcp.len > 0"), (Names{"?", "long"}))
        << "1 is good; the first segment has no name";
    EXPECT_EQ(recording.where("aim"), std::set<std::string>{"long"}) << "put together from two segments";
}

TEST(Tshark, findsNothingMalformedInTheVectorsThatWeReadAndWrite) {
    OSCAR_NEEDS_TSHARK();
    std::filesystem::path const folder = std::filesystem::path(OSCAR_TEST_DATA) / "vectors";
    Recording recording("vectors");
    for (auto const& vector : test::readVectors(folder / "frames.tsv"))
        recording.add(vector.name, vector.toHost, vector.bytes);
    EXPECT_EQ(recording.where("_ws.malformed"), std::set<std::string>{});
    EXPECT_EQ(recording.where("aim").size(), recording.size()) << "it took all of them for AIM";
}

TEST(Tshark, findsNothingMalformedInAnyMessage) {
    OSCAR_NEEDS_TSHARK();
    Recording recording("messages");
    for (auto const& message : test::allMessages()) {
        Buffer const body = message.rewrite(message.sample()).value();
        for (bool const toHost : {true, false}) {
            if (!(toHost ? message.snac.toHost() : message.snac.toClient())) continue;
            SnacHeader const header{static_cast<u16>(message.snac.foodgroup), message.snac.type, 0,
                                    toHost ? 1 : serverRequestId};
            FlapWriter writer(1);
            ASSERT_TRUE(writer.snac(header, body));
            recording.add(message.name + (toHost ? " to host" : " to client"), toHost, writer.bytes());
        }
    }
    // Known from frames_extra.tsv: it reads the user block of this one at the wrong offset.
    EXPECT_EQ(recording.where("_ws.malformed"),
              std::set<std::string>{"oservice::EvilNotification to client"});
    EXPECT_EQ(recording.where("aim").size(), recording.size()) << "it took all of them for AIM";
}

}  // namespace
}  // namespace oscar::wire
