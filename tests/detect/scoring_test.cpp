// One series' way through its detectors: scorer, run, shards.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "detect/anomaly_run.h"
#include "detect/score_shards.h"
#include "detect/series_scorer.h"
#include "tests/support/batch_builder.h"

namespace inkling::detect {
namespace {

using test::new_year;
using testing::ElementsAre;
using Step = AnomalyUpdate::Step;

SeriesRef series_of(SeriesKind kind, std::string name, std::uint64_t id = 1) {
  auto info = std::make_shared<SeriesInfo>();
  info->kind = kind;
  info->name = std::move(name);
  info->service = "shop";
  info->id = SeriesId{id};
  return info;
}
SeriesPoint window_of(const SeriesRef& series, int index, double value) {
  SeriesPoint point;
  point.series = series;
  point.begin = new_year(10.0 * index);
  point.end = point.order = new_year(10.0 * (index + 1));
  point.value = value;
  point.period = std::chrono::seconds(10);
  return point;
}

// A run fed with windows of value 1 in a band 0..2 ('.'), anomalous 5 ('!'), 3 outside the band but
// not anomalous ('^').
class RunTest : public testing::Test {
 protected:
  std::string feed(const std::string& windows) {
    std::string told;
    for (const char c : windows) {
      const double value = c == '!' ? 5 : c == '^' ? 3 : 1;
      const SeriesPoint point = window_of(series_, index_, value);
      Verdict verdict;
      verdict.series = series_;
      verdict.begin = point.begin;
      verdict.end = point.end;
      verdict.value = value;
      verdict.low = 0;
      verdict.high = 2;
      verdict.kind = VerdictKind::kBand;
      verdict.anomalous = c == '!';
      verdict.score = c == '!' ? 0.6 : 0.1;
      updates_.clear();
      run_.take(verdict, point, [&] { return past_; }, updates_);
      past_.push_back({point.begin, value, 0, 2});
      ++index_;
      if (updates_.empty()) {
        told += '-';
      } else {
        last_ = updates_[0].anomaly;
        told += "OCX"[static_cast<int>(updates_[0].step)];
      }
    }
    return told;
  }
  SeriesRef series_ = series_of(SeriesKind::kMetric, "cpu");
  AnomalyRun run_{3};
  std::vector<BandPoint> past_;
  std::vector<AnomalyUpdate> updates_;
  Anomaly last_;
  int index_ = 0;
};

TEST_F(RunTest, OpensGoesOnAndCloses) {
  EXPECT_EQ(feed("..!!.!..."), "--OC-C--X");
  EXPECT_EQ(last_.onset, new_year(20));
  EXPECT_EQ(last_.last, new_year(60));
  EXPECT_FALSE(last_.open);
  EXPECT_EQ(last_.direction, Direction::kUp);
  EXPECT_EQ(last_.peak, 5);
  EXPECT_EQ(last_.history.size(), 9u);
  EXPECT_EQ(feed("....!"), "----O");  // another one
  EXPECT_EQ(last_.onset, new_year(130));
}

TEST_F(RunTest, GoesOnOutsideTheBandOfItsOnset) { EXPECT_EQ(feed("^!^^^..."), "-OCCC--X"); }

TEST_F(RunTest, ALongShiftIsTheNewNormal) {
  const std::string told = feed("!" + std::string(400, '^'));
  EXPECT_EQ(told.find('X'), 361u);  // the 360th window is the first of three quiet ones
}

TEST(SeriesScorerTest, ValuesThatAreNoNumbersAreNotJudged) {
  DetectOptions options;
  const auto series = series_of(SeriesKind::kMetric, "cpu");
  SeriesScorer scorer(*series, options);
  RecentValues recent(1000);
  std::vector<AnomalyUpdate> updates;
  std::mt19937 random(1);
  int index = 0;
  for (; index < 300; ++index) {
    const double value = 100 + static_cast<double>(random() % 10);
    scorer.judge(window_of(series, index, value), options, recent, updates);
  }
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const double odd : {kAbsent, kInfinity, -kInfinity}) {
    EXPECT_EQ(scorer.judge(window_of(series, index++, odd), options, recent, updates).gate,
              Gate::kNoValue);
  }
  EXPECT_TRUE(updates.empty());
  // It still knows its band.
  EXPECT_EQ(scorer.judge(window_of(series, index++, 104), options, recent, updates).gate,
            Gate::kNormal);
  EXPECT_EQ(scorer.judge(window_of(series, index++, 1e4), options, recent, updates).gate,
            Gate::kPassed);
}

TEST(SeriesScorerTest, SurvivesTheLargestNumbers) {
  for (const int step_s : {10, 300}) {
    DetectOptions options;
    const auto series = series_of(SeriesKind::kMetric, "cpu");
    SeriesScorer scorer(*series, options);
    RecentValues recent(1000);
    std::vector<AnomalyUpdate> updates;
    std::mt19937 random(1);
    const auto judge = [&](int index, double value) {
      SeriesPoint point = window_of(series, index, value);
      point.period = std::chrono::seconds(step_s);
      return scorer.judge(point, options, recent, updates);
    };
    for (int i = 0; i < 50; ++i) judge(i, i % 2 ? 1.7e308 : -1.7e308);
    for (int i = 50; i < 400; ++i) {
      const Verdict verdict = judge(i, 100 + static_cast<double>(random() % 10));
      ASSERT_TRUE(std::isfinite(verdict.score)) << i;
      ASSERT_TRUE(std::isfinite(verdict.high)) << i;
    }
  }
}

TEST(SeriesScorerTest, TheBandOfAThresholdIsItsLimit) {
  DetectOptions options;
  options.thresholds.emplace_back();
  options.thresholds[0].series = "log.rate";
  options.thresholds[0].limit = 5;
  options.thresholds[0].windows = options.thresholds[0].out_of = 1;
  const auto series = series_of(SeriesKind::kLogRate, "log.rate");
  SeriesScorer scorer(*series, options);
  RecentValues recent(1000);
  std::vector<AnomalyUpdate> updates;
  SeriesPoint point = window_of(series, 0, 6);  // per second, of 60 records in 10 s
  point.events = 60;
  const Verdict verdict = scorer.judge(point, options, recent, updates);
  EXPECT_EQ(verdict.kind, VerdictKind::kThreshold);
  EXPECT_EQ(verdict.high, 5);
  EXPECT_EQ(updates.size(), 1u);
}

TEST(SeriesScorerTest, TellsTheCountBandInTheUnitOfTheValue) {
  DetectOptions options;
  const auto series = series_of(SeriesKind::kLogRate, "log.rate");
  SeriesScorer scorer(*series, options);
  RecentValues recent(1000);
  std::vector<AnomalyUpdate> updates;
  Verdict verdict;
  for (int i = 0; i < 100; ++i) {
    SeriesPoint point = window_of(series, i, 10);
    point.events = 100;
    verdict = scorer.judge(point, options, recent, updates);
  }
  EXPECT_GT(verdict.high, 10);
  EXPECT_LT(verdict.high, 20);
  EXPECT_LT(verdict.low, 10);
}

TEST(SeriesScorerTest, SilenceAndNewTemplatesAreVerdictsOfTheirOwn) {
  DetectOptions options;
  const auto series = series_of(SeriesKind::kTemplateCount, "log.template_count");
  SeriesScorer scorer(*series, options);
  RecentValues recent(1000);
  std::vector<AnomalyUpdate> updates;
  SeriesPoint point = window_of(series, 0, 3);
  point.is_new = true;
  point.hits = 1;
  point.exemplar = "disk lost";
  EXPECT_EQ(scorer.judge(point, options, recent, updates).kind, VerdictKind::kNewTemplate);
  ASSERT_EQ(updates.size(), 1u);
  EXPECT_EQ(updates[0].anomaly.exemplar, "disk lost");
  point = window_of(series, 40, kAbsent);
  point.silence = true;
  SeriesScorer other(*series, options);
  EXPECT_EQ(other.judge(point, options, recent, updates).kind, VerdictKind::kSilence);
  EXPECT_EQ(updates.back().anomaly.direction, Direction::kDown);
}

// The count of a new template comes before the news of it.
TEST(SeriesScorerTest, ANewTemplateBringsItsMessageToARunThatIsOpen) {
  DetectOptions options;
  const auto series = series_of(SeriesKind::kTemplateCount, "log.template_count");
  SeriesScorer scorer(*series, options);
  RecentValues recent(1000);
  std::vector<AnomalyUpdate> updates;
  SeriesPoint count = window_of(series, 0, 50);
  count.events = 50;
  count.mature = true;
  scorer.judge(count, options, recent, updates);
  SeriesPoint news = window_of(series, 0, 50);
  news.is_new = true;
  news.exemplar = "disk lost";
  scorer.judge(news, options, recent, updates);
  ASSERT_EQ(updates.size(), 2u);
  EXPECT_EQ(updates[1].anomaly.exemplar, "disk lost");
}

// Threads of its own, work in any order.
class ThreadExecutor final : public Executor {
 public:
  void parallel_for(std::size_t count, const std::function<void(std::size_t)>& work) override {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < count; ++i) threads.emplace_back([&work, i] { work(i); });
  }
};

