// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "apps/oscar_load/report.h"

namespace oscar::load {
namespace {

TEST(Histogram, percentilesAreExactToOnePercentFromNanosecondsToHours) {
    for (long scale : {1L, 1000L, 1'000'000L, 3'600'000'000'000L / 100'000}) {
        Histogram histogram;
        for (long i = 1; i <= 100'000; ++i) histogram.add(Nanoseconds(i * scale));
        for (double percent : {1.0, 50.0, 90.0, 99.0, 99.9, 99.99}) {
            double const exact = 1000 * percent * static_cast<double>(scale);
            auto const told = static_cast<double>(histogram.percentile(percent).count());
            EXPECT_GE(told, exact * 0.9999) << percent << " % at " << scale;
            EXPECT_LE(told, exact * 1.01) << percent << " % at " << scale;
        }
        EXPECT_EQ(histogram.most(), Nanoseconds(100'000 * scale));
        EXPECT_EQ(histogram.percentile(100), histogram.most());
    }
}

TEST(Histogram, oneSlowValueAmongManyIsSeenInTheHighestPercentileOnly) {
    Histogram histogram;
    for (int i = 0; i < 9'998; ++i) histogram.add(Nanoseconds(100));
    histogram.add(std::chrono::seconds(2));
    histogram.add(std::chrono::seconds(2));
    EXPECT_EQ(histogram.percentile(99.9), Nanoseconds(100));
    EXPECT_GE(histogram.percentile(99.99), std::chrono::seconds(2));
}

TEST(Histogram, withoutValuesOrWithImpossibleOnesItDoesNotLie) {
    Histogram histogram;
    EXPECT_EQ(histogram.percentile(99), Nanoseconds(0));
    histogram.add(Nanoseconds(-5));
    EXPECT_EQ(histogram.count(), 1u);
    EXPECT_EQ(histogram.most(), Nanoseconds(0));
    histogram.add(Nanoseconds::max());
    EXPECT_EQ(histogram.most(), Nanoseconds::max());
}

TEST(Report, aProblemIsToldToPeopleAndToPrograms) {
    Report report;
    report.scenario = "im";
    report.what = "pairs";
    report.add("lost", 3, "3 were lost");
    EXPECT_TRUE(boost::json::parse(jsonOf(report)).at("ok").as_bool());
    report.problems.push_back("3 messages \"lost\"");
    auto const json = boost::json::parse(jsonOf(report));
    EXPECT_FALSE(json.at("ok").as_bool());
    EXPECT_EQ(json.at("problems").at(0).as_string(), "3 messages \"lost\"");
    EXPECT_EQ(json.at("figures").at("lost").as_double(), 3);
    EXPECT_NE(textOf(report).find("FAILED: 3 messages \"lost\""), std::string::npos);
}

TEST(Report, latenciesBecomeFiguresAndACurve) {
    Histogram histogram;
    for (int i = 1; i <= 1000; ++i) histogram.add(std::chrono::microseconds(i));
    Report report;
    report.addLatency("latency", "the messages", histogram);
    ASSERT_FALSE(report.figures.empty());
    EXPECT_EQ(report.figures.front().name, "latency_p50_us");
    EXPECT_NEAR(report.figures.front().value, 500, 5);
    std::string const svg = svgOf(report.curve);
    EXPECT_NE(svg.find("<polyline"), std::string::npos);
    EXPECT_NE(svg.find("99.9 %"), std::string::npos);
    EXPECT_TRUE(svg.ends_with("</svg>\n"));
}

TEST(Report, aCurveWithoutPointsOrWithOneIsStillAPicture) {
    Curve curve{"a < b & c", "x", "y", {}, {}, false};
    EXPECT_NE(svgOf(curve).find("a &lt; b &amp; c"), std::string::npos);
    curve.points = {{1, 0}};
    EXPECT_EQ(svgOf(curve).find("nan"), std::string::npos);
    curve.logarithmicY = true;
    EXPECT_EQ(svgOf(curve).find("nan"), std::string::npos);
}

}  // namespace
}  // namespace oscar::load
