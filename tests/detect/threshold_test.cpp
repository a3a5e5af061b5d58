#include "detect/threshold.h"

#include <gtest/gtest.h>

#include <string>
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
  for (const double value : values)
    result.push_back(threshold.judge({}, value).judgement.score >= 0.5);
  return result;
}

TEST(ThresholdTest, FiresAtMOfN) {
  EXPECT_EQ(fired(rule_of(2, 3), {11, 9, 9, 11, 9, 11, 9, 9, 11, 11}),
            (std::vector<bool>{0, 0, 0, 0, 0, 1, 0, 0, 0, 1}));
  EXPECT_EQ(fired(rule_of(1, 1), {9, 11, 10}), (std::vector<bool>{0, 1, 0}));
}

TEST(ThresholdTest, LooksBelowIfTold) {
  ThresholdRule rule = rule_of(1, 1);
  rule.comparison = Comparison::kBelow;
  EXPECT_EQ(fired(rule, {9, 11, 10}), (std::vector<bool>{1, 0, 0}));
}

TEST(ThresholdTest, CountsOverLongSpans) {
  const ThresholdRule rule = rule_of(100, 200);
  Threshold threshold(rule);
  for (int i = 0; i < 99; ++i) {
    EXPECT_LT(threshold.judge({}, 11).judgement.score, 0.5) << i;
    EXPECT_LT(threshold.judge({}, 9).judgement.score, 0.5) << i;
  }
  EXPECT_GE(threshold.judge({}, 11).judgement.score, 0.5);
  for (int i = 0; i < 300; ++i) threshold.judge({}, 9);
  EXPECT_EQ(threshold.judge({}, 9).judgement.score, 0);
}

TEST(ThresholdTest, WindowsWithoutValueAreNotBeyond) {
  EXPECT_EQ(fired(rule_of(2, 2), {11, kAbsent, 11, 11}), (std::vector<bool>{0, 0, 0, 1}));
}

TEST(ThresholdTest, TellsItsLimitAsBand) {
  const ThresholdRule rule = rule_of(1, 1);
  const PointJudgement judgement = Threshold(rule).judge({}, 12).judgement;
  EXPECT_EQ(judgement.high, 10);
  EXPECT_EQ(judgement.low, -std::numeric_limits<double>::infinity());
  EXPECT_EQ(judgement.kind, VerdictKind::kThreshold);
  EXPECT_EQ(judgement.gate, Gate::kPassed);
}

constexpr Duration kMinute = std::chrono::minutes(1);

