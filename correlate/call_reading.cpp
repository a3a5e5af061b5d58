#include "correlate/call_reading.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "correlate/text_tokens.h"

namespace inkling::correlate {
namespace {

using Words = std::vector<std::string>;

bool has_any(const Words& words, std::initializer_list<std::string_view> list) {
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
    return std::find(list.begin(), list.end(), word) != list.end();
  });
}

bool has_pair(const Words& words, std::string_view first, std::string_view second) {
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i - 1] == first && words[i] == second) return true;
  }
  return false;
}

bool is_per_second(const Words& words) {
  return has_any(words, {"rps", "qps", "ops"}) || has_pair(words, "per", "sec") ||
         has_pair(words, "per", "second");
}

CallReading read_duration(const Words& words, std::string_view unit) {
  CallReading reading{CallField::kSeconds, 1, false, 2};
  if (unit == "ms" || has_any(words, {"ms", "millisecond", "milli"})) reading.scale = 1e-3;
  if (unit == "us" || has_any(words, {"us", "microsecond", "micro"})) reading.scale = 1e-6;
  if (unit == "ns" || has_any(words, {"ns", "nanosecond", "nano"})) reading.scale = 1e-9;
  if (has_any(words, {"avg", "average", "mean"})) reading.rank = 3;
  // Quantiles do not add up along calls, so they tell nothing of whose own time it is.
  if (has_any(words, {"p50", "median", "p75", "p90", "p95", "p99", "p999", "max", "min"})) {
    return {};
  }
  return reading;
}

std::string_view label_of(const SeriesInfo& series, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    for (const auto& [label, value] : series.labels) {
      if (label == name && !value.empty()) return value;
    }
  }
  return {};
}

}  // namespace

CallReading read_call_series(const SeriesInfo& series) {
  if (series.kind != SeriesKind::kMetric) return {};
  const Words words = split_words(series.name);
  if (has_any(words, {"queue", "depth", "cpu", "memory", "disk", "size", "byte", "gc", "throttle",
                      "throttled", "retry", "age"})) {
    return {};
  }
  const bool is_percent =
      series.unit == "%" || series.unit == "percent" || has_any(words, {"percent", "pct"});
  const bool is_share = is_percent || has_any(words, {"ratio", "share", "fraction"});
  const double scale = is_percent ? 0.01 : 1.0;
  const bool is_good = has_any(words, {"availability", "success", "successful"});
  const bool is_bad = has_any(words, {"error", "fail", "failed", "failure", "5xx", "fault"});
  if (is_good && (is_share || has_any(words, {"availability", "rate"}))) {
    return {CallField::kGoodShare, scale, false, 1};
  }
  if (is_bad && is_share) return {CallField::kFailedShare, scale, false, 1};
  if (is_bad) {
    const bool counts_calls =
        has_any(words, {"request", "call", "http", "rpc", "grpc"}) && !has_any(words, {"rate"});
    return counts_calls ? CallReading{CallField::kFailures, 1, is_per_second(words), 1}
                        : CallReading{};
  }
  if (is_good) return {};
  if (has_any(words, {"latency", "duration"}) || has_pair(words, "response", "time")) {
    return read_duration(words, series.unit);
  }
  const bool counts = has_any(words, {"request", "rps", "qps"}) || has_pair(words, "call", "count");
  if (counts && !has_pair(words, "per", "request")) {
    return {CallField::kRequests, 1, is_per_second(words), 1};
  }
  return {};
}

std::string_view caller_of(const SeriesInfo& series) {
  return label_of(series, {"caller", "source_service", "source_workload", "client", "source"});
}

std::string_view callee_of(const SeriesInfo& series) {
  return label_of(series, {"callee", "destination_service", "destination_workload", "peer.service",
                           "peer_service", "server", "destination"});
}

}  // namespace inkling::correlate
