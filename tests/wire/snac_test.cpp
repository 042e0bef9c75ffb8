// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "wire/all.h"

namespace oscar::wire {
namespace {

// SNAC-1
TEST(Snac, headerIsTenBytes) {
    Buffer const frameBytes{0, 4, 0, 6, 0, 1, 0x80, 0, 0, 0x2A, 0xAA, 0xBB};
    auto const frame = decodeSnac(frameBytes);
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->header.foodgroup, 4);
    EXPECT_EQ(frame->header.type, 6);
    EXPECT_EQ(frame->header.flags, snacFlags::moreRepliesFollow);
    EXPECT_EQ(frame->header.requestId, serverRequestId | 0x2A);
    EXPECT_EQ(toBuffer(frame->body), (Buffer{0xAA, 0xBB}));
    EXPECT_TRUE(frame->headerTlvs.none());
    EXPECT_EQ(encode(frame->header), (Buffer{0, 4, 0, 6, 0, 1, 0x80, 0, 0, 0x2A}));
}

// SNAC-1, FLAP-11
TEST(Snac, payloadShorterThanAHeaderIsNoSnac) {
    Buffer const header{0, 1, 0, 0x16, 0, 0, 0, 0, 0, 1};
    for (std::size_t length = 0; length < header.size(); ++length)
        EXPECT_FALSE(decodeSnac(Bytes(header).first(length))) << length;
    auto const frame = decodeSnac(header);
    ASSERT_TRUE(frame);
    EXPECT_TRUE(frame->body.empty());
}

// SNAC-2
TEST(Snac, announcedTlvsAreSkippedBeforeTheBody) {
    Buffer const frameBytes{0, 0x13, 0, 0x1C, 0x80, 0, 0, 0, 0, 1, 0, 6, 0, 1, 0, 2, 0, 4, 3, 'b', 'o', 'b'};
    auto const frame = decodeSnac(frameBytes);
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->headerTlvs.get(snacHeaderTags::familyVersion), 4);
    auto const added = decode<feedbag::BuddyAdded>(frame->body);
    ASSERT_TRUE(added);
    EXPECT_EQ(added->loginId.text, "bob");

    Buffer const unknownBytes{0, 1, 0, 0x16, 0x80, 0, 0, 0, 0, 1, 0, 5, 0x7F, 1, 0, 1, 9, 0xAA};
    auto const unknown = decodeSnac(unknownBytes);
    ASSERT_TRUE(unknown);
    EXPECT_EQ(toBuffer(unknown->body), Buffer{0xAA});
    Buffer const noneBytes{0, 1, 0, 0x16, 0x80, 0, 0, 0, 0, 1, 0, 0, 0xAA};
    auto const none = decodeSnac(noneBytes);
    ASSERT_TRUE(none);
    EXPECT_EQ(toBuffer(none->body), Buffer{0xAA});
}

// SNAC-2, SNAC-10
TEST(Snac, announcedTlvsThatRunPastTheEndAreMalformed) {
    Buffer const start{0, 1, 0, 0x16, 0x80, 0, 0, 0, 0, 1};
    Buffer const cut{0, 6, 0, 1, 0, 2, 0}, overrun{0, 6, 0, 1, 0, 9, 0, 4};
    for (Buffer const& block : {Buffer{}, Buffer{0}, cut, overrun}) {
        Buffer payload = start;
        payload.insert(payload.end(), block.begin(), block.end());
        EXPECT_FALSE(decodeSnac(payload));
    }
}

// SNAC-8
TEST(Snac, bytesAfterTheLastFieldAndUnknownTagsAreIgnored) {
    Buffer const replyBytes{0, 1, 0, 2, 0xDE, 0xAD};
    auto const reply = decode<icbm::EvilReply>(replyBytes);
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->updatedEvilValue, 2);
    Buffer const queryBytes{0x12, 0x34, 0, 1, 0xFF, 0, 5, 0, 2, 0, 3, 0x7F, 1, 0, 0};
    auto const query = decode<buddy::RightsQuery>(queryBytes);
    ASSERT_TRUE(query);
    EXPECT_EQ(query->tlvs.get(buddy::rightsQueryTags::flags), 3);
}

