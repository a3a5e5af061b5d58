#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "config/config.h"
#include "core/executor.h"
#include "core/frame_store.h"
#include "core/incident.h"
#include "core/ledger.h"
#include "core/result.h"
#include "correlate/correlator.h"
#include "detect/merge.h"
#include "ingest/chunk_source.h"

namespace inkling::app {

// Who listens to the pipeline. All are called from its serial step, in order; empty ones are
// skipped.
struct PipelineTaps {
  std::function<void(const Batch&)> on_batch;  // merged; with its broken lines
  std::function<void(const EpochResult&)> on_epoch;
  std::function<void(const Incident&)> on_incident;  // opened, updated or resolved
};

struct PipelineSettings {
  unsigned threads = 0;  // 0 = as many as there are cores
  detect::MergeSettings merge;
};

// The program between journal and sinks: source -> decode -> digest -> merge, score, correlate.
// Everything in between is a pure function of the frames and the configuration, so the same frames
// give the same incidents at any number of threads. Not thread-safe: one owner; run() once.
class Pipeline {
 public:
  // `store` outlives the pipeline. kInvalidConfig names the option that is wrong.
  static Result<std::unique_ptr<Pipeline>> create(const config::Config& config,
                                                  const PipelineSettings& settings,
                                                  FrameStore& store, PipelineTaps taps);
  ~Pipeline();

  // Runs until the source ends or fails, on a task arena of its own.
  Result<void> run(ingest::ChunkSource& source);

  // Valid between epochs from the serial step, and after run().
  const Ledger& ledger() const;
  detect::Merge& merge();
  const correlate::Correlator& correlator() const;

 private:
  struct State;
  explicit Pipeline(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace inkling::app
