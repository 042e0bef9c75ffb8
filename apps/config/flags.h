// SPDX-License-Identifier: MIT
#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <optional>
#include <string>

#include "apps/config/config.h"

namespace oscar::config {

/// The flags that every program of the server has. `sources` gets what they say and must outlive the parsing.
inline void addFlags(CLI::App& app, Sources& sources) {
    app.add_option_function<std::string>(
           "--config", [&sources](std::string const& path) { sources.file = path; }, "Config file (TOML)")
        ->type_name("FILE");
    app.add_option("--set", sources.sets, "Sets one config key")
        ->type_name("SECTION.KEY=VALUE")
        ->allow_extra_args(false);
}

/// The socket of oscarctl.
inline std::string controlSocketPath(Config const& config) {
    return (*config.server.data / "oscard.sock").string();
}

}  // namespace oscar::config
