// SPDX-License-Identifier: MIT
// The contract of core/ports/store.h, for every backend. A new one adds a row to `backends` at the end.
#include <gmock/gmock.h>

#include "tests/store/support.h"

namespace oscar::store::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct BackendRow {
    char const* name;
    std::unique_ptr<Backend> (*make)();
};

void PrintTo(BackendRow const& row, std::ostream* out) { *out << row.name; }

class Store : public ::testing::TestWithParam<BackendRow> {
  protected:
    core::Store& store() { return backend->store(); }

    std::unique_ptr<Backend> backend = GetParam().make();
    Asking asking{*backend};
};

class Accounts : public Store {};
class Users : public Store {};
class OfflineMessages : public Store {};

template <class T>
bool failedWith(StoreError error, StoreResult<T> const& result) {
    return result.has_error() && result.error() == error;
}

std::vector<std::string> names(std::vector<core::Account> const& accounts) {
    std::vector<std::string> result;
    for (auto const& account : accounts) result.push_back(account.loginId.text());
    return result;
}

std::vector<std::string> texts(std::vector<core::StoredMessage> const& messages) {
    std::vector<std::string> result;
    for (auto const& message : messages) result.emplace_back(wire::asText(message.icbmTlvs));
    return result;
}

TEST_P(Store, answersInTheOrderOfTheCallsAndReadsSeeEarlierWrites) {
    std::vector<std::string> answers;
    store().add({{.displayId = "Alice", .password = Password("pw"), .email = ""}}, 1, [&](auto result) {
        EXPECT_TRUE(result);
        answers.push_back("added");
    });
    for (wire::u08 i = 1; i <= 3; ++i) {
        store().saveFeedbag(LoginId("alice"), i, {i}, [&, i](auto result) {
            EXPECT_TRUE(result);
            answers.push_back("saved " + std::to_string(i));
        });
        store().load(LoginId("alice"), [&](auto result) {
            ASSERT_TRUE(result);
            answers.push_back("loaded " + std::to_string(result->feedbag.at(0)));
        });
    }
    store().remove(LoginId("alice"), [&](auto) { answers.push_back("removed"); });
    store().find(LoginId("alice"), [&](auto result) {
        answers.push_back(failedWith(StoreError::NoSuchUser, result) ? "gone" : "there");
    });
    backend->runUntil([&] { return answers.size() == 9; });
    EXPECT_THAT(answers, ElementsAre("added", "saved 1", "loaded 1", "saved 2", "loaded 2", "saved 3",
                                     "loaded 3", "removed", "gone"));
}

TEST_P(Store, answersOnceAndNeverInsideTheCall) {
    int answers = 0;
    for (int i = 0; i < 20; ++i) store().find(LoginId("nobody"), [&](auto) { ++answers; });
    EXPECT_EQ(answers, 0);
    ASSERT_TRUE(asking.add("Somebody"));  // answered after all of them
    EXPECT_EQ(answers, 20);
    ASSERT_TRUE(asking.remove("somebody"));
    EXPECT_EQ(answers, 20);
}

TEST_P(Store, takesARequestMadeByAnAnswer) {
    std::optional<StoreResult<core::Account>> found;
    store().add({{.displayId = "Alice", .password = Password("pw"), .email = ""}}, 1, [&](auto) {
        store().find(LoginId("alice"), [&](auto result) { found.emplace(std::move(result)); });
    });
    backend->runUntil([&] { return found.has_value(); });
    EXPECT_TRUE(*found);
}

TEST_P(Store, aRequestThatFailsHurtsNoOtherOfItsBatch) {
    int answers = 0;
    auto const expect = [&](bool success) {
        return [&answers, success](auto result) {
            EXPECT_EQ(result.has_value(), success);
            ++answers;
        };
    };
    auto const user = [](char const* name) {
        return core::NewUser{.displayId = name, .password = Password("pw"), .email = ""};
    };
    store().add({user("alice")}, 1, expect(true));
    store().add({user("bob"), user("alice")}, 1, expect(false));
    store().change(LoginId("alice"), {[](core::Account&) { throw std::runtime_error("no"); }},
                   [&](auto result) {
                       EXPECT_TRUE(failedWith(StoreError::Unavailable, result));
                       ++answers;
                   });
    store().add({user("carol")}, 1, expect(true));
    backend->runUntil([&] { return answers == 4; });
    EXPECT_THAT(names(*asking.list("", 10)), ElementsAre("alice", "carol"));
}

