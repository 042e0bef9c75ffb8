// SPDX-License-Identifier: MIT
// The arguments of a command: declared as people read them, and matched against what was typed.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace oscar::admin {

/// What was typed for a command, by the names that its declaration gives: "NAME", "--email".
class Given {
    std::map<std::string, std::string, std::less<>> values_;
    std::vector<std::string> repeated_;

    friend struct Syntax;

  public:
    std::string password;  ///< from standard input
    bool json = false;

    bool has(std::string_view name) const { return values_.contains(name); }
    /// The text given for `name`; empty if there was none.
    std::string const& operator[](std::string_view name) const;
    /// What was given for the argument that may be repeated.
    std::vector<std::string> const& repeated() const { return repeated_; }
};

/// Arguments as declared: NAME must be there, [NUMBER] may; NAME... stands for one or more; --flag alone and
/// --option VALUE come in any place. Positional arguments stand in order.
struct Syntax {
    struct Parameter {
        std::string_view name;
        bool isOption = false;
        bool takesValue = false;  ///< of an option
        bool required = true;
        bool repeats = false;
    };
    std::vector<Parameter> parameters;

    explicit Syntax(std::string_view declaration);

    /// What is wrong with `arguments`, in words, or nothing; then `given` has them.
    std::string read(std::vector<std::string> const& arguments, Given& given) const;
};

/// The words of `text`, which single spaces separate.
std::vector<std::string_view> wordsOf(std::string_view text);

}  // namespace oscar::admin
