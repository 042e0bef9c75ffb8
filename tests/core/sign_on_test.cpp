// SPDX-License-Identifier: MIT
// Proofs against the computed vectors of tests/vectors/auth.tsv, and the limits of each proof.
#include "core/sign_on.h"

#include <gmock/gmock.h>

#include <map>
#include <set>

#include "tests/support/frames.h"

namespace oscar::core {
namespace {

using test::fromHex;
using wire::bucp::Digest;

/// One row: what goes in (its _hex forms turned to bytes), and what must come out.
struct Vector {
    std::map<std::string, std::string> inputs;
    wire::Buffer expected;
};

std::vector<Vector> vectorsOf(std::string const& method) {
    std::vector<Vector> found;
    for (auto const& row : test::readTable(OSCAR_TEST_DATA "/vectors/auth.tsv")) {
        if (row.at(0) != method) continue;
        Vector& vector = found.emplace_back();
        std::istringstream inputs(row.at(1));
        for (std::string input; std::getline(inputs, input, ';');) {
            auto const equals = input.find('=');
            std::string key = input.substr(0, equals), value = input.substr(equals + 1);
            if (key.ends_with("_hex")) {
                key.resize(key.size() - 4);
                value = wire::asText(fromHex(value));
            }
            vector.inputs[key] = value;
        }
        vector.expected = fromHex(row.at(2));
    }
    return found;
}

Digest asDigest(wire::Buffer const& bytes) {
    Digest digest{};
    std::copy_n(bytes.begin(), digest.size(), digest.begin());
    return digest;
}

void digestsMatch(std::string const& method, bool prehashed) {
    auto const vectors = vectorsOf(method);
    ASSERT_GE(vectors.size(), 9u);
    for (Vector vector : vectors) {
        std::string const &key = vector.inputs["key"], &password = vector.inputs["password"];
        Digest const expected = asDigest(vector.expected);
        EXPECT_EQ(passwordDigest(key, password, prehashed), expected) << key;
        LoginId const alice("alice");
        EXPECT_TRUE(digestProves(expected, key, alice, Password(password), prehashed));
        EXPECT_FALSE(digestProves(expected, key, alice, Password(password), !prehashed));
        EXPECT_FALSE(digestProves(expected, key + "1", alice, Password(password), prehashed));
        EXPECT_FALSE(digestProves(expected, key, alice, Password(password + "x"), prehashed));
    }
}

// AUTH-2
TEST(PasswordDigest, ofThePasswordItselfIsAsComputedElsewhere) { digestsMatch("bucp_md5_old", false); }
// AUTH-2
TEST(PasswordDigest, ofTheHashedPasswordIsAsComputedElsewhere) { digestsMatch("bucp_md5_new", true); }

// AUTH-2
TEST(PasswordDigest, ofAPasswordThatAnIcqClientHasCutProvesIt) {
    Password const password("longpassword123456");
    for (bool const prehashed : {false, true}) {
        int cut = 0;
        for (Vector vector : vectorsOf(prehashed ? "bucp_md5_new" : "bucp_md5_old")) {
            if (!vector.inputs["password"].starts_with("longpass")) continue;
            ++cut;
            Digest const digest = asDigest(vector.expected);
            EXPECT_TRUE(digestProves(digest, "1234567890", LoginId("100001"), password, prehashed));
            EXPECT_FALSE(digestProves(digest, "1234567890", LoginId("alice"), password, prehashed));
        }
        EXPECT_EQ(cut, 2);
        EXPECT_FALSE(digestProves(passwordDigest("1", "longpas", prehashed), "1", LoginId("100001"), password,
                                  prehashed));
    }
}

TEST(PasswordDigest, provesNothingToAnAccountWithoutPassword) {
    for (bool const prehashed : {false, true})
        for (auto const* name : {"alice", "100001"})
            EXPECT_FALSE(
                digestProves(passwordDigest("1", "", prehashed), "1", LoginId(name), Password(""), prehashed));
    EXPECT_FALSE(passwordProves("", LoginId("alice"), Password("")));
}

// AUTH-4
TEST(Roast, isAsComputedElsewhereAndUndoesItself) {
    for (auto const& [method, table] : {std::pair{"roast_aim", RoastTable::Aim}, {"roast_java_aim", RoastTable::JavaAim}}) {
        auto const vectors = vectorsOf(method);
        ASSERT_GE(vectors.size(), 5u) << method;
        for (Vector vector : vectors) {
            std::string const& password = vector.inputs["password"];
            std::string const roasted = roast(password, table);
            EXPECT_EQ(roasted, wire::asText(vector.expected)) << method << ' ' << password;
            EXPECT_EQ(roast(roasted, table), password);
        }
    }
}

// AUTH-4
TEST(Roast, aClearPasswordMustBeTheWholeOneOrAsIcqClientsCutIt) {
    Password const password("longpassword123456");
    LoginId const aim("alice"), icq("100001");
    EXPECT_TRUE(passwordProves("longpassword123456", aim, password));
    EXPECT_TRUE(passwordProves("longpassword1234", icq, password));
    EXPECT_TRUE(passwordProves("longpass", icq, password));
    EXPECT_FALSE(passwordProves("longpass", aim, password));
    for (auto const* wrong : {"", "l", "longpas", "longpassword1234567", "LONGPASSWORD123456"})
        EXPECT_FALSE(passwordProves(wrong, icq, password)) << wrong;
}

// AUTH-1
TEST(Challenge, isPrintableAndNeverTheSame) {
    std::set<std::string> seen;
    for (int i = 0; i < 200; ++i) {
        std::string const key = makeChallenge();
        EXPECT_TRUE(std::ranges::all_of(key, [](char c) { return c >= '0' && c <= '9'; })) << key;
        EXPECT_GE(key.size(), 10u);
        seen.insert(key);
    }
    EXPECT_EQ(seen.size(), 200u);
}

// AUTH-8
TEST(CookieJar, aCookieHas256BytesAndComesBackAsTheTicketItWas) {
    CookieJar const jar;
    Ticket const ticket{LoginId("Alice"), 1, wire::MulticonnFlags::Single, "A client", 1'700'000'060};
    wire::Buffer const cookie = jar.seal(ticket);
    EXPECT_EQ(cookie.size(), 256u);
    auto const opened = jar.open(cookie);
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->loginId, LoginId("alice"));
    EXPECT_EQ(opened->service, 1);
    EXPECT_EQ(opened->multiconnFlags, wire::MulticonnFlags::Single);
    EXPECT_EQ(opened->clientName, "A client");
    EXPECT_EQ(opened->expires, 1'700'000'060u);
    auto const another = jar.open(jar.seal(ticket));
    ASSERT_TRUE(another);
    EXPECT_NE(opened->serial, another->serial);
}

// AUTH-8
TEST(CookieJar, aCookieThatWasTamperedWithOrIsOfAnotherJarIsNone) {
    CookieJar const jar, other;
    wire::Buffer const cookie = jar.seal({LoginId("alice"), 1, {}, {}, 1'700'000'060});
    EXPECT_FALSE(other.open(cookie));
    for (std::size_t i = 0; i < cookie.size(); ++i) {
        wire::Buffer forged = cookie;
        forged[i] ^= 0x40;
        EXPECT_FALSE(jar.open(forged)) << i;
    }
    for (std::size_t size : {0u, 1u, 255u, 257u, 65535u}) {
        wire::Buffer forged = cookie;
        forged.resize(size);
        EXPECT_FALSE(jar.open(forged)) << size;
    }
}

// AUTH-8
TEST(CookieJar, longNamesDoNotMakeALongerCookie) {
    CookieJar const jar;
    wire::Buffer const cookie = jar.seal({LoginId(std::string(60'000, 'a')), 1, {}, std::string(60'000, 'b'), 0});
    EXPECT_EQ(cookie.size(), 256u);
    EXPECT_TRUE(jar.open(cookie));
}

class Throttle : public testing::Test {
  protected:
    SignOnThrottle throttle{3, Seconds{300}, [](std::string const& address) { return address == "127.0.0.1"; }};
    TimePoint now{Milliseconds{5'000'000}};
    LoginId const alice{"alice"}, bob{"bob"};

    void fail(int times, std::string const& address, LoginId const& user) {
        for (int i = 0; i < times; ++i) throttle.failed(address, user, now);
    }
};

// AUTH-12
TEST_F(Throttle, anAddressThatFailsTooOftenMustWaitWhateverNameItTries) {
    fail(2, "192.0.2.1", alice);
    EXPECT_FALSE(throttle.refusal("192.0.2.1", alice, now));
    fail(1, "192.0.2.1", bob);
    EXPECT_EQ(throttle.refusal("192.0.2.1", LoginId("carol"), now), wire::LoginError::RateLimit);
    EXPECT_FALSE(throttle.refusal("192.0.2.2", alice, now));

    now += Milliseconds{299'999};
    EXPECT_TRUE(throttle.refusal("192.0.2.1", bob, now));
    now += Milliseconds{1};
    EXPECT_FALSE(throttle.refusal("192.0.2.1", bob, now));
    fail(1, "192.0.2.1", bob);
    EXPECT_FALSE(throttle.refusal("192.0.2.1", bob, now));
}

// AUTH-12
TEST_F(Throttle, whoFailsTooOftenAtOneAccountWaitsForItLongerThanTheAddress) {
    fail(1, "192.0.2.1", bob);
    now += Seconds{200};
    fail(2, "192.0.2.1", alice);
    EXPECT_EQ(throttle.refusal("192.0.2.1", alice, now), wire::LoginError::RateLimit);
    now += Seconds{100};
    fail(1, "192.0.2.1", alice);
    EXPECT_EQ(throttle.refusal("192.0.2.1", alice, now), wire::LoginError::RateLimitReservation);
    EXPECT_FALSE(throttle.refusal("192.0.2.1", bob, now));
}

// AUTH-12
TEST_F(Throttle, anOwnSignOnInBetweenDoesNotClearTheGuessesAtOthers) {
    fail(2, "192.0.2.1", alice);
    throttle.succeeded("192.0.2.1", bob);
    fail(1, "192.0.2.1", alice);
    EXPECT_TRUE(throttle.refusal("192.0.2.1", alice, now));
}

// AUTH-12
TEST_F(Throttle, trustedAddressesHaveNoLimit) {
    fail(100, "127.0.0.1", alice);
    EXPECT_FALSE(throttle.refusal("127.0.0.1", alice, now));
}

}  // namespace
}  // namespace oscar::core
