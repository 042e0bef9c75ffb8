// SPDX-License-Identifier: MIT
// What holds for every declared message. The property that most of these tests are about:
//
//   Bytes are refused, or what is read from them is written again as a prefix of them.
//
// The rest after that prefix is what stands behind the last declared field (SNAC-8). Two messages may come
// out longer: QUERY_IF_MODIFIED and REPLY_NOT_MODIFIED, whose last number may be read from one byte and is
// written as two (D-16). A block that may be cut (tlvCutBlock) comes out with the cut as it was, so it is no
// exception.
#include <gtest/gtest.h>

#include <set>

#include "tests/support/frames.h"
#include "tests/support/messages.h"
#include "wire/all.h"

namespace oscar::wire {
namespace {

/// Checks the property. Whether the bytes were accepted.
bool writesWhatItRead(test::AnyMessage const& message, Bytes bytes) {
    auto const again = message.rewrite(bytes);
    EXPECT_EQ(message.print(bytes).starts_with(message.name + "{"), again.has_value());
    if (!again) return false;
    if (!(message.widensItsLastNumber && again->size() == bytes.size() + 1)) {
        EXPECT_LE(again->size(), bytes.size());
        Bytes const read = bytes.first(std::min(again->size(), bytes.size()));
        EXPECT_TRUE(sameBytes(*again, read)) << message.print(bytes);
    }
    EXPECT_EQ(message.rewrite(*again), again) << "what we write we can read";
    return true;
}

std::vector<test::RecordedFrame> const& recorded() {
    static auto const frames = [] {
        std::filesystem::path const data(OSCAR_TEST_DATA);
        auto all = test::readCaptures(data / "captures");
        for (auto const& name : {"frames.tsv", "frames_extra.tsv"})
            for (auto& frame : test::readVectors(data / "vectors" / name)) all.push_back(std::move(frame));
        return all;
    }();
    return frames;
}

TEST(EachMessage, hasANumberOfItsOwn) {
    std::set<std::pair<Foodgroup, u16>> numbers;
    for (auto const& message : test::allMessages())
        EXPECT_TRUE(numbers.emplace(message.snac.foodgroup, message.snac.type).second) << message.name;
    EXPECT_GT(numbers.size(), 110u);
}

TEST(EachMessage, isFoundByItsNumber) {
    bool found = false;
    EXPECT_TRUE(withMessage({0x0004, 0x000C}, [&]<class M>(std::type_identity<M>) {
        found = std::is_same_v<M, icbm::HostAck>;
    }));
    EXPECT_TRUE(found);
    EXPECT_FALSE(withMessage({0x0001, 0x7777}, [](auto) {}));
    EXPECT_FALSE(withMessage({0x7777, 0x0001}, [](auto) {}));
}

TEST(EachMessage, toTheHostHasARateClassAndToTheClientHasNone) {
    for (auto const& message : test::allMessages()) {
        if (message.snac.foodgroup == Foodgroup::Bucp) continue;  // before sign-on there are no rates
        EXPECT_EQ(message.snac.toHost(), message.snac.rate != RateClass::None) << message.name;
    }
}

TEST(EachMessage, comesOutEqualWithAllItsFieldsFilled) {
    for (auto const& message : test::allMessages())
        EXPECT_EQ(message.rewrite(message.sample()), message.sample()) << message.name;
}

TEST(EachMessage, isReadOrRefusedAtEveryLength) {
    for (auto const& message : test::allMessages()) {
        SCOPED_TRACE(message.name);
        Buffer const body = message.sample();
        for (std::size_t length = 0; length <= body.size(); ++length) {
            // A buffer of its own, so that a read past its end is seen.
            Buffer const exact(body.begin(), body.begin() + static_cast<std::ptrdiff_t>(length));
            writesWhatItRead(message, exact);
        }
        Buffer longer = body;
        longer.insert(longer.end(), {0x00, 0x01, 0x00});
        writesWhatItRead(message, longer);
    }
}

TEST(EachMessage, refusesRandomBytesOrWritesThemAgain) {
    std::size_t accepted = 0, refused = 0;
    for (auto const& message : test::allMessages()) {
        SCOPED_TRACE(message.name);
        test::Noise noise(message.snac.type);
        for (int i = 0; i < 200; ++i) {
            Buffer bytes = noise.bytes(noise.next() % 80);
            if (i % 2)
                for (auto& byte : bytes) byte %= 8;  // small lengths fit more often
            ++(writesWhatItRead(message, bytes) ? accepted : refused);
        }
    }
    EXPECT_GT(accepted, 1000u);
    EXPECT_GT(refused, 1000u);
}

/// One to three random changes: a byte, an end, a byte more.
Buffer damaged(Bytes body, test::Noise& noise) {
    Buffer bytes = toBuffer(body);
    for (std::size_t changes = noise.next() % 3 + 1; changes && !bytes.empty(); --changes) {
        std::size_t const at = noise.next() % bytes.size();
        switch (noise.next() % 3) {
            case 0: bytes[at] = static_cast<u08>(noise.next()); break;
            case 1: bytes.resize(at); break;
            default: bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at), 1, 0); break;
        }
    }
    return bytes;
}

TEST(EachMessage, refusesDamagedRecordingsOrWritesThemAgain) {
    test::Noise noise(7);
    std::size_t accepted = 0, refused = 0;
    for (auto const& frame : recorded()) {
        auto const snac = test::snacOf(frame.bytes);
        auto const* message = snac ? test::findMessage(snac->header.foodgroup, snac->header.type) : nullptr;
        if (!message) continue;
        SCOPED_TRACE(frame.name);
        for (int i = 0; i < 20; ++i)
            ++(writesWhatItRead(*message, damaged(snac->body, noise)) ? accepted : refused);
    }
    EXPECT_GT(accepted, 5000u);
    EXPECT_GT(refused, 3000u);
}

}  // namespace
}  // namespace oscar::wire
