// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "apps/config/documents.h"
#include "apps/config/flags.h"
#include "apps/oscard/oscard.h"

namespace {

enum Exit { Stopped = 0, CannotStart = 1, WrongConfig = 2 };

/// The signals that end the server in good order.
sigset_t endingSignals() {
    sigset_t signals;
    sigemptyset(&signals);
    for (int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
    return signals;
}

int fail(Exit how, std::string_view why) {
    fmt::print(stderr, "oscard: {}\n", why);
    return how;
}

}  // namespace

int main(int count, char** arguments) {
    using namespace oscar;
    CLI::App app("An OSCAR server for AIM and ICQ clients.", "oscard");
    config::Sources sources{.environment = environ};
    bool printExample = false;
    config::addFlags(app, sources);
    app.add_flag("--print-example-config", printExample, "Prints a config file with every key, commented");
    app.set_version_flag("--version", "oscard " OSCAR_VERSION);
    app.footer(config::helpText());
    try {
        app.parse(count, arguments);
    } catch (CLI::Success const& helpOrVersion) {
        return app.exit(helpOrVersion);
    } catch (CLI::ParseError const& error) {
        return fail(WrongConfig, fmt::format("{}; oscard --help lists what there is", error.what()));
    }
    if (printExample) {
        fmt::print("{}", config::exampleFile());
        return Stopped;
    }

    try {
        config::Config const config(sources);
        umask(077);  // what the server writes is for its own user
        signal(SIGPIPE, SIG_IGN);
        const sigset_t signals = endingSignals();
        pthread_sigmask(SIG_BLOCK, &signals,
                        nullptr);  // before there are other threads, so that all inherit it
        oscard::Oscard const server(config);
        int received = 0;
        sigwait(&signals, &received);
    } catch (config::ConfigError const& error) {
        return fail(WrongConfig, error.what());
    } catch (std::exception const& error) {
        return fail(CannotStart, error.what());
    }
    return Stopped;
}
