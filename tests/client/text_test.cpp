// SPDX-License-Identifier: MIT
#include "client/text.h"

#include <gtest/gtest.h>

namespace oscar {
namespace {

using namespace client;
using wire::icbm::Encoding;

wire::Buffer bytes(std::initializer_list<int> values) {
    wire::Buffer result;
    for (int value : values) result.push_back(static_cast<wire::u08>(value));
    return result;
}

TEST(Text, utf16SurvivesTheRoundTripIncludingSurrogatePairs) {
    std::string const text = "h\u00e9llo \u20ac \u65e5\u672c \U0001F600";
    EXPECT_EQ(utf8FromUtf16be(utf16beFromUtf8(text)), text);
    EXPECT_EQ(utf16beFromUtf8("\U0001F600"), bytes({0xD8, 0x3D, 0xDE, 0x00}));
}

TEST(Text, unpairedSurrogatesAndOddBytesBecomeReplacementCharacters) {
    EXPECT_EQ(utf8FromUtf16be(bytes({0xD8, 0x3D})), "\uFFFD");
    EXPECT_EQ(utf8FromUtf16be(bytes({0xDE, 0x00, 0x00, 'a'})),
              "\uFFFD"
              "a");
    EXPECT_EQ(utf8FromUtf16be(bytes({0xD8, 0x3D, 0x00, 'a'})),
              "\uFFFD"
              "a");
    EXPECT_EQ(utf8FromUtf16be(bytes({0x00, 'a', 0x00})), "a\uFFFD");
}

TEST(Text, latin1BytesAreTheFirst256CodePoints) {
    EXPECT_EQ(utf8FromLatin1(bytes({'a', 0xE9, 0xFF})), "a\u00e9\u00ff");
}

TEST(Text, invalidUtf8IsReplacedAndTheRestKept) {
    EXPECT_EQ(validUtf8("a\xFFz"), "a\uFFFDz");
    EXPECT_EQ(validUtf8("\xC0\xAF"), "\uFFFD\uFFFD") << "overlong";
    EXPECT_EQ(validUtf8("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD") << "a surrogate";
    EXPECT_EQ(validUtf8("\xF4\x90\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD") << "above the last code point";
    EXPECT_EQ(validUtf8("\xE2\x82"), "\uFFFD\uFFFD") << "cut";
    EXPECT_EQ(validUtf8("gr\u00fc\u00df \U0001F600"), "gr\u00fc\u00df \U0001F600");
}

TEST(Text, asciiStaysAsciiAndAllElseGoesAsUtf16) {
    EXPECT_EQ(encodeText("plain").encoding, Encoding::Ascii);
    EXPECT_EQ(wire::asText(encodeText("plain").bytes), "plain");
    EXPECT_EQ(encodeText("\u00fc").encoding, Encoding::Unicode);
    EXPECT_EQ(encodeText("\u00fc").bytes, bytes({0x00, 0xFC}));
}

TEST(Text, everyEncodingIsReadAsItsOwn) {
    EXPECT_EQ(decodeText(Encoding::Ascii, bytes({'h', 'i'})), "hi");
    EXPECT_EQ(decodeText(Encoding::Unicode, bytes({0x04, 0x16})), "\u0416");
    EXPECT_EQ(decodeText(Encoding::Latin1, bytes({0xFC})), "\u00fc");
}

TEST(Text, profilesAreReadByTheirCharset) {
    EXPECT_EQ(decodeMimeText("text/aolrtf; charset=\"unicode-2-0\"", bytes({0x20, 0xAC})), "\u20ac");
    EXPECT_EQ(decodeMimeText("text/x-aolrtf; charset=UTF-8", wire::asBytes("\u20ac")), "\u20ac");
    EXPECT_EQ(decodeMimeText("text/aolrtf; charset=\"us-ascii\"", bytes({'a', 0xFC})), "a\u00fc");
    EXPECT_EQ(decodeMimeText("", bytes({'a'})), "a");
}

TEST(Text, plainTextSurvivesTheWayThroughHtml) {
    std::string const plain = "if (a < b && c > \"d\")\n\treturn \u00fc;";
    EXPECT_EQ(escapeHtml(plain), "if (a &lt; b &amp;&amp; c &gt; &quot;d&quot;)<br>\treturn \u00fc;");
    EXPECT_EQ(plainText(escapeHtml(plain)), plain);
}

TEST(Text, markupIsTakenAwayAndEntitiesAreResolved) {
    EXPECT_EQ(plainText("<HTML><BODY><b>bold</b> <font color=\"#ff0000\">red</font></BODY></HTML>"),
              "bold red");
    EXPECT_EQ(plainText("one<BR>two<br/>three<br />four<bright>"), "one\ntwo\nthree\nfour");
    EXPECT_EQ(plainText("&lt;&#65;&#x42;&nbsp;&apos;&gt;"), "<AB '>");
    EXPECT_EQ(plainText("&#x110000;"), "\uFFFD");
}

TEST(Text, whatIsNoEntityOrAnUnclosedTagStaysHarmless) {
    EXPECT_EQ(plainText("a & b; c &nosuch; &#; &#x; &"), "a & b; c &nosuch; &#; &#x; &");
    EXPECT_EQ(plainText("cut <b"), "cut ");
    EXPECT_EQ(plainText("<"), "");
    EXPECT_EQ(plainText("&;"), "&;");
}

TEST(Text, namesAreTheSameWithoutCaseAndSpaces) {
    EXPECT_TRUE(sameLoginId("Chatting Chuck ", "chattingchuck"));
    EXPECT_TRUE(sameLoginId("", "  "));
    EXPECT_FALSE(sameLoginId("chuck", "chuckx"));
    EXPECT_FALSE(sameLoginId("chuck", ""));
}

}  // namespace
}  // namespace oscar
