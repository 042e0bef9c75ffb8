// SPDX-License-Identifier: MIT
#include "apps/log/log.h"

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <stdexcept>

namespace oscar::log {
namespace {

spdlog::level::level_enum toSpdlog(core::Level level) {
    switch (level) {
        case core::Level::Debug:
            return spdlog::level::debug;
        case core::Level::Info:
            return spdlog::level::info;
        case core::Level::Warning:
            return spdlog::level::warn;
        case core::Level::Error:
            return spdlog::level::err;
    }
    return spdlog::level::err;
}

std::shared_ptr<spdlog::sinks::sink> sinkFor(std::string const& file) try {
    if (file.empty()) return std::make_shared<spdlog::sinks::stderr_sink_mt>();
    return std::make_shared<spdlog::sinks::basic_file_sink_mt>(file);
} catch (spdlog::spdlog_ex const& error) {
    throw std::runtime_error(fmt::format("cannot write the log file: {}", error.what()));
}

bool isHarmless(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._:/@+,-[]").find(c) != std::string_view::npos;
}

}  // namespace

LineLog::LineLog(Options const& options)
    : format_(options.format), logger_(std::make_shared<spdlog::logger>("oscard", sinkFor(options.file))) {
    char const* const pattern = format_ == config::LogFormat::Json
                                    ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})"
                                    : "%Y-%m-%dT%H:%M:%S.%eZ %l %v";
    logger_->set_formatter(
        std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc));
    logger_->set_level(toSpdlog(options.level));
    logger_->flush_on(spdlog::level::info);
}

LineLog::~LineLog() { logger_->flush(); }

bool LineLog::wants(core::Level level) const { return logger_->should_log(toSpdlog(level)); }

void LineLog::write(core::Level level, std::string_view event, std::initializer_list<core::Field> fields) {
    if (!wants(level)) return;
    std::string line;
    if (format_ == config::LogFormat::Json) {
        line = "\"event\":" + quotedForJson(event);
        for (core::Field const& field : fields)
            line += ',' + quotedForJson(field.key) + ':' + quotedForJson(field.value);
    } else {
        line = event;
        std::ranges::replace(line, ' ', '-');
        for (core::Field const& field : fields)
            line += fmt::format(" {}={}", field.key, quotedForText(field.value));
    }
    logger_->log(toSpdlog(level), spdlog::string_view_t(line));
}

std::string quotedForText(std::string_view value) {
    if (!value.empty() && std::ranges::all_of(value, isHarmless)) return std::string(value);
    std::string result = "\"";
    for (char c : value) {
        auto const byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            result += {'\\', c};
        else if (byte >= 0x20 && byte < 0x7f)
            result += c;
        else
            result += fmt::format("\\x{:02x}", byte);
    }
    return result + '"';
}

std::string quotedForJson(std::string_view value) {
    std::string result = "\"";
    for (char c : value) {
        auto const byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            result += {'\\', c};
        else if (byte < 0x20 || byte >= 0x7f)
            result += fmt::format("\\u{:04x}", byte);
        else
            result += c;
    }
    return result + '"';
}

}  // namespace oscar::log