// SNAC-8
TEST(Snac, rateParametersHaveTheLengthThatFitsAndMayBeFollowedByMore) {
    auto const reply = [](std::size_t classes, std::size_t block, std::size_t more) {
        Buffer bytes{0, static_cast<u08>(classes)};
        bytes.resize(2 + classes * block, 0x11);
        for (std::size_t i = 0; i < classes; ++i) {
            Buffer const members{0, static_cast<u08>(i + 1), 0, 1, 0, 4, 0, static_cast<u08>(i)};
            bytes.insert(bytes.end(), members.begin(), members.end());
        }
        bytes.resize(bytes.size() + more, 0x22);
        return bytes;
    };
    for (std::size_t const block : {30u, 35u}) {
        for (std::size_t const more : {0u, 3u}) {
            for (std::size_t const classes : {1u, 2u, 5u}) {
                Buffer const bytes = reply(classes, block, more);
                auto const message = decode<oservice::RateParamsReply>(bytes);
                ASSERT_TRUE(message) << block << " " << more << " " << classes;
                EXPECT_EQ(message->rateParameters.bytes.size(), classes * block) << more;
                EXPECT_EQ(message->hasState(), block == 35);
                EXPECT_EQ(message->rateMembers.count(), classes);
                EXPECT_FALSE(decode<oservice::RateParamsReply>(Bytes(bytes).first(bytes.size() - more - 1)));
            }
        }
    }
    Buffer const noneBytes{0, 0};
    auto const none = decode<oservice::RateParamsReply>(noneBytes);
    ASSERT_TRUE(none);
    EXPECT_TRUE(none->rateMembers.empty());
}

// SNAC-9
TEST(Snac, ofTwoTlvsWithOneTagTheFirstCounts) {
    Buffer const queryBytes{0, 5, 0, 2, 0, 1, 0, 5, 0, 2, 0, 2};
    auto const query = decode<buddy::RightsQuery>(queryBytes);
    ASSERT_TRUE(query);
    EXPECT_EQ(query->tlvs.get(buddy::rightsQueryTags::flags), 1);
}

// SNAC-10
TEST(Snac, aTlvThatRunsPastItsContainerMakesTheBodyMalformed) {
    EXPECT_FALSE(decode<buddy::RightsQuery>(Buffer{0, 5, 0, 3, 0, 1}));
    EXPECT_FALSE(decode<buddy::RightsQuery>(Buffer{0, 5, 0}));
    EXPECT_FALSE(decode<bucp::LoginRequest>(Buffer{0, 1, 0xFF, 0xFF, 'x'}));
}

// SNAC-10, Jimm
TEST(Snac, setInfoTakesWhatIsThereOfATlvThatRunsPastTheEnd) {
    Buffer body{0, 5, 0, 64};
    body.resize(4 + 32, 0x09);
    auto const info = decode<locate::SetInfo>(body);
    ASSERT_TRUE(info);
    auto const capabilities = info->infoData.get(locate::tags::capabilities);
    ASSERT_TRUE(capabilities);
    EXPECT_EQ(capabilities->count(), 2u);
    EXPECT_EQ(encode(*info), body);
}

// D-16
TEST(Snac, theNumberOfItemsMayBeOneByte) {
    Buffer const start{0x47, 0xBF, 0x3A, 0x40};
    auto const with = [&](Buffer end) {
        end.insert(end.begin(), start.begin(), start.end());
        return end;
    };
    EXPECT_EQ(decode<feedbag::QueryIfModified>(with({1, 2})).value().numItems, 0x0102);
    EXPECT_EQ(decode<feedbag::QueryIfModified>(with({7})).value().numItems, 7);
    EXPECT_EQ(decode<feedbag::QueryIfModified>(with({})).value().numItems, std::nullopt);
    EXPECT_EQ(decode<feedbag::ReplyNotModified>(with({1, 2})).value().numItems, 0x0102);
    EXPECT_EQ(decode<feedbag::ReplyNotModified>(with({7})).value().numItems, 7);
    EXPECT_FALSE(decode<feedbag::ReplyNotModified>(with({})));
}

// D-26
TEST(Snac, probesHaveABodyFromTheAskedSideOnly) {
    EXPECT_FALSE(decode<oservice::ProbeReq>(Bytes{}).value().range);
    EXPECT_EQ(decode<oservice::ProbeReq>(Buffer{0, 0, 0, 1, 0, 0, 0, 2}).value().range->length, 2u);
    EXPECT_FALSE(decode<oservice::ProbeAck>(Bytes{}).value().digest);
    EXPECT_EQ(decode<oservice::ProbeAck>(Buffer(16, 7)).value().digest->back(), 7);
    EXPECT_TRUE(encode(oservice::ProbeAck{}).empty());
}

}  // namespace
}  // namespace oscar::wire
