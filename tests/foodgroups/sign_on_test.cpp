// SPDX-License-Identifier: MIT
// Signing on: challenge and digest, the roasted password, cookies, and what strangers try (rules AUTH-1 to AUTH-17).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/support/world.h"

namespace oscar::test {
namespace {

using core::CloseReason;
using core::LoginId;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;
using testing::SizeIs;
using wire::ErrorCode;
using wire::FrameType;
using wire::LoginError;
using wire::MulticonnFlags;
namespace bucp = wire::bucp;
namespace os = wire::oservice;

bucp::ChallengeRequest challengeRequest(wire::TlvList& tlvs, std::string const& name) {
    tlvs.add(bucp::tags::loginId, wire::string{name});
    return {tlvs};
}

wire::TlvList proof(std::string const& name, bucp::Digest const& digest, bool prehashed) {
    wire::TlvList tlvs;
    tlvs.add(bucp::tags::loginId, wire::string{name}).add(bucp::tags::passwordHash, digest);
    if (prehashed) tlvs.add(bucp::tags::passwordPrehashed);
    return tlvs;
}

/// A sign-on connection that has got its challenge.
struct Challenged {
    Client& client;
    std::string key;
};

Challenged challenge(World& world, std::string const& name, std::string const& address = "198.51.100.7") {
    Client& client = world.connect(address);
    client.sendHello();
    wire::TlvList tlvs;
    client.send(challengeRequest(tlvs, name));
    auto const response = client.take<bucp::ChallengeResponse>();
    return {client, response ? std::string((*response)->key.text) : std::string()};
}

std::optional<LoginError> errorOf(Client& client) {
    auto const response = client.take<bucp::LoginResponse>();
    return response ? (*response)->tlvs.get(bucp::tags::errorSubcode) : std::nullopt;
}

/// The TLVs of a roasted sign-on.
wire::TlvList roasted(std::string const& name, std::string const& password, std::string const& client = "ICQ Inc.") {
    auto const table = client.ends_with("for Java") ? core::RoastTable::JavaAim : core::RoastTable::Aim;
    std::string const bytes = core::roast(password, table);
    wire::TlvList tlvs;
    tlvs.add(wire::signonTags::loginId, wire::string{name})
        .add(wire::signonTags::roastedPassword, wire::blob{wire::asBytes(bytes)})
        .add(wire::signonTags::clientName, wire::string{client});
    return tlvs;
}

/// The name that a BOSS connection is signed on under, as it shows to others.
std::string shownName(Client& client) {
    auto const info = client.ask<os::NickInfoUpdate>(os::NickInfoQuery{});
    return info ? std::string((*(*info)->info.begin()).displayId.text) : std::string();
}

class SignOn : public testing::TestWithParam<unsigned> {
  protected:
    World world{GetParam()};

    void SetUp() override {
        for (auto const* name : {"Alice", "Chatting Chuck"}) world.addUser(name);
        world.addUser("100001");
    }
};
INSTANTIATE_TEST_SUITE_P(, SignOn, testing::Values(1u, 2u));

// AUTH-1, AUTH-3, AUTH-5
TEST_P(SignOn, byChallengeGivesNameAddressAndCookieThenEnds) {
    auto const [client, key] = challenge(world, "alice");
    ASSERT_FALSE(key.empty());
    wire::TlvList const tlvs = proof("alice", core::passwordDigest(key, "secret12", true), true);
    wire::u32 const id = client.send(bucp::LoginRequest{tlvs});
    auto const response = client.take<bucp::LoginResponse>();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->header.requestId, id);
    wire::Tlvs const answer = (*response)->tlvs;
    EXPECT_EQ(answer.get(bucp::tags::loginId)->text, "Alice");
    EXPECT_EQ(answer.get(bucp::tags::reconnectHere)->text, "192.0.2.1:5190");
    EXPECT_THAT(answer.find(bucp::tags::loginCookie.number), Optional(SizeIs(256)));
    EXPECT_FALSE(answer.has(bucp::tags::errorSubcode));
    EXPECT_TRUE(client.signoff());
    EXPECT_EQ(client.closed, CloseReason::SignOnDone);
}

// AUTH-1, AUTH-3: nothing behind the key tells a client to cut the password
TEST_P(SignOn, theChallengeIsAKeyAndNothingElse) {
    Client& client = world.connect();
    client.sendHello();
    wire::TlvList tlvs;
    wire::u32 const id = client.send(challengeRequest(tlvs, "alice"));
    auto const frame = client.frames.back().snac();
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->header.requestId, id);
    auto const key = wire::decode<wire::string16>(frame->body);
    ASSERT_TRUE(key);
    EXPECT_EQ(frame->body.size(), 2 + key->text.size());
}

