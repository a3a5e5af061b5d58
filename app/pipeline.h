#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "app/stage_watch.h"
#include "config/config.h"
#include "core/executor.h"
#include "core/frame_store.h"
#include "core/incident.h"
#include "core/ledger.h"
#include "core/result.h"
#include "core/state_reader.h"
#include "core/state_writer.h"
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
  // After all of an epoch, but for the final one: what was learned is a function of the journal up
  // to the end of this frame, and save() may be called.
  std::function<void(Position)> on_cut;
};

struct PipelineSettings {
  StageWatch* watch = nullptr;  // told what is at work; outlives the pipeline
  unsigned threads = 0;         // 0 = as many as there are cores
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

  // What to do when the source has ended: nothing more will ever come, and all windows close; or
  // it goes on after a restart, from what save() gave.
  enum class Ending : std::uint8_t { kFinal, kToBeContinued };
  // Runs until the source ends or fails, on a task arena of its own. `ending` is asked then.
  Result<void> run(ingest::ChunkSource& source, const std::function<Ending()>& ending = {});

  // All that was learned, in on_cut; or before run(), into a pipeline that has seen nothing, also
  // one of another configuration. kBadInput: not what save() writes; the pipeline is of no use
  // then.
  void save(StateWriter& writer) const;
  Result<void> load(StateReader& reader);
  // Passes by what save() wrote.
  static void skip(StateReader& reader);
  // The frame the epoch told last ended with, if nothing was merged since: save() may be called.
  // Once the source has ended, and while `ending` is asked.
  std::optional<Position> cut() const;

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
