#include "app/commands/validate_history.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <set>
#include <vector>

#include "app/commands/emission.h"
#include "app/exit_code.h"
#include "app/series_scan.h"
#include "core/json_writer.h"
#include "detect/rollup.h"
#include "detect/series_control.h"

namespace inkling::app {
namespace {

constexpr std::array kWords = {detect::Sensitivity::kQuiet, detect::Sensitivity::kNormal,
                               detect::Sensitivity::kEager};
constexpr double kWeekSeconds = 7 * 86'400.0;

struct SeriesCount {
  std::string name;
  std::array<std::uint64_t, kWords.size()> anomalies{};
};

struct HistoryCount {
  std::string input;
  double weeks = 0;
  std::uint64_t series = 0;
  std::array<std::uint64_t, kWords.size()> anomalies{};
  std::vector<SeriesCount> by_series;  // those with any, most first

  double per_week(std::uint64_t count) const {
    return weeks > 0 ? static_cast<double>(count) / weeks : 0;
  }
};

// One run of the history with the word for all series, whatever the rules say.
Result<void> count_word(std::size_t word, const HistoryArgs& args, config::Config config,
                        HistoryCount& total, std::map<std::uint64_t, SeriesCount>& by_series) {
  config.detect.sensitivity = kWords[word];
  for (detect::SeriesRule& rule : config.detect.series) rule.sensitivity = {};
  std::set<std::uint64_t> series;
  Timestamp first = Timestamp::none();
  Timestamp last = Timestamp::none();
  detect::MergeSettings merge;
  merge.keep_verdicts = true;
  const auto take = [&](const EpochResult& epoch) {
    for (const Verdict& verdict : epoch.verdicts) {
      series.insert(verdict.series->id.value);
      if (slot_of(verdict.begin) == slot_of(detect::kUnknownTime)) continue;
      if (!first.is_set() || verdict.begin < first) first = verdict.begin;
      last = std::max(last, verdict.end);
    }
    for (const AnomalyUpdate& update : epoch.anomalies) {
      if (update.step != AnomalyUpdate::Step::kOpened) continue;
      SeriesCount& count = by_series[update.anomaly.series->id.value];
      count.name = update.anomaly.series->display_name();
      ++count.anomalies[word];
      ++total.anomalies[word];
    }
  };
  INKLING_TRY_ASSIGN(total.input, scan_series(args.input, config, merge, take));
  total.series = series.size();
  if (first.is_set()) total.weeks = (last.seconds() - first.seconds()) / kWeekSeconds;
  return {};
}

Result<HistoryCount> count_history(const HistoryArgs& args) {
  INKLING_TRY_ASSIGN(const config::Config config, load_scan_config(args.input.config));
  HistoryCount total;
  std::map<std::uint64_t, SeriesCount> by_series;
  for (std::size_t word = 0; word < kWords.size(); ++word) {
    INKLING_TRY(count_word(word, args, config, total, by_series));
  }
  for (auto& [id, count] : by_series) total.by_series.push_back(std::move(count));
  std::stable_sort(total.by_series.begin(), total.by_series.end(),
                   [](const SeriesCount& a, const SeriesCount& b) {
                     return a.anomalies[1] != b.anomalies[1] ? a.anomalies[1] > b.anomalies[1]
                                                             : a.anomalies[2] > b.anomalies[2];
                   });
  return total;
}

std::string as_text(const HistoryCount& total, std::size_t rows) {
  std::string text =
      fmt::format("{}: {:.1f} days, {} series\n\n", total.input, total.weeks * 7, total.series);
  text += fmt::format("{:<12} {:>9} {:>9} {:>16}\n", "sensitivity", "anomalies", "a week",
                      "a week, a series");
  for (std::size_t word = 0; word < kWords.size(); ++word) {
    const double weekly = total.per_week(total.anomalies[word]);
    const double each = total.series > 0 ? weekly / static_cast<double>(total.series) : 0;
    text += fmt::format("{:<12} {:>9} {:>9.2f} {:>16.4f}\n", detect::sensitivity_name(kWords[word]),
                        total.anomalies[word], weekly, each);
  }
  if (total.by_series.empty()) return text;
  text +=
      fmt::format("\nanomalies a week by series\n{:>8} {:>8} {:>8}\n", "quiet", "normal", "eager");
  for (std::size_t i = 0; i < std::min(rows, total.by_series.size()); ++i) {
    const SeriesCount& count = total.by_series[i];
    text += fmt::format("{:>8.2f} {:>8.2f} {:>8.2f}  {}\n", total.per_week(count.anomalies[0]),
                        total.per_week(count.anomalies[1]), total.per_week(count.anomalies[2]),
                        count.name);
  }
  if (total.by_series.size() > rows) {
    text += fmt::format("and {} series more (--rows)\n", total.by_series.size() - rows);
  }
  return text;
}

std::string as_json(const HistoryCount& total) {
  JsonWriter w(6);
  const auto words = [&](const std::array<std::uint64_t, kWords.size()>& counts, bool weekly) {
    w.begin_object();
    for (std::size_t word = 0; word < kWords.size(); ++word) {
      w.key(detect::sensitivity_name(kWords[word]));
      if (weekly) {
        w.value(total.per_week(counts[word]));
      } else {
        w.value(counts[word]);
      }
    }
    w.end_object();
  };
  w.begin_object().member("input", total.input).member("days", total.weeks * 7);
  w.member("series", total.series).key("anomalies");
  words(total.anomalies, false);
  w.key("per_week");
  words(total.anomalies, true);
  w.key("by_series").begin_array();
  for (const SeriesCount& count : total.by_series) {
    w.begin_object().member("series", count.name).key("anomalies");
    words(count.anomalies, false);
    w.key("per_week");
    words(count.anomalies, true);
    w.end_object();
  }
  return w.end_array().end_object().take() + "\n";
}

}  // namespace

int run_validate_history(const HistoryArgs& args) {
  const auto total = count_history(args);
  if (!total) {
    std::fputs(fmt::format("inkling validate: {}\n", total.error().message).c_str(), stderr);
    return exit_code(total.error());
  }
  print(args.input.json ? as_json(*total) : as_text(*total, args.rows));
  return kExitOk;
}

}  // namespace inkling::app
