// SPDX-License-Identifier: MIT
#include "wire/flap.h"

#include <gtest/gtest.h>

#include "wire/icbm.h"

namespace oscar::wire {
namespace {

using Next = FlapReader::Next;

struct Seen {
    FrameType type;
    u16 sequenceNumber;
    Buffer payload;
    friend bool operator==(Seen const&, Seen const&) = default;
};

/// Frames that a reader hands out, copied.
struct Collected {
    std::vector<Seen> frames;
    Next operator()(FlapFrame const& frame) {
        frames.push_back({frame.type, frame.sequenceNumber, toBuffer(frame.payload)});
        return Next::Continue;
    }
};

Buffer frameBytes(u08 type, u16 sequence, std::size_t length) {
    Buffer bytes{flapStartMarker, type, static_cast<u08>(sequence >> 8), static_cast<u08>(sequence),
                 static_cast<u08>(length >> 8), static_cast<u08>(length)};
    for (std::size_t i = 0; i < length; ++i) bytes.push_back(static_cast<u08>(i));
    return bytes;
}

Buffer joined(std::initializer_list<Buffer> parts) {
    Buffer all;
    for (Buffer const& part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
}

// FLAP-1, FLAP-3
TEST(FlapReader, givesTheSameFramesWhereverTheStreamIsCut) {
    Buffer const stream = joined({frameBytes(1, 0x1234, 4), frameBytes(2, 0x1235, 17),
                                  frameBytes(5, 0x1236, 0), frameBytes(2, 0x1237, 10)});
    Collected whole;
    FlapReader one;
    ASSERT_EQ(one.feed(stream, std::ref(whole)), std::nullopt);
    ASSERT_EQ(whole.frames.size(), 4u);
    EXPECT_EQ(whole.frames[0], (Seen{FrameType::Signon, 0x1234, {0, 1, 2, 3}}));
    EXPECT_EQ(whole.frames[2], (Seen{FrameType::KeepAlive, 0x1236, {}}));
    EXPECT_EQ(one.kept(), 0u);

    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
        Collected parts;
        FlapReader reader;
        Bytes const all = stream;
        ASSERT_EQ(reader.feed(all.first(cut), std::ref(parts)), std::nullopt) << cut;
        ASSERT_EQ(reader.feed(all.subspan(cut), std::ref(parts)), std::nullopt) << cut;
        EXPECT_EQ(parts.frames, whole.frames) << cut;
    }
}

// FLAP-3
TEST(FlapReader, takesAStreamByteByByte) {
    Buffer const stream =
        joined({frameBytes(2, 0xFFFE, 300), frameBytes(2, 0xFFFF, 10), frameBytes(2, 0, 12)});
    Collected parts;
    FlapReader reader;
    for (u08 const& byte : stream) ASSERT_EQ(reader.feed({&byte, 1}, std::ref(parts)), std::nullopt);
    ASSERT_EQ(parts.frames.size(), 3u);
    EXPECT_EQ(parts.frames[0].payload.size(), 300u);
    EXPECT_EQ(reader.kept(), 0u);
}

// FLAP-2
TEST(FlapReader, refusesAFrameThatDoesNotStartWithTheMarkerAtItsFirstByte) {
    Collected parts;
    FlapReader reader;
    EXPECT_EQ(reader.feed(Buffer{0x16}, std::ref(parts)), FlapFault::BadMarker);
    FlapReader second;
    Buffer const foreign = joined({frameBytes(1, 7, 4), {'G', 'E', 'T'}});
    EXPECT_EQ(second.feed(foreign, std::ref(parts)), FlapFault::BadMarker);
    EXPECT_EQ(parts.frames.size(), 1u) << "what came before the fault was handed out";
}

// FLAP-4
TEST(FlapReader, readsThePayloadOf65535BytesThatTheLengthAllows) {
    Collected parts;
    FlapReader reader;
    EXPECT_EQ(reader.feed(frameBytes(2, 1, 0xFFFF), std::ref(parts)), std::nullopt);
    ASSERT_EQ(parts.frames.size(), 1u);
    EXPECT_EQ(parts.frames[0].payload.size(), 0xFFFFu);
}

// FLAP-5, FLAP-6, FLAP-7, D-1
TEST(FlapReader, startsAtAnyNumberAndThenWantsTheNextOne) {
    auto const second = [](u16 first, u16 next) {
        FlapReader reader;
        Collected parts;
        return reader.feed(joined({frameBytes(1, first, 4), frameBytes(2, next, 10)}), std::ref(parts));
    };
    EXPECT_EQ(second(0x4711, 0x4712), std::nullopt);
    EXPECT_EQ(second(0xFFFF, 0x0000), std::nullopt);
    EXPECT_EQ(second(0x7FFF, 0x8000), std::nullopt);
    EXPECT_EQ(second(0x7FFF, 0x0000), std::nullopt) << "old clients count to 15 bits";
    EXPECT_EQ(second(0x4711, 0x4711), FlapFault::BadSequence);
    EXPECT_EQ(second(0x4711, 0x4713), FlapFault::BadSequence);
    EXPECT_EQ(second(0x4711, 0x0000), FlapFault::BadSequence);
    EXPECT_EQ(second(0xFFFE, 0x0000), FlapFault::BadSequence);
}

// FLAP-7
TEST(FlapReader, refusesAWrongNumberBeforeThePayloadIsThere) {
    FlapReader reader;
    Collected parts;
    ASSERT_EQ(reader.feed(frameBytes(1, 5, 4), std::ref(parts)), std::nullopt);
    Buffer const header{flapStartMarker, 2, 0, 9, 0xFF, 0xFF};
    EXPECT_EQ(reader.feed(header, std::ref(parts)), FlapFault::BadSequence);
}

TEST(FlapReader, keepsTheRestAfterStopAndGoesOnWithIt) {
    std::vector<u16> numbers;
    auto const oneAtATime = [&](FlapFrame const& frame) {
        numbers.push_back(frame.sequenceNumber);
        return Next::Stop;
    };
    FlapReader reader;
    Buffer const third = frameBytes(2, 3, 8);
    Buffer const begun(third.begin(), third.begin() + 5);
    Buffer const stream = joined({frameBytes(2, 1, 8), frameBytes(2, 2, 8), begun});
    ASSERT_EQ(reader.feed(stream, oneAtATime), std::nullopt);
    EXPECT_EQ(numbers, std::vector<u16>{1});
    EXPECT_EQ(reader.kept(), stream.size() - 14);
    ASSERT_EQ(reader.feed({}, oneAtATime), std::nullopt);
    EXPECT_EQ(numbers, (std::vector<u16>{1, 2}));
    ASSERT_EQ(reader.feed({}, oneAtATime), std::nullopt);
    EXPECT_EQ(numbers.size(), 2u) << "half a frame is none";
    ASSERT_EQ(reader.feed(Bytes(third).subspan(5), oneAtATime), std::nullopt);
    EXPECT_EQ(numbers, (std::vector<u16>{1, 2, 3}));
    EXPECT_EQ(reader.kept(), 0u);
}

TEST(FlapReader, goesOnWhereAnotherReaderEnded) {
    Collected parts;
    FlapReader first;
    Buffer const stream = joined({frameBytes(1, 0x20, 4), frameBytes(2, 0x21, 10)});
    ASSERT_EQ(first.feed(Bytes(stream).first(13), std::ref(parts)), std::nullopt);
    FlapReader second(first.lastSequence(), first.takeKept());
    EXPECT_EQ(first.kept(), 0u);
    ASSERT_EQ(second.feed(Bytes(stream).subspan(13), std::ref(parts)), std::nullopt);
    ASSERT_EQ(parts.frames.size(), 2u);
    EXPECT_EQ(parts.frames[1], (Seen{FrameType::Data, 0x21, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}}));
    EXPECT_EQ(second.feed(frameBytes(2, 0x23, 0), std::ref(parts)), FlapFault::BadSequence);
}

// FLAP-1, FLAP-6
TEST(FlapWriter, countsEveryFrameAndWrapsAfterFFFF) {
    FlapWriter writer(0xFFFE);
    auto const nothing = [](Writer&) {};
    EXPECT_TRUE(writer.frame(FrameType::Signon, [](Writer& out) { put(out, FlapSignon{}); }));
    EXPECT_TRUE(writer.frame(FrameType::KeepAlive, nothing));
    EXPECT_TRUE(writer.frame(FrameType::Signoff, nothing));
    EXPECT_EQ(writer.bytes(), (Buffer{0x2A, 1, 0xFF, 0xFE, 0, 4, 0, 0, 0, 1,  //
                                      0x2A, 5, 0xFF, 0xFF, 0, 0,               //
                                      0x2A, 4, 0x00, 0x00, 0, 0}));
    EXPECT_EQ(writer.nextSequence(), 1);
}

// FLAP-4
TEST(FlapWriter, refusesAPayloadAboveItsLimitAndLeavesTheBufferAsItWas) {
    FlapWriter writer(7);
    auto const bytes = [](std::size_t count) { return [count](Writer& out) { out.bytes(Buffer(count)); }; };
    ASSERT_TRUE(writer.frame(FrameType::Data, bytes(3)));
    Buffer const before = writer.bytes();
    EXPECT_FALSE(writer.frame(FrameType::Data, bytes(0xFFFA)));
    EXPECT_FALSE(writer.frame(FrameType::Data, bytes(0x10000)));
    EXPECT_FALSE(writer.snac(SnacHeader{4, 6, 0, 1}, Buffer(0xFFF9 - 9)));
    EXPECT_EQ(writer.bytes(), before);
    EXPECT_EQ(writer.nextSequence(), 8) << "a refused frame has no number";

    EXPECT_TRUE(writer.frame(FrameType::Data, bytes(0xFFF9)));
    Collected parts;
    FlapReader reader;
    ASSERT_EQ(reader.feed(writer.bytes(), std::ref(parts)), std::nullopt);
    ASSERT_EQ(parts.frames.size(), 2u);
    EXPECT_EQ(parts.frames[1].payload.size(), 0xFFF9u);
}

// FLAP-15
TEST(FlapWriter, shortSignoffHasNoLength) {
    FlapWriter writer(0x0102);
    writer.shortSignoff();
    EXPECT_EQ(writer.bytes(), (Buffer{0x2A, 4, 1, 2}));
    EXPECT_EQ(writer.nextSequence(), 0x0103);
}

// FLAP-11, SNAC-1
TEST(FlapWriter, putsAMessageIntoOneDataFrameBehindItsHeader) {
    FlapWriter writer(1);
    EXPECT_TRUE(writer.snac(icbm::EvilReply{3, 30}, 0x80000001, snacFlags::moreRepliesFollow));
    EXPECT_EQ(writer.bytes(), (Buffer{0x2A, 2, 0, 1, 0, 14, 0, 4, 0, 9, 0, 1, 0x80, 0, 0, 1, 0, 3, 0, 30}));
    FlapWriter other(1);
    EXPECT_TRUE(other.snac(SnacHeader{4, 9, 1, 0x80000001}, Buffer{0, 3, 0, 30}));
    EXPECT_EQ(other.bytes(), writer.bytes());
}

}  // namespace
}  // namespace oscar::wire