// AUTH-2
TEST_P(SignOn, bothKindsOfDigestAreAccepted) {
    for (bool const prehashed : {false, true}) {
        auto const [client, key] = challenge(world, "alice");
        wire::TlvList const tlvs = proof("alice", core::passwordDigest(key, "secret12", prehashed), prehashed);
        client.send(bucp::LoginRequest{tlvs});
        EXPECT_FALSE(errorOf(client));
        EXPECT_EQ(client.closed, CloseReason::SignOnDone) << prehashed;
    }
}

// AUTH-2
TEST_P(SignOn, aDigestOfTheOtherKindIsWrong) {
    for (bool const prehashed : {false, true}) {
        auto const [client, key] = challenge(world, "alice");
        wire::TlvList const tlvs = proof("alice", core::passwordDigest(key, "secret12", prehashed), !prehashed);
        client.send(bucp::LoginRequest{tlvs});
        EXPECT_EQ(errorOf(client), LoginError::MismatchNickOrPassword);
    }
}

// AUTH-4, AUTH-5
TEST_P(SignOn, byRoastedPasswordIsAnsweredInASignoffFrame) {
    for (auto const* program : {"ICQ Inc. - Product of ICQ (TM).2003a", "AOL Instant Messenger (TM) for Java"}) {
        Client& client = world.connect();
        client.sendHello(roasted("CHATTINGchuck", "secret12", program));
        auto const answer = client.signoff();
        ASSERT_TRUE(answer) << program;
        EXPECT_EQ(answer->get(wire::signoffTags::loginId)->text, "Chatting Chuck");
        EXPECT_EQ(answer->get(wire::signoffTags::reconnectHere)->text, "192.0.2.1:5190");
        EXPECT_FALSE(answer->has(wire::signoffTags::errorSubcode));
        EXPECT_EQ(client.closed, CloseReason::SignOnDone);
        auto const cookie = answer->get(wire::signoffTags::loginCookie);
        ASSERT_TRUE(cookie);
        EXPECT_EQ(cookie->bytes.size(), 256u);
        EXPECT_EQ(shownName(world.present(cookie->bytes)), "Chatting Chuck");
    }
}

// AUTH-4, AUTH-6
TEST_P(SignOn, byRoastedPasswordIsRefusedInASignoffFrame) {
    for (auto const& [name, password, error] :
         {std::tuple{"alice", "secret13", LoginError::MismatchNickOrPassword},
          {"alice", "secret1", LoginError::MismatchNickOrPassword},
          {"nobody", "secret12", LoginError::InvalidNickOrPassword},
          {"100002", "secret12", LoginError::DeletedAccount}}) {
        Client& client = world.connect();
        client.sendHello(roasted(name, password));
        auto const answer = client.signoff();
        ASSERT_TRUE(answer) << name;
        EXPECT_EQ(LoginId(answer->get(wire::signoffTags::loginId)->text), LoginId(name));
        EXPECT_EQ(answer->get(wire::signoffTags::errorSubcode), error) << name;
        EXPECT_EQ(answer->get(wire::signoffTags::errorUrl)->text, world.complex().options.url);
        EXPECT_FALSE(answer->has(wire::signoffTags::loginCookie));
        EXPECT_EQ(client.closed, CloseReason::SignOnRefused);
    }
}

