// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <future>

#include "gateways/admin/commands.h"
#include "gateways/admin/printing.h"

namespace oscar::admin {
namespace json = boost::json;
namespace {

constexpr unsigned mostAtOnce = 1'000'000;
constexpr unsigned pageOfList = 1000;

/// Makes a request to the store and waits for its result. The promise is shared: the store's thread may still
/// be in set_value when this one has its result.
template <class T, class Call>
core::StoreResult<T> wait(Call call) {
    auto const promise = std::make_shared<std::promise<core::StoreResult<T>>>();
    auto result = promise->get_future();
    call(core::Done<T>([promise](core::StoreResult<T> r) { promise->set_value(std::move(r)); }));
    return result.get();
}

Answer refusal(core::StoreError error, std::string const& name) {
    switch (error) {
        case core::StoreError::NoSuchUser:
            return Answer::refused("there is no user " + printable(name));
        case core::StoreError::AlreadyExists:
            return Answer::refused(printable(name) + " is taken");
        case core::StoreError::InboxFull:
        case core::StoreError::Unavailable:
            break;
    }
    return Answer::refused("the database failed; the server's log says how");
}

Answer done(Given const& given, std::string_view what, std::string const& name) {
    if (given.json) return {0, json::serialize(json::object{{what, name}}) + '\n', {}};
    return {0, fmt::format("{} {}\n", what, name), {}};
}

std::string whatIsWrongWithEmail(std::string_view email) {
    if (email.empty()) return {};
    auto const at = email.find('@');
    bool const plain = std::ranges::all_of(email, [](char c) { return c > 0x20 && c < 0x7f; });
    if (email.size() > 254 || !plain || at == 0 || at >= email.size() - 1) return "that is no e-mail address";
    return {};
}

json::object describe(core::Account const& account) {
    return {{"name", printable(account.displayId)}, {"email", printable(account.email)},
            {"created", timeText(account.created)}, {"warning_permille", account.evil},
            {"suspended", account.suspended},       {"confirmed", account.confirmed},
            {"rate_exempt", account.rateExempt}};
}

/// Adds one user, whose name is known to be right.
core::StoreResult<> addOne(Services& services, Given const& given, std::string const& name) {
    return wait<void>([&](core::Done<> finished) {
        services.accounts.add(
            {{name, core::Password(given.password), given["--email"], given.has("--rate-exempt")}},
            services.now, std::move(finished));
    });
}

/// What is wrong with the password or the e-mail address given for a new user.
std::string whatIsWrongWithDetails(Given const& given, std::string const& name) {
    std::string wrong = core::whatIsWrongWithPassword(core::LoginId(name), given.password);
    return wrong.empty() ? whatIsWrongWithEmail(given["--email"]) : wrong;
}

/// Changes the stored account and answers with it, or refuses.
core::StoreResult<core::Account> change(Services& services, std::string const& name,
                                        std::function<void(core::Account&)> apply) {
    return wait<core::Account>([&](core::Done<core::Account> finished) {
        services.accounts.change(core::LoginId(name), {std::move(apply)}, std::move(finished));
    });
}

// What `user set` can change. `parse` says what to do with an account, or nothing if the value is not
// allowed.
using Apply = std::function<void(core::Account&)>;

Apply setFlag(bool core::Account::*flag, std::string_view value) {
    if (value != "true" && value != "false") return nullptr;
    return [flag, on = value == "true"](core::Account& account) { account.*flag = on; };
}

struct Property {
    std::string_view key;
    std::string_view allowed;
    Apply (*parse)(core::LoginId const& user, std::string const& value);
};

constexpr std::array<Property, 4> properties{{
    {"rate-exempt", "true or false",
     [](core::LoginId const&, std::string const& value) {
         return setFlag(&core::Account::rateExempt, value);
     }},
    {"confirmed", "true or false",
     [](core::LoginId const&, std::string const& value) {
         return setFlag(&core::Account::confirmed, value);
     }},
    {"email", "an e-mail address, or empty",
     [](core::LoginId const&, std::string const& value) -> Apply {
         if (!whatIsWrongWithEmail(value).empty()) return nullptr;
         return [value](core::Account& account) { account.email = value; };
     }},
    {"format", "the same name with other capitals and spaces",
     [](core::LoginId const& user, std::string const& value) -> Apply {
         if (core::LoginId(value) != user || user.isUin()) return nullptr;
         if (!core::whatIsWrongWithScreenName(value).empty()) return nullptr;
         return [value](core::Account& account) { account.displayId = value; };
     }},
}};

/// "rate-exempt, confirmed, ..."
std::string keys() {
    std::string text;
    for (Property const& property : properties)
        text += (text.empty() ? "" : ", ") + std::string(property.key);
    return text;
}

}  // namespace

Answer userAdd(Services& services, Given const& given) {
    std::string const& name = given["NAME"];
    std::string wrong = core::whatIsWrongWithScreenName(name);
    if (!wrong.empty() && core::LoginId(name).isUin()) wrong += "; an ICQ number is added with --uin";
    if (wrong.empty()) wrong = whatIsWrongWithDetails(given, name);
    if (!wrong.empty()) return Answer::refused(wrong);
    if (auto const added = addOne(services, given, name); !added) return refusal(added.error(), name);
    return done(given, "added", name);
}

Answer userAddUin(Services& services, Given const& given) {
    std::string number = given["NUMBER"];
    if (!given.has("NUMBER")) {
        auto const next = wait<wire::u32>(
            [&](core::Done<wire::u32> finished) { services.accounts.nextUin(std::move(finished)); });
        if (!next) return refusal(next.error(), {});
        number = std::to_string(*next);
    }
    std::string wrong = core::whatIsWrongWithUin(number);
    if (wrong.empty()) wrong = whatIsWrongWithDetails(given, number);
    if (!wrong.empty()) return Answer::refused(wrong);
    if (auto const added = addOne(services, given, number); !added) return refusal(added.error(), number);
    if (given.json) return done(given, "added", number);
    return {0, number + '\n', {}};
}

Answer userAddMany(Services& services, Given const& given) {
    std::string const& text = given["N"];
    std::string const& prefix = given["--prefix"];
    unsigned count = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc{} || end != text.data() + text.size() || count < 1 || count > mostAtOnce)
        return Answer::refused(fmt::format("--count is a number from 1 to {}", mostAtOnce));
    auto const nameOf = [&](unsigned i) { return prefix + std::to_string(i); };
    std::string wrong = core::whatIsWrongWithScreenName(nameOf(0));
    if (wrong.empty()) wrong = core::whatIsWrongWithScreenName(nameOf(count - 1));
    if (wrong.empty()) wrong = core::whatIsWrongWithPassword(core::LoginId(nameOf(0)), given.password);
    if (!wrong.empty()) return Answer::refused(wrong);

