#pragma once

#include <memory>
#include <stop_token>
#include <thread>
#include <vector>

#include "app/origin_numbers.h"
#include "config/config.h"
#include "core/clock.h"
#include "core/metrics.h"
#include "core/result.h"
#include "ingest/journal.h"
#include "ingest/pull/ecs_source.h"
#include "ingest/pull/scrape_source.h"

namespace inkling::app {

// What a live run fetches by itself: pages of metrics, and the stats of its ECS task. A thread for
// each, since each waits for another program.
class LivePull {
 public:
  // kInvalidArgument names a wrong target. All outlive it.
  static Result<std::unique_ptr<LivePull>> create(const config::Config& config,
                                                  ingest::Journal& journal, OriginNumbers& origins,
                                                  const Clock& clock, MetricsRegistry& metrics);

  // Adds the threads; they end when `stop` is requested, and request it if the journal fails.
  void start(std::vector<std::jthread>& threads, std::stop_source& stop);

  // Nothing is configured.
  bool is_empty() const { return pages_.empty() && !ecs_; }

 private:
  std::vector<std::unique_ptr<ingest::ScrapeSource>> pages_;
  std::unique_ptr<ingest::EcsSource> ecs_;
};

}  // namespace inkling::app
