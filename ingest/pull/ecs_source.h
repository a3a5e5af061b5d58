#pragma once

#include <stop_token>
#include <string>

#include "core/clock.h"
#include "core/http_client.h"
#include "core/metrics.h"
#include "core/result.h"
#include "ingest/journal.h"
#include "ingest/options.h"

namespace inkling::ingest {

// Reads what an ECS task uses from the task metadata endpoint v4 into the journal, a frame (of
// kEcsStats) each time: {"task": ..., "stats": ...} as the endpoint gave them. Not thread-safe: one
// owner.
class EcsSource {
 public:
  // `base`: ECS_CONTAINER_METADATA_URI_V4. `journal` and `clock` outlive it.
  EcsSource(std::string base, const EcsOptions& options, Journal& journal, OriginId origin,
            const Clock& clock, MetricsRegistry& metrics);

  // True if both answers came and the journal took them. An error only if the journal takes nothing
  // more for good.
  Result<bool> poll_once();

  // Polls every options.interval until told to stop, or until the journal fails.
  Result<void> run(const std::stop_token& stop);

 private:
  const std::string base_;
  const EcsOptions options_;
  Journal& journal_;
  const OriginId origin_;
  const Clock& clock_;
  HttpClient client_;
  bool told_ = false;
  MetricsRegistry::Counter& polls_;
  MetricsRegistry::Counter& failures_;
};

}  // namespace inkling::ingest
