#include "app/stage_watch.h"

#include <fmt/format.h>

#include "core/log.h"

namespace inkling::app {
namespace {

std::int64_t ns_of(StageWatch::Time time) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

}  // namespace

std::string_view stage_name(Stage stage) {
  constexpr std::string_view kNames[] = {"decode", "digest", "merge", "correlate", "deliver"};
  return kNames[static_cast<std::size_t>(stage)];
}

StageWatch::StageWatch(std::chrono::nanoseconds patience, MetricsRegistry& metrics)
    : patience_(patience),
      stalls_(
          metrics.counter("inkling_app_stalls_total", "Times a stage held the rest up for long")) {
  for (std::size_t i = 0; i < kStageCount; ++i) {
    stalled_[i] = &metrics.gauge("inkling_app_stalled_seconds",
                                 "How long a stage has been at one piece of work, if for long",
                                 {{"stage", std::string(stage_name(static_cast<Stage>(i)))}});
  }
}

StageWatch::Work::Work(StageWatch* watch, Stage stage) : watch_(watch), stage_(stage) {
  if (watch_ == nullptr) return;
  State& state = watch_->stages_[static_cast<std::size_t>(stage)];
  state.moved_ns.store(ns_of(std::chrono::steady_clock::now()), std::memory_order_relaxed);
  state.inside.fetch_add(1, std::memory_order_relaxed);
}

StageWatch::Work::~Work() {
  if (watch_ == nullptr) return;
  State& state = watch_->stages_[static_cast<std::size_t>(stage_)];
  state.inside.fetch_sub(1, std::memory_order_relaxed);
  state.moved_ns.store(ns_of(std::chrono::steady_clock::now()), std::memory_order_relaxed);
}

std::optional<StageWatch::Stall> StageWatch::check(Time now) {
  // The last of them that stands: a stage waits inside of those around it.
  std::optional<Stall> found;
  for (std::size_t i = 0; i < kStageCount; ++i) {
    stalled_[i]->set(0);
    const std::int64_t since = ns_of(now) - stages_[i].moved_ns.load(std::memory_order_relaxed);
    if (stages_[i].inside.load(std::memory_order_relaxed) <= 0) continue;
    if (std::chrono::nanoseconds(since) <= patience_) continue;
    found = Stall{static_cast<Stage>(i), std::chrono::nanoseconds(since)};
  }
  if (found) {
    const std::chrono::duration<double> seconds = found->since;
    stalled_[static_cast<std::size_t>(found->stage)]->set(seconds.count());
    if (told_ != found->stage) {
      stalls_.add();
      log_warn(fmt::format("the stage \"{}\" holds the rest up: at one piece of work for {:.0f} s",
                           stage_name(found->stage), seconds.count()));
    }
    told_ = found->stage;
  } else if (told_) {
    log_info(fmt::format("the stage \"{}\" goes on", stage_name(*told_)));
    told_.reset();
  }
  return found;
}

}  // namespace inkling::app
