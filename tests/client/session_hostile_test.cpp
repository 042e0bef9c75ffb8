// SPDX-License-Identifier: MIT
// A server that sends anything at all must not crash the session, nor make it grow or answer without end.
#include <random>

#include "tests/client/session_driver.h"

namespace oscar {
namespace {

using namespace client;
using namespace tests;
using Stage = Session::Stage;

std::vector<wire::Buffer> allRecorded() {
    std::vector<wire::Buffer> frames;
    for (char const* file :
         {"sign_on_md5.txt", "messages.txt", "offline_messages.txt", "buddy_list.txt", "away_profile.txt"}) {
        auto const connections = recorded(file);
        for (auto const& [connection, some] : connections)
            frames.insert(frames.end(), some.begin(), some.end());
    }
    return frames;
}

TEST(HostileServer, randomBytesEndTheSessionCleanly) {
    std::mt19937 chance(1);
    for (int round = 0; round < 300; ++round) {
        Line line;
        line.session.connected();
        wire::Buffer noise(chance() % 400);
        for (wire::u08& byte : noise) byte = static_cast<wire::u08>(chance());
        if (round % 2 && !noise.empty()) noise[0] = wire::flapStartMarker;
        line.hear(noise);
        line.session.connectionLost();
        EXPECT_EQ(line.session.stage(), Stage::Ended);
        EXPECT_EQ(line.all<SignOnFailed>().size(), 1u);
    }
}

TEST(HostileServer, everySnacOfRandomContentIsSurvived) {
    std::mt19937 chance(2);
    for (int round = 0; round < 40; ++round) {
        Line line;
        line.signOn();
        wire::AllMessages::forEach([&](auto type) {
            constexpr wire::Snac snac = decltype(type)::type::snac;
            wire::Buffer body(chance() % 120);
            for (wire::u08& byte : body) byte = static_cast<wire::u08>(chance() % (round % 2 ? 256 : 6));
            wire::FlapWriter out(1);
            wire::u32 const requestId = chance() % 40;
            out.snac({static_cast<wire::u16>(snac.foodgroup), snac.type, static_cast<wire::u16>(chance() % 2),
                      requestId},
                     body);
            line.hear(out.bytes());
        });
        EXPECT_LT(line.session.takeOutput().size(), 1000u);
    }
}

TEST(HostileServer, everyFrameCutShortIsSurvived) {
    for (wire::Buffer const& frame : allRecorded()) {
        for (std::size_t length = 0; length + wire::flapHeaderSize < frame.size(); length += 3) {
            wire::Buffer cut(frame.begin(),
                             frame.begin() + static_cast<std::ptrdiff_t>(wire::flapHeaderSize + length));
            cut[4] = static_cast<wire::u08>(length >> 8);
            cut[5] = static_cast<wire::u08>(length);
            Line line(alice(), "cookie");
            line.bos.foodgroups = {0x0001, 0x0004};
            line.connect();
            ASSERT_EQ(line.session.stage(), Stage::Online);
            line.hear(cut);
            EXPECT_LE(line.session.feedbag().items().size(), 7u) << "no more than the whole frame has";
        }
    }
}

TEST(HostileServer, anyOrderOfFramesIsSurvived) {
    auto frames = allRecorded();
    std::mt19937 chance(3);
    for (int round = 0; round < 60; ++round) {
        std::shuffle(frames.begin(), frames.end(), chance);
        Line line;
        line.session.connected();
        for (wire::Buffer const& frame : frames) {
            line.hear(frame);
            if (line.session.stage() == Stage::Redirected) line.session.connected();
        }
        EXPECT_LT(line.session.takeOutput().size(), 20000u);
        EXPECT_LE(line.all<SignedOn>().size() + line.all<SignOnFailed>().size(), 1u);
    }
}

TEST(HostileServer, repeatedHellosAndOffersAreAnsweredOnce) {
    Line line;
    line.session.connected();
    line.hear(line.logOn.hello());
    std::size_t const once = line.session.takeOutput().size();
    for (int i = 0; i < 1000; ++i) line.hear(line.logOn.hello());
    EXPECT_GT(once, 0u);
    EXPECT_TRUE(line.session.takeOutput().empty());
}

TEST(HostileServer, aRedirectToNowhereFailsTheSignOn) {
    for (std::string_view where : {"", ":1", "host:0", "host:99999", "[::1"}) {
        Line line;
        line.logOn.reconnectHere = where;
        line.connect();
        EXPECT_EQ(line.session.stage(), Stage::Ended);
        EXPECT_EQ(line.all<SignOnFailed>().at(0).text, "the server named no usable address");
    }
}

}  // namespace
}  // namespace oscar
