#include "ingest/pull/page_quantiles.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "core/json_writer.h"
#include "ingest/lines.h"
#include "ingest/record_builder.h"
#include "ingest/wire/histogram_quantiles.h"

namespace inkling::ingest {
namespace {

constexpr std::string_view kBucket = "_bucket{";
constexpr double kMostCount = 9e15;  // beyond it doubles leave whole numbers out

// One line of a histogram: name_bucket{...,le="0.5",...} 12
struct Bucket {
  std::string series;  // "name" + "{...}" without le; "{}" where nothing is left
  double bound = 0;
  double count = 0;
};

std::optional<Bucket> read_bucket(std::string_view line) {
  const std::size_t name = line.find(kBucket);
  if (name == std::string_view::npos || line.substr(0, name).find_first_of(" {#\"") != line.npos) {
    return std::nullopt;
  }
  // Quotes inside of values are escaped, so this stands for nothing else.
  const std::size_t open = name + kBucket.size() - 1;
  std::size_t le = line.find("le=\"", open);
  while (le != std::string_view::npos && line[le - 1] != '{' && line[le - 1] != ',' &&
         line[le - 1] != ' ') {
    le = line.find("le=\"", le + 1);
  }
  if (le == std::string_view::npos) return std::nullopt;
  const std::size_t value = le + 4;
  const std::size_t quote = line.find('"', value);
  if (quote == std::string_view::npos) return std::nullopt;
  const std::string_view bound = line.substr(value, quote - value);
  // The end of the labels: the first brace outside of quotes.
  bool quoted = false;
  std::size_t close = quote + 1;
  for (; close < line.size() && (quoted || line[close] != '}'); ++close) {
    if (line[close] == '\\') ++close;
    if (close < line.size() && line[close] == '"') quoted = !quoted;
  }
  if (close >= line.size()) return std::nullopt;
  std::string_view number = line.substr(close + 1);
  number.remove_prefix(std::min(number.find_first_not_of(" \t"), number.size()));
  const auto count = read_number(number.substr(0, number.find_first_of(" \t")));
  const auto upper = bound == "+Inf" ? std::optional<double>(INFINITY) : read_number(bound);
  if (!count || !upper || !(*count >= 0 && *count < kMostCount)) return std::nullopt;

  Bucket bucket{.series = std::string(line.substr(0, name)), .bound = *upper, .count = *count};
  std::string_view front = line.substr(open, le - open);  // "{" ... ","
  std::string_view behind = line.substr(quote + 1, close + 1 - (quote + 1));
  if (behind.starts_with(',')) {
    behind.remove_prefix(1);
  } else {
    while (front.ends_with(',') || front.ends_with(' ')) front.remove_suffix(1);
  }
  bucket.series.append(front).append(behind);
  return bucket;
}

using Histogram = std::vector<std::pair<double, double>>;  // bounds and cumulative counts

// By series, in the order of their names, so that the same pages give the same lines.
std::map<std::string, Histogram> read_histograms(std::string_view page) {
  std::map<std::string, Histogram> histograms;
  for_each_line(page, [&](std::string_view line, std::uint32_t) {
    if (auto bucket = read_bucket(line)) {
      histograms[std::move(bucket->series)].emplace_back(bucket->bound, bucket->count);
    }
  });
  for (auto& [series, buckets] : histograms) std::ranges::sort(buckets);
  return histograms;
}

void write_lines(const std::string& series, const Histogram& before, const Histogram& now,
                 std::string& lines) {
  const auto same_bound = [](const auto& a, const auto& b) { return a.first == b.first; };
  if (!std::ranges::equal(before, now, same_bound) || !std::isinf(now.back().first)) return;
  const bool began_anew = now.back().second < before.back().second;
  ExplicitHistogram histogram;
  std::vector<std::uint64_t> counts;
  std::vector<double> bounds;
  double below = 0;
  for (std::size_t i = 0; i < now.size(); ++i) {
    const double grown = now[i].second - (began_anew ? 0 : before[i].second);
    if (grown < below) return;  // no histogram: its buckets hold those below them
    counts.push_back(static_cast<std::uint64_t>(grown - below));
    if (std::isfinite(now[i].first)) bounds.push_back(now[i].first);
    below = grown;
  }
  if (bounds.size() + 1 != counts.size()) return;
  histogram.counts = counts;
  histogram.bounds = bounds;
  const std::size_t brace = series.find('{');
  for (const auto& [suffix, q] : {std::pair(".p50", 0.5), {".p90", 0.9}, {".p99", 0.99}}) {
    const double value = quantile(histogram, q);
    if (!std::isfinite(value)) return;
    lines.append(series, 0, brace).append(suffix).append(series, brace);
    lines.append(" ").append(format_number(value, 9)).append("\n");
  }
}

}  // namespace

std::string quantile_lines(std::string_view before, std::string_view now) {
  std::string lines;
  if (before.empty() || now.find(kBucket) == std::string_view::npos) return lines;
  const auto earlier = read_histograms(before);
  for (const auto& [series, buckets] : read_histograms(now)) {
    const auto found = earlier.find(series);
    if (found != earlier.end()) write_lines(series, found->second, buckets, lines);
  }
  return lines;
}

}  // namespace inkling::ingest
