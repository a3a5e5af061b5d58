#include "app/series_scan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "app/pipeline.h"
#include "app/progress.h"
#include "app/replay_input.h"
#include "config/loader.h"
#include "config/suggest.h"
#include "detect/series_control.h"

namespace inkling::app {
namespace {

constexpr std::size_t kMostVerdicts = 1'000'000;  // of a series; then the older half is left out
constexpr std::size_t kMostNames = 100'000;       // remembered for suggestions
constexpr std::size_t kMostShown = 10;

bool is_meant(const std::string& name, const SeriesInfo& series) {
  if (name == to_string(series.id)) return true;
  return detect::matches_glob(name, series.name) ||
         detect::matches_glob(name, series.display_name());
}

// Of several series the glob or the metric's name fits, the one whose whole name was given.
Result<SeriesTrack> choose(std::map<std::uint64_t, SeriesTrack> tracks, const std::string& name,
                           const std::set<std::string>& names) {
  if (tracks.empty()) {
    const std::vector<std::string_view> known(names.begin(), names.end());
    const std::string hint = config::did_you_mean(name, known);
    return fail(ErrorCode::kNotFound,
                fmt::format("no series \"{}\" in the input{}", name,
                            hint.empty() ? fmt::format(" ({} others)", known.size()) : hint));
  }
  std::vector<std::string> found;
  for (auto& [id, track] : tracks) {
    if (tracks.size() == 1 || track.series->display_name() == name ||
        name == to_string(track.series->id)) {
      return std::move(track);
    }
    if (found.size() < kMostShown) found.push_back(track.series->display_name());
  }
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("\"{}\" is {} series, name one of them: {}", name, tracks.size(),
                          fmt::join(found, ", ")));
}

}  // namespace

Result<config::Config> load_scan_config(const std::string& path) {
  config::Config config;
  if (!path.empty()) {
    INKLING_TRY_ASSIGN(config, config::load_file(path, config::system_environment()));
  }
  return config;
}

Result<std::string> scan_series(const ReplayArgs& args, const config::Config& config,
                                detect::MergeSettings merge,
                                const std::function<void(const EpochResult&)>& on_epoch) {
  INKLING_TRY_ASSIGN(auto input, ReplayInput::open(args, config));
  PipelineSettings settings;
  settings.threads = args.threads;
  settings.merge = std::move(merge);
  PipelineTaps taps;
  taps.on_epoch = on_epoch;
  INKLING_TRY_ASSIGN(auto pipeline,
                     Pipeline::create(config, settings, input->store(), std::move(taps)));
  std::optional<Progress> progress;
  if (!args.quiet) {
    progress.emplace("read", input->total_bytes(), [&] { return input->bytes_read(); });
  }
  INKLING_TRY(pipeline->run(input->source()));
  return input->describe();
}

Result<SeriesTrack> track_series(const ReplayArgs& args, const config::Config& config,
                                 const std::string& name) {
  std::map<std::uint64_t, SeriesTrack> tracks;
  std::map<std::uint64_t, bool> meant;
  std::set<std::string> names;
  detect::MergeSettings merge;
  merge.keep_verdicts = true;
  const auto take = [&](const EpochResult& epoch) {
    for (const Verdict& verdict : epoch.verdicts) {
      const auto [at, is_new] = meant.try_emplace(verdict.series->id.value);
      if (is_new) {
        at->second = is_meant(name, *verdict.series);
        if (names.size() < kMostNames) names.insert(verdict.series->display_name());
      }
      if (!at->second) continue;
      SeriesTrack& track = tracks[verdict.series->id.value];
      track.series = verdict.series;
      if (track.verdicts.size() >= kMostVerdicts) {
        const auto half = static_cast<std::ptrdiff_t>(track.verdicts.size() / 2);
        track.verdicts.erase(track.verdicts.begin(), track.verdicts.begin() + half);
        track.truncated = true;
      }
      track.verdicts.push_back(verdict);
    }
  };
  INKLING_TRY_ASSIGN(std::string input, scan_series(args, config, merge, take));
  INKLING_TRY_ASSIGN(SeriesTrack track, choose(std::move(tracks), name, names));
  track.input = std::move(input);
  return track;
}

}  // namespace inkling::app
