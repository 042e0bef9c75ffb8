// SPDX-License-Identifier: MIT
#include "apps/config/documents.h"

#include <fmt/format.h>

#include "apps/config/config.h"

namespace oscar::config {
namespace {

constexpr std::size_t helpWidth = 78;

/// The default as TOML writes it.
std::string defaultOf(KeyBase const& key) {
    std::vector<std::string> items;
    for (std::string const& item : key.fallback()) items.push_back(key.quoted() ? '"' + item + '"' : item);
    return key.isList() && items.size() != 1 ? fmt::format("[{}]", fmt::join(items, ", "))
                                             : fmt::format("{}", fmt::join(items, ""));
}

/// `text` in lines of at most helpWidth characters, each behind `margin`.
std::string wrapped(std::string_view text, std::string_view margin) {
    std::string result;
    std::string line(margin);
    while (!text.empty()) {
        std::size_t const end = std::min(text.find(' '), text.size());
        std::string_view const word = text.substr(0, end);
        if (line.size() > margin.size() && line.size() + 1 + word.size() > helpWidth) {
            result += line + '\n';
            line = margin;
        }
        if (line.size() > margin.size()) line += ' ';
        line += word;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return result + line + '\n';
}

}  // namespace

std::string helpText() {
    const Config config;
    std::string text =
        "Config keys. A key is set in the file of --config (TOML), by an environment variable\n"
        "(OSCARD_SERVER_LISTEN for server.listen) or by --set server.listen=127.0.0.1:5190; what comes "
        "later\n"
        "in this list beats what comes earlier. Several values are separated by commas.\n\n";
    for (KeyBase const* key : config.keys) {
        text += fmt::format("  {} (default {})\n", key->fullName(), defaultOf(*key));
        text += wrapped(fmt::format("{} Value: {}.", key->help(), key->allowed()), "      ");
    }
    return text;
}

std::string exampleFile() {
    const Config config;
    std::string text =
        "# Configuration of oscard: every key with its meaning and its default.\n"
        "# Take the '#' away from a line to change it, and start: oscard --config FILE\n"
        "# Made by `oscard --print-example-config`.\n";
    std::string_view section;
    for (KeyBase const* key : config.keys) {
        if (section != key->section()) {
            section = key->section();
            text += fmt::format("\n[{}]\n", section);
        }
        text += '\n' + wrapped(fmt::format("{} Value: {}.", key->help(), key->allowed()), "# ");
        text += fmt::format("#{} = {}\n", key->name(), defaultOf(*key));
    }
    return text;
}

std::string docsPage() {
    const Config config;
    std::string text =
        "# Configuration\n\n"
        "This page is generated from the declarations in `apps/config/config.h` by `scripts/generate`.\n\n"
        "A key is set in the file that `oscard --config FILE` names (TOML, see `packaging/oscard.toml`), by "
        "an\n"
        "environment variable, or by `--set section.key=value`. Flags beat the environment, the environment "
        "beats\n"
        "the file. On the command line and in the environment the values of a list are separated by commas.\n"
        "An unknown key or a value that is not allowed is an error: oscard says what is wrong in one line "
        "and\n"
        "exits with status 2.\n";
    std::string_view section;
    for (KeyBase const* key : config.keys) {
        if (section != key->section()) {
            section = key->section();
            text += fmt::format(
                "\n## {}\n\n| key | environment | default | value | meaning |\n|---|---|---|---|---|\n",
                section);
        }
        text += fmt::format("| `{}` | `{}` | `{}` | {} | {} |\n", key->fullName(), environmentName(*key),
                            defaultOf(*key), key->allowed(), key->help());
    }
    return text;
}

}  // namespace oscar::config
