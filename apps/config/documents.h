// SPDX-License-Identifier: MIT
// What is written about the keys, made from their declarations.
#pragma once

#include <string>

namespace oscar::config {

/// The part of `oscard --help` that lists the keys.
std::string helpText();

/// A config file with every key, commented out, with its meaning and default: packaging/oscard.toml.
std::string exampleFile();

/// docs/configuration.md
std::string docsPage();

}  // namespace oscar::config
