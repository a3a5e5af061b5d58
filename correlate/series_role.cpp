#include "correlate/series_role.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "correlate/text_tokens.h"

namespace inkling::correlate {
namespace {

template <std::size_t N>
bool has_any(const std::vector<std::string>& words, const std::array<std::string_view, N>& list) {
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
    return std::find(list.begin(), list.end(), word) != list.end();
  });
}

// Shares of what went well.
constexpr std::array<std::string_view, 3> kGood = {"availability", "success", "successful"};

}  // namespace

std::string_view series_role_name(SeriesRole role) {
  switch (role) {
    case SeriesRole::kErrors:
      return "errors";
    case SeriesRole::kLatency:
      return "latency";
    case SeriesRole::kSaturation:
      return "saturation";
    case SeriesRole::kResource:
      return "resource";
    case SeriesRole::kDemand:
      return "demand";
    case SeriesRole::kCancelled:
      return "cancelled";
    case SeriesRole::kOther:
      break;
  }
  return "other";
}

SeriesRole series_role(const SeriesInfo& series) {
  if (series.kind == SeriesKind::kErrorRatio) return SeriesRole::kErrors;
  if (series.kind == SeriesKind::kLatency) return SeriesRole::kLatency;
  if (series.kind == SeriesKind::kLogRate) return SeriesRole::kOther;
  static constexpr std::array<std::string_view, 5> kCancelled = {"cancel", "cancelled", "canceled",
                                                                 "aborted", "499"};
  static constexpr std::array<std::string_view, 25> kErrors = {
      "error",     "fail",    "failed",   "failure",   "5xx",       "fault",  "exception",
      "timeout",   "oom",     "killed",   "restart",   "exhausted", "reject", "rejected",
      "throttled", "dropped", "throttle", "crash",     "panic",     "4xx",    "unavailable",
      "conflict",  "expired", "retry",    "throttling"};
  static constexpr std::array<std::string_view, 12> kLatency = {
      "latency",     "duration", "p99",   "p95",  "p90", "p50",
      "seconds_avg", "response", "delay", "wait", "lag", "ttfb"};
  static constexpr std::array<std::string_view, 11> kSaturation = {
      "queue", "backlog",    "depth",    "buffer", "disk", "inode",
      "used",  "saturation", "capacity", "age",    "pool"};
  static constexpr std::array<std::string_view, 12> kResource = {
      "cpu",    "memory",    "rss", "heap", "gc",          "core",
      "thread", "goroutine", "fd",  "load", "utilization", "network"};
  static constexpr std::array<std::string_view, 9> kDemand = {
      "request", "rps", "qps", "call", "traffic", "session", "hit", "visit", "order"};
  const std::vector<std::string> words = split_words(series.name);
  if (has_any(words, kCancelled)) return SeriesRole::kCancelled;
  if (has_any(words, kErrors) || has_any(words, kGood)) return SeriesRole::kErrors;
  if (has_any(words, kLatency)) return SeriesRole::kLatency;
  if (has_any(words, kSaturation)) return SeriesRole::kSaturation;
  if (has_any(words, kResource)) return SeriesRole::kResource;
  if (has_any(words, kDemand) && !has_any(words, std::array<std::string_view, 1>{"query"})) {
    return SeriesRole::kDemand;
  }
  return SeriesRole::kOther;
}

bool is_better_low(const SeriesInfo& series) {
  switch (series_role(series)) {
    case SeriesRole::kErrors:
      return !has_any(split_words(series.name), kGood);
    case SeriesRole::kLatency:
    case SeriesRole::kSaturation:
    case SeriesRole::kCancelled:
      return true;
    case SeriesRole::kResource:
    case SeriesRole::kDemand:
    case SeriesRole::kOther:
      break;
  }
  return false;
}

bool is_of_outbound_calls(const SeriesInfo& series) {
  // Errors of calls it makes may well be its own doing: what it asks, and how long it waits.
  if (series_role(series) != SeriesRole::kLatency) return false;
  return has_any(split_words(series.name),
                 std::array<std::string_view, 4>{"client", "outbound", "outgoing", "egress"});
}

double role_weight(SeriesRole role) {
  switch (role) {
    case SeriesRole::kErrors:
    case SeriesRole::kLatency:
      return 1.0;
    case SeriesRole::kSaturation:
    case SeriesRole::kOther:
      return 0.8;
    case SeriesRole::kResource:
      return 0.6;
    case SeriesRole::kDemand:
      return 0.25;
    case SeriesRole::kCancelled:
      return 0.15;
  }
  return 0.5;
}

}  // namespace inkling::correlate
