// SPDX-License-Identifier: MIT
#include "wire/codec.h"

#include <gtest/gtest.h>

#include "tests/support/frames.h"

namespace oscar::wire {
namespace {

TEST(Reader, neverReadsPastTheEndAndStaysFailed) {
    Buffer const bytes{1, 2, 3};
    Reader in(bytes);
    EXPECT_EQ(in.number<u16>(), 0x0102);
    EXPECT_EQ(in.number<u32>(), 0u);
    EXPECT_TRUE(in.failed());
    EXPECT_EQ(in.number<u08>(), 0) << "the third byte is not handed out after a failure";
    EXPECT_TRUE(in.take(1).empty());
    EXPECT_TRUE(in.takeRest().empty());
    EXPECT_TRUE(in.failed());
}

TEST(Reader, takesNothingFromNothing) {
    Reader in(Bytes{});
    EXPECT_TRUE(in.takeRest().empty());
    EXPECT_TRUE(in.take(0).empty());
    EXPECT_FALSE(in.failed());
    EXPECT_TRUE(in.atEnd());
    in.take(static_cast<std::size_t>(-1));
    EXPECT_TRUE(in.failed());
}

TEST(Codec, numbersAreBigEndian) {
    EXPECT_EQ(encode(u16{0x1234}), (Buffer{0x12, 0x34}));
    EXPECT_EQ(encode(u32{0x12345678}), (Buffer{0x12, 0x34, 0x56, 0x78}));
    EXPECT_EQ(encode(t70{0x47BF3A40}), (Buffer{0x47, 0xBF, 0x3A, 0x40}));
    EXPECT_EQ(encode(f32{1.0f}), (Buffer{0x3F, 0x80, 0, 0}));
    EXPECT_EQ(decode<u64>(Buffer{1, 2, 3, 4, 5, 6, 7, 8}), 0x0102030405060708u);
    EXPECT_EQ(decode<f32>(Buffer{0xC0, 0, 0, 0}).value().value, -2.0f);
    EXPECT_FALSE(decode<u64>(Buffer(7)));
}

TEST(Codec, stringsEndAtTheirLength) {
    EXPECT_EQ(decode<string08>(Buffer{2, 'h', 'i', '!'}).value().text, "hi");
    EXPECT_EQ(decode<string16>(Buffer{0, 2, 'h', 'i', '!'}).value().text, "hi");
    EXPECT_EQ(decode<string>(Buffer{'h', 'i', '!'}).value().text, "hi!");
    EXPECT_EQ(decode<string08>(Buffer{0}).value().text, "");
    EXPECT_FALSE(decode<string08>(Buffer{}));
    EXPECT_FALSE(decode<string08>(Buffer{3, 'h', 'i'}));
    EXPECT_FALSE(decode<string16>(Buffer{0}));
    EXPECT_FALSE(decode<string16>(Buffer{0xFF, 0xFF, 'h', 'i'}));
}

TEST(Codec, stringsAreCutAtWhatTheirLengthCanSay) {
    for (std::size_t const length : {0u, 254u, 255u, 256u, 300u}) {
        std::string const text(length, 'x');
        Buffer const bytes = encode(string08{text});
        EXPECT_EQ(bytes.size(), 1 + std::min<std::size_t>(length, 255));
        EXPECT_EQ(decode<string08>(bytes).value().text, text.substr(0, 255));
    }
    for (std::size_t const length : {65534u, 65535u, 65536u, 70000u}) {
        std::string const text(length, 'x');
        Buffer const bytes = encode(string16{text});
        EXPECT_EQ(bytes.size(), 2 + std::min<std::size_t>(length, 65535));
        EXPECT_EQ(decode<string16>(bytes).value().text, text.substr(0, 65535));
    }
}

struct WithTail {
    u08 first = 0;
    std::optional<u16> second;
    std::optional<string08> third;
};

TEST(Codec, anOptionalTailIsThereWholeOrNotAtAll) {
    Buffer const noneBytes{1};
    auto const none = decode<WithTail>(noneBytes);
    ASSERT_TRUE(none);
    EXPECT_FALSE(none->second || none->third);
    Buffer const oneBytes{1, 0, 2};
    auto const one = decode<WithTail>(oneBytes);
    ASSERT_TRUE(one);
    EXPECT_EQ(one->second, 2);
    EXPECT_FALSE(one->third);
    EXPECT_EQ(decode<WithTail>(Buffer{1, 0, 2, 1, 'x'}).value().third.value().text, "x");
    EXPECT_FALSE(decode<WithTail>(Buffer{1, 0})) << "half of it is malformed";
    EXPECT_FALSE(decode<WithTail>(Buffer{1, 0, 2, 1}));
    EXPECT_EQ(encode(WithTail{1, 2, std::nullopt}), (Buffer{1, 0, 2}));
}

TEST(Codec, aListToTheEndHoldsWholeItemsOnly) {
    Buffer const numbersBytes{0, 1, 0, 2};
    auto const numbers = decode<rest<u16>>(numbersBytes);
    ASSERT_TRUE(numbers);
    EXPECT_EQ(std::vector<u16>({1, 2}), [&] {
        std::vector<u16> all;
        for (u16 number : *numbers) all.push_back(number);
        return all;
    }());
    EXPECT_FALSE(decode<rest<u16>>(Buffer{0, 1, 0}));
    EXPECT_TRUE(decode<rest<u16>>(Buffer{}).value().empty());
    EXPECT_FALSE(decode<rest<empty>>(Buffer{1})) << "items without bytes would never come to the end";
}

TEST(Codec, aCountedListEndsAfterItsNumber) {
    Buffer const bytes{0, 2, 1, 'a', 2, 'b', 'c', 0xEE};
    Reader in(bytes);
    counted<u16, string08> names;
    get(in, names);
    EXPECT_FALSE(in.failed());
    EXPECT_EQ(names.count(), 2u);
    EXPECT_EQ(toBuffer(in.rest()), Buffer{0xEE});
    EXPECT_EQ(encode(names), Buffer(bytes.begin(), bytes.end() - 1));
    EXPECT_FALSE((decode<counted<u16, string08>>(Buffer{0, 3, 1, 'a', 2, 'b', 'c'})));
    EXPECT_FALSE((decode<counted<u16, u32>>(Buffer{0xFF, 0xFF, 1})));
}

TEST(Codec, aListThatIsBuiltComesBackEqual) {
    List<string08> names;
    names.add({"alice"});
    names.add({""});
    names.add({"bob"});
    Buffer const bytes = encode(counted<u08, string08>(names));
    EXPECT_EQ(bytes, (Buffer{3, 5, 'a', 'l', 'i', 'c', 'e', 0, 3, 'b', 'o', 'b'}));
    EXPECT_EQ(encode(rest<string08>(names)), Buffer(bytes.begin() + 1, bytes.end()));
}

TEST(Writer, writesOverWhatStands) {
    Buffer bytes{9};
    Writer out(bytes);
    out.number(u16{0});
    out.number(u08{7});
    out.patch(1, u16{0x1234});
    EXPECT_EQ(bytes, (Buffer{9, 0x12, 0x34, 7}));
}

}  // namespace
}  // namespace oscar::wire
