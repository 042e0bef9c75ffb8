// SPDX-License-Identifier: MIT
#include "gateways/admin/commands.h"

#include <algorithm>
#include <array>

#include "gateways/admin/documents.h"
#include "gateways/admin/printing.h"

namespace oscar::admin {
namespace {

// clang-format off: a command reads best as its line, then its meaning
constexpr std::array<Command, 14> rows{{
    {"user add", "NAME --password-stdin [--email ADDRESS] [--rate-exempt]",
     "Adds a user with a screen name. The password is read from standard input.", userAdd},
    {"user add --uin", "[NUMBER] --password-stdin [--email ADDRESS] [--rate-exempt]",
     "Adds an ICQ user and prints the number; without NUMBER the next free one.", userAddUin},
    {"user add --count", "N --prefix P --password-stdin [--rate-exempt]",
     "Adds the users P0, P1, ... P(N-1) with one password: all of them or none.", userAddMany},
    {"user list", "", "Lists all users.", userList},
    {"user show", "NAME", "Shows what is stored of a user, and how often he is signed on.", userShow},
    {"user delete", "NAME", "Deletes a user with all that is stored of him, and ends his sessions.",
     userDelete},
    {"user set-password", "NAME --password-stdin",
     "Gives a user a new password. Sessions that are signed on stay.", userSetPassword},
    {"user suspend", "NAME", "Lets a user sign on no more, and ends his sessions.", userSuspend},
    {"user resume", "NAME", "Lets a suspended user sign on again.", userResume},
    {"user set", "NAME KEY=VALUE...",
     "Changes a user: rate-exempt=true|false, confirmed=true|false, email=ADDRESS (empty for none), "
     "format=DISPLAY (other capitals and spaces in the same name).",
     userSet},
    {"session list", "", "Lists who is signed on.", sessionList},
    {"session close", "NAME [--instance N]", "Ends a user's sessions, or the one with that instance number.",
     sessionClose},
    {"help", "[COMMAND...]", "Tells about all commands, or about those that begin so.", helpCommand},
    {"completion", "SHELL",
     "Prints a script that completes commands; SHELL is bash: source <(oscarctl completion bash).",
     completion},
}};
// clang-format on

struct Parsed {
    Command const* command = nullptr;
    Given given;
    bool help = false;
    std::string wrong;  ///< what is, in words; empty if nothing
};

/// Whether `command` is meant by `arguments`; takes its words out of them then.
bool takeWords(Command const& command, std::vector<std::string>& arguments) {
    std::vector<std::string> rest = arguments;
    auto next = rest.begin();
    for (std::string_view word : wordsOf(command.words)) {
        auto const found = word.starts_with("--") ? std::find(next, rest.end(), word) : next;
        if (found == rest.end() || *found != word) return false;
        next = rest.erase(found);
        if (word.starts_with("--")) next = rest.begin();
    }
    arguments = std::move(rest);
    return true;
}

bool takeFlag(std::vector<std::string>& arguments, std::string_view flag) {
    return std::erase(arguments, flag) > 0;
}

/// Standard input holds the password in its one line.
std::string takePassword(Request const& request, Given& given) {
    std::string_view line = request.standardInput;
    if (line.ends_with('\n')) line.remove_suffix(1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) return "there is no password on standard input";
    if (line.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos)
        return "the password has to be one line";
    given.password = line;
    return {};
}

Parsed parse(Request const& request) {
    Parsed parsed;
    std::vector<std::string> arguments = request.arguments;
    parsed.given.json = takeFlag(arguments, "--json");
    parsed.help = takeFlag(arguments, "--help");
    if (arguments.empty()) {
        if (!parsed.help) parsed.wrong = "no command; oscarctl help lists them";
        return parsed;
    }

    // Of "user add" and "user add --uin" the one with more words is meant.
    std::vector<std::string> rest;
    for (Command const& row : rows) {
        std::vector<std::string> candidate = arguments;
        if (!takeWords(row, candidate) || (parsed.command && candidate.size() >= rest.size())) continue;
        parsed.command = &row;
        rest = std::move(candidate);
    }
    if (!parsed.command) {
        std::string typed = arguments.front();
        if (arguments.size() > 1 && !arguments[1].starts_with("--")) typed += ' ' + arguments[1];
        if (!parsed.help)
            parsed.wrong = "there is no command '" + printable(typed) + "'; oscarctl help lists them";
        return parsed;
    }
    if (parsed.help) return parsed;
    parsed.wrong = Syntax(parsed.command->arguments).read(rest, parsed.given);
    if (!parsed.wrong.empty()) parsed.wrong += "; usage: " + usage(*parsed.command);
    return parsed;
}

}  // namespace

std::span<const Command> commands() { return rows; }

std::optional<Answer> answerAnywhere(Request const& request) {
    const Parsed parsed = parse(request);
    if (parsed.help) return Answer{0, helpText(parsed.command ? parsed.command->words : ""), {}};
    if (!parsed.wrong.empty()) return Answer::refused(parsed.wrong);
    if (auto const* run = std::get_if<Command::Anywhere>(&parsed.command->run)) return (*run)(parsed.given);
    return std::nullopt;
}

Answer answer(Request const& request, Services& services) {
    if (auto done = answerAnywhere(request)) return *done;
    Parsed parsed = parse(request);
    if (parsed.given.has("--password-stdin"))
        if (std::string const wrong = takePassword(request, parsed.given); !wrong.empty())
            return Answer::refused(wrong);
    return std::get<Command::OnServer>(parsed.command->run)(services, parsed.given);
}

}  // namespace oscar::admin
