#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "app/digest_memory.h"
#include "app/worker.h"
#include "config/config.h"
#include "core/executor.h"
#include "core/frame_store.h"
#include "core/history.h"
#include "core/pool.h"
#include "detect/history_builder.h"
#include "detect/merge.h"

namespace inkling::app {

// Re-reads the journal around an alarm with the same decoders and digests as the first time, some
// frames at once; frames whose digests are still in memory are not read. If the range holds more
// than the limit on bytes, its latest part is read. Not thread-safe: called from the serial step.
class LookBack final : public HistoryReader {
 public:
  // All outlive this. `merge` is set before the first read.
  LookBack(const config::Config& config, FrameStore& store, Pool<Worker>& workers,
           Executor& executor);

  void set_merge(detect::Merge& merge) { merge_ = &merge; }
  // Keeps what a look-back needs of a merged batch.
  void remember(const Work& work) { memory_.add(work); }
  History read(TimeRange range) override;

 private:
  // False if the limit on bytes ended it.
  bool read_into(detect::HistoryBuilder& builder, TimeRange range, bool& damaged);
  // Decodes and digests what was collected, in parallel, and adds it in order.
  void flush(detect::HistoryBuilder& builder, std::uint64_t& bytes);
  void add_remembered(const DigestMemory::Frame& frame, detect::HistoryBuilder& builder);

  const config::Config& config_;
  FrameStore& store_;
  Pool<Worker>& workers_;
  Executor& executor_;
  DigestMemory memory_;
  std::vector<std::unique_ptr<Work>> group_;  // reused
  std::size_t collected_ = 0;                 // of the group
  Work restored_;                             // reused
  detect::Merge* merge_ = nullptr;
};

}  // namespace inkling::app