    std::vector<core::NewUser> users;
    users.reserve(count);
    for (unsigned i = 0; i < count; ++i)
        users.push_back({nameOf(i), core::Password(given.password), {}, given.has("--rate-exempt")});
    auto const added = wait<void>([&](core::Done<> finished) {
        services.accounts.add(std::move(users), services.now, std::move(finished));
    });
    if (!added && added.error() == core::StoreError::AlreadyExists)
        return Answer::refused(
            fmt::format("one of {} to {} is taken; none was added", nameOf(0), nameOf(count - 1)));
    if (!added) return refusal(added.error(), {});
    if (given.json) return {0, json::serialize(json::object{{"added", count}}) + '\n', {}};
    return {0, fmt::format("added {} users\n", count), {}};
}

Answer userList(Services& services, Given const& given) {
    json::array rows;
    core::LoginId after;
    for (bool more = true; more;) {
        auto const page =
            wait<std::vector<core::Account>>([&](core::Done<std::vector<core::Account>> finished) {
                services.accounts.list(after, pageOfList, std::move(finished));
            });
        if (!page) return refusal(page.error(), {});
        for (core::Account const& account : *page) rows.push_back(describe(account));
        more = page->size() == pageOfList;
        if (more) after = page->back().loginId;
    }
    return {0, given.json ? json::serialize(rows) + '\n' : table(rows), {}};
}

Answer userShow(Services& services, Given const& given) {
    core::LoginId const user(given["NAME"]);
    auto const account = wait<core::Account>(
        [&](core::Done<core::Account> finished) { services.accounts.find(user, std::move(finished)); });
    if (!account) return refusal(account.error(), given["NAME"]);
    json::object about = describe(*account);
    auto const sessions = services.sessions.list();
    about["sessions"] = std::ranges::count(sessions, user, &core::SessionInfo::loginId);
    return {0, given.json ? json::serialize(about) + '\n' : lines(about), {}};
}

Answer userDelete(Services& services, Given const& given) {
    core::LoginId const user(given["NAME"]);
    auto const removed =
        wait<void>([&](core::Done<> finished) { services.accounts.remove(user, std::move(finished)); });
    if (!removed) return refusal(removed.error(), given["NAME"]);
    services.sessions.close(user, core::CloseReason::AccountGone);
    return done(given, "deleted", user.text());
}

Answer userSetPassword(Services& services, Given const& given) {
    core::LoginId const user(given["NAME"]);
    std::string const wrong = core::whatIsWrongWithPassword(user, given.password);
    if (!wrong.empty()) return Answer::refused(wrong);
    auto const set = wait<void>([&](core::Done<> finished) {
        services.accounts.setPassword(user, core::Password(given.password), std::move(finished));
    });
    if (!set) return refusal(set.error(), given["NAME"]);
    return done(given, "changed", user.text());
}

Answer userSuspend(Services& services, Given const& given) {
    auto const account = change(services, given["NAME"], [](core::Account& a) { a.suspended = true; });
    if (!account) return refusal(account.error(), given["NAME"]);
    services.sessions.close(account->loginId, core::CloseReason::AccountGone);
    return done(given, "suspended", account->displayId);
}

Answer userResume(Services& services, Given const& given) {
    auto const account = change(services, given["NAME"], [](core::Account& a) { a.suspended = false; });
    if (!account) return refusal(account.error(), given["NAME"]);
    return done(given, "resumed", account->displayId);
}

Answer userSet(Services& services, Given const& given) {
    core::LoginId const user(given["NAME"]);
    std::vector<Apply> changes;
    for (std::string const& assignment : given.repeated()) {
        auto const equals = assignment.find('=');
        std::string const key = assignment.substr(0, equals);
        auto const property = std::ranges::find(properties, std::string_view(key), &Property::key);
        if (property == properties.end() || equals == std::string::npos)
            return Answer::refused(
                fmt::format("'{}' can't be set; the keys are {}", printable(assignment), keys()));
        Apply apply = property->parse(user, assignment.substr(equals + 1));
        if (!apply) return Answer::refused(fmt::format("{} must be {}", key, property->allowed));
        changes.push_back(std::move(apply));
    }
    auto const account = change(services, given["NAME"], [changes](core::Account& a) {
        for (Apply const& apply : changes) apply(a);
    });
    if (!account) return refusal(account.error(), given["NAME"]);
    services.sessions.accountChanged(*account);
    return done(given, "changed", account->displayId);
}

}  // namespace oscar::admin
