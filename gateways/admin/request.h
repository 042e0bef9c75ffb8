// SPDX-License-Identifier: MIT
// What oscarctl asks and what it is told, and both as one line of JSON for the way between.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace oscar::admin {

struct Request {
    std::vector<std::string> arguments;  ///< of oscarctl, without its own options
    std::string standardInput;           ///< the password, for --password-stdin
};

struct Answer {
    int exit = 0;     ///< 0 done, 1 refused
    std::string out;  ///< for standard output
    std::string err;  ///< for standard error; one line when refused

    static Answer refused(std::string why) { return {1, {}, std::move(why) + '\n'}; }
};

/// One line without its end. Any bytes are carried, also what is no UTF-8.
std::string toLine(Request const& request);
std::string toLine(Answer const& answer);

/// Nothing if the line is no request, or no answer.
std::optional<Request> requestFrom(std::string_view line);
std::optional<Answer> answerFrom(std::string_view line);

}  // namespace oscar::admin
