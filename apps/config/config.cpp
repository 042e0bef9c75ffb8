// SPDX-License-Identifier: MIT
#include "apps/config/config.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <fstream>
#include <numeric>
#include <sstream>

namespace oscar::config {
namespace {

constexpr std::string_view environmentPrefix = "OSCARD_";

/// How many letters must be changed, added or left out to make one word of the other.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < b.size(); ++j) {
            std::size_t const replaced = diagonal + (a[i] != b[j]);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

/// A value with the words that say where it stands, for the error line.
struct Origin {
    std::string place;  ///< "oscard.toml:3", "--set", "the environment"
    std::string key;    ///< as it stands there
};

/// Control characters would break the one line that an error has.
std::string printable(std::string_view text) {
    std::string result;
    for (char c : text) result += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
    return result;
}

std::string asDeclared(KeyBase const& key) { return key.fullName(); }

std::string readAll(std::filesystem::path const& path) {
    std::error_code error;
    if (!std::filesystem::exists(path, error) || std::filesystem::is_directory(path, error))
        throw ConfigError(fmt::format("there is no config file {}", printable(path.string())));
    std::ifstream in(path);
    if (!in) throw ConfigError(fmt::format("cannot read the config file {}", printable(path.string())));
    return {std::istreambuf_iterator<char>(in), {}};
}

class Loader {
    KeyList const& keys_;

  public:
    explicit Loader(KeyList const& keys) : keys_(keys) {}

    void file(std::filesystem::path const& path);
    void environment(char const* const* variables);
    void set(std::string const& assignment);

  private:
    bool isSection(std::string_view name) const {
        return std::ranges::any_of(keys_, [&](KeyBase const* key) { return key->section() == name; });
    }
    /// How a source spells a key's name.
    using Spelling = std::string (*)(KeyBase const&);
    /// The key that is written so; throws if there is none.
    KeyBase& find(Origin const& origin, Spelling spelling) const;
    [[noreturn]] void unknown(Origin const& origin, Spelling spelling) const;
    void assign(KeyBase& key, Origin const& origin, std::vector<std::string> const& items);
    void assignText(KeyBase& key, Origin const& origin, std::string_view text);
    void assignToml(KeyBase& key, Origin const& origin, toml::node const& node);
};

KeyBase& Loader::find(Origin const& origin, Spelling spelling) const {
    auto const found =
        std::ranges::find_if(keys_, [&](KeyBase const* key) { return spelling(*key) == origin.key; });
    if (found == keys_.end()) unknown(origin, spelling);
    return **found;
}

void Loader::unknown(Origin const& origin, Spelling spelling) const {
    std::string nearest;
    std::size_t least = std::string::npos;
    for (KeyBase const* key : keys_) {
        std::string const known = spelling(*key);
        std::size_t const d = std::min(distance(origin.key, known), distance(origin.key, key->name()));
        if (d < least) {
            least = d;
            nearest = known;
        }
    }
    bool const isTypo = least <= std::max<std::size_t>(2, origin.key.size() / 4);
    throw ConfigError(fmt::format(
        "{}: unknown key {}{}", origin.place, printable(origin.key),
        isTypo ? fmt::format("; did you mean {}?", nearest) : std::string("; oscard --help lists all keys")));
}

[[noreturn]] void notAllowed(KeyBase const& key, Origin const& origin, std::string const& value) {
    throw ConfigError(fmt::format("{}: {} = \"{}\" is not allowed; it must be {}", origin.place, origin.key,
                                  printable(value), key.allowed()));
}

void Loader::assign(KeyBase& key, Origin const& origin, std::vector<std::string> const& items) {
    if (!key.set(items)) notAllowed(key, origin, fmt::format("{}", fmt::join(items, ",")));
}

void Loader::assignText(KeyBase& key, Origin const& origin, std::string_view text) {
    std::vector<std::string> items;
    if (!key.isList()) {
        items.emplace_back(text);
    } else if (!text.empty()) {
        std::istringstream in{std::string(text)};
        for (std::string item; std::getline(in, item, ',');) {
            item.erase(0, item.find_first_not_of(' '));
            item.erase(item.find_last_not_of(' ') + 1);
            items.push_back(item);
        }
    }
    assign(key, origin, items);
}

void Loader::assignToml(KeyBase& key, Origin const& origin, toml::node const& node) {
    auto const item = [&](toml::node const& value) {
        if (auto const text = value.value_exact<std::string>()) return *text;
        auto const number = value.value_exact<std::int64_t>();
        if (number && !key.quoted()) return std::to_string(*number);
        auto const yes = value.value_exact<bool>();
        if (yes && !key.quoted()) return ValueType<bool>::print(*yes);
        std::ostringstream written;
        value.visit([&](auto const& v) { written << v; });
        notAllowed(key, origin, written.str());
    };
    if (toml::array const* array = node.as_array(); array && key.isList()) {
        std::vector<std::string> items;
        for (toml::node const& value : *array) items.push_back(item(value));
        assign(key, origin, items);
    } else {
        assign(key, origin, {item(node)});
    }
}

void Loader::file(std::filesystem::path const& path) {
    std::string const name = printable(path.string());
    toml::table root;
    try {
        root = toml::parse(readAll(path));
    } catch (toml::parse_error const& error) {
        throw ConfigError(fmt::format("{}:{}: {}", name, error.source().begin.line,
                                      printable(std::string(error.description()))));
    }

    for (auto const& [section, node] : root) {
        toml::table const* const table = node.as_table();
        if (!table || !isSection(section.str()))
            unknown({fmt::format("{}:{}", name, section.source().begin.line), std::string(section.str())},
                    asDeclared);
        for (auto const& [key, value] : *table) {
            const Origin origin{fmt::format("{}:{}", name, key.source().begin.line),
                                fmt::format("{}.{}", section.str(), key.str())};
            assignToml(find(origin, asDeclared), origin, value);
        }
    }
}

void Loader::environment(char const* const* variables) {
    for (; variables && *variables; ++variables) {
        std::string_view const variable = *variables;
        if (!variable.starts_with(environmentPrefix)) continue;
        auto const equals = variable.find('=');
        const Origin origin{"the environment", std::string(variable.substr(0, equals))};
        assignText(find(origin, environmentName), origin,
                   equals == std::string_view::npos ? "" : variable.substr(equals + 1));
    }
}

void Loader::set(std::string const& assignment) {
    auto const equals = assignment.find('=');
    if (equals == std::string::npos)
        throw ConfigError(
            fmt::format("--set {}: it is written --set section.key=value", printable(assignment)));
    const Origin origin{"--set", assignment.substr(0, equals)};
    assignText(find(origin, asDeclared), origin, std::string_view(assignment).substr(equals + 1));
}

}  // namespace

std::string environmentName(KeyBase const& key) {
    std::string result(environmentPrefix);
    for (char c : key.fullName())
        result += c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return result;
}

Config::Config(Sources const& sources) {
    Loader loader(keys);
    if (sources.file) loader.file(*sources.file);
    loader.environment(sources.environment);
    for (std::string const& assignment : sources.sets) loader.set(assignment);
}

}  // namespace oscar::config
