// SPDX-License-Identifier: MIT
#include "apps/oscar_load/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

namespace oscar::load {
namespace {

struct Percentile {
    double percent;
    char const* name;
    char const* text;
};

constexpr Percentile percentiles[] = {{50, "p50", "50 %"},
                                      {90, "p90", "90 %"},
                                      {99, "p99", "99 %"},
                                      {99.9, "p999", "99.9 %"},
                                      {99.99, "p9999", "99.99 %"}};

/// Points of a curve between one nine and the next.
constexpr int stepsPerPlace = 20;

double microseconds(Nanoseconds value) { return static_cast<double>(value.count()) / 1000; }

/// Each step to the right is a tenth of what is above: 90, 99, 99.9 %.
double placeOf(double percent) { return -std::round(std::log10(1 - percent / 100) * 1000) / 1000; }

}  // namespace

std::string durationText(Nanoseconds value) {
    auto const count = static_cast<double>(value.count());
    if (count < 1e6) return fmt::format("{:.3g} us", count / 1e3);
    if (count < 1e9) return fmt::format("{:.3g} ms", count / 1e6);
    return fmt::format("{:.3g} s", count / 1e9);
}

std::string bytesText(double value) {
    if (std::abs(value) < 10240) return fmt::format("{:.0f} bytes", value);
    if (std::abs(value) < 10 * 1048576) return fmt::format("{:.1f} KiB", value / 1024);
    return fmt::format("{:.1f} MiB", value / 1048576);
}

void Report::addLatency(std::string const& prefix, std::string const& of, Histogram const& histogram) {
    if (histogram.count() == 0) return;
    for (Percentile const& percentile : percentiles) {
        Nanoseconds const value = histogram.percentile(percentile.percent);
        add(fmt::format("{}_{}_us", prefix, percentile.name), microseconds(value),
            fmt::format("{} of {} took at most {}", percentile.text, of, durationText(value)));
    }
    add(prefix + "_max_us", microseconds(histogram.most()),
        fmt::format("the longest took {}", durationText(histogram.most())));
    curve = {fmt::format("{}: time that a part of {} took at most", scenario, of),
             "part",
             "microseconds",
             {},
             {},
             true};
    double const last = std::min(5.0, std::log10(static_cast<double>(histogram.count())));
    for (int step = 0; step <= static_cast<int>(last * stepsPerPlace); ++step) {
        double const place = static_cast<double>(step) / stepsPerPlace;
        curve.points.emplace_back(place,
                                  microseconds(histogram.percentile(100 - 100 * std::pow(10, -place))));
    }
    for (Percentile const& percentile : percentiles)
        curve.xTicks.emplace_back(placeOf(percentile.percent), percentile.text);
}

std::string textOf(Report const& report) {
    std::string text = fmt::format("{}: {}\n\n", report.scenario, report.what);
    for (Figure const& figure : report.figures)
        if (!figure.text.empty()) text += fmt::format("  {}\n", figure.text);
    for (std::string const& problem : report.problems) text += fmt::format("  FAILED: {}\n", problem);
    return text;
}

std::string jsonOf(Report const& report) {
    boost::json::object figures;
    for (Figure const& figure : report.figures) figures[figure.name] = figure.value;
    boost::json::array problems;
    for (std::string const& problem : report.problems) problems.emplace_back(problem);
    return boost::json::serialize(boost::json::object{{"scenario", report.scenario},
                                                      {"what", report.what},
                                                      {"ok", report.problems.empty()},
                                                      {"figures", figures},
                                                      {"problems", problems}}) +
           "\n";
}

}  // namespace oscar::load
