// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <fstream>

#include "apps/oscar_load/scenarios.h"
#include "net/limits.h"

namespace {

using namespace oscar;
using load::Options;
using load::Report;

enum Exit { Good = 0, Failed = 1, WrongUse = 2 };

struct Scenario {
    char const* name;
    char const* help;
    Report (*run)(Options const&);
    void (*addOptions)(CLI::App&, Options&);
};

void addSpan(CLI::App& app, std::string const& name, load::Span& span, std::string const& help) {
    app.add_option_function<double>(
           name, [&span](double seconds) { span = load::Span(seconds); }, help)
        ->default_str(fmt::format("{}", span.count()))
        ->check(CLI::Range(0.0, 86400.0))
        ->type_name("SECONDS");
}

void addSessions(CLI::App& app, Options& options) {
    app.add_option("--sessions", options.sessions, "Users")
        ->capture_default_str()
        ->check(CLI::Range(1, 1'000'000));
    app.add_option("--buddies", options.buddies, "Others of this run that stand in each user's stored list")
        ->capture_default_str()
        ->check(CLI::Range(0, 400));
}

void addPairs(CLI::App& app, Options& options) {
    app.add_option("--pairs", options.pairs, "Pairs of users")
        ->capture_default_str()
        ->check(CLI::Range(1, 500'000));
    app.add_option("--window", options.window, "Messages of a pair under way; each is answered by one")
        ->capture_default_str()
        ->check(CLI::Range(1, 1000));
    app.add_option("--bytes", options.bytes, "Bytes of text in a message")
        ->capture_default_str()
        ->check(CLI::Range(1, 4000));
    auto* const rate =
        app.add_option("--rate", options.rate,
                       "Messages a second of all pairs together, sent when they are due and not when "
                       "an answer has come")
            ->check(CLI::Range(0.1, 1e7));
    app.add_option("--then-rate", options.thenRate, "After the measured time, as long again at this rate")
        ->check(CLI::Range(0.1, 1e7))
        ->needs(rate);
    app.add_option("--stalled", options.stalled, "More receivers, who do not read what is sent to them")
        ->capture_default_str()
        ->check(CLI::Range(0, 1000));
}

void addWatchers(CLI::App& app, Options& options) {
    app.add_option("--watchers", options.watchers, "Users who watch one other")
        ->capture_default_str()
        ->check(CLI::Range(1, 1'000'000));
}

constexpr Scenario scenarios[] = {
    {"signon", "Complete sign-ons a second.", load::runSignOn, addSessions},
    {"idle", "Memory and CPU of sessions that do nothing.", load::runIdle, addSessions},
    {"im", "Messages between pairs: rate and latency.", load::runIm, addPairs},
    {"presence", "Time until all who watch a user know of a change.", load::runPresence, addWatchers},
    {"storm", "All sessions are cut at once and come back.", load::runStorm, addSessions},
};

void addCommon(CLI::App& app, Options& options, std::string& server) {
    app.add_option("--server", server, "Where to connect")->capture_default_str()->type_name("HOST:PORT");
    app.add_option("--accounts", options.accountsFile, "File with a name and a password on each line");
    app.add_option("--prefix", options.prefix, "Without a file: the accounts are PREFIX0, PREFIX1 and so on")
        ->capture_default_str();
    app.add_option("--password", options.password, "Without a file: the password of all these");
    app.add_option("--parallel", options.parallel,
                   "Sign-ons under way at a time; 0 = 64 (signon), all (storm), 256")
        ->capture_default_str();
    addSpan(app, "--duration", options.duration, "How long to measure");
    addSpan(app, "--warm-up", options.warmUp, "How long to work before that");
    addSpan(app, "--timeout", options.timeout, "How long a sign-on, or a change of presence, may take");
    app.add_option("--sources", options.sources,
                   "Addresses to connect from, 127.0.0.1 and up, if the server is there")
        ->capture_default_str()
        ->check(CLI::Range(1, 60'000));
    app.add_option("--server-pid", options.serverProcess,
                   "Process of the server, to tell its CPU time and memory");
    app.add_flag("--floor", options.floor, "The server is bench/floor: no sign-on, no protocol");
    app.add_flag("--json", options.json, "Report as JSON");
    app.add_option("--plot", options.plot, "Draw to this SVG file");
    app.add_flag("!--quiet", options.progress, "No line a second on standard error");
}

int finish(Report const& report, Options const& options) {
    fmt::print("{}", options.json ? jsonOf(report) : textOf(report));
    if (!options.plot.empty()) {
        std::ofstream file(options.plot);
        file << svgOf(report.curve);
        if (!file.flush()) throw std::runtime_error(fmt::format("cannot write {}", options.plot));
    }
    return report.problems.empty() ? Good : Failed;
}

}  // namespace

int main(int count, char** arguments) {
    CLI::App app(
        "Puts load on an OSCAR server and tells what it bears. The accounts have to exist and to be exempt "
        "from rate "
        "limits: oscarctl user add --count N --prefix load --rate-exempt --password-stdin",
        "oscar-load");
    app.require_subcommand(1);
    Options options;
    std::string server = "127.0.0.1:5190";
    Scenario const* chosen = nullptr;
    for (Scenario const& scenario : scenarios) {
        CLI::App& sub = *app.add_subcommand(scenario.name, scenario.help);
        addCommon(sub, options, server);
        scenario.addOptions(sub, options);
        sub.callback([&chosen, &scenario] { chosen = &scenario; });
    }
    try {
        app.parse(count, arguments);
        auto const address = client::parseAddress(server, options.server.port);
        if (!address) throw CLI::ValidationError("--server", server + " is not HOST:PORT");
        options.server = *address;
        if (options.floor && (chosen->run == load::runSignOn || chosen->run == load::runStorm))
            throw CLI::ValidationError("--floor", "has no sign-on");
    } catch (CLI::ParseError const& error) {
        int const code = app.exit(error);
        return code == 0 ? Good : WrongUse;
    }
    try {
        net::raiseOpenFileLimit();
        return finish(chosen->run(options), options);
    } catch (std::exception const& error) {
        fmt::print(stderr, "oscar-load: {}\n", error.what());
        return Failed;
    }
}