std::vector<std::string> judged_by(Executor& executor) {
  DetectOptions options;
  options.count.warm_up = 5;
  ScoreShards shards(options, executor);
  std::mt19937 random(6);
  std::vector<std::string> told;
  std::vector<SeriesRef> series;
  const std::array kinds = {SeriesKind::kMetric, SeriesKind::kLogRate, SeriesKind::kErrorRatio};
  for (std::uint64_t id = 0; id < 60; ++id) {
    series.push_back(series_of(kinds[id % 3], "s" + std::to_string(id), id * 7919));
  }
  for (int round = 0; round < 30; ++round) {
    std::vector<SeriesPoint> points;
    for (int i = 0; i < 12; ++i) {
      for (const SeriesRef& s : series) {
        const bool odd = round > 20 && s->id.value % 5 == 0;
        const auto events = 20 + random() % 10 + (odd ? 500 : 0);
        SeriesPoint point = window_of(s, round * 12 + i, static_cast<double>(events));
        point.events = events;
        point.hits = odd ? events / 2 : 0;
        points.push_back(std::move(point));
      }
    }
    std::vector<Verdict> verdicts;
    std::vector<AnomalyUpdate> updates;
    shards.judge(points, true, verdicts, updates);
    for (const Verdict& v : verdicts) {
      told.push_back(std::to_string(v.end.ns) + v.series->name + std::to_string(v.score));
    }
    for (const AnomalyUpdate& u : updates) {
      told.push_back(std::to_string(u.time.ns) + u.anomaly.series->name +
                     std::to_string(static_cast<int>(u.step)));
    }
    EXPECT_TRUE(std::is_sorted(updates.begin(), updates.end(),
                               [](const auto& a, const auto& b) { return a.time < b.time; }));
  }
  EXPECT_EQ(shards.series(), 60u);
  return told;
}

TEST(ScoreShardsTest, ThreadsChangeNothing) {
  InlineExecutor here;
  ThreadExecutor there;
  TbbExecutor pool;
  const auto expected = judged_by(here);
  EXPECT_GT(expected.size(), 60u * 12 * 30);  // verdicts, and updates as well
  EXPECT_EQ(judged_by(there), expected);
  EXPECT_EQ(judged_by(pool), expected);
}

}  // namespace
}  // namespace inkling::detect
