#include "sinks/plot_svg.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "tests/support/incident_builder.h"

namespace inkling::sinks {
namespace {

using test::make_series;
using test::night;
using testing::HasSubstr;
using testing::Not;

Plot plot_of(std::vector<BandPoint> points) {
  Plot plot;
  plot.id = "plot-1";
  plot.title = "checkout/error.ratio";
  plot.description = "rose";
  plot.series = make_series(SeriesKind::kErrorRatio, "error.ratio", "checkout");
  plot.points = std::move(points);
  return plot;
}

std::size_t count(const std::string& text, std::string_view what) {
  std::size_t found = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

// No coordinate may be "nan" or "inf": browsers drop the whole path.
void expect_sound(const std::string& svg) {
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
  EXPECT_THAT(svg, Not(HasSubstr("inf,")));
  EXPECT_THAT(svg, Not(HasSubstr("\"inf")));
  EXPECT_THAT(svg, testing::StartsWith("<svg "));
  EXPECT_THAT(svg, testing::EndsWith("</svg>"));
}

TEST(PlotSvgTest, DrawsLineBandAxesAndMarks) {
  Plot plot = plot_of(test::make_step(0.006, 0.2, 0, 870, 1500, 0, 0.014));
  plot.marks = {{PlotMark::Kind::kOnset, night(870), "onset"},
                {PlotMark::Kind::kCulprit, night(842), "checkout 2.4.1"}};
  const std::string svg = plot_svg(plot);
  expect_sound(svg);
  EXPECT_THAT(svg, HasSubstr("class=\"line\""));
  EXPECT_THAT(svg, HasSubstr("class=\"band\""));
  EXPECT_THAT(svg, HasSubstr(">02:05</text>"));
  EXPECT_THAT(svg, HasSubstr(">20 %</text>"));
  EXPECT_THAT(svg, HasSubstr(">checkout 2.4.1</text>"));
  EXPECT_THAT(svg, HasSubstr("class=\"mark onset\""));
  EXPECT_THAT(svg, HasSubstr("<title id=\"plot-1-t\">checkout/error.ratio</title>"));
}

TEST(PlotSvgTest, SaysWhenThereAreNoValues) {
  EXPECT_THAT(plot_svg(plot_of({})), HasSubstr("no values in this window"));
  EXPECT_THAT(plot_svg(plot_of({{night(0), kAbsent, 0, 1}})),
              HasSubstr("no values in this window"));
}

TEST(PlotSvgTest, DrawsASinglePoint) {
  const std::string svg = plot_svg(plot_of({{night(0), 0.5, kAbsent, kAbsent}}));
  expect_sound(svg);
  EXPECT_THAT(svg, HasSubstr("class=\"dot\""));
}

TEST(PlotSvgTest, BreaksTheLineAtMissingValues) {
  const std::string svg = plot_svg(plot_of({{night(0), 1, 0, 2},
                                            {night(10), 1, 0, 2},
                                            {night(20), kAbsent, kAbsent, kAbsent},
                                            {night(30), 1, 0, 2},
                                            {night(40), 1, 0, 2}}));
  expect_sound(svg);
  EXPECT_EQ(count(svg, "class=\"band\""), 2u);
  const auto line = svg.find("class=\"line\"");
  EXPECT_EQ(count(svg.substr(line, svg.find("/>", line) - line), "M"), 2u);
}

TEST(PlotSvgTest, TakesConstantAndHugeAndInfiniteValues) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  constexpr double kMost = std::numeric_limits<double>::max();
  expect_sound(plot_svg(plot_of({{night(0), 7, 7, 7}, {night(10), 7, 7, 7}})));
  expect_sound(plot_svg(plot_of({{night(0), 0, 0, 0}, {night(10), 0, 0, 0}})));
  expect_sound(plot_svg(plot_of({{night(0), -kMost, 0, 1}, {night(10), kMost, 0, 1}})));
  expect_sound(
      plot_svg(plot_of({{night(0), kInfinity, 0, 1}, {night(10), 1, -kInfinity, kInfinity}})));
  expect_sound(plot_svg(plot_of({{night(0), 1e-300, 0, 1}, {night(10), 2e-300, 0, 1}})));
  expect_sound(plot_svg(plot_of({{night(0), 5e-324, 0, 1}, {night(10), 0, kAbsent, kAbsent}})));
}

TEST(PlotSvgTest, TakesTimesFarApart) {
  const auto earliest = Timestamp::from_ns(std::numeric_limits<std::int64_t>::min() + 1);
  const auto latest = Timestamp::from_ns(std::numeric_limits<std::int64_t>::max());
  expect_sound(plot_svg(plot_of({{earliest, 1, 0, 2}, {latest, 1, 0, 2}})));
  expect_sound(plot_svg(plot_of({{Timestamp::none(), 1, 0, 2}, {night(0), 1, 0, 2}})));
}

TEST(PlotSvgTest, KeepsExtremesWhenThinningOut) {
  std::vector<BandPoint> points;
  for (int i = 0; i < 100'000; ++i) points.push_back({night(i), 1, kAbsent, kAbsent});
  points[54'321].value = 9;
  const std::string svg = plot_svg(plot_of(points));
  expect_sound(svg);
  EXPECT_LT(svg.size(), 30'000u);
  EXPECT_THAT(svg, HasSubstr(">800 %</text>"));
}

TEST(PlotSvgTest, LeavesOutMarksOutsideTheWindow) {
  Plot plot = plot_of({{night(0), 1, 0, 2}, {night(100), 1, 0, 2}});
  plot.marks = {{PlotMark::Kind::kChange, night(5000), "later"},
                {PlotMark::Kind::kChange, Timestamp::none(), "never"}};
  const std::string svg = plot_svg(plot);
  EXPECT_THAT(svg, Not(HasSubstr("later")));
  EXPECT_THAT(svg, Not(HasSubstr("never")));
}

TEST(PlotSvgTest, EscapesTitlesAndLabels) {
  Plot plot = plot_of({{night(0), 1, 0, 2}, {night(100), 1, 0, 2}});
  plot.title = "</title><script>";
  plot.marks = {{PlotMark::Kind::kChange, night(50), "<b>\"&\xE2\x80\xAE"}};
  const std::string svg = plot_svg(plot);
  EXPECT_THAT(svg, Not(HasSubstr("<script")));
  EXPECT_THAT(svg, Not(HasSubstr("<b>")));
  EXPECT_THAT(svg, Not(HasSubstr("\xE2\x80\xAE")));
}

TEST(SparklineTest, ShowsTheShape) {
  std::vector<BandPoint> points;
  for (int i = 0; i < 8; ++i) points.push_back({night(i), i < 6 ? 0.0 : 1.0, 0, 0});
  EXPECT_EQ(sparkline(points, 40), "▁▁▁▁▁▁██");
  EXPECT_EQ(sparkline(points, 4), "▁▁▁█");
}

TEST(SparklineTest, TakesEmptyAndConstant) {
  EXPECT_EQ(sparkline({}, 40), "");
  EXPECT_EQ(sparkline({{night(0), kAbsent, 0, 0}}, 40), "");
  EXPECT_EQ(sparkline({{night(0), 3, 0, 0}, {night(1), 3, 0, 0}}, 40), "▁▁");
}

TEST(SparklineTest, KeepsAShortSpike) {
  std::vector<BandPoint> points(1000, BandPoint{night(0), 1, 0, 0});
  points[777].value = 5;
  EXPECT_THAT(sparkline(points, 40), HasSubstr("█"));
}

}  // namespace
}  // namespace inkling::sinks
