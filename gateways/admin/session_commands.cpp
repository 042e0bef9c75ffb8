// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "gateways/admin/commands.h"
#include "gateways/admin/printing.h"

namespace oscar::admin {
namespace json = boost::json;
namespace {

std::string_view stateOf(core::SessionInfo const& session) {
    if (!session.online) return "signing on";
    if (session.invisible) return "invisible";
    if (session.away) return "away";
    return session.idleMinutes > 0 ? "idle" : "online";
}

}  // namespace

Answer sessionList(Services& services, Given const& given) {
    std::vector<core::SessionInfo> sessions = services.sessions.list();
    std::ranges::sort(sessions, {},
                      [](core::SessionInfo const& s) { return std::tie(s.loginId, s.instance); });
    json::array rows;
    for (core::SessionInfo const& session : sessions)
        rows.push_back(json::object{{"name", printable(session.displayId)},
                                    {"instance", session.instance},
                                    {"address", session.address},
                                    {"client", printable(session.clientName)},
                                    {"since", timeText(session.onlineSince)},
                                    {"state", stateOf(session)},
                                    {"idle_minutes", session.idleMinutes}});
    return {0, given.json ? json::serialize(rows) + '\n' : table(rows), {}};
}

Answer sessionClose(Services& services, Given const& given) {
    std::optional<unsigned> instance;
    if (given.has("--instance")) {
        std::string const& text = given["--instance"];
        unsigned number = 0;
        auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc{} || end != text.data() + text.size())
            return Answer::refused("--instance is a number, as session list shows it");
        instance = number;
    }
    unsigned const closed =
        services.sessions.close(core::LoginId(given["NAME"]), core::CloseReason::ClosedByAdmin, instance);
    if (closed == 0)
        return Answer::refused(fmt::format("{} is not signed on{}", printable(given["NAME"]),
                                           instance ? fmt::format(" with an instance {}", *instance) : ""));
    if (given.json) return {0, json::serialize(json::object{{"closed", closed}}) + '\n', {}};
    return {0, fmt::format("closed {}\n", closed), {}};
}

}  // namespace oscar::admin
