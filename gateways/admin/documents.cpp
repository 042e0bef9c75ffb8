// SPDX-License-Identifier: MIT
#include "gateways/admin/documents.h"

#include <fmt/format.h>

#include <map>
#include <set>

#include "gateways/admin/printing.h"

namespace oscar::admin {

std::string usage(Command const& command) {
    return fmt::format("oscarctl {}{}{}", command.words, command.arguments.empty() ? "" : " ",
                       command.arguments);
}

std::string helpText(std::string_view words) {
    std::string text;
    if (words.empty())
        text =
            "Usage: oscarctl [--config FILE] [--set section.key=value] COMMAND [--json]\n"
            "Asks the running oscard, which it finds by the same config (no argument: in ./data).\n"
            "Ends with 0 when done, with 1 and one line on standard error when refused.\n\n"
            "--json    prints the result as JSON\n"
            "--help    tells about the command\n\n";
    for (Command const& command : commands())
        if (words.empty() || command.words == words || command.words.starts_with(std::string(words) + ' '))
            text += fmt::format("{}\n    {}\n", usage(command), command.help);
    return text;
}

Answer helpCommand(Given const& given) {
    std::string const words = fmt::format("{}", fmt::join(given.repeated(), " "));
    std::string text = helpText(words);
    if (text.empty())
        return Answer::refused("there is no command '" + printable(words) + "'; oscarctl help lists them");
    return {0, std::move(text), {}};
}

std::string bashCompletion() {
    std::map<std::string, std::set<std::string_view>> next;  // what may follow the words typed so far
    for (Command const& command : commands()) {
        std::string typed;
        for (std::string_view word : wordsOf(command.words)) {
            next[typed].insert(word);
            if (word.starts_with("--")) break;
            typed += (typed.empty() ? "" : " ") + std::string(word);
        }
        for (auto const& parameter : Syntax(command.arguments).parameters)
            if (parameter.isOption) next[typed].insert(parameter.name);
        next[typed].insert({"--json", "--help"});
    }
    next[""].insert({"--config", "--set"});
    next["completion"].insert("bash");

    std::string cases;
    for (auto const& [typed, words] : next)  // longer ones sort behind, so the last that fits counts
        cases += fmt::format("    [[ $typed == \"{0}\" || $typed == \"{0}\"{1}* ]] && words=\"{2}\"\n", typed,
                             typed.empty() ? "" : "\\ ", fmt::join(words, " "));
    return "_oscarctl() {\n"
           "    local typed=\"${COMP_WORDS[*]:1:COMP_CWORD-1}\" words=\"\"\n" +
           cases +
           "    COMPREPLY=($(compgen -W \"$words\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n"
           "}\n"
           "complete -o default -F _oscarctl oscarctl\n";
}

Answer completion(Given const& given) {
    if (given["SHELL"] != "bash") return Answer::refused("there is completion for bash only");
    return {0, bashCompletion(), {}};
}

std::string docsPage() {
    std::string text =
        "# oscarctl\n\n"
        "This page is generated from the table in `gateways/admin/commands.cpp` by `scripts/generate`.\n\n"
        "`oscarctl [--config FILE] [--set section.key=value] COMMAND` asks the running oscard, which it "
        "finds by the\n"
        "same config: through the socket `oscard.sock` in the data folder, which only the user that the "
        "server runs\n"
        "as (and root) may open. It exits with 0 when the command was carried out, with 1 and one line on "
        "standard\n"
        "error when it was refused, with 2 when the config is wrong. With `--json` a result is JSON.\n\n"
        "`--password-stdin` reads the password from standard input: one line, never an argument, so that it "
        "shows\n"
        "up in no list of processes and no history. At a terminal it is asked for without echo, twice.\n\n"
        "| command | meaning |\n|---|---|\n";
    for (Command const& command : commands()) {
        std::string escaped;
        for (char c : usage(command)) escaped += c == '|' ? std::string("\\|") : std::string(1, c);
        std::string help;
        for (char c : command.help) help += c == '|' ? std::string("\\|") : std::string(1, c);
        text += fmt::format("| `{}` | {} |\n", escaped, help);
    }
    return text;
}

}  // namespace oscar::admin
