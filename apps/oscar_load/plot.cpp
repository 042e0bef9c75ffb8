// SPDX-License-Identifier: MIT
// A curve as an SVG file that a browser shows as it is.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "apps/oscar_load/report.h"

namespace oscar::load {
namespace {

constexpr double width = 720;
constexpr double height = 360;
constexpr double left = 80;
constexpr double right = 20;
constexpr double top = 40;
constexpr double bottom = 50;
constexpr int linesAcross = 5;

std::string escaped(std::string const& text) {
    std::string out;
    for (char c : text) {
        if (c == '<') {
            out += "&lt;";
        } else if (c == '&') {
            out += "&amp;";
        } else {
            out += c;
        }
    }
    return out;
}

std::string label(double x, double y, char const* anchor, std::string const& text) {
    return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n", x, y, anchor,
                       escaped(text));
}

/// From the numbers of one axis to the drawing's.
class Axis {
    double low_, high_, from_, to_;
    bool logarithmic_;

    double scaled(double value) const { return logarithmic_ ? std::log10(std::max(value, 1e-3)) : value; }

  public:
    Axis(double low, double high, double from, double to, bool logarithmic)
        : low_(low), high_(high), from_(from), to_(to), logarithmic_(logarithmic) {
        low_ = logarithmic ? std::floor(scaled(low)) : low;
        high_ = logarithmic ? std::ceil(scaled(high)) : high;
        if (high_ <= low_) high_ = low_ + 1;
    }
    double place(double value) const {
        return from_ + (scaled(value) - low_) / (high_ - low_) * (to_ - from_);
    }
    std::vector<double> ticks() const {
        std::vector<double> values;
        if (logarithmic_) {
            for (double power = low_; power <= high_; ++power) values.push_back(std::pow(10, power));
        } else {
            for (int i = 0; i <= linesAcross; ++i) values.push_back(low_ + (high_ - low_) * i / linesAcross);
        }
        return values;
    }
};

}  // namespace

std::string svgOf(Curve const& curve) {
    std::string svg = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" "
        "font-family=\"sans-serif\" "
        "font-size=\"12\" fill=\"#333\">\n<rect width=\"{0:.0f}\" height=\"{1:.0f}\" fill=\"#fff\"/>\n",
        width, height);
    svg += label(width / 2, top / 2, "middle", curve.title);
    if (curve.points.empty()) return svg + "</svg>\n";

    auto const byY = [](auto const& a, auto const& b) { return a.second < b.second; };
    auto const [least, most] = std::ranges::minmax_element(curve.points, byY);
    double const lowest = curve.logarithmicY ? least->second : 0;
    Axis const x(curve.points.front().first, curve.points.back().first, left, width - right, false);
    Axis const y(lowest, std::max(most->second, lowest), height - bottom, top, curve.logarithmicY);

    for (double value : y.ticks()) {
        svg += fmt::format("<path d=\"M{:.1f} {:.1f}H{:.1f}\" stroke=\"#ddd\"/>\n", left, y.place(value),
                           width - right);
        svg += label(left - 6, y.place(value) + 4, "end", fmt::format("{:.6g}", value));
    }
    auto ticks = curve.xTicks;
    if (ticks.empty())
        for (double value : x.ticks()) ticks.emplace_back(value, fmt::format("{:.6g}", value));
    for (auto const& [value, text] : ticks)
        if (value <= curve.points.back().first)
            svg += label(x.place(value), height - bottom + 18, "middle", text);
    svg += label((left + width - right) / 2, height - 10, "middle", curve.xLabel);
    svg += label(left - 6, top - 8, "end", curve.yLabel);

    svg += "<polyline fill=\"none\" stroke=\"#2a6fb0\" stroke-width=\"2\" points=\"";
    for (auto const& [px, py] : curve.points) svg += fmt::format("{:.1f},{:.1f} ", x.place(px), y.place(py));
    return svg + "\"/>\n</svg>\n";
}

}  // namespace oscar::load