// AUTH-6, AUTH-7
TEST_P(SignOn, isRefusedWithNameCodeAndPage) {
    auto const unknown = world.bucp("nobody");
    EXPECT_EQ(unknown.error, LoginError::InvalidNickOrPassword);
    EXPECT_EQ(unknown.loginId, "nobody");
    EXPECT_EQ(unknown.errorUrl, world.complex().options.url);
    EXPECT_THAT(unknown.cookie, IsEmpty());
    EXPECT_THAT(unknown.reconnectHere, IsEmpty());
    EXPECT_EQ(world.bucp("100002").error, LoginError::DeletedAccount);

    auto const wrong = world.bucp("alice", "secret13");
    EXPECT_EQ(wrong.error, LoginError::MismatchNickOrPassword);
    EXPECT_EQ(LoginId(wrong.loginId), LoginId("alice"));
    EXPECT_EQ(wrong.errorUrl, world.complex().options.url);
    EXPECT_THAT(wrong.cookie, IsEmpty());
}

// AUTH-7
TEST_P(SignOn, aSuspendedUserIsToldSoOnceHeHasProvedWhoHeIs) {
    world.changeAccount("alice", [](core::Account& account) { account.suspended = true; });
    auto const answer = world.bucp("alice");
    EXPECT_EQ(answer.error, LoginError::SuspendedAccount);
    EXPECT_THAT(answer.cookie, IsEmpty());
    EXPECT_EQ(world.bucp("alice", "guess").error, LoginError::MismatchNickOrPassword);
}

// AUTH-7
TEST(SignOnWithABusyDatabase, isTemporarilyUnavailable) {
    World world{1};
    world.addUser("Alice");
    Client& client = world.connect();
    client.sendHello();
    world.letStoreAnswer(false);
    for (int i = 0; i < 100'000; ++i) world.shard(0).store.credentials(LoginId("alice"), [](auto&&) {});
    wire::TlvList tlvs;
    client.send(challengeRequest(tlvs, "alice"));
    world.letStoreAnswer(true);
    EXPECT_EQ(errorOf(client), LoginError::ReservationMapError);
    EXPECT_EQ(client.closed, CloseReason::SignOnRefused);
}

// AUTH-9
TEST_P(SignOn, aNameMayBeTypedWithOtherCapitalsAndSpaces) {
    for (auto const* typed : {"Chatting Chuck", "chattingchuck", " C h a t t i n g CHUCK "})
        EXPECT_FALSE(world.bucp(typed).error) << typed;
    auto const [client, key] = challenge(world, "chattingchuck");
    wire::TlvList const tlvs = proof("CHATTING chuck", core::passwordDigest(key, "secret12", true), true);
    client.send(bucp::LoginRequest{tlvs});
    EXPECT_FALSE(errorOf(client));
}

// AUTH-9, AUTH-10
TEST_P(SignOn, theNameComesBackAsRegisteredNotAsTyped) {
    auto const answer = world.bucp("CHATTINGCHUCK");
    EXPECT_EQ(answer.loginId, "Chatting Chuck");
    Client& client = world.present(answer.cookie);
    EXPECT_EQ(shownName(client), "Chatting Chuck");
    client.send(wire::feedbag::Use{});
    client.send(os::ClientOnline{});
    Client& alice = world.signOn("alice");
    storeBuddies(alice, {"cHaTtInGcHuCk"});
    EXPECT_THAT(alice.arrived(), ElementsAre("Chatting Chuck"));
}

// AUTH-12
TEST_P(SignOn, anAddressThatGuessesPasswordsMustWait) {
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(world.bucp("alice", "guess", MulticonnFlags::Single, "203.0.113.9").error,
                  LoginError::MismatchNickOrPassword);
        EXPECT_EQ(world.bucp("nobody", "guess", MulticonnFlags::Single, "203.0.113.9").error,
                  LoginError::InvalidNickOrPassword);
    }
    auto const refused = world.bucp("alice", "secret12", MulticonnFlags::Single, "203.0.113.9");
    EXPECT_EQ(refused.error, LoginError::RateLimit);
    EXPECT_THAT(refused.cookie, IsEmpty());
    Client& old = world.connect("203.0.113.9");
    old.sendHello(roasted("alice", "secret12"));
    EXPECT_EQ(old.signoff()->get(wire::signoffTags::errorSubcode), LoginError::RateLimit);

    EXPECT_FALSE(world.bucp("alice").error) << "others are not concerned";
    world.pass(world.complex().options.signOnFailureWindow);
    EXPECT_FALSE(world.bucp("alice", "secret12", MulticonnFlags::Single, "203.0.113.9").error);
}