// A rule of 1-minute windows; bad above 10.
ThresholdRule minutes_rule(std::uint32_t windows, std::uint32_t out_of, MissingData missing) {
  ThresholdRule rule = rule_of(windows, out_of);
  rule.period = kMinute;
  rule.missing = missing;
  return rule;
}
Timestamp minute(double minutes) {
  return Timestamp::from_seconds(600'000) + Duration(static_cast<std::int64_t>(minutes * 6e10));
}

// Whether it alarms after these windows ('X' bad, '0' good, '-' missing) behind ten that were all
// good or all bad.
bool alarms_after(const ThresholdRule& rule, const std::string& windows, char before) {
  Threshold threshold(rule);
  int at = 0;
  for (int i = 0; i < 10; ++i) threshold.judge(minute(at++), before == 'X' ? 11 : 9);
  for (const char c : windows) {
    threshold.advance(minute(at));
    if (c != '-') threshold.judge(minute(at), c == 'X' ? 11 : 9);
    ++at;
  }
  return threshold.advance(minute(at)).judgement.score >= 0.5;
}

// What each treatment makes of it; "keeps": what it was before decides.
std::string states(std::uint32_t windows, std::uint32_t out_of, const std::string& seen) {
  std::string text;
  for (const MissingData missing : {MissingData::kMissing, MissingData::kIgnore,
                                    MissingData::kBreaching, MissingData::kNotBreaching}) {
    const ThresholdRule rule = minutes_rule(windows, out_of, missing);
    const bool after_good = alarms_after(rule, seen, '0');
    const bool after_bad = alarms_after(rule, seen, 'X');
    text += after_good != after_bad ? "keeps " : after_good ? "ALARM " : "ok ";
  }
  return text;
}

// The tables of CloudWatch's documentation ("how alarm state is evaluated when data is missing"),
// columns missing, ignore, breaching, notBreaching; insufficient data is no alarm.
TEST(ThresholdTest, TreatsMissingDataAsCloudWatchDoes) {
  EXPECT_EQ(states(3, 3, "0-X-X"), "ok ok ok ok ");
  EXPECT_EQ(states(3, 3, "0----"), "ok ok ok ok ");
  EXPECT_EQ(states(3, 3, "-----"), "ok keeps ALARM ok ");
  EXPECT_EQ(states(3, 3, "0XX-X"), "ALARM ALARM ALARM ALARM ");
  EXPECT_EQ(states(3, 3, "----X"), "ok keeps ALARM ok ");
  EXPECT_EQ(states(3, 3, "X----"), "ALARM keeps ALARM ok ");
  EXPECT_EQ(states(2, 3, "0-X-X"), "ALARM ALARM ALARM ALARM ");
  EXPECT_EQ(states(2, 3, "00X0X"), "ALARM ALARM ALARM ALARM ");
  EXPECT_EQ(states(2, 3, "0-X--"), "ok ok ALARM ok ");
  EXPECT_EQ(states(2, 3, "----0"), "ok ok ALARM ok ");
  EXPECT_EQ(states(2, 3, "----X"), "ok keeps ALARM ok ");
}

TEST(ThresholdTest, JudgesTheStatisticOfAWindowWhenItIsOver) {
  const auto judged = [](AlarmStatistic statistic) {
    ThresholdRule rule = minutes_rule(1, 1, MissingData::kMissing);
    rule.statistic = statistic;
    Threshold threshold(rule);
    threshold.judge(minute(0), 4, 2);
    threshold.judge(minute(0.5), 13);
    EXPECT_FALSE(threshold.judge(minute(0.9), 6).closed);
    EXPECT_FALSE(threshold.advance(minute(0.99)).closed);
    const ThresholdJudgement said = threshold.judge(minute(1), 1);
    EXPECT_TRUE(said.closed);
    EXPECT_EQ(said.begin, minute(0));
    EXPECT_EQ(said.end, minute(1));
    EXPECT_EQ(said.judgement.score >= 0.5, said.value > 10);
    return said.value;
  };
  EXPECT_EQ(judged(AlarmStatistic::kAverage), 27.0 / 4);
  EXPECT_EQ(judged(AlarmStatistic::kSum), 27);
  EXPECT_EQ(judged(AlarmStatistic::kMinimum), 4);
  EXPECT_EQ(judged(AlarmStatistic::kMaximum), 13);
  EXPECT_EQ(judged(AlarmStatistic::kCount), 4);
  EXPECT_EQ(judged(AlarmStatistic::kLast), 6);
}

TEST(ThresholdTest, ComparesAsTold) {
  const auto bad = [](Comparison comparison) {
    ThresholdRule rule = rule_of(1, 1);
    rule.comparison = comparison;
    return fired(rule, {9, 10, 11});
  };
  EXPECT_EQ(bad(Comparison::kAbove), (std::vector<bool>{0, 0, 1}));
  EXPECT_EQ(bad(Comparison::kAtLeast), (std::vector<bool>{0, 1, 1}));
  EXPECT_EQ(bad(Comparison::kBelow), (std::vector<bool>{1, 0, 0}));
  EXPECT_EQ(bad(Comparison::kAtMost), (std::vector<bool>{1, 1, 0}));
  EXPECT_EQ(bad(Comparison::kEqual), (std::vector<bool>{0, 1, 0}));
  EXPECT_EQ(bad(Comparison::kNotEqual), (std::vector<bool>{1, 0, 1}));
}

TEST(ThresholdTest, AValueOfAWindowThatIsOverIsNotHeard) {
  const ThresholdRule rule = minutes_rule(1, 1, MissingData::kMissing);
  Threshold threshold(rule);
  threshold.judge(minute(5), 1);
  threshold.judge(minute(6), 2);
  threshold.judge(minute(5.5), 1000);
  EXPECT_EQ(threshold.advance(minute(7)).value, 2);
}

TEST(ThresholdTest, CenturiesOfMissingDataCostLittle) {
  const ThresholdRule rule = minutes_rule(2, 3, MissingData::kBreaching);
  Threshold threshold(rule);
  threshold.judge(Timestamp::from_seconds(-9'000'000'000), 1);
  EXPECT_GE(threshold.advance(Timestamp::from_seconds(9'000'000'000)).judgement.score, 0.5);
}

TEST(ThresholdTest, WindowsBeforeTheSeriesBeganAreNotMissing) {
  const ThresholdRule rule = minutes_rule(2, 3, MissingData::kBreaching);
  Threshold threshold(rule);
  threshold.judge(minute(0), 1);
  EXPECT_LT(threshold.advance(minute(2)).judgement.score, 0.5);
  EXPECT_GE(threshold.advance(minute(3)).judgement.score, 0.5);
}

TEST(ThresholdTest, AsksForAllLabels) {
  SeriesInfo series;
  series.name = "cpu";
  series.labels = {{"cluster", "blue"}, {"pod", "a=b"}};
  const auto fits = [&](std::vector<std::string> labels) {
    ThresholdRule rule = rule_of(1, 1);
    rule.labels = std::move(labels);
    return matches(rule, series);
  };
  EXPECT_TRUE(fits({}));
  EXPECT_TRUE(fits({"cluster=blue", "pod=a=b"}));
  EXPECT_FALSE(fits({"cluster=blue", "pod=a"}));
  EXPECT_FALSE(fits({"cluster="}));
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
