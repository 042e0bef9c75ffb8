// SPDX-License-Identifier: MIT
#include "wire/tlv.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/frames.h"
#include "wire/icbm.h"

namespace oscar::wire {
namespace {

constexpr Tag<u16, 0x0001> number;
constexpr Tag<string, 0x0002> name;
constexpr Tag<empty, 0x0003> flag;

template <class Block>
Buffer behind(Block const& block) {
    Buffer bytes = encode(block);
    bytes.push_back(0xEE);
    return bytes;
}

TEST(Tlv, theThreeBlocksDifferInWhatStandsInFront) {
    TlvList list;
    list.add(number, 7).add(flag);
    Buffer const tlvs{0, 1, 0, 2, 0, 7, 0, 3, 0, 0};
    EXPECT_EQ(toBuffer(list.bytes()), tlvs);
    EXPECT_EQ(encode(tlvRestBlock(list)), tlvs);
    EXPECT_EQ(encode(tlvBlock(list)), (Buffer{0, 2, 0, 1, 0, 2, 0, 7, 0, 3, 0, 0}));
    EXPECT_EQ(encode(tlvLBlock(list)), (Buffer{0, 10, 0, 1, 0, 2, 0, 7, 0, 3, 0, 0}));
}

TEST(Tlv, countedAndMeasuredBlocksLeaveWhatFollows) {
    TlvList list;
    list.add(number, 7).add(name, string{"x"});
    auto const check = [&](auto block) {
        Buffer const bytes = behind(block);
        Reader in(bytes);
        get(in, block);
        EXPECT_FALSE(in.failed());
        EXPECT_EQ(toBuffer(in.rest()), Buffer{0xEE});
        EXPECT_EQ(block.count(), 2u);
        EXPECT_EQ(block.get(name).value().text, "x");
    };
    check(tlvBlock(list));
    check(tlvLBlock(list));
}

TEST(Tlv, absentShortAndMalformedAreOneCase) {
    Buffer const tlvsBytes{0, 1, 0, 1, 9, 0, 2, 0, 0, 0, 5, 0, 3, 0, 1, 2};
    auto const tlvs = decode<tlvRestBlock>(tlvsBytes).value();
    EXPECT_EQ(tlvs.get(number), std::nullopt) << "one byte is no u16";
    EXPECT_EQ(tlvs.get(name).value().text, "");
    EXPECT_EQ(tlvs.get(flag), std::nullopt);
    EXPECT_FALSE(tlvs.has(flag));
    EXPECT_TRUE(tlvs.has(number));
    EXPECT_EQ(tlvs.get(Tag<rest<u16>, 5>{}), std::nullopt) << "three bytes are no list of u16";
}

TEST(Tlv, anItemWithoutBytesIsNotTheEnd) {
    Buffer const tlvsBytes{0, 3, 0, 0, 0, 3, 0, 0, 0, 1, 0, 2, 1, 2};
    auto const tlvs = decode<tlvRestBlock>(tlvsBytes).value();
    EXPECT_EQ(tlvs.count(), 3u);
    EXPECT_EQ(tlvs.get(number), 0x0102);
}

TEST(Tlv, truncatedBlocksAreMalformedAtEveryLength) {
    TlvList list;
    list.add(number, 7).add(name, string{"hello"}).add(flag);
    auto const check = [](auto block, std::set<std::size_t> const& wholeAt) {
        Buffer const bytes = encode(block);
        for (std::size_t length = 0; length <= bytes.size(); ++length) {
            bool const whole = decode<decltype(block)>(Bytes(bytes).first(length)).has_value();
            EXPECT_EQ(whole, wholeAt.contains(length)) << length;
        }
    };
    check(tlvBlock(list), {21});
    check(tlvLBlock(list), {21});
    check(tlvRestBlock(list), {0, 6, 15, 19});
}

TEST(Tlv, aMeasuredBlockMustHoldWholeTlvs) {
    EXPECT_FALSE(decode<tlvLBlock>(Buffer{0, 5, 0, 1, 0, 2, 7, 8}));
    EXPECT_FALSE(decode<tlvLBlock>(Buffer{0, 2, 0, 1, 0, 0}));
    EXPECT_FALSE(decode<tlvBlock>(Buffer{0xFF, 0xFF, 0, 1, 0, 0}));
}

TEST(Tlv, theCutBlockTakesWhatIsThere) {
    auto const cut = [](Buffer const& bytes) { return decode<tlvCutBlock>(bytes).value().count(); };
    EXPECT_EQ(cut({0, 1, 0, 2, 7, 8, 0, 5, 0xFF, 0xFF, 1, 2, 3}), 2u);
    EXPECT_EQ(cut({0, 1, 0, 2, 7, 8, 0, 5, 0}), 1u);
    EXPECT_EQ(cut({0}), 0u);
    Buffer const bytes{0, 5, 0xFF, 0xFF, 1, 2, 3};
    EXPECT_EQ(toBuffer(decode<tlvCutBlock>(bytes).value().find(5).value()), (Buffer{1, 2, 3}));
}

TEST(Tlv, blocksMayStandInsideTlvs) {
    TlvList inner;
    inner.add(icbm::imDataTags::imText, {icbm::Encoding::Ascii, 0, {asBytes("Hi")}});
    TlvList outer;
    outer.add(icbm::tags::imData, tlvRestBlock(inner)).add(icbm::tags::requestHostAck);
    Buffer const bytes = encode(tlvRestBlock(outer));
    EXPECT_EQ(bytes, (Buffer{0, 2, 0, 10, 1, 1, 0, 6, 0, 0, 0, 0, 'H', 'i', 0, 3, 0, 0}));
    auto const data = decode<tlvRestBlock>(bytes).value().get(icbm::tags::imData);
    ASSERT_TRUE(data);
    EXPECT_EQ(asText(data->get(icbm::imDataTags::imText).value().data.bytes), "Hi");

    Buffer broken = bytes;
    broken[7] = 7;
    auto const tlvs = decode<tlvRestBlock>(broken);
    ASSERT_TRUE(tlvs) << "the outer block is whole";
    EXPECT_FALSE(tlvs->get(icbm::tags::imData));
    EXPECT_TRUE(tlvs->has(icbm::tags::requestHostAck));
}

TEST(Tlv, aValueIsCutAtWhatItsLengthCanSay) {
    std::string const text(70000, 'x');
    TlvList list;
    list.add(name, string{text}).add(flag);
    auto const tlvs = decode<tlvRestBlock>(list.bytes());
    ASSERT_TRUE(tlvs);
    EXPECT_EQ(tlvs->get(name).value().text.size(), 0xFFFFu);
    EXPECT_TRUE(tlvs->has(flag));
    TlvList raw;
    raw.add({2, asBytes(text)}).add(flag);
    EXPECT_EQ(toBuffer(raw.bytes()), toBuffer(list.bytes()));
}

TEST(Tlv, randomBytesAreRefusedOrComeOutEqual) {
    test::Noise noise(1);
    unsigned whole = 0;
    for (int i = 0; i < 20000; ++i) {
        Buffer bytes = noise.bytes(noise.next() % 24);
        for (std::size_t at = 0; at + 4 <= bytes.size(); at += 4) bytes[at + 2] = 0;  // lengths that can fit
        auto const check = [&](auto block) {
            auto const decoded = decode<decltype(block)>(bytes);
            if (!decoded) return;
            ++whole;
            Buffer const again = encode(*decoded);
            ASSERT_LE(again.size(), bytes.size());
            EXPECT_TRUE(std::equal(again.begin(), again.end(), bytes.begin()));
        };
        check(tlvBlock{});
        check(tlvLBlock{});
        check(tlvRestBlock{});
        check(tlvCutBlock{});
    }
    EXPECT_GT(whole, 20000u) << "some of each kind were whole";
}

}  // namespace
}  // namespace oscar::wire
