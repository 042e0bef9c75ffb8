// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "apps/config/flags.h"
#include "apps/oscarctl/read_password.h"
#include "gateways/admin/commands.h"
#include "net/control_socket.h"

namespace {

using namespace oscar;

enum Exit { Done = 0, Refused = 1, WrongConfig = 2 };

int fail(Exit how, std::string_view why) {
    fmt::print(stderr, "oscarctl: {}\n", why);
    return how;
}

int print(admin::Answer const& answer) {
    fmt::print(stdout, "{}", answer.out);
    if (!answer.err.empty()) fmt::print(stderr, "oscarctl: {}", answer.err);
    return answer.exit;
}

int run(config::Sources const& sources, admin::Request request) {
    if (auto const answer = admin::answerAnywhere(request)) return print(*answer);
    config::Config const config(sources);
    std::string const path = config::controlSocketPath(config);
    if (access(path.c_str(), F_OK) != 0 && errno == ENOENT)
        return fail(Refused,
                    fmt::format("no oscard is running on {} (there is no {}); start it with scripts/run",
                                (*config.server.data).string(), path));
    if (std::ranges::find(request.arguments, "--password-stdin") != request.arguments.end())
        request.standardInput = oscarctl::readPassword();
    auto const answer = admin::answerFrom(net::ask(path, admin::toLine(request)));
    if (!answer) return fail(Refused, "the server's answer can't be read; is it of another version?");
    return print(*answer);
}

}  // namespace

int main(int count, char** arguments) {
    config::Sources sources{.environment = environ};
    bool json = false;
    CLI::App app("Asks a running oscard.", "oscarctl");
    app.set_help_flag();  // the commands have their own help
    app.prefix_command();
    app.add_flag("--json", json);
    config::addFlags(app, sources);
    try {
        app.parse(count, arguments);
        admin::Request request{app.remaining(), {}};
        if (json) request.arguments.push_back("--json");
        return run(sources, std::move(request));
    } catch (CLI::ParseError const& error) {
        return fail(WrongConfig, fmt::format("{}; oscarctl help tells what there is", error.what()));
    } catch (config::ConfigError const& error) {
        return fail(WrongConfig, error.what());
    } catch (std::exception const& error) {
        return fail(Refused, error.what());
    }
}
