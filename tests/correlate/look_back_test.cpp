#include "correlate/look_back.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <string>

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

TEST(LookBackTest, ARepeatedMessageUnderANewVersionIsNoNews) {
  History history;
  history.range = {at_minute(-120), at_minute(10)};
  history.series = {step_series("cart", "latency_p99", 200, 200, 0)};
  TemplateHistory old_version = make_message("cart", "stock is low", -120, 600, Level::kWarn);
  TemplateHistory new_version = make_message("cart", "stock is low", -18, 100, Level::kWarn);
  old_version.version = "1.0";
  new_version.version = "1.1";
  history.templates = {old_version, new_version};
  EXPECT_THAT(judge_history(history).signals, IsEmpty());
}

TEST(LookBackTest, AMessageThatBecomesFrequentBeginsThere) {
  History history;
  history.range = {at_minute(-120), at_minute(10)};
  history.series = {step_series("cart", "latency_p99", 200, 200, 0)};
  TemplateHistory message = make_message("cart", "write refused", 0, 40);
  message.first = at_minute(-100);  // one record long before
  message.slots.insert(message.slots.begin(), {slot_of(at_minute(-100)), 1});
  message.count = 41;
  history.templates = {message};
  const Findings findings = judge_history(history);
  ASSERT_THAT(findings.signals, SizeIs(1));
  EXPECT_EQ(findings.signals[0].onset, slot_begin(slot_of(at_minute(0))));
  EXPECT_EQ(findings.signals[0].before, 1);
}

TEST(LookBackTest, OneOfManyRareMessagesIsLateByChance) {
  History history;
  history.range = {at_minute(-120), at_minute(10)};
  history.series = {step_series("cart", "latency_p99", 200, 200, 0)};
  // Five episodes, all in the last half: e^-3.5 alone, and nothing among sixty like it.
  for (int i = 0; i < 60; ++i) {
    history.templates.push_back(
        make_message("cart", "odd thing " + std::to_string(i), -55 + i % 3, 5));
  }
  EXPECT_THAT(judge_history(history).signals, IsEmpty());
}

TEST(LookBackTest, WholeNumbersHaveAGrain) {
  const auto pool = [](double after) {
    SeriesHistory series = step_series("cart", "pool_in_use", 6, 6, 0);
    for (auto& [time, value] : series.points) value = time < at_minute(0) ? 6 : after;
    History history;
    history.range = {at_minute(-120), at_minute(10)};
    history.series = {series};
    return judge_history(history).signals.size();
  };
  EXPECT_EQ(pool(7), 0u);
  EXPECT_EQ(pool(12), 1u);
}

TEST(LookBackTest, AWeakChangeLongBeforeIsNotTheOnset) {
  const auto signal = [](double minute, double deviation) {
    Signal made;
    made.onset = at_minute(minute);
    made.deviation = deviation;
    return made;
  };
  EXPECT_EQ(earliest_onset({signal(-60, 8), signal(0, 40), signal(1, 38)}), at_minute(0));
  EXPECT_EQ(earliest_onset({signal(-3, 20), signal(0, 40)}), at_minute(-3));
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
