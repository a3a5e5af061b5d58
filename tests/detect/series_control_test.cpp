#include "detect/series_control.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "detect/series_scorer.h"
#include "tests/support/batch_builder.h"

namespace inkling::detect {
namespace {

SeriesInfo series_named(std::string name, std::string service = "shop") {
  SeriesInfo info;
  info.name = std::move(name);
  info.service = std::move(service);
  info.labels = {{"pod", "web-7"}};
  return info;
}

// An alarm (score 0.75) of a detector that expected 8..12.
PointJudgement alarm() {
  PointJudgement judgement;
  judgement.kind = VerdictKind::kBand;
  judgement.low = 8;
  judgement.high = 12;
  judgement.raw = 22.5;  // on a line of 7.5
  judgement.score = 0.75;
  judgement.gate = Gate::kPassed;
  return judgement;
}

TEST(GlobTest, ComparesTheWholeText) {
  const auto matches = [](std::string_view glob) { return matches_glob(glob, "cpu.user.avg"); };
  for (const char* glob :
       {"cpu.user.avg", "cpu*", "*avg", "*user*", "cpu.*.avg", "*", "c?u*g", "**", "*u*r*g"}) {
    EXPECT_TRUE(matches(glob)) << glob;
  }
  for (const char* glob : {"", "cpu", "cpu.user.avg?", "user*", "*us", "c*x*g", "?"}) {
    EXPECT_FALSE(matches(glob)) << glob;
  }
}

TEST(DataRangeTest, ReadsOneOrBothEnds) {
  const auto read = [](std::string_view text) {
    const auto range = parse_range(text);
    return range ? std::vector<double>{range->low, range->high} : std::vector<double>{};
  };
  EXPECT_EQ(read("0..100"), (std::vector<double>{0, 100}));
  EXPECT_EQ(read("-1.5..1e3"), (std::vector<double>{-1.5, 1000}));
  EXPECT_EQ(read("0.."), (std::vector<double>{0, INFINITY}));
  EXPECT_EQ(read("..1"), (std::vector<double>{-INFINITY, 1}));
  for (const char* text : {"", "..", "0", "1..1", "2..1", "a..b", "0..1 ", "nan..1", "0..inf"}) {
    EXPECT_TRUE(read(text).empty()) << text;
  }
}

TEST(ControlTableTest, TheFirstRuleThatMatchesCounts) {
  DetectOptions options;
  options.sensitivity = Sensitivity::kEager;
  options.series.resize(4);
  options.series[0] = {.match = "cpu*", .service = "pay", .threshold = 1};
  options.series[1] = {.match = "cpu*", .sensitivity = Sensitivity::kQuiet, .threshold = 2};
  options.series[2] = {.match = "shop/mem*{pod=\"web-?\"}", .threshold = 3};
  options.series[3] = {.match = "/pod=.web-[0-9]/", .threshold = 4};
  const auto table = ControlTable::create(options);
  ASSERT_TRUE(table);
  const auto line = [&](const SeriesInfo& series) { return table->resolve(series).alarm_line; };
  EXPECT_EQ(line(series_named("cpu.user", "pay")), 1);
  EXPECT_EQ(line(series_named("cpu.user")), 2);
  EXPECT_EQ(line(series_named("memory")), 3);
  EXPECT_EQ(line(series_named("disk")), 4);
  EXPECT_EQ(line(SeriesInfo{}), 0);
  EXPECT_EQ(table->resolve(series_named("cpu")).sensitivity, Sensitivity::kQuiet);
  EXPECT_EQ(table->resolve(series_named("disk")).sensitivity, Sensitivity::kEager);
  EXPECT_EQ(table->resolve(SeriesInfo{}).sensitivity, Sensitivity::kEager);
}

TEST(ControlTableTest, RefusesWhatIsNoPatternOrRange) {
  DetectOptions options;
  options.series = {{.match = "/(/"}};
  EXPECT_EQ(ControlTable::create(options).error().message,
            "detect.series: /(/ is not a pattern of RE2: missing ): (");
  options.series = {{.match = "x", .range = "1..0"}};
  EXPECT_EQ(ControlTable::create(options).error().message,
            "detect.series: expected a range such as 0..100 or 0..: 1..0");
}

TEST(ApplyControlTest, WithoutRulesNothingChanges) {
  const PointJudgement judged = apply_control(SeriesControl::none(), alarm(), 20);
  EXPECT_EQ(judged.score, 0.75);
  EXPECT_EQ(judged.gate, Gate::kPassed);
  EXPECT_EQ(judged.high, 12);
}

TEST(ApplyControlTest, WordsMoveTheAlarmLine) {
  const auto judge = [](Sensitivity word, double raw) {
    SeriesControl control;
    control.sensitivity = word;
    PointJudgement judgement = alarm();
    judgement.raw = raw;
    judgement.score = normalize_score(raw, 7.5);
    judgement.gate = judgement.score >= 0.5 ? Gate::kPassed : Gate::kNormal;
    return apply_control(control, judgement, 20);
  };
  // The lines are at 9, 7.5 and 6.
  EXPECT_EQ(judge(Sensitivity::kQuiet, 8.9).gate, Gate::kSensitivity);
  EXPECT_NEAR(judge(Sensitivity::kQuiet, 9).score, 0.5, 1e-12);
  EXPECT_EQ(judge(Sensitivity::kNormal, 7.4).gate, Gate::kNormal);
  EXPECT_EQ(judge(Sensitivity::kNormal, 7.5).gate, Gate::kPassed);
  EXPECT_EQ(judge(Sensitivity::kEager, 5.9).gate, Gate::kNormal);
  EXPECT_EQ(judge(Sensitivity::kEager, 6.01).gate, Gate::kPassed);
}

TEST(ApplyControlTest, AThresholdReplacesTheWord) {
  SeriesControl control;
  control.sensitivity = Sensitivity::kQuiet;
  control.alarm_line = 22.5;
  EXPECT_EQ(apply_control(control, alarm(), 20).score, 0.5);
}

TEST(ApplyControlTest, TheOtherSideIsHeldBack) {
  SeriesControl control;
  control.side = WatchedSide::kUp;
  EXPECT_EQ(apply_control(control, alarm(), 20).gate, Gate::kPassed);
  const PointJudgement down = apply_control(control, alarm(), 2);
  EXPECT_EQ(down.gate, Gate::kDirection);
  EXPECT_EQ(down.score, 0);
  control.side = WatchedSide::kDown;
  EXPECT_EQ(apply_control(control, alarm(), 20).gate, Gate::kDirection);
  EXPECT_EQ(apply_control(control, alarm(), 2).gate, Gate::kPassed);
}

TEST(ApplyControlTest, DeviationsBelowEitherLeastAreHeldBack) {
  const auto gate = [](double absolute, double relative, double value) {
    SeriesControl control;
    control.min_absolute = absolute;
    control.min_relative = relative;
    return apply_control(control, alarm(), value).gate;
  };
  EXPECT_EQ(gate(5, 0, 14), Gate::kSmall);  // expected: 10
  EXPECT_EQ(gate(5, 0, 15), Gate::kPassed);
  EXPECT_EQ(gate(5, 0, 5.1), Gate::kSmall);
  EXPECT_EQ(gate(0, 0.5, 14), Gate::kSmall);
  EXPECT_EQ(gate(0, 0.5, 15), Gate::kPassed);
  EXPECT_EQ(gate(1, 0.5, 14), Gate::kSmall);
  EXPECT_EQ(gate(5, 0.1, 14), Gate::kSmall);
}

TEST(ApplyControlTest, WhatTheDetectorExpectedCountsBeforeTheMiddle) {
  SeriesControl control;
  control.min_absolute = 5;
  PointJudgement judgement = alarm();
  judgement.expected = 12;
  EXPECT_EQ(apply_control(control, judgement, 16).gate, Gate::kSmall);
}

TEST(ApplyControlTest, WhatWasHeldBackBeforeStaysSo) {
  PointJudgement held = alarm();
  held.score = 0;
  held.gate = Gate::kRecentlySaid;
  SeriesControl control;
  control.alarm_line = 1;
  EXPECT_EQ(apply_control(control, held, 20).gate, Gate::kRecentlySaid);
}

TEST(ApplyControlTest, TheBandStaysWithinTheRange) {
  SeriesControl control;
  control.range_low = 9;
  control.range_high = 11;
  const PointJudgement judged = apply_control(control, alarm(), 10);
  EXPECT_EQ(judged.low, 9);
  EXPECT_EQ(judged.high, 11);
}

TEST(SeriesScorerTest, ValuesOutsideTheRangeAreToldFromTheFirstAndNotLearnedFrom) {
  auto info = std::make_shared<SeriesInfo>();
  info->name = "cpu";
  DetectOptions options;
  SeriesControl control;
  control.range_low = 0;
  control.range_high = 100;
  SeriesScorer scorer(*info, options, control);
  RecentValues recent(1000);
  std::vector<AnomalyUpdate> updates;
  const auto judge = [&](int minute, double value) {
    SeriesPoint point;
    point.series = info;
    point.begin = point.end = point.order = test::new_year(60.0 * minute);
    point.value = value;
    point.period = std::chrono::minutes(1);
    return scorer.judge(point, options, recent, updates);
  };
  const Verdict first = judge(0, 101);
  EXPECT_EQ(first.kind, VerdictKind::kRange);
  EXPECT_TRUE(first.anomalous);
  ASSERT_EQ(updates.size(), 1u);
  EXPECT_EQ(updates[0].anomaly.direction, Direction::kUp);
  Verdict last;
  for (int i = 1; i < 50; ++i) last = judge(i, 50);
  EXPECT_EQ(last.gate, Gate::kWarmUp);
  EXPECT_EQ(last.high, 50);  // the band knows nothing of the 101
}

}  // namespace
}  // namespace inkling::detect