TEST_P(Store, answersNoSuchUserWhateverIsAskedOfAStranger) {
    EXPECT_TRUE(failedWith(StoreError::NoSuchUser, asking.find("nobody")));
    EXPECT_TRUE(failedWith(StoreError::NoSuchUser, asking.credentials("nobody")));
    EXPECT_TRUE(failedWith(StoreError::NoSuchUser, asking.load("nobody")));
    EXPECT_TRUE(failedWith(StoreError::NoSuchUser, asking.saveFeedbag("nobody", 1, {1})));
    EXPECT_TRUE(failedWith(StoreError::NoSuchUser, asking.saveProfile("nobody", "t", "d")));
    EXPECT_TRUE(failedWith(StoreError::NoSuchUser, asking.keep("nobody", messageFrom("alice"))));
    EXPECT_TRUE(failedWith(StoreError::NoSuchUser, asking.waiting("nobody")));
    EXPECT_TRUE(failedWith(StoreError::NoSuchUser, asking.forget("nobody", {1})));
    EXPECT_TRUE(failedWith(StoreError::NoSuchUser, asking.change("nobody", [](auto&) {})));
    EXPECT_TRUE(failedWith(StoreError::NoSuchUser, asking.setPassword("nobody", "pw")));
    EXPECT_TRUE(failedWith(StoreError::NoSuchUser, asking.remove("nobody")));
}

TEST_P(Accounts, keepWhatWasRegistered) {
    ASSERT_TRUE(asking.add({{"Chat Mate 1", Password("pw"), "mate@example.org", true}}, 12345));
    auto const account = asking.find("chatmate1");
    ASSERT_TRUE(account);
    EXPECT_EQ(account->loginId.text(), "chatmate1");
    EXPECT_EQ(account->displayId, "Chat Mate 1");
    EXPECT_EQ(account->email, "mate@example.org");
    EXPECT_EQ(account->created, 12345u);
    EXPECT_EQ(account->evil, 0);
    EXPECT_FALSE(account->suspended);
    EXPECT_TRUE(account->confirmed);
    EXPECT_TRUE(account->rateExempt);
}

TEST_P(Accounts, areAddedAllOrNone) {
    ASSERT_TRUE(asking.add("Taken"));
    std::vector<core::NewUser> users;
    for (int i = 0; i < 50; ++i)
        users.push_back({.displayId = "user" + std::to_string(i), .password = Password("pw"), .email = ""});
    users.push_back({.displayId = "T A K E N", .password = Password("pw"), .email = ""});
    EXPECT_TRUE(failedWith(StoreError::AlreadyExists, asking.add(users)));
    EXPECT_THAT(names(*asking.list("", 100)), ElementsAre("taken"));
    EXPECT_EQ(asking.find("taken")->displayId, "Taken");
    users.back().displayId = "user0";
    EXPECT_TRUE(failedWith(StoreError::AlreadyExists, asking.add(users)));
    EXPECT_EQ(asking.list("", 100)->size(), 1u);
    users.pop_back();
    EXPECT_TRUE(asking.add(users));
    EXPECT_EQ(asking.list("", 100)->size(), 51u);
}

TEST_P(Accounts, areListedInPagesByLoginId) {
    for (char const* name : {"delta", "Alpha", "charlie", "Bravo", "100001"}) ASSERT_TRUE(asking.add(name));
    EXPECT_THAT(names(*asking.list("", 2)), ElementsAre("100001", "alpha"));
    EXPECT_THAT(names(*asking.list("alpha", 2)), ElementsAre("bravo", "charlie"));
    EXPECT_THAT(names(*asking.list("charlie", 2)), ElementsAre("delta"));
    EXPECT_THAT(names(*asking.list("delta", 2)), IsEmpty());
    EXPECT_THAT(names(*asking.list("b", 1)), ElementsAre("bravo"));
    EXPECT_THAT(names(*asking.list("", 0)), IsEmpty());
}

