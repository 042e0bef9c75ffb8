// SPDX-License-Identifier: MIT
// The commands of oscarctl: one table of rows. Help, completion and docs/oscarctl.md are made from it.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "gateways/admin/request.h"
#include "gateways/admin/services.h"
#include "gateways/admin/syntax.h"

namespace oscar::admin {

struct Command {
    using OnServer = Answer (*)(Services&, Given const&);
    using Anywhere = Answer (*)(Given const&);

    std::string_view words;      ///< "user add"; an option among them selects the row: "user add --uin"
    std::string_view arguments;  ///< see Syntax
    std::string_view help;
    std::variant<OnServer, Anywhere> run;
};

std::span<const Command> commands();

/// The answer to what needs no server: help, completion, and a command line that is wrong. Else nothing.
std::optional<Answer> answerAnywhere(Request const& request);

/// Carries the request out. Any thread that is not the store's nor a shard's; blocks until it is done.
Answer answer(Request const& request, Services& services);

// What the rows run, a file for each first word.
Answer userAdd(Services& services, Given const& given);
Answer userAddUin(Services& services, Given const& given);
Answer userAddMany(Services& services, Given const& given);
Answer userList(Services& services, Given const& given);
Answer userShow(Services& services, Given const& given);
Answer userDelete(Services& services, Given const& given);
Answer userSetPassword(Services& services, Given const& given);
Answer userSuspend(Services& services, Given const& given);
Answer userResume(Services& services, Given const& given);
Answer userSet(Services& services, Given const& given);
Answer sessionList(Services& services, Given const& given);
Answer sessionClose(Services& services, Given const& given);
Answer helpCommand(Given const& given);
Answer completion(Given const& given);

}  // namespace oscar::admin
