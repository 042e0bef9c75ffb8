// SPDX-License-Identifier: MIT
// The log: one event a line, with its fields, as text for people or as JSON for machines.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "apps/config/values.h"
#include "core/ports/log.h"

namespace spdlog {
class logger;
}

namespace oscar::log {

struct Options {
    core::Level level = core::Level::Info;
    config::LogFormat format = config::LogFormat::Text;
    std::string file;  ///< appended to; empty: standard error
};

/// Thread-safe. What matters (info and above) is with the system when write() returns; debug lines at the
/// latest when the log goes.
///     2026-11-21T12:00:00.123Z info signed-on user=alice address=192.0.2.1 instance=1
class LineLog final : public core::Log {
    config::LogFormat format_;
    std::shared_ptr<spdlog::logger> logger_;

  public:
    /// Throws std::runtime_error with one clear line if the file can't be opened.
    explicit LineLog(Options const& options);
    ~LineLog() override;

    void write(core::Level level, std::string_view event, std::initializer_list<core::Field> fields) override;
    bool wants(core::Level level) const override;
};

/// A field's value as the text format shows it: as it is when it consists of harmless characters, else in
/// quotes, and always printable ASCII without line ends, so that a name from outside can't forge a line or a
/// field.
std::string quotedForText(std::string_view value);

/// A JSON string with its quotes. A byte beyond ASCII becomes \u00NN, so that any bytes make valid JSON.
std::string quotedForJson(std::string_view value);

}  // namespace oscar::log
