// SPDX-License-Identifier: MIT
#include "gateways/admin/syntax.h"

#include <algorithm>
#include <optional>

#include "gateways/admin/printing.h"

namespace oscar::admin {

std::vector<std::string_view> wordsOf(std::string_view text) {
    std::vector<std::string_view> words;
    while (!text.empty()) {
        auto const end = std::min(text.find(' '), text.size());
        if (end > 0) words.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

std::string const& Given::operator[](std::string_view name) const {
    static std::string const none;
    auto const found = values_.find(name);
    return found == values_.end() ? none : found->second;
}

Syntax::Syntax(std::string_view declaration) {
    bool inOption = false;  // the word before was an option that this one may be the value of
    for (std::string_view word : wordsOf(declaration)) {
        bool const opens = word.starts_with('[');
        bool const closes = word.ends_with(']');
        if (opens) word.remove_prefix(1);
        if (closes) word.remove_suffix(1);
        if (inOption && !opens && !word.starts_with("--")) {
            parameters.back().takesValue = true;
            inOption = false;
            continue;
        }
        bool const repeats = word.ends_with("...");
        if (repeats) word.remove_suffix(3);
        parameters.push_back({word, word.starts_with("--"), false, !opens, repeats});
        inOption = word.starts_with("--") && !closes;
    }
}

std::string Syntax::read(std::vector<std::string> const& arguments, Given& given) const {
    auto positional = std::ranges::find(parameters, false, &Parameter::isOption);
    for (auto argument = arguments.begin(); argument != arguments.end(); ++argument) {
        if (argument->starts_with("--")) {
            auto const equals = argument->find('=');
            std::string const name = argument->substr(0, equals);
            auto const option = std::ranges::find(parameters, std::string_view(name), &Parameter::name);
            if (option == parameters.end()) return "there is no option " + printable(name);
            if (given.has(name)) return name + " is there twice";
            std::string value;
            if (option->takesValue) {
                if (equals != std::string::npos)
                    value = argument->substr(equals + 1);
                else if (++argument != arguments.end())
                    value = *argument;
                else
                    return name + " needs a value";
            } else if (equals != std::string::npos) {
                return name + " takes no value";
            }
            given.values_.emplace(name, std::move(value));
        } else {
            if (positional == parameters.end())
                return "'" + printable(*argument) + "' is one argument too many";
            if (positional->repeats) {
                given.repeated_.push_back(*argument);
                given.values_.emplace(positional->name, *argument);
            } else {
                given.values_.emplace(positional->name, *argument);
                positional =
                    std::find_if(positional + 1, parameters.end(), [](auto& p) { return !p.isOption; });
            }
        }
    }
    for (Parameter const& parameter : parameters)
        if (parameter.required && !given.has(parameter.name))
            return std::string(parameter.name) + " is missing";
    return {};
}

}  // namespace oscar::admin
