#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/batch.h"
#include "core/digest.h"
#include "core/epoch.h"
#include "core/executor.h"
#include "core/ledger.h"
#include "detect/alarm_ticks.h"
#include "detect/derived_series.h"
#include "detect/metric_series.h"
#include "detect/newcomers.h"
#include "detect/options.h"
#include "detect/peer_calls.h"
#include "detect/rollup.h"
#include "detect/score_shards.h"
#include "detect/screen.h"
#include "detect/series_memory.h"
#include "detect/series_table.h"
#include "detect/sightings.h"
#include "detect/silence_watch.h"
#include "detect/template_table.h"
#include "detect/watermark.h"

namespace inkling::detect {

// Which by-products the caller wants; they cost memory.
struct MergeSettings {
  bool keep_verdicts = false;
  SeriesMemory* memory = nullptr;       // teaches new series and takes what was judged; outlives
  bool keep_lines = false;              // the template of every line
  Timestamp until = Timestamp::none();  // nothing after it is told; none() = no limit
};

// One line and the template it got.
struct TemplateLine {
  Position position;
  std::uint64_t skeleton = 0;
  TemplateId arrival;  // as known when the line came
};

// The in-order merge: owns all learned state of detection. Takes digests in journal order, and when
// an epoch ends closes what the watermark has passed, judges it and tells what happened, by event
// time. Not thread-safe: one owner, the serial step of the pipeline; fans out over `executor`
// inside.
class Merge {
 public:
  // `executor` outlives the merge. `screen`: for names that are copied out of batches.
  Merge(const DetectOptions& options, Screen screen, Executor& executor,
        const MergeSettings& settings);
  Merge(const Merge&) = delete;  // its parts refer to each other
  Merge& operator=(const Merge&) = delete;

  void add(const Batch& batch, const Digest& digest);
  // To be called after the chunk that ends an epoch.
  EpochResult end_epoch();
  // End of the input: closes everything (up to settings.until).
  EpochResult finish();

  const Ledger& ledger() const { return ledger_; }
  TemplateTable& templates() { return templates_; }
  const std::vector<TemplateLine>& lines() const { return lines_; }
  // Messages that matched each rule of the screen, in the order of the rules; empty before the
  // first batch.
  const std::vector<std::uint64_t>& rule_matches() const { return rule_matches_; }

  struct Fill {
    std::size_t series = 0;
    std::size_t templates = 0;
    std::size_t skeletons = 0;
    std::size_t open_slots = 0;
    std::size_t flooding_services = 0;  // whose every line is another text
    std::uint64_t muted = 0;            // findings in templates a rule mutes
    std::uint64_t capped_names = 0;
    std::uint64_t refused_series = 0;
  };
  Fill fill() const;

  // All that was learned, between two epochs, as a section of core/state_writer.h. load(): into a
  // merge that has seen nothing; its options may be others. kBadInput leaves it half loaded.
  void save(StateWriter& writer) const;
  Result<void> load(StateReader& reader);
  // After load(): what the rules of the screen were called then; those of today keep the matches of
  // the one of the same name.
  void rename_rules(const std::vector<std::string>& saved, const std::vector<ScreenRule>& rules);

 private:
  void count_lines(const Batch& batch, const Digest& digest);
  void keep_lines(const Batch& batch, const Digest& digest);
  void add_points(const Batch& batch, const Digest& digest, Timestamp missing);
  MetricSeries* series_of(const MetricPoint& point, const Batch& batch, SeriesId id);
  void keep_rare(const Batch& batch, Timestamp missing);
  EpochResult close(Timestamp close_limit, Timestamp watermark);
  void close_slots(Timestamp close_limit, EpochResult& result, std::vector<SeriesPoint>& points);
  void release_metrics(Timestamp close_limit, std::vector<SeriesPoint>& points);
  // Takes out what was found in templates that are muted.
  void mute(EpochResult& result);
  template <class Event>
  static void release_rare(std::vector<Event>& pending, Timestamp limit, std::vector<Event>& out);

  const DetectOptions options_;
  const MergeSettings settings_;
  Screen screen_;
  Watermark watermark_;
  TemplateTable templates_;
  ScopeTable scopes_;
  SeriesTable series_;
  Newcomers newcomers_;
  Rollup rollup_;
  DerivedSeries derived_;
  Sightings sightings_;
  SilenceWatch silence_;
  AlarmTicks ticks_;
  ScoreShards shards_;
  std::unordered_map<std::uint64_t, MetricSeries> metrics_;
  std::vector<MetricSeries*> waiting_;  // with points not yet released
  std::vector<Watermark::Note> notes_;  // of the epoch under way
  std::vector<Change> changes_;         // not yet told
  std::vector<Alarm> alarms_;
  std::vector<Call> calls_;
  PeerCalls peers_;
  std::vector<TemplateLine> lines_;
  std::vector<std::uint64_t> rule_matches_;
  std::uint32_t frame_lines_ = 0;  // of the frame under way, before the next chunk
  std::uint64_t muted_ = 0;
  Ledger ledger_;
};

}  // namespace inkling::detect