TEST_P(Accounts, changeInAllButNameAndBirthday) {
    ASSERT_TRUE(asking.add({{"Alice", Password("pw"), "old@example.org", false}}, 77));
    auto const changed = asking.change("alice", [](core::Account& account) {
        EXPECT_EQ(account.email, "old@example.org");
        account.loginId = LoginId("mallory");
        account.created = 1;
        account.displayId = "A lice";
        account.email = "new@example.org";
        account.evil = 500;
        account.suspended = true;
        account.confirmed = false;
        account.rateExempt = true;
    });
    ASSERT_TRUE(changed);
    for (core::Account const& account : {*changed, *asking.find("alice"), asking.load("alice")->account,
                                         asking.credentials("alice")->account, asking.list("", 1)->at(0)}) {
        EXPECT_EQ(account.loginId.text(), "alice");
        EXPECT_EQ(account.created, 77u);
        EXPECT_EQ(account.displayId, "A lice");
        EXPECT_EQ(account.email, "new@example.org");
        EXPECT_EQ(account.evil, 500);
        EXPECT_TRUE(account.suspended);
        EXPECT_FALSE(account.confirmed);
        EXPECT_TRUE(account.rateExempt);
    }
    EXPECT_TRUE(failedWith(StoreError::NoSuchUser, asking.find("mallory")));
}

TEST_P(Accounts, leaveNothingBehindWhenRemoved) {
    ASSERT_TRUE(asking.add("Alice"));
    ASSERT_TRUE(asking.add("Bob"));
    ASSERT_TRUE(asking.saveFeedbag("alice", 9, {1, 2, 3}));
    ASSERT_TRUE(asking.saveProfile("alice", "text/plain", "me"));
    ASSERT_TRUE(asking.keep("alice", messageFrom("bob")));
    ASSERT_TRUE(asking.keep("bob", messageFrom("alice", "stays")));
    ASSERT_TRUE(asking.remove("alice"));
    ASSERT_TRUE(asking.add("Alice", "other"));
    auto const user = asking.load("alice");
    ASSERT_TRUE(user);
    EXPECT_EQ(user->feedbagUpdated, 0u);
    EXPECT_THAT(user->feedbag, IsEmpty());
    EXPECT_EQ(user->sigType + user->sigData, "");
    EXPECT_THAT(*asking.waiting("alice"), IsEmpty());
    EXPECT_EQ(asking.credentials("alice")->password.reveal(), "other");
    EXPECT_THAT(texts(*asking.waiting("bob")), ElementsAre("stays"));
}

TEST_P(Accounts, getRisingUinsFrom100000ThatAreNeverGivenTwice) {
    EXPECT_EQ(*asking.nextUin(), 100000u);
    EXPECT_EQ(*asking.nextUin(), 100001u);
    ASSERT_TRUE(asking.add("100002"));
    ASSERT_TRUE(asking.add("100003"));
    EXPECT_EQ(*asking.nextUin(), 100004u);
    ASSERT_TRUE(asking.add("100004"));
    ASSERT_TRUE(asking.remove("100004"));
    EXPECT_EQ(*asking.nextUin(), 100005u);
}

TEST_P(Users, signOnWithThePasswordThatWasSetLast) {
    ASSERT_TRUE(asking.add("Alice", "first"));
    EXPECT_EQ(asking.credentials("alice")->password.reveal(), "first");
    ASSERT_TRUE(asking.setPassword("alice", "the second"));
    EXPECT_EQ(asking.credentials("alice")->password.reveal(), "the second");
    for (std::string const& odd : {std::string(), std::string("nul\0inside", 10), std::string(500, 'x')}) {
        ASSERT_TRUE(asking.setPassword("alice", odd));
        EXPECT_EQ(asking.credentials("alice")->password.reveal(), odd);
    }
}

