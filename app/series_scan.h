#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/replay_args.h"
#include "config/config.h"
#include "core/epoch.h"
#include "core/result.h"
#include "core/series.h"
#include "detect/merge.h"

namespace inkling::app {

// Runs an input once through the program for what the detectors say of series: nothing is printed,
// written or sent. `args`: paths or journal, format, threads, quiet. Returns what was read in
// words.
Result<std::string> scan_series(const ReplayArgs& args, const config::Config& config,
                                detect::MergeSettings merge,
                                const std::function<void(const EpochResult&)>& on_epoch);

// The configuration of a file, the defaults for "".
Result<config::Config> load_scan_config(const std::string& path);

// Everything the detectors said of the series a person named, in order.
struct SeriesTrack {
  SeriesRef series;
  std::vector<Verdict> verdicts;
  bool truncated = false;  // the oldest were left out
  std::string input;       // what was read in words
};

// Finds the one series of that name, id or glob (docs/components/explain.md) and follows it.
// kNotFound with the nearest names, kInvalidArgument with all names if several match.
Result<SeriesTrack> track_series(const ReplayArgs& args, const config::Config& config,
                                 const std::string& name);

}  // namespace inkling::app
