#pragma once

#include <cstdint>

#include "app/worker.h"
#include "config/config.h"
#include "core/frame_store.h"
#include "core/history.h"
#include "detect/merge.h"

namespace inkling::app {

// Re-reads the journal around an alarm with the same decoders and digests as the first time.
// Not thread-safe: called from the serial step.
class LookBack final : public HistoryReader {
 public:
  // All outlive this. `merge` is set before the first read.
  LookBack(const config::Config& config, FrameStore& store, Worker worker);

  void set_merge(detect::Merge& merge) { merge_ = &merge; }
  History read(TimeRange range) override;

 private:
  const config::Config& config_;
  FrameStore& store_;
  Worker worker_;
  Work work_;
  detect::Merge* merge_ = nullptr;
};

}  // namespace inkling::app
