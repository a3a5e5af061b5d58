#include "correlate/severity.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

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

struct Share {
  double share = 0;
  std::string service;
};

// The largest shares of failing requests.
struct Impact {
  Share facing;  // where users call
  Share elsewhere;
};

std::string describe(const Share& share) {
  return fmt::format("{} % of requests fail at {}", format_number(100 * share.share, 3),
                     share.service);
}

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
  Impact impact;
  const auto note = [&](const std::string& service, double share) {
    Share& held = is_user_facing(service, topology, options) ? impact.facing : impact.elsewhere;
    if (share > held.share) held = {share, service};
  };
  std::set<std::string> measured;  // by metrics; log lines often tell failures only
  double slower = 1;
  for (const Signal& signal : signals) {
    if (const double share = share_of(signal); share >= 0) {
      note(signal.service, share);
      measured.insert(signal.service);
    }
    if (signal.role == SeriesRole::kLatency && signal.before > 0) {
      slower = std::max(slower, signal.after / signal.before);
    }
  }
  for (const auto& [service, tally] : tallies) {
    if (tally.requests < kFewestRequests || measured.contains(service)) continue;
    note(service, static_cast<double>(tally.failures) / static_cast<double>(tally.requests));
  }
  const bool critical = std::any_of(alarms.begin(), alarms.end(), is_critical);
  const double facing = impact.facing.share;
  const double elsewhere = impact.elsewhere.share;
  const Share& worst = facing >= elsewhere ? impact.facing : impact.elsewhere;
  const std::string share_text =
      worst.share <= 0 ? "no share of failing requests known" : describe(worst);
  if (facing >= 0.5) return {Severity::kP0, describe(impact.facing) + ", which users call"};
  if (facing >= 0.05) return {Severity::kP1, describe(impact.facing) + ", which users call"};
  if (elsewhere >= 0.5) return {Severity::kP1, describe(impact.elsewhere)};
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
