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
    using OnServer = Answer (*)(Services&, const Given&);
    using Anywhere = Answer (*)(const Given&);

    std::string_view words;      ///< "user add"; an option among them selects the row: "user add --uin"
    std::string_view arguments;  ///< see Syntax
    std::string_view help;
    std::variant<OnServer, Anywhere> run;
};

std::span<const Command> commands();

/// The answer to what needs no server: help, completion, and a command line that is wrong. Else nothing.
std::optional<Answer> answerAnywhere(const Request& request);

/// Carries the request out. Any thread that is not the store's nor a shard's; blocks until it is done.
Answer answer(const Request& request, Services& services);

// What the rows run, a file for each first word.
Answer userAdd(Services& services, const Given& given);
Answer userAddUin(Services& services, const Given& given);
Answer userAddMany(Services& services, const Given& given);
Answer userList(Services& services, const Given& given);
Answer userShow(Services& services, const Given& given);
Answer userDelete(Services& services, const Given& given);
Answer userSetPassword(Services& services, const Given& given);
Answer userSuspend(Services& services, const Given& given);
Answer userResume(Services& services, const Given& given);
Answer userSet(Services& services, const Given& given);
Answer sessionList(Services& services, const Given& given);
Answer sessionClose(Services& services, const Given& given);
Answer helpCommand(const Given& given);
Answer completion(const Given& given);

}  // namespace oscar::admin
