#include "correlate/incident_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/json_writer.h"
#include "core/units.h"

namespace inkling::correlate {
namespace {

constexpr std::size_t kMaxSignalEvidence = 30;
constexpr std::size_t kMaxNodes = 10;

std::string clip(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  return std::string(text.substr(0, most)) + "…";
}

std::string describe(const Signal& signal) {
  if (std::isfinite(signal.share_before)) {
    return fmt::format("{}: {} message went from {} % to {} % of its records: {}", signal.service,
                       level_name(signal.level), format_number(100 * signal.share_before, 3),
                       format_number(100 * signal.share_after, 3),
                       clip(signal.exemplar.empty() ? signal.text : signal.exemplar, 240));
  }
  if (signal.is_message()) {
    return fmt::format("{}: {} {} message, {} times: {}", signal.service,
                       signal.before > 0 ? "more frequent" : "new", level_name(signal.level),
                       signal.count,
                       clip(signal.exemplar.empty() ? signal.text : signal.exemplar, 240));
  }
  const std::string name = signal.series->display_name();
  if (!std::isfinite(signal.after)) return fmt::format("{} stopped", name);
  return fmt::format("{} went from {} to {} (deviation {})", name, format_number(signal.before, 4),
                     format_number(signal.after, 4), format_number(signal.deviation, 3));
}

std::string describe(const Alarm& alarm) {
  std::string text = fmt::format("Alarm {}", alarm.name.empty() ? alarm.id : alarm.name);
  if (!alarm.service.empty()) text += " on " + alarm.service;
  if (!alarm.metric.empty()) {
    text += fmt::format(": {} = {}, limit {}", alarm.metric, format_number(alarm.observed),
                        format_number(alarm.threshold));
  }
  if (!alarm.summary.empty()) text += ". " + alarm.summary;
  return text;
}

std::string describe(const Suspect& suspect) {
  std::string text(change_kind_name(suspect.change_kind));
  if (!suspect.service.empty()) text += " of " + suspect.service;
  if (!suspect.version.empty()) text += " " + suspect.version;
  return fmt::format("{} ({}): {}", text, clip(suspect.id, 12), clip(suspect.title, 160));
}

class Writer {
 public:
  explicit Writer(Incident& incident) : incident_(incident) {}

  std::uint32_t add(Evidence evidence) {
    evidence.number = static_cast<std::uint32_t>(incident_.evidence.size()) + 1;
    incident_.evidence.push_back(std::move(evidence));
    return incident_.evidence.back().number;
  }
  void happened(Timestamp time, std::string text, std::uint32_t evidence) {
    incident_.timeline.push_back({time, std::move(text), evidence});
  }

