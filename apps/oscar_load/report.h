// SPDX-License-Identifier: MIT
// What a run has found out: for people, for programs, as a picture.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "apps/oscar_load/histogram.h"

namespace oscar::load {

/// A number that was measured.
struct Figure {
    std::string name;  ///< of its member in the JSON; the unit is its end
    double value = 0;
    std::string text;  ///< for people, with the unit; empty = another figure's text tells it
};

/// A line to draw.
struct Curve {
    std::string title, xLabel, yLabel;
    std::vector<std::pair<double, double>> points;
    /// Where x is labelled, and how. None: from the first to the last point.
    std::vector<std::pair<double, std::string>> xTicks;
    bool logarithmicY = false;
};

struct Report {
    std::string scenario;
    std::string what;  ///< what was measured and how, in a sentence or two
    std::vector<Figure> figures;
    std::vector<std::string> problems;  ///< none = the run was good
    Curve curve;

    void add(std::string name, double value, std::string text) {
        figures.push_back({std::move(name), value, std::move(text)});
    }
    /// Median to most, in microseconds, each as PREFIX_p50_us and so on; `of` says what took so long. Takes
    /// the curve too.
    void addLatency(std::string const& prefix, std::string const& of, Histogram const& histogram);
};

std::string textOf(Report const& report);
std::string jsonOf(Report const& report);
std::string svgOf(Curve const& curve);

/// "1.23 ms": three digits and the unit that suits.
std::string durationText(Nanoseconds value);
/// "12.3 KiB"
std::string bytesText(double value);

}  // namespace oscar::load
