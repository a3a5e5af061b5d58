// Numeric series through their detectors: the band detector alone, in cache and out of it, and the
// close of a window of many series through the scorers. Counters: bytes_per_series of detector
// state (heap included), MB for a million.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <cmath>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "core/executor.h"
#include "core/series.h"
#include "detect/band_detector.h"
#include "detect/options.h"
#include "detect/score_shards.h"

namespace inkling::detect {
namespace {

constexpr std::uint32_t kSeed = 1;
constexpr Duration kPeriod = std::chrono::minutes(1);
constexpr int kWarmPoints = 40;  // before timing: tables exist

std::size_t heap_bytes() { return mallinfo2().uordblks + mallinfo2().hblkhd; }

// Values of a noisy series, the same for all; ready-made so that their making is not timed.
std::vector<double> make_values() {
  std::mt19937 random(kSeed);
  std::normal_distribution<double> noise;
  std::vector<double> values(1 << 14);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = 100 + 20 * std::sin(static_cast<double>(i) * 0.01) + 5 * noise(random);
  }
  return values;
}

void band_points(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const std::vector<double> values = make_values();
  const std::size_t before = heap_bytes();
  std::vector<BandDetector> bands;
  bands.reserve(count);
  for (std::size_t i = 0; i < count; ++i) bands.emplace_back(BandOptions{});
  std::int64_t minute = 0;
  const auto round = [&] {
    const Timestamp time = Timestamp::from_seconds(60 * minute);
    double score = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const double value = values[(static_cast<std::size_t>(minute) * 31 + i) % values.size()];
      score += bands[i].judge(time, value, kPeriod).score;
    }
    ++minute;
    return score;
  };
  for (int i = 0; i < kWarmPoints; ++i) benchmark::DoNotOptimize(round());
  state.counters["bytes_per_series"] =
      static_cast<double>(heap_bytes() - before) / static_cast<double>(count);
  for (auto _ : state) benchmark::DoNotOptimize(round());
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(count));
  // A detector that has gone wrong is fast, too.
  BandDetector& band = bands[0];
  for (int i = 0; i < 400; ++i) {
    band.judge(Timestamp::from_seconds(60 * minute++), 100 + i % 7, kPeriod);
  }
  if (band.judge(Timestamp::from_seconds(60 * minute), 1e6, kPeriod).score < 0.5) {
    state.SkipWithError("a value far out was not found");
  }
}
BENCHMARK(band_points)->Arg(20'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

class TwoThreads final : public Executor {
 public:
  void parallel_for(std::size_t count, const std::function<void(std::size_t)>& work) override {
    std::jthread other([&] {
      for (std::size_t i = 1; i < count; i += 2) work(i);
    });
    for (std::size_t i = 0; i < count; i += 2) work(i);
  }
};

std::vector<SeriesRef> make_series(std::size_t count) {
  std::vector<SeriesRef> series;
  series.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    auto info = std::make_shared<SeriesInfo>();
    info->name = "cpu";
    info->service = "shop";
    info->labels = {{"pod", std::to_string(i)}};
    info->id = make_series_id(info->kind, info->name, info->service, {}, {}, info->labels);
    series.push_back(std::move(info));
  }
  return series;
}

// One window of all series, from points to verdicts, on two threads.
void window_close(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const std::vector<double> values = make_values();
  const std::vector<SeriesRef> series = make_series(count);
  const DetectOptions options;
  TwoThreads executor;
  const std::size_t before = heap_bytes();
  ScoreShards shards(options, executor);
  std::int64_t minute = 0;
  std::vector<SeriesPoint> points;
  std::vector<Verdict> verdicts;
  std::vector<AnomalyUpdate> updates;
  const auto fill = [&] {
    points.clear();
    verdicts.clear();
    updates.clear();
    for (std::size_t i = 0; i < count; ++i) {
      SeriesPoint point;
      point.series = series[i];
      point.begin = point.end = point.order = Timestamp::from_seconds(60 * minute);
      point.value = values[(static_cast<std::size_t>(minute) * 31 + i) % values.size()];
      point.period = kPeriod;
      points.push_back(std::move(point));
    }
    ++minute;
  };
  for (int i = 0; i < kWarmPoints; ++i) {
    fill();
    shards.judge(points, false, verdicts, updates);
  }
  points = {};
  state.counters["bytes_per_series"] =
      static_cast<double>(heap_bytes() - before) / static_cast<double>(count);
  for (auto _ : state) {
    state.PauseTiming();
    fill();
    state.ResumeTiming();
    shards.judge(points, false, verdicts, updates);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(count));
  if (shards.series() != count) state.SkipWithError("series are missing");
}
BENCHMARK(window_close)->Arg(100'000)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace inkling::detect

BENCHMARK_MAIN();