// AUTH-12
TEST_P(SignOn, challengesCollectedBeforeDoNotGetAroundTheLimit) {
    std::vector<Challenged> collected;
    for (int i = 0; i < 12; ++i) collected.push_back(challenge(world, "alice", "203.0.113.9"));
    for (auto const& [client, key] : collected) {
        bool const right = &client == &collected.back().client;
        wire::TlvList const tlvs =
            proof("alice", core::passwordDigest(key, right ? "secret12" : "guess", true), true);
        client.send(bucp::LoginRequest{tlvs});
    }
    EXPECT_EQ(errorOf(collected[9].client), LoginError::MismatchNickOrPassword);
    EXPECT_EQ(errorOf(collected[10].client), LoginError::RateLimit);
    EXPECT_EQ(errorOf(collected[11].client), LoginError::RateLimit);
}

// AUTH-13
TEST_P(SignOn, theSixthInstanceIsRefusedInASignoffFrame) {
    std::vector<Client*> five;
    for (int i = 0; i < 5; ++i) five.push_back(&world.signOn("alice"));
    Client& sixth = world.present(world.bucp("alice").cookie);
    EXPECT_EQ(sixth.closed, CloseReason::TooManyInstances);
    ASSERT_TRUE(sixth.signoff());
    EXPECT_THAT(sixth.signoff()->find(0x0008), Optional(ElementsAre(0x18)));
    EXPECT_FALSE(sixth.take<os::HostOnline>());
    for (Client* client : five) EXPECT_TRUE(client->isOpen());
    five.front()->signOff();
    EXPECT_TRUE(world.present(world.bucp("alice").cookie).isOpen());
}

// AUTH-17
TEST_P(SignOn, registrationIsRefusedAndTheConnectionStays) {
    Client& client = world.connect();
    client.sendHello();
    EXPECT_EQ(client.errorOf(client.send(bucp::RegisterRequest{})), ErrorCode::NotSupportedByHost);
    EXPECT_EQ(client.errorOf(client.send(bucp::RegistrationImageRequest{})), ErrorCode::NotSupportedByHost);
    EXPECT_TRUE(client.isOpen());
}

// Where others fail

TEST_P(SignOn, aRecordedDigestSignsNobodyOnAgain) {
    auto const [client, key] = challenge(world, "alice");
    wire::TlvList const recorded = proof("alice", core::passwordDigest(key, "secret12", true), true);
    client.send(bucp::LoginRequest{recorded});
    ASSERT_EQ(client.closed, CloseReason::SignOnDone);

    auto const other = challenge(world, "alice");
    other.client.send(bucp::LoginRequest{recorded});
    EXPECT_EQ(errorOf(other.client), LoginError::MismatchNickOrPassword);

    Client& unasked = world.connect();
    unasked.sendHello();
    unasked.send(bucp::LoginRequest{recorded});
    EXPECT_EQ(errorOf(unasked), LoginError::InternalClientError);
    EXPECT_EQ(unasked.closed, CloseReason::SignOnRefused);
}

TEST_P(SignOn, aChallengeIsGoodForOneTryAlsoWithinOneWrite) {
    Client& client = world.connect();
    wire::FlapWriter out(1);
    out.frame(FrameType::Signon, [](wire::Writer& writer) { put(writer, wire::FlapSignon{}); });
    wire::TlvList name;
    out.snac(challengeRequest(name, "alice"), 1);
    client.sendBytes(std::exchange(out.bytes(), {}));
    auto const key = client.take<bucp::ChallengeResponse>();
    ASSERT_TRUE(key);
    wire::TlvList const wrong = proof("alice", core::passwordDigest((*key)->key.text, "guess", true), true);
    wire::TlvList const right = proof("alice", core::passwordDigest((*key)->key.text, "secret12", true), true);
    out.snac(bucp::LoginRequest{wrong}, 2);
    out.snac(bucp::LoginRequest{right}, 3);
    client.sendBytes(out.bytes());
    auto const answers = client.takeAll<bucp::LoginResponse>();
    ASSERT_THAT(answers, SizeIs(1));
    EXPECT_EQ(answers[0]->tlvs.get(bucp::tags::errorSubcode), LoginError::MismatchNickOrPassword);
}

