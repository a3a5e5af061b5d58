#include "correlate/severity.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "core/json_writer.h"
#include "correlate/text_tokens.h"

namespace inkling::correlate {
namespace {

constexpr std::uint64_t kFewestRequests = 8;

bool is_user_facing(const std::string& service, const Topology& topology,
                    const CorrelateOptions& options) {
  if (!options.user_facing.empty()) {
    return std::find(options.user_facing.begin(), options.user_facing.end(), service) !=
           options.user_facing.end();
  }
  return topology.knows(service) && topology.callers(service).empty();
}

// The share a series of errors speaks of, if it is a share: "ratio" 0..1, "pct" 0..100.
double share_of(const Signal& signal) {
  if (signal.is_message() || signal.role != SeriesRole::kErrors || !(signal.after >= 0)) return -1;
  if (signal.series->kind == SeriesKind::kErrorRatio) return signal.after;
  for (const std::string& word : split_words(signal.series->name)) {
    if (word == "pct" || word == "percent") return std::min(1.0, signal.after / 100);
    if ((word == "ratio" || word == "rate" || word == "share") && signal.after <= 1) {
      return signal.after;
    }
  }
  return -1;
}

bool is_critical(const Alarm& alarm) {
  static constexpr std::array<std::string_view, 8> kWords = {
      "critical", "p0", "p1", "sev1", "page", "emergency", "fatal", "disaster"};
  for (const std::string& word : split_words(alarm.severity)) {
    if (std::find(kWords.begin(), kWords.end(), word) != kWords.end()) return true;
  }
  return false;
}

struct Impact {
  double facing = 0;
  double elsewhere = 0;
  std::string where;
};

}  // namespace

SeverityVerdict rate_severity(const std::vector<Signal>& signals,
                              const std::vector<ServiceCount>& counts,
                              const std::vector<Alarm>& alarms, Timestamp onset,
                              const Topology& topology, const CorrelateOptions& options) {
  struct Tally {
    std::uint64_t requests = 0, failures = 0;
  };
  std::map<std::string, Tally> tallies;
  for (const ServiceCount& count : counts) {
    if (slot_begin(count.slot) < onset) continue;
    tallies[count.service].requests += count.requests;
    tallies[count.service].failures += count.failures;
  }
  double facing = 0;
  double elsewhere = 0;
  std::string worst;
  const auto note = [&](const std::string& service, double share) {
    double& held = is_user_facing(service, topology, options) ? facing : elsewhere;
    if (share <= held) return;
    held = share;
    if (share >= std::max(facing, elsewhere)) worst = service;
  };
  for (const auto& [service, tally] : tallies) {
    if (tally.requests < kFewestRequests) continue;
    note(service, static_cast<double>(tally.failures) / static_cast<double>(tally.requests));
  }
  double slower = 1;
  for (const Signal& signal : signals) {
    if (const double share = share_of(signal); share >= 0) note(signal.service, share);
    if (signal.role == SeriesRole::kLatency && signal.before > 0) {
      slower = std::max(slower, signal.after / signal.before);
    }
  }
  const bool critical = std::any_of(alarms.begin(), alarms.end(), is_critical);
  const std::string share_text =
      worst.empty() ? "no share of failing requests known"
                    : fmt::format("{} % of requests fail at {}",
                                  format_number(100 * std::max(facing, elsewhere), 3), worst);
  if (facing >= 0.5) return {Severity::kP0, share_text + ", which users call"};
  if (facing >= 0.05 || elsewhere >= 0.5) return {Severity::kP1, share_text};
  if (critical) return {Severity::kP1, "the alarm is critical; " + share_text};
  if (std::max(facing, elsewhere) >= 0.01) return {Severity::kP2, share_text};
  if (slower >= 3) {
    return {Severity::kP2,
            fmt::format("{} times slower; {}", format_number(slower, 3), share_text)};
  }
  if (!alarms.empty()) return {Severity::kP2, "an alarm fired; " + share_text};
  return {Severity::kP3, share_text};
}

}  // namespace inkling::correlate