 private:
  Incident& incident_;
};

void write_alarms(const Group& group, Writer& writer) {
  for (const Alarm& alarm : group.alarms) {
    Evidence evidence;
    evidence.kind = EvidenceKind::kAlarm;
    evidence.text = describe(alarm);
    evidence.time = alarm.time;
    const std::uint32_t number = writer.add(std::move(evidence));
    writer.happened(alarm.time, describe(alarm), number);
  }
}

// Handles of the signals of each service, strongest first.
using Handles = std::map<std::string, std::vector<std::uint32_t>>;

Handles write_signals(const std::vector<Signal>& signals, Writer& writer) {
  std::vector<const Signal*> chosen;
  for (const Signal& signal : signals) chosen.push_back(&signal);
  std::stable_sort(chosen.begin(), chosen.end(),
                   [](const Signal* a, const Signal* b) { return a->weight() > b->weight(); });
  if (chosen.size() > kMaxSignalEvidence) chosen.resize(kMaxSignalEvidence);
  Handles handles;
  for (const Signal* signal : chosen) {
    Evidence evidence;
    evidence.kind = signal->is_message() ? EvidenceKind::kTemplate : EvidenceKind::kSeries;
    evidence.text = describe(*signal);
    evidence.time = signal->onset;
    if (signal->is_message()) evidence.position = signal->position;
    evidence.series = signal->series;
    evidence.window = {signal->begin, signal->end};
    evidence.plot = signal->plot;
    evidence.onset = signal->onset;
    const std::uint32_t number = writer.add(std::move(evidence));
    writer.happened(signal->onset, describe(*signal), number);
    handles[signal->service].push_back(number);
  }
  return handles;
}

void write_changes(Incident& incident, const Handles& handles, Writer& writer) {
  std::size_t rank = 0;
  for (Suspect& suspect : incident.changes) {
    Evidence evidence;
    evidence.kind = EvidenceKind::kChange;
    evidence.text = describe(suspect);
    evidence.time = suspect.time;
    const std::uint32_t number = writer.add(std::move(evidence));
    const auto signals = handles.find(suspect.service);
    for (SuspectTerm& term : suspect.terms) {
      if (term.name == "prior" || term.name == "alternative") continue;
      term.evidence.push_back(number);
      if (term.name == "before_after" && signals != handles.end()) {
        term.evidence.push_back(signals->second.front());
      }
    }
    // The timeline stays readable: what is suspected or lies near the onset.
    constexpr std::size_t kShown = 8;
    if (rank++ < kShown) writer.happened(suspect.time, describe(suspect), number);
  }
}

std::vector<Suspect> node_suspects(const std::vector<NodeScore>& nodes, const Handles& handles) {
  std::vector<Suspect> suspects;
  for (const NodeScore& node : nodes) {
    if (suspects.size() == kMaxNodes) break;
    Suspect suspect;
    suspect.kind = Suspect::Kind::kNode;
    suspect.id = node.service;
    suspect.title = node.service;
    suspect.service = node.service;
    suspect.time = node.first_sign;
    suspect.p = node.p;
    suspect.log_odds = std::log(std::max(node.p, 1e-9) / std::max(1 - node.p, 1e-9));
    suspect.verdict = suspects.empty() && node.p >= 0.5 ? SuspectVerdict::kCaused
                      : node.p >= 0.2                   ? SuspectVerdict::kLikely
                                                        : SuspectVerdict::kCoincident;
    suspect.terms = node.terms;
    if (const auto found = handles.find(node.service); found != handles.end()) {
      for (SuspectTerm& term : suspect.terms) {
        if (term.name == "deviation") term.evidence = found->second;
      }
    }
    suspects.push_back(std::move(suspect));
  }
  return suspects;
}

std::vector<AffectedService> affected(const Conclusion& conclusion) {
  std::map<std::string, AffectedService> services;
  for (const Signal& signal : conclusion.findings.signals) {
    if (signal.service.empty()) continue;
    AffectedService& service = services[signal.service];
    service.service = signal.service;
    if (!service.first_sign.is_set() || signal.onset < service.first_sign) {
      service.first_sign = signal.onset;
    }
    if (signal.deviation > service.deviation) {
      service.deviation = signal.deviation;
      service.summary = describe(signal);
    }
  }
  if (!conclusion.nodes.empty()) {
    const auto core = services.find(conclusion.nodes.front().service);
    if (core != services.end()) core->second.is_core = true;
  }
  std::vector<AffectedService> result;
  for (auto& [name, service] : services) result.push_back(std::move(service));
  std::stable_sort(result.begin(), result.end(),
                   [](const AffectedService& a, const AffectedService& b) {
                     if (a.is_core != b.is_core) return a.is_core;
                     return a.first_sign < b.first_sign;
                   });
  return result;
}

std::string title_of(const Group& group, const Conclusion& conclusion) {
  const std::string place =
      conclusion.nodes.empty() ? std::string() : conclusion.nodes.front().service;
  const Signal* strongest = nullptr;
  for (const Signal& signal : conclusion.findings.signals) {
    if (signal.service != place) continue;
    if (!strongest || signal.weight() > strongest->weight()) strongest = &signal;
  }
  if (strongest) {
    const std::string what =
        strongest->is_message() ? clip(strongest->text, 80)
        : !std::isfinite(strongest->after)
            ? fmt::format("{} stopped", strongest->series->name)
            : fmt::format("{} {} from {} to {}", strongest->series->name,
                          strongest->direction == Direction::kUp ? "up" : "down",
                          format_number(strongest->before, 3), format_number(strongest->after, 3));
    return place.empty() ? what : fmt::format("{}: {}", place, what);
  }
  if (!group.alarms.empty()) {
    const Alarm& alarm = group.alarms.front();
    return alarm.service.empty() ? alarm.name : fmt::format("{}: {}", alarm.service, alarm.name);
  }
  return "Anomalies";
}

}  // namespace

Incident build_incident(const Group& group, const Conclusion& conclusion) {
  Incident incident;
  incident.id = fmt::format("{:016x}", group.key);
  incident.onset = conclusion.onset;
  incident.severity = conclusion.severity.severity;
  incident.severity_reason = conclusion.severity.reason;
  incident.title = title_of(group, conclusion);
  incident.services = affected(conclusion);
  for (const auto& [id, anomaly] : group.anomalies) incident.anomalies.push_back(anomaly);
  std::stable_sort(incident.anomalies.begin(), incident.anomalies.end(),
                   [](const Anomaly& a, const Anomaly& b) { return a.onset < b.onset; });
  incident.alarms = group.alarms;
  incident.changes = conclusion.changes.suspects;
  incident.p_no_change = conclusion.changes.p_no_change;

  Writer writer(incident);
  write_alarms(group, writer);
  const Handles handles = write_signals(conclusion.findings.signals, writer);
  write_changes(incident, handles, writer);
  incident.nodes = node_suspects(conclusion.nodes, handles);
  for (const Alternative& alternative : conclusion.alternatives) {
    Evidence evidence;
    evidence.kind = EvidenceKind::kNote;
    evidence.text =
        fmt::format("Another explanation, {}: {}", alternative.name, alternative.reason);
    evidence.time = conclusion.onset;
    writer.add(std::move(evidence));
  }
  std::stable_sort(incident.timeline.begin(), incident.timeline.end(),
                   [](const TimelineEntry& a, const TimelineEntry& b) { return a.time < b.time; });
  incident.notes = conclusion.findings.notes;
  if (group.dropped_members > 0) {
    incident.notes.push_back(
        fmt::format("{} further anomalies are not listed.", group.dropped_members));
  }
  return incident;
}

}  // namespace inkling::correlate
