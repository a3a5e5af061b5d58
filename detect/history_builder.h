#pragma once

#include <map>
#include <unordered_map>

#include "core/batch.h"
#include "core/digest.h"
#include "core/history.h"
#include "detect/derived_series.h"
#include "detect/metric_series.h"
#include "detect/options.h"
#include "detect/peer_calls.h"
#include "detect/rollup.h"
#include "detect/screen.h"
#include "detect/series_table.h"

namespace inkling::detect {

// Makes a History out of batches that are read a second time: the same series, windows and
// templates as the merge makes, without detectors, warm-up or lateness. What carries no time has
// its time of arrival; without one, in file replay, it is left out. Not thread-safe: one owner.
class HistoryBuilder {
 public:
  // `templates`: the merge's table, in which every skeleton is already known; outlives this.
  HistoryBuilder(const DetectOptions& options, Screen screen, TemplateTable& templates);
  HistoryBuilder(const HistoryBuilder&) = delete;  // its parts refer to each other
  HistoryBuilder& operator=(const HistoryBuilder&) = delete;

  // In journal order. `bytes`: of the batch, where it does not hold them itself.
  void add(const Batch& batch, const Digest& digest) { add(batch, digest, batch.bytes().size()); }
  void add(const Batch& batch, const Digest& digest, std::uint64_t bytes);
  History finish(TimeRange range);

 private:
  void add_points(const Batch& batch, const Digest& digest);
  void collect_templates(const ClosedSlot& slot);

  struct TemplateKey {
    std::string service;
    std::uint64_t id;
    std::string version;
    Level level;
    auto operator<=>(const TemplateKey&) const = default;
  };

  const DetectOptions options_;
  Screen screen_;
  TemplateTable& templates_;
  ScopeTable scopes_;
  SeriesTable series_;
  Rollup rollup_;
  DerivedSeries derived_;
  std::unordered_map<std::uint64_t, MetricSeries> metrics_;
  std::map<TemplateKey, TemplateHistory> template_history_;
  std::vector<Call> calls_;
  PeerCalls peers_;                // each pair once in the whole range
  std::uint32_t frame_lines_ = 0;  // of the frame under way, before the next chunk
  std::uint64_t frames_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t records_ = 0;
};

}  // namespace inkling::detect
