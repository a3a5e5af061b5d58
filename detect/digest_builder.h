#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/batch.h"
#include "core/digest.h"
#include "detect/cell_memo.h"
#include "detect/message_memo.h"
#include "detect/screen.h"
#include "detect/skeleton.h"

namespace inkling::detect {

// Turns a batch into its digest: screens and redacts each message, takes its skeleton and counts. A
// pure function of the batch and the options; after warm-up nothing is allocated. Not thread-safe:
// one per thread.
class DigestBuilder {
 public:
  // `keep_skeletons`: also list the skeleton of each record (Digest::log_skeletons).
  DigestBuilder(Screen screen, const SkeletonOptions& skeletons, bool keep_skeletons);

  // Fills `digest` (which was reset). Rewrites what is redacted in the batch: messages of log
  // records, and the texts of changes and alarms.
  void build(Batch& batch, Digest& digest);

  Screen& screen() { return screen_; }

 private:
  // Open addressing with linear probing over 64-bit keys; entries of earlier batches are told by
  // epoch.
  struct Index {
    struct Entry {
      std::uint64_t key = 0;
      std::uint32_t epoch = 0;
      std::uint32_t value = 0;
    };
    std::vector<Entry> entries;
    std::uint32_t epoch = 0;
    std::uint32_t used = 0;

    void begin();
    // The value stored under the key, or `next` after storing it.
    std::uint32_t find_or_add(std::uint64_t key, std::uint32_t next);
    void grow();
  };

  std::uint32_t scope_of(const LogRecord& record, Digest& digest);
  std::uint32_t add_scope(std::uint64_t hash, std::string_view service, std::string_view version,
                          std::string_view route, std::uint32_t base, Digest& digest);
  const CellMemo::Entry& place_of(const LogRecord& record, std::uint32_t log, Digest& digest);
  void count_record(const LogRecord& record, std::uint32_t log, std::uint64_t skeleton,
                    Digest& digest);
  void count_peer(const LogRecord& record, std::uint32_t log, std::uint32_t base, Digest& digest);
  void finish_bins(Digest& digest);
  void sort_durations(std::size_t cells);
  void redact_rare(Batch& batch);
  static void clamp_times(Batch& batch, Digest& digest);

  Screen screen_;
  SkeletonOptions skeleton_options_;
  bool keep_skeletons_;
  std::vector<std::uint64_t> matches_before_;  // of the screen's rules, before the batch
  MessageMemo messages_;
  CellMemo places_;
  Index scopes_;
  Index cells_;
  Index templates_;
  Index peers_;
  std::vector<std::uint64_t> durations_;  // cell and bin, sorted at the end
  std::vector<std::uint64_t> sorted_;     // scratch
};

}  // namespace inkling::detect
