#include "detect/series_memory.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "core/executor.h"
#include "detect/score_shards.h"

namespace inkling::detect {
namespace {

SeriesRef series_of(std::uint64_t id, LabelList labels, std::string service = "shop") {
  auto info = std::make_shared<SeriesInfo>();
  info->id = SeriesId{id};
  info->name = "cpu";
  info->service = std::move(service);
  info->labels = std::move(labels);
  return info;
}

SeriesPoint point_of(const SeriesRef& series, int minute, double value) {
  SeriesPoint point;
  point.series = series;
  point.begin = point.end = point.order = Timestamp::from_seconds(1'700'000'000 + 60 * minute);
  point.period = std::chrono::minutes(1);
  point.value = value;
  return point;
}

// A series that moves between 20 and 24.
std::vector<SeriesPoint> history_of(const SeriesRef& series, int minutes) {
  std::vector<SeriesPoint> points;
  for (int i = 0; i < minutes; ++i) points.push_back(point_of(series, i, 20 + i * 7919 % 5));
  return points;
}

TEST(SeriesMemoryTest, KnowsASeriesAgain) {
  SeriesMemory memory;
  const SeriesRef series = series_of(1, {});
  memory.take(history_of(series, 10));
  const SeriesMemory::Lesson lesson = memory.find(*series, 1000);
  EXPECT_EQ(lesson.source, SeriesMemory::Source::kItself);
  ASSERT_EQ(lesson.past->size(), 10u);
  EXPECT_EQ(lesson.past->back().value, 20 + 9 * 7919 % 5);
}

TEST(SeriesMemoryTest, ANewInstanceLearnsFromThePeerKnownLongest) {
  SeriesMemory memory;
  memory.take(history_of(series_of(1, {{"pod", "a"}, {"code", "200"}}), 40));
  memory.take(history_of(series_of(2, {{"pod", "b"}, {"code", "200"}}), 60));
  const auto lesson = [&](LabelList labels, double value, std::string service = "shop") {
    return memory.find(*series_of(3, std::move(labels), std::move(service)), value);
  };
  EXPECT_EQ(lesson({{"pod", "c"}, {"code", "200"}}, 21).source, SeriesMemory::Source::kPeer);
  EXPECT_EQ(lesson({{"pod", "c"}, {"code", "200"}}, 21).past->size(), 60u);
  // What is measured differs, another service, a first value that is a stranger there.
  EXPECT_EQ(lesson({{"pod", "c"}, {"code", "500"}}, 21).source, SeriesMemory::Source::kNothing);
  EXPECT_EQ(lesson({{"pod", "c"}, {"code", "200"}}, 21, "pay").source,
            SeriesMemory::Source::kNothing);
  EXPECT_EQ(lesson({{"pod", "c"}, {"code", "200"}}, 200).source, SeriesMemory::Source::kNothing);
}

TEST(SeriesMemoryTest, WhatIsNoValueIsLeftOut) {
  SeriesMemory memory;
  const SeriesRef series = series_of(1, {});
  std::vector<SeriesPoint> points(4, point_of(series, 0, 1));
  points[0].tick = true;
  points[1].silence = true;
  points[2].value = kAbsent;
  memory.take(points);
  EXPECT_EQ(memory.points(), 1u);
}

TEST(SeriesMemoryTest, IsBounded) {
  SeriesMemory memory({.points_per_series = 50, .points = 100});
  for (std::uint64_t id = 1; id <= 10; ++id) memory.take(history_of(series_of(id, {}), 200));
  EXPECT_LE(memory.points(), 100u);
  EXPECT_EQ(memory.series(), 10u);
  EXPECT_EQ(memory.find(*series_of(10, {}), 0).past->back().begin, point_of(nullptr, 199, 0).begin);
}

TEST(SeriesMemoryTest, ComesBackFromItsBytes) {
  SeriesMemory memory;
  memory.take(history_of(series_of(1, {{"pod", "a"}}), 40));
  memory.take(history_of(series_of(7, {}, "pay"), 3));
  const std::string bytes = memory.save();
  const auto again = SeriesMemory::load(bytes, "x");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->save(), bytes);
  EXPECT_EQ(again->find(*series_of(9, {{"pod", "b"}}), 21).source, SeriesMemory::Source::kPeer);
}

TEST(SeriesMemoryTest, RefusesDamagedBytes) {
  SeriesMemory memory;
  memory.take(history_of(series_of(1, {{"pod", "a"}}), 5));
  const std::string bytes = memory.save();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    ASSERT_FALSE(SeriesMemory::load(bytes.substr(0, size), "x")) << size;
  }
  std::string damaged = bytes;
  damaged[40] = static_cast<char>(damaged[40] ^ 1);
  EXPECT_EQ(SeriesMemory::load(damaged, "x").error().message,
            "x: section SERS: damaged: its check sum differs");
}

// Verdict of the first point of a new series.
Verdict first_verdict(const SeriesMemory* memory, const SeriesRef& series, double value) {
  const DetectOptions options;
  InlineExecutor executor;
  ScoreShards shards(options, executor, memory);
  std::vector<SeriesPoint> points = {point_of(series, 500, value)};
  std::vector<Verdict> verdicts;
  std::vector<AnomalyUpdate> updates;
  shards.judge(points, true, verdicts, updates);
  EXPECT_EQ(updates.size(), verdicts.at(0).anomalous ? 1u : 0u);
  return verdicts.at(0);
}

TEST(ScoreShardsTest, ASeriesWithAPastIsMatureAtOnce) {
  SeriesMemory memory;
  const SeriesRef series = series_of(1, {});
  memory.take(history_of(series, 400));
  EXPECT_EQ(first_verdict(nullptr, series, 80).gate, Gate::kWarmUp);
  EXPECT_TRUE(first_verdict(&memory, series, 80).anomalous);
  const Verdict usual = first_verdict(&memory, series, 22);
  EXPECT_FALSE(usual.anomalous);
  EXPECT_NEAR(usual.confidence, 401.0 / 501, 1e-6);
}

TEST(ScoreShardsTest, APeersPastCountsForHalfTheConfidence) {
  SeriesMemory memory;
  memory.take(history_of(series_of(1, {{"pod", "a"}}), 400));
  const Verdict verdict = first_verdict(&memory, series_of(2, {{"pod", "b"}}), 22);
  EXPECT_NE(verdict.gate, Gate::kWarmUp);
  EXPECT_NEAR(verdict.confidence, 0.5, 0.01);
}

}  // namespace
}  // namespace inkling::detect