TEST_P(Users, beginWithoutFeedbagAndProfile) {
    ASSERT_TRUE(asking.add("Alice"));
    auto const user = asking.load("alice");
    ASSERT_TRUE(user);
    EXPECT_EQ(user->account.displayId, "Alice");
    EXPECT_EQ(user->feedbagUpdated, 0u);
    EXPECT_THAT(user->feedbag, IsEmpty());
    EXPECT_EQ(user->sigType, "");
    EXPECT_EQ(user->sigData, "");
}

TEST_P(Users, getTheirFeedbagBackAsItWasSavedLast) {
    ASSERT_TRUE(asking.add("Alice"));
    wire::Buffer feedbag(40000);
    for (std::size_t i = 0; i < feedbag.size(); ++i) feedbag[i] = static_cast<wire::u08>(i * 7);
    ASSERT_TRUE(asking.saveFeedbag("alice", 4294967295u, feedbag));
    EXPECT_EQ(asking.load("alice")->feedbag, feedbag);
    EXPECT_EQ(asking.load("alice")->feedbagUpdated, 4294967295u);
    ASSERT_TRUE(asking.saveFeedbag("alice", 5, {}));
    EXPECT_THAT(asking.load("alice")->feedbag, IsEmpty());
    EXPECT_EQ(asking.load("alice")->feedbagUpdated, 5u);
}

TEST_P(Users, getTheirProfileBackAsItWasSavedLast) {
    ASSERT_TRUE(asking.add("Alice"));
    std::string const utf16("\0h\0i\xff", 5);
    ASSERT_TRUE(asking.saveProfile("alice", "text/x-aolrtf; charset=\"unicode-2-0\"", utf16));
    EXPECT_EQ(asking.load("alice")->sigType, "text/x-aolrtf; charset=\"unicode-2-0\"");
    EXPECT_EQ(asking.load("alice")->sigData, utf16);
    ASSERT_TRUE(asking.saveProfile("alice", "", ""));
    EXPECT_EQ(asking.load("alice")->sigType + asking.load("alice")->sigData, "");
}

TEST_P(OfflineMessages, comeBackInFullAndOldestFirst) {
    ASSERT_TRUE(asking.add("Alice"));
    core::StoredMessage full;
    full.id = 999;
    full.sender = LoginId("Chat Mate");
    full.senderDisplayId = "Chat Mate";
    full.senderEvil = 65535;
    full.senderNickFlags = 0x8010;
    full.cookie = {0, 1, 2, 3, 4, 5, 6, 255};
    full.channel = 4;
    full.icbmTlvs = {0, 2, 0, 1, 255};
    full.sentAt = 4000000000;
    ASSERT_TRUE(asking.keep("alice", full));
    ASSERT_TRUE(asking.keep("alice", messageFrom("a", "second")));
    ASSERT_TRUE(asking.keep("alice", messageFrom("z", "third")));
    ASSERT_TRUE(asking.keep("alice", messageFrom("a", "fourth")));
    auto const waiting = asking.waiting("alice");
    ASSERT_TRUE(waiting);
    ASSERT_EQ(waiting->size(), 4u);
    core::StoredMessage const& first = waiting->front();
    EXPECT_NE(first.id, 999u);
    EXPECT_EQ(first.sender.text(), "chatmate");
    EXPECT_EQ(first.senderDisplayId, "Chat Mate");
    EXPECT_EQ(first.senderEvil, 65535);
    EXPECT_EQ(first.senderNickFlags, 0x8010);
    EXPECT_EQ(first.cookie, full.cookie);
    EXPECT_EQ(first.channel, 4);
    EXPECT_EQ(first.icbmTlvs, full.icbmTlvs);
    EXPECT_EQ(first.sentAt, 4000000000u);
    EXPECT_THAT(texts(*waiting), ElementsAre(::testing::_, "second", "third", "fourth"));
    for (std::size_t i = 1; i < 4; ++i) EXPECT_LT((*waiting)[i - 1].id, (*waiting)[i].id);
}