TEST_P(SignOn, noChallengeAndNoCookieComesTwice) {
    std::set<std::string> keys;
    std::set<wire::Buffer> cookies;
    for (int i = 0; i < 50; ++i) {
        keys.insert(challenge(world, "alice").key);
        cookies.insert(world.bucp("alice").cookie);
    }
    EXPECT_THAT(keys, SizeIs(50));
    EXPECT_THAT(cookies, SizeIs(50));
}

TEST_P(SignOn, aSecondChallengeOnAConnectionReplacesTheFirst) {
    auto const [client, first] = challenge(world, "alice");
    wire::TlvList tlvs;
    client.send(challengeRequest(tlvs, "alice"));
    auto const second = client.take<bucp::ChallengeResponse>();
    ASSERT_TRUE(second);
    EXPECT_NE((*second)->key.text, first);
    wire::TlvList const stale = proof("alice", core::passwordDigest(first, "secret12", true), true);
    client.send(bucp::LoginRequest{stale});
    EXPECT_EQ(errorOf(client), LoginError::MismatchNickOrPassword);
}

TEST_P(SignOn, aChallengeForOneNameSignsNoOtherOn) {
    world.addUser("Mallory", "mallory1");
    auto const [client, key] = challenge(world, "mallory");
    wire::TlvList const tlvs = proof("alice", core::passwordDigest(key, "mallory1", true), true);
    client.send(bucp::LoginRequest{tlvs});
    EXPECT_EQ(errorOf(client), LoginError::InternalClientError);
}

TEST_P(SignOn, withoutADigestOrWithACutOneIsRefused) {
    for (std::size_t const size : {0u, 1u, 15u, 16u}) {
        auto const [client, key] = challenge(world, "alice");
        wire::Buffer const digest(size);
        wire::TlvList tlvs;
        tlvs.add(bucp::tags::loginId, wire::string{"alice"}).add(wire::Tlv{bucp::tags::passwordHash.number, digest});
        client.send(bucp::LoginRequest{tlvs});
        EXPECT_EQ(errorOf(client), LoginError::MismatchNickOrPassword) << size;
    }
    auto const [client, key] = challenge(world, "alice");
    wire::TlvList tlvs;
    tlvs.add(bucp::tags::loginId, wire::string{"alice"});
    client.send(bucp::LoginRequest{tlvs});
    EXPECT_EQ(errorOf(client), LoginError::MismatchNickOrPassword);
}

TEST_P(SignOn, withAnEmptyOrMissingRoastedPasswordIsRefused) {
    Client& empty = world.connect();
    empty.sendHello(roasted("alice", ""));
    EXPECT_EQ(empty.signoff()->get(wire::signoffTags::errorSubcode), LoginError::MismatchNickOrPassword);
    Client& missing = world.connect();
    missing.sendHello(wire::TlvList{}.add(wire::signonTags::loginId, wire::string{"alice"}));
    EXPECT_EQ(missing.signoff()->get(wire::signoffTags::errorSubcode), LoginError::MismatchNickOrPassword);
}

TEST_P(SignOn, nobodyGetsIntoAnAccountWithoutPassword) {
    for (auto const* name : {"Guest", "100009"}) {
        world.addUser(name, "");
        for (auto const* guess : {"", "guess", "secret12"}) {
            EXPECT_EQ(world.bucp(name, guess).error, LoginError::MismatchNickOrPassword) << name;
            auto const [client, key] = challenge(world, name, "203.0.113.1");
            wire::TlvList const tlvs = proof(name, core::passwordDigest(key, guess, false), false);
            client.send(bucp::LoginRequest{tlvs});
            EXPECT_EQ(errorOf(client), LoginError::MismatchNickOrPassword) << name;
        }
        Client& old = world.connect("203.0.113.2");
        old.sendHello(roasted(name, ""));
        EXPECT_EQ(old.signoff()->get(wire::signoffTags::errorSubcode), LoginError::MismatchNickOrPassword);
    }
}

