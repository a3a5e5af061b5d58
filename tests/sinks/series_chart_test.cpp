#include "sinks/series_chart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/incident_builder.h"

namespace inkling::sinks {
namespace {

using testing::HasSubstr;
using testing::Not;

SeriesChart chart_of(std::vector<double> values, std::string name = "cpu") {
  SeriesChart chart;
  chart.series = test::make_series(SeriesKind::kMetric, std::move(name), "shop");
  for (std::size_t i = 0; i < values.size(); ++i) {
    Verdict verdict;
    verdict.series = chart.series;
    verdict.begin = Timestamp::from_seconds(1'700'000'000 + static_cast<std::int64_t>(i) * 60);
    verdict.value = values[i];
    verdict.low = 1;
    verdict.high = 3;
    verdict.kind = VerdictKind::kBand;
    verdict.anomalous = values[i] > 3;
    verdict.score = verdict.anomalous ? 0.8 : 0.1;
    chart.verdicts.push_back(verdict);
  }
  return chart;
}

TEST(SeriesChartTest, ShowsSeriesBandScoreAndWhatWasAnomalous) {
  const std::string svg = series_chart_svg(chart_of({2, 2, 9, 2}));
  EXPECT_THAT(svg, testing::StartsWith("<svg xmlns="));
  EXPECT_THAT(svg, HasSubstr("<style>"));
  EXPECT_THAT(svg, HasSubstr("class=\"band\""));
  EXPECT_THAT(svg, HasSubstr("class=\"line\""));
  EXPECT_THAT(svg, HasSubstr("class=\"score\""));
  EXPECT_THAT(svg, HasSubstr("r=\"2.4\""));
}

TEST(SeriesChartTest, NeedsNoStyleSheet) {
  EXPECT_THAT(series_chart_svg(chart_of({2, 9})), Not(HasSubstr("var(--")));
}

TEST(SeriesChartTest, DrawsNothingOfNothing) {
  EXPECT_THAT(series_chart_svg(chart_of({})), HasSubstr("no values"));
}

TEST(SeriesChartTest, NamesAreEscapedAndCoordinatesNumbers) {
  const std::string svg = series_chart_svg(chart_of({2, kAbsent, 1e300, -1e300}, "<script>"));
  EXPECT_THAT(svg, Not(HasSubstr("<script>")));
  EXPECT_THAT(svg, Not(HasSubstr("nan,")));
  EXPECT_THAT(svg, Not(HasSubstr("inf,")));
}

TEST(SeriesChartTest, ManyPointsMakeAPictureOfBoundedSize) {
  EXPECT_LT(series_chart_svg(chart_of(std::vector<double>(100'000, 2))).size(), 100'000u);
}

}  // namespace
}  // namespace inkling::sinks
