#include "correlate/grouping.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

namespace inkling::correlate {
namespace {

constexpr double kPerHop = 0.6;
// A value beyond its band by less than this share of its usual level is true and nobody's business:
// it belongs to an incident, and does not open one.
constexpr double kLeastEffect = 0.25;

bool is_worth_telling(const Anomaly& anomaly) {
  if (series_role(*anomaly.series) == SeriesRole::kDemand) return false;  // more visitors, no fault
  switch (anomaly.kind) {
    case VerdictKind::kFlatLine:  // odd, and alone no reason to wake anybody
    case VerdictKind::kVarianceDrop:
    case VerdictKind::kStale:
      return false;
    case VerdictKind::kBand:
    case VerdictKind::kSpike:
    case VerdictKind::kLevelShift:
      break;
    default:
      return true;
  }
  const double level = (anomaly.expected_low + anomaly.expected_high) / 2;
  const double edge =
      anomaly.direction == Direction::kUp ? anomaly.expected_high : anomaly.expected_low;
  if (!std::isfinite(level) || !std::isfinite(edge) || !std::isfinite(anomaly.peak)) return true;
  return std::abs(anomaly.peak - edge) >= kLeastEffect * std::abs(level);
}

int shared_labels(const Group& group, const LabelList& labels) {
  int best = 0;
  for (const auto& [id, anomaly] : group.anomalies) {
    int shared = 0;
    for (const auto& label : labels) {
      const LabelList& theirs = anomaly.series->labels;
      shared += std::find(theirs.begin(), theirs.end(), label) != theirs.end() ? 1 : 0;
    }
    best = std::max(best, shared);
  }
  return best;
}

}  // namespace

double join_weight(const Group& group, const std::string& service, const LabelList& labels,
                   Timestamp time, const Topology& topology, const CorrelateOptions& options) {
  int hops = Topology::kUnreachable;
  for (const std::string& core : group.core) hops = std::min(hops, topology.hops(core, service));
  if (hops >= Topology::kUnreachable) return 0;
  const double gap = std::max(0.0, static_cast<double>((time - group.last_activity).count()) / 1e9);
  const double tau = static_cast<double>(options.join_gap.count()) / 1e9;
  return std::exp(-gap / tau) * std::pow(kPerHop, hops) * (1 + shared_labels(group, labels));
}

bool is_publishable(const Group& group, const CorrelateOptions& options) {
  if (!group.alarms.empty()) return true;
  std::set<std::tuple<std::string, SeriesKind, SeriesRole>> independent;
  for (const auto& [id, anomaly] : group.anomalies) {
    if (anomaly.strength >= options.severe_strength && is_worth_telling(anomaly)) return true;
    // A service that logs nothing any more says it alone.
    if (anomaly.kind == VerdictKind::kSilence && anomaly.series->kind == SeriesKind::kLogRate) {
      return true;
    }
    if (!is_worth_telling(anomaly)) continue;
    independent.emplace(anomaly.series->service, anomaly.series->kind,
                        series_role(*anomaly.series));
  }
  return independent.size() >= 2;
}

Timestamp started(const Group& group) {
  if (!group.alarms.empty()) return group.alarms.front().time;
  Timestamp first = group.last_activity;
  for (const auto& [id, anomaly] : group.anomalies) first = std::min(first, anomaly.onset);
  return first;
}

bool is_active(const Group& group, Timestamp now, const CorrelateOptions& options) {
  for (const auto& [id, anomaly] : group.anomalies) {
    if (anomaly.open) return true;
  }
  for (const Alarm& alarm : group.alarms) {
    if (!alarm.resolved && now - alarm.time < options.alarm_hold) return true;
  }
  return now - group.last_activity < options.quiet_to_resolve;
}

Findings findings_of(const Group& group) {
  Findings findings;
  for (const auto& [id, anomaly] : group.anomalies) {
    Signal signal;
    signal.service = anomaly.series->service;
    signal.role = series_role(*anomaly.series);
    // Detectors speak in scores of 0..1 with 0.5 as the alarm line; as a deviation that line is 6.
    const double strength = std::clamp(anomaly.strength, 0.0, 0.95);
    signal.deviation = 6.0 * strength / (1.0 - strength);
    signal.direction = anomaly.direction;
    signal.onset = anomaly.onset;
    signal.begin = anomaly.history.empty() ? anomaly.onset : anomaly.history.front().time;
    signal.end = anomaly.last;
    signal.after = anomaly.peak;
    signal.before = (anomaly.expected_low + anomaly.expected_high) / 2;
    if (anomaly.kind == VerdictKind::kNewTemplate) {
      signal.text = anomaly.series->template_text;
      signal.exemplar = anomaly.exemplar;
      signal.template_id = anomaly.series->template_id;
      signal.version = anomaly.series->version;
      signal.count = anomaly.events;
      signal.level = Level::kError;
      signal.role = SeriesRole::kErrors;
      signal.position = anomaly.first_position;
    } else {
      signal.series = anomaly.series;
      signal.plot = anomaly.history;
      signal.position = anomaly.first_position;
      signal.exemplar = anomaly.exemplar;
      signal.count = anomaly.events;
    }
    findings.signals.push_back(std::move(signal));
  }
  sort_signals(findings.signals);
  std::set<std::string> services;
  for (const Signal& signal : findings.signals) {
    if (!signal.service.empty()) services.insert(signal.service);
  }
  findings.services.assign(services.begin(), services.end());
  findings.notes.emplace_back("Judged by the detectors' anomalies; nothing was re-read.");
  return findings;
}

}  // namespace inkling::correlate
