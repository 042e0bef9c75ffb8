// SPDX-License-Identifier: MIT
#include "gateways/admin/printing.h"

#include <fmt/chrono.h>

#include <algorithm>
#include <boost/json.hpp>
#include <vector>

namespace oscar::admin {
namespace json = boost::json;
namespace {

std::string cell(json::value const& value) {
    if (value.is_string()) return std::string(value.get_string());
    if (value.is_bool()) return value.get_bool() ? "yes" : "no";
    if (value.is_double()) return fmt::format("{:g}", value.get_double());
    return json::serialize(value);
}

}  // namespace

std::string printable(std::string_view text) {
    std::string result(text);
    std::ranges::replace_if(
        result, [](char c) { return c < 0x20 || c > 0x7e; }, '?');
    return result;
}

std::string timeText(wire::u32 unix) {
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time_t{unix}));
}

std::string table(json::array const& rows) {
    if (rows.empty()) return {};
    std::vector<std::vector<std::string>> cells(1);
    for (auto const& member : rows.front().as_object()) cells.front().emplace_back(member.key());
    for (json::value const& row : rows) {
        cells.emplace_back();
        for (auto const& member : row.as_object()) cells.back().push_back(cell(member.value()));
    }
    std::vector<std::size_t> widths(cells.front().size());
    for (auto const& row : cells)
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());

    std::string text;
    for (auto const& row : cells) {
        for (std::size_t i = 0; i < row.size(); ++i) text += fmt::format("{:<{}}  ", row[i], widths[i]);
        text.erase(text.find_last_not_of(' ') + 1);
        text += '\n';
    }
    return text;
}

std::string lines(json::object const& object) {
    std::string text;
    for (auto const& member : object)
        text += fmt::format("{}: {}\n", std::string_view(member.key()), cell(member.value()));
    return text;
}

}  // namespace oscar::admin
