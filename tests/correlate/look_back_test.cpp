#include "correlate/look_back.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "tests/correlate/scene.h"

namespace inkling::correlate {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(LookBackTest, FindsWhatMovedAndKeepsWhatDidNot) {
  History history;
  history.range = {at_minute(-120), at_minute(10)};
  history.series = {step_series("cart", "error_rate", 0.01, 0.4, 0),
                    step_series("web", "latency_p99", 200, 200, 0)};
  const Findings findings = judge_history(history);
  ASSERT_THAT(findings.signals, SizeIs(1));
  EXPECT_EQ(findings.signals[0].service, "cart");
  EXPECT_EQ(findings.signals[0].onset, at_minute(0));
  EXPECT_EQ(findings.signals[0].direction, Direction::kUp);
  ASSERT_THAT(findings.quiet, SizeIs(1));
  EXPECT_EQ(findings.quiet[0].service, "web");
  EXPECT_THAT(findings.services, ElementsAre("cart", "web"));
}

TEST(LookBackTest, NeedsNoWarmUp) {
  History history;
  history.range = {at_minute(-20), at_minute(5)};
  history.series = {step_series("cart", "error_rate", 0.01, 0.4, 0, -20, 5)};
  EXPECT_THAT(judge_history(history).signals, SizeIs(1));
}

TEST(LookBackTest, AMessageThatIsNewIsASignal) {
  History history;
  history.range = {at_minute(-120), at_minute(10)};
  history.series = {step_series("cart", "latency_p99", 200, 200, 0)};
  history.templates = {make_message("cart", "cannot open the ledger", 0, 20),
                       make_message("cart", "retrying", -118, 20, Level::kWarn),
                       make_message("cart", "started", 0, 20, Level::kInfo)};
  const Findings findings = judge_history(history);
  ASSERT_THAT(findings.signals, SizeIs(1));
  EXPECT_EQ(findings.signals[0].text, "cannot open the ledger");
}

TEST(LookBackTest, StatesTheDataUsed) {
  History history;
  history.range = {at_minute(-120), at_minute(10)};
  history.series = {step_series("cart", "error_rate", 0.01, 0.4, 0)};
  history.frames = 7;
  history.bytes = 2048;
  history.records = 130;
  history.truncated = true;
  const Findings findings = judge_history(history);
  ASSERT_THAT(findings.notes, SizeIs(1));
  EXPECT_THAT(findings.notes[0], HasSubstr("7 frames, 2KiB, 130 records; 1 of 1 series judged"));
  EXPECT_THAT(findings.notes[0], HasSubstr("cut short"));
}

TEST(LookBackTest, OrderOfTheSeriesDoesNotMatter) {
  History history;
  history.range = {at_minute(-120), at_minute(10)};
  history.series = {step_series("cart", "error_rate", 0.01, 0.4, 0),
                    step_series("web", "error_rate", 0.01, 0.4, 0),
                    step_series("api", "error_rate", 0.01, 0.4, 0)};
  const auto names = [](const Findings& findings) {
    std::vector<std::string> result;
    for (const Signal& signal : findings.signals) result.push_back(signal.service);
    return result;
  };
  const auto forwards = names(judge_history(history));
  std::reverse(history.series.begin(), history.series.end());
  EXPECT_EQ(names(judge_history(history)), forwards);
}

TEST(LookBackTest, AnEmptyHistoryIsNoFault) {
  const Findings findings = judge_history({});
  EXPECT_THAT(findings.signals, IsEmpty());
  EXPECT_FALSE(earliest_onset(findings.signals).is_set());
  EXPECT_THAT(onset_beliefs(findings.signals), IsEmpty());
}

TEST(OnsetBeliefsTest, AddUpToOneAndLeaveDemandOut) {
  std::vector<Signal> signals(3);
  for (std::size_t i = 0; i < signals.size(); ++i) {
    signals[i].deviation = 20;
    signals[i].onset = at_minute(static_cast<double>(i));
  }
  signals[0].role = SeriesRole::kDemand;
  const auto beliefs = onset_beliefs(signals);
  ASSERT_THAT(beliefs, SizeIs(2));
  EXPECT_EQ(beliefs[0].time, at_minute(1));
  EXPECT_NEAR(beliefs[0].p + beliefs[1].p, 1, 1e-12);
  EXPECT_GT(beliefs[0].p, beliefs[1].p);
}

}  // namespace
}  // namespace inkling::correlate