TEST_P(OfflineMessages, waitUntilTheyAreForgottenByTheirReceiver) {
    ASSERT_TRUE(asking.add("Alice"));
    ASSERT_TRUE(asking.add("Bob"));
    for (char const* text : {"one", "two", "three"})
        ASSERT_TRUE(asking.keep("alice", messageFrom("bob", text)));
    auto const first = *asking.waiting("alice");
    EXPECT_EQ(asking.waiting("alice")->size(), 3u);
    EXPECT_TRUE(asking.forget("bob", {first[0].id, first[1].id}));
    EXPECT_EQ(asking.waiting("alice")->size(), 3u);
    EXPECT_TRUE(asking.forget("alice", {first[0].id, first[2].id, 987654}));
    EXPECT_THAT(texts(*asking.waiting("alice")), ElementsAre("two"));
    EXPECT_TRUE(asking.forget("alice", {first[0].id, first[1].id}));
    EXPECT_THAT(*asking.waiting("alice"), IsEmpty());
}

TEST_P(OfflineMessages, neverGetAnIdThatAnotherHad) {
    ASSERT_TRUE(asking.add("Alice"));
    ASSERT_TRUE(asking.keep("alice", messageFrom("bob")));
    auto const old = asking.waiting("alice")->at(0).id;
    ASSERT_TRUE(asking.forget("alice", {old}));
    ASSERT_TRUE(asking.keep("alice", messageFrom("bob")));
    EXPECT_GT(asking.waiting("alice")->at(0).id, old);
}

TEST_P(OfflineMessages, areBoundedPerSender) {
    ASSERT_TRUE(asking.add("Alice"));
    core::InboxLimits const limits{.perSender = 2, .total = 10};
    ASSERT_TRUE(asking.keep("alice", messageFrom("bob", "b1"), limits));
    ASSERT_TRUE(asking.keep("alice", messageFrom("bob", "b2"), limits));
    EXPECT_TRUE(failedWith(StoreError::InboxFull, asking.keep("alice", messageFrom("B OB", "b3"), limits)));
    EXPECT_TRUE(asking.keep("alice", messageFrom("carol", "c1"), limits));
    EXPECT_THAT(texts(*asking.waiting("alice")), ElementsAre("b1", "b2", "c1"));
    ASSERT_TRUE(asking.forget("alice", {asking.waiting("alice")->at(0).id}));
    EXPECT_TRUE(asking.keep("alice", messageFrom("bob", "b4"), limits));
    EXPECT_THAT(texts(*asking.waiting("alice")), ElementsAre("b2", "c1", "b4"));
}

TEST_P(OfflineMessages, areBoundedInTotalForEachReceiver) {
    ASSERT_TRUE(asking.add("Alice"));
    ASSERT_TRUE(asking.add("Bob"));
    core::InboxLimits const limits{.perSender = 10, .total = 3};
    for (char const* sender : {"x", "y", "z"})
        ASSERT_TRUE(asking.keep("alice", messageFrom(sender, sender), limits));
    EXPECT_TRUE(failedWith(StoreError::InboxFull, asking.keep("alice", messageFrom("new"), limits)));
    EXPECT_TRUE(asking.keep("bob", messageFrom("new"), limits));
    EXPECT_THAT(texts(*asking.waiting("alice")), ElementsAre("x", "y", "z"));
}

template <class Made>
std::unique_ptr<Backend> make() {
    return std::make_unique<Made>();
}

auto const backends = ::testing::Values(BackendRow{"sqliteInline", make<InlineBackend>},
                                        BackendRow{"sqliteFile", make<TempFileBackend>});
auto const byName = [](auto const& info) { return std::string(info.param.name); };

INSTANTIATE_TEST_SUITE_P(Contract, Store, backends, byName);
INSTANTIATE_TEST_SUITE_P(Contract, Accounts, backends, byName);
INSTANTIATE_TEST_SUITE_P(Contract, Users, backends, byName);
INSTANTIATE_TEST_SUITE_P(Contract, OfflineMessages, backends, byName);

}  // namespace
}  // namespace oscar::store::testing
