#include "detect/threshold.h"

#include <gtest/gtest.h>

#include <vector>

namespace inkling::detect {
namespace {

ThresholdRule rule_of(std::uint32_t windows, std::uint32_t out_of) {
  ThresholdRule rule;
  rule.series = "cpu";
  rule.limit = 10;
  rule.windows = windows;
  rule.out_of = out_of;
  return rule;
}

std::vector<bool> fired(const ThresholdRule& rule, const std::vector<double>& values) {
  Threshold threshold(rule);
  std::vector<bool> result;
  for (const double value : values) result.push_back(threshold.judge(value).score >= 0.5);
  return result;
}

TEST(ThresholdTest, FiresAtMOfN) {
  EXPECT_EQ(fired(rule_of(2, 3), {11, 9, 9, 11, 9, 11, 9, 9, 11, 11}),
            (std::vector<bool>{0, 0, 0, 0, 0, 1, 0, 0, 0, 1}));
  EXPECT_EQ(fired(rule_of(1, 1), {9, 11, 10}), (std::vector<bool>{0, 1, 0}));
}

TEST(ThresholdTest, LooksBelowIfTold) {
  ThresholdRule rule = rule_of(1, 1);
  rule.above = false;
  EXPECT_EQ(fired(rule, {9, 11, 10}), (std::vector<bool>{1, 0, 0}));
}

TEST(ThresholdTest, CountsOverLongSpans) {
  const ThresholdRule rule = rule_of(100, 200);
  Threshold threshold(rule);
  for (int i = 0; i < 99; ++i) {
    EXPECT_LT(threshold.judge(11).score, 0.5) << i;
    EXPECT_LT(threshold.judge(9).score, 0.5) << i;
  }
  EXPECT_GE(threshold.judge(11).score, 0.5);
  for (int i = 0; i < 300; ++i) threshold.judge(9);
  EXPECT_EQ(threshold.judge(9).score, 0);
}

TEST(ThresholdTest, WindowsWithoutValueAreNotBeyond) {
  EXPECT_EQ(fired(rule_of(2, 2), {11, kAbsent, 11, 11}), (std::vector<bool>{0, 0, 0, 1}));
}

TEST(ThresholdTest, TellsItsLimitAsBand) {
  const ThresholdRule rule = rule_of(1, 1);
  const PointJudgement judgement = Threshold(rule).judge(12);
  EXPECT_EQ(judgement.high, 10);
  EXPECT_EQ(judgement.low, -std::numeric_limits<double>::infinity());
  EXPECT_EQ(judgement.kind, VerdictKind::kThreshold);
  EXPECT_EQ(judgement.gate, Gate::kPassed);
}

TEST(ThresholdTest, MatchesByNamePrefixAndService) {
  const auto matches_name = [](std::string pattern, std::string service, std::string route) {
    ThresholdRule rule;
    rule.series = std::move(pattern);
    rule.service = std::move(service);
    SeriesInfo series;
    series.name = "http_errors";
    series.service = "shop";
    series.route = std::move(route);
    return matches(rule, series);
  };
  EXPECT_TRUE(matches_name("http_errors", "", ""));
  EXPECT_TRUE(matches_name("http_*", "shop", ""));
  EXPECT_TRUE(matches_name("*", "", ""));
  EXPECT_FALSE(matches_name("http", "", ""));
  EXPECT_FALSE(matches_name("http_errors_total", "", ""));
  EXPECT_FALSE(matches_name("http_*", "pay", ""));
  EXPECT_FALSE(matches_name("http_*", "", "/cart"));  // rules speak of whole services
}

}  // namespace
}  // namespace inkling::detect
