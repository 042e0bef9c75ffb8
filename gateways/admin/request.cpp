// SPDX-License-Identifier: MIT
#include "gateways/admin/request.h"

#include <boost/json.hpp>

namespace oscar::admin {
namespace json = boost::json;
namespace {

/// The members of the object that `line` is, or nothing.
std::optional<json::object> objectFrom(std::string_view line) {
    json::parse_options options;
    options.allow_invalid_utf8 = true;
    json::error_code error;
    json::value const value = json::parse(line, error, {}, options);
    if (error || !value.is_object()) return std::nullopt;
    return value.get_object();
}

std::optional<std::string> textOf(json::object const& object, std::string_view key) {
    json::value const* value = object.if_contains(key);
    if (!value || !value->is_string()) return std::nullopt;
    return std::string(value->get_string());
}

}  // namespace

std::string toLine(Request const& request) {
    json::array arguments;
    for (std::string const& argument : request.arguments) arguments.emplace_back(argument);
    return json::serialize(json::object{{"arguments", arguments}, {"stdin", request.standardInput}});
}

std::string toLine(Answer const& answer) {
    return json::serialize(json::object{{"exit", answer.exit}, {"out", answer.out}, {"err", answer.err}});
}

std::optional<Request> requestFrom(std::string_view line) {
    auto const object = objectFrom(line);
    if (!object) return std::nullopt;
    auto input = textOf(*object, "stdin");
    json::value const* arguments = object->if_contains("arguments");
    if (!input || !arguments || !arguments->is_array()) return std::nullopt;
    Request request{{}, std::move(*input)};
    for (json::value const& argument : arguments->get_array()) {
        if (!argument.is_string()) return std::nullopt;
        request.arguments.emplace_back(argument.get_string());
    }
    return request;
}

std::optional<Answer> answerFrom(std::string_view line) {
    auto const object = objectFrom(line);
    if (!object) return std::nullopt;
    auto out = textOf(*object, "out");
    auto err = textOf(*object, "err");
    json::value const* exit = object->if_contains("exit");
    if (!out || !err || !exit || !exit->is_int64()) return std::nullopt;
    return Answer{static_cast<int>(exit->get_int64()), std::move(*out), std::move(*err)};
}

}  // namespace oscar::admin