TEST_P(SignOn, withoutANameIsRefused) {
    for (auto const* name : {"", " "}) {
        auto const [client, key] = challenge(world, name);
        EXPECT_TRUE(key.empty());
        EXPECT_TRUE(errorOf(client)) << '"' << name << '"';
        EXPECT_EQ(client.closed, CloseReason::SignOnRefused);
    }
    Client& nameless = world.connect();
    nameless.sendHello();
    nameless.send(bucp::ChallengeRequest{});
    EXPECT_EQ(errorOf(nameless), LoginError::InternalClientError);
    Client& old = world.connect();
    old.sendHello(roasted("", "secret12"));
    EXPECT_EQ(old.signoff()->get(wire::signoffTags::errorSubcode), LoginError::InvalidNickOrPassword);
}

TEST_P(SignOn, aNameLongerThanAnyIsUnknownAndNotRepeated) {
    std::string const name(65'000, 'a');
    auto const answer = world.bucp(name);
    EXPECT_EQ(answer.error, LoginError::InvalidNickOrPassword);
    EXPECT_LT(answer.loginId.size(), 100u);
    for (std::string const& line : world.log().lines) EXPECT_LT(line.size(), 400u);
    auto const [client, key] = challenge(world, "alice");
    wire::TlvList const tlvs = proof(name, core::passwordDigest(key, "secret12", true), true);
    client.send(bucp::LoginRequest{tlvs});
    EXPECT_EQ(errorOf(client), LoginError::InternalClientError);
}

TEST_P(SignOn, aUserSuspendedAMomentAgoGetsNoFurtherSession) {
    Client& alice = world.signOn("alice");
    wire::Buffer const cookie = world.bucp("alice").cookie;
    world.changeAccount("alice", [](core::Account& account) { account.suspended = true; });
    core::Account suspended = world.stored("alice").account;
    world.shardOf("alice").accountChanged(suspended);
    Client& next = world.present(cookie);
    EXPECT_EQ(next.closed, CloseReason::AccountGone);
    EXPECT_FALSE(next.take<os::HostOnline>());
    EXPECT_TRUE(alice.isOpen());  // whoever suspends him closes what is open
}

TEST_P(SignOn, aPasswordNeverStandsInTheLog) {
    world.bucp("alice");
    world.bucp("alice", "another-secret");
    Client& old = world.connect();
    old.sendHello(roasted("alice", "secret12"));
    EXPECT_FALSE(world.log().mentions("secret"));
    EXPECT_TRUE(world.log().mentions("sign-on refused user=alice"));
    EXPECT_TRUE(world.log().mentions("sign-on accepted user=alice"));
}

/// Before the sign-on nothing is served: not even to someone who is about to prove himself.
TEST_P(SignOn, snacsBeforeItAreRefusedAndDoNothing) {
    Client& alice = world.signOn("alice");
    storeBuddies(alice, {"chattingchuck"});
    wire::AllMessages::forEach([&]<class M>(std::type_identity<M>) {
        if (!M::snac.toHost() || M::snac.foodgroup == bucp::foodgroup || std::is_same_v<M, os::ProbeReq>) return;
        Client& stranger = challenge(world, "chattingchuck").client;
        wire::u32 const id = stranger.send(M{});
        EXPECT_EQ(stranger.errorOf(id), ErrorCode::NotSupportedByHost)
            << static_cast<int>(M::snac.foodgroup) << ' ' << M::snac.type;
        EXPECT_TRUE(stranger.isOpen());
        EXPECT_THAT(stranger.frames, SizeIs(1)) << "the greeting and nothing else";
    });
    Client& stranger = challenge(world, "chattingchuck").client;
    sendIm(stranger, "alice", "hello");
    EXPECT_THAT(texts(alice), IsEmpty());
    EXPECT_THAT(alice.arrived(), IsEmpty());
    EXPECT_THAT(world.waiting("alice"), IsEmpty());
}

}  // namespace
}  // namespace oscar::test
