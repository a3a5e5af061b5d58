#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/metrics.h"

namespace inkling::app {

// The stages of a run behind the journal, in their order.
enum class Stage : std::uint8_t { kDecode, kDigest, kMerge, kCorrelate, kDeliver };
inline constexpr std::size_t kStageCount = 5;
std::string_view stage_name(Stage stage);

// Knows what each stage is busy with, and names the one that holds the rest up. Entering and
// leaving is thread-safe and costs two atomic writes a batch; check() has one caller.
class StageWatch {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // A stage that has been at the same piece of work for longer than `patience` holds the rest up.
  StageWatch(std::chrono::nanoseconds patience, MetricsRegistry& metrics);

  // While it lives its stage is at work. Stages may nest: the innermost is the one at work.
  class Work {
   public:
    // `watch` may be null.
    Work(StageWatch* watch, Stage stage);
    ~Work();
    Work(const Work&) = delete;
    Work& operator=(const Work&) = delete;

   private:
    StageWatch* const watch_;
    const Stage stage_;
  };

  // The stage that holds the rest up, if one does, and since when. Says so once in the log and in
  // the gauges, and once when it is over.
  struct Stall {
    Stage stage;
    std::chrono::nanoseconds since;
  };
  std::optional<Stall> check(Time now);

 private:
  struct State {
    // How many threads are in it, and when the last of them came or went: with nobody coming or
    // going and somebody in it, it stands. Relaxed: a check that is late by a moment is as good.
    std::atomic<std::int32_t> inside = 0;
    std::atomic<std::int64_t> moved_ns = 0;
  };

  const std::chrono::nanoseconds patience_;
  std::array<State, kStageCount> stages_;
  std::array<MetricsRegistry::Gauge*, kStageCount> stalled_{};
  MetricsRegistry::Counter& stalls_;
  std::optional<Stage> told_;
};

}  // namespace inkling::app
