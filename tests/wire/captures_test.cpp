// SPDX-License-Identifier: MIT
// What a real client and a server said to each other comes out as it went in.
#include <gtest/gtest.h>

#include <map>

#include "tests/support/frames.h"
#include "tests/support/messages.h"
#include "wire/flap.h"

namespace oscar::wire {
namespace {

std::vector<test::RecordedFrame> captures() {
    return test::readCaptures(std::filesystem::path(OSCAR_TEST_DATA) / "captures");
}

TEST(Captures, everyLineIsOneWholeFrame) {
    auto const frames = captures();
    ASSERT_GT(frames.size(), 800u);
    for (auto const& recorded : frames) {
        SCOPED_TRACE(recorded.name);
        FlapReader reader;
        std::size_t count = 0;
        EXPECT_EQ(reader.feed(recorded.bytes,
                              [&](FlapFrame const&) {
                                  ++count;
                                  return FlapReader::Next::Continue;
                              }),
                  std::nullopt);
        EXPECT_EQ(count, 1u);
        EXPECT_EQ(reader.kept(), 0u);
    }
}

TEST(Captures, signOnAndSignOffFramesComeOutEqual) {
    for (auto const& recorded : captures()) {
        SCOPED_TRACE(recorded.name);
        Bytes const payload = Bytes(recorded.bytes).subspan(flapHeaderSize);
        if (recorded.bytes[1] == 1) {
            auto const signon = decode<FlapSignon>(payload);
            ASSERT_TRUE(signon);
            EXPECT_EQ(encode(*signon), toBuffer(payload));
        } else if (recorded.bytes[1] == 4) {
            auto const tlvs = decode<tlvRestBlock>(payload);
            ASSERT_TRUE(tlvs);
            EXPECT_EQ(encode(*tlvs), toBuffer(payload));
        }
    }
}

TEST(Captures, messagesOfDeclaredFoodgroupsComeOutEqual) {
    std::map<std::string, unsigned> messages;
    for (auto const& recorded : captures()) {
        SCOPED_TRACE(recorded.name);
        if (recorded.bytes[1] != 2) continue;
        auto const snac = test::snacOf(recorded.bytes);
        ASSERT_TRUE(snac);
        if (!test::isDeclared(snac->header.foodgroup)) continue;
        auto const* message = test::findMessage(snac->header.foodgroup, snac->header.type);
        ASSERT_TRUE(message) << "no message of this number is declared";
        EXPECT_TRUE(recorded.toHost ? message->snac.toHost() : message->snac.toClient());
        auto again = message->rewrite(snac->body);
        ASSERT_TRUE(again);
        // SNAC-8: libpurple adds a zero byte to its requests for authorisation.
        if (message->name == "feedbag::RequestAuthorizeToHost") again->push_back(0);
        EXPECT_EQ(*again, toBuffer(snac->body)) << message->print(snac->body);
        ++messages[message->name];
    }
    EXPECT_GT(messages.size(), 55u) << "different messages seen";
    EXPECT_GT(messages["icbm::ChannelMsgToHost"], 40u);
}

}  // namespace
}  // namespace oscar::wire
