#include "sinks/next_steps.h"

#include <fmt/format.h>

#include <algorithm>

#include "sinks/escape.h"
#include "sinks/quantity.h"

namespace inkling::sinks {
namespace {

std::string service_of(const Suspect& s) {
  return s.service.empty() ? "the service" : clean_text(s.service, 80);
}

std::string roll_back(const Suspect& s) {
  if (!s.previous_version.empty()) {
    return fmt::format("Roll back {} {}to {}, the version before", service_of(s),
                       s.version.empty() ? "" : "from " + clean_text(s.version, 60) + " ",
                       clean_text(s.previous_version, 60));
  }
  if (!s.version.empty()) {
    return fmt::format("Roll back {} to the version before {}", service_of(s),
                       clean_text(s.version, 60));
  }
  return fmt::format("Roll back {} to the version it ran before {}", service_of(s),
                     utc_time(s.time));
}

std::string undo(const Suspect& s) {
  switch (s.change_kind) {
    case ChangeKind::kDeploy:
      return roll_back(s) + ".";
    case ChangeKind::kCommit:
      if (!s.previous_version.empty()) {
        return fmt::format("{}, which has no commit {}; then revert it.", roll_back(s),
                           short_id(s.id));
      }
      return fmt::format("Take commit {} out of {}: deploy the version before it, then revert it.",
                         short_id(s.id), service_of(s));
    case ChangeKind::kFlag:
      return fmt::format("Switch the feature flag back to what it was before {}: {}.",
                         utc_time(s.time), clean_text(s.title.empty() ? s.id : s.title, kMaxTitle));
    case ChangeKind::kConfig:
      return fmt::format("Restore the configuration {} had before {}.", service_of(s),
                         utc_time(s.time));
    case ChangeKind::kRollback:
      return fmt::format("Undo the rollback of {}: it started this, the version it left did not.",
                         service_of(s));
    case ChangeKind::kMigration:
      return fmt::format(
          "Stop what still runs of the migration in {} and look for locks it holds; ask its author "
          "before undoing it, data may already have changed.",
          service_of(s));
    case ChangeKind::kScaling:
      return fmt::format("Give {} back the capacity it had before {}.", service_of(s),
                         utc_time(s.time));
    case ChangeKind::kExternal:
      return fmt::format(
          "Do not roll back: the cause lies outside, in {}. Check its status page, and fail over, "
          "queue or switch off what calls it.",
          service_of(s));
    case ChangeKind::kOther:
      break;
  }
  return fmt::format("Undo the change of {} made at {}.", service_of(s), utc_time(s.time));
}

// The series in which recovery will show first: the strongest of the core.
const Anomaly* telling_anomaly(const Incident& incident) {
  const Anomaly* best = nullptr;
  for (const Anomaly& a : incident.anomalies) {
    if (!a.series || a.kind == VerdictKind::kNewTemplate) continue;
    const bool core = std::any_of(
        incident.services.begin(), incident.services.end(),
        [&](const AffectedService& s) { return s.is_core && s.service == a.series->service; });
    if (!core && best) continue;
    if (!best || a.strength > best->strength) best = &a;
  }
  return best;
}

void add_check(std::vector<std::string>& steps, const Incident& incident) {
  const Anomaly* const a = telling_anomaly(incident);
  if (!a) return;
  std::string band;
  if (a->direction == Direction::kUp && a->expected_high == a->expected_high) {
    band = " below " + quantity(a->expected_high, *a->series);
  } else if (a->direction == Direction::kDown && a->expected_low == a->expected_low) {
    band = " above " + quantity(a->expected_low, *a->series);
  }
  steps.push_back(fmt::format("It worked when {} is back{}.", series_label(a->series),
                              band.empty() ? " in its band" : band));
}

std::vector<std::string> for_change(const Incident& incident) {
  const Suspect& top = incident.changes.front();
  std::vector<std::string> steps;
  if (top.verdict == SuspectVerdict::kCaused) {
    steps.push_back(undo(top));
  } else {
    steps.push_back(fmt::format("Look at {} first; if nothing there speaks against it, undo it.",
                                change_name(top)));
    steps.push_back(undo(top));
  }
  if (top.change_kind != ChangeKind::kExternal) add_check(steps, incident);
  if (!top.author.empty()) {
    steps.push_back(fmt::format("Tell {}, who made the change.", clean_text(top.author, 80)));
  }
  return steps;
}

std::vector<std::string> for_undecided(const Incident& incident) {
  std::vector<std::string> steps;
  std::string names;
  for (const Suspect& s : incident.changes) {
    if (s.verdict == SuspectVerdict::kExonerated || s.p < 0.1) continue;
    if (!names.empty()) names += ", ";
    names += fmt::format("{} ({})", change_name(s), percent(s.p));
  }
  steps.push_back(
      fmt::format("Compare the open suspects before undoing anything: {}; no change at all: {}.",
                  names, percent(incident.p_no_change)));
  steps.push_back(
      fmt::format("The cheapest test is the first: {}", undo(incident.changes.front())));
  add_check(steps, incident);
  return steps;
}

std::vector<std::string> for_no_change(const Incident& incident) {
  std::vector<std::string> steps;
  std::string first;
  Timestamp since = incident.onset;
  if (!incident.nodes.empty()) {
    first = incident.nodes.front().id;
    if (incident.nodes.front().time.is_set()) since = incident.nodes.front().time;
  } else {
    for (const AffectedService& s : incident.services) {
      if (first.empty() || s.first_sign < since) {
        first = s.service;
        since = s.first_sign;
      }
    }
  }
  if (first.empty()) {
    steps.push_back(
        fmt::format("Look at the series that moved first, from {} on.", utc_time(since)));
    return steps;
  }
  const std::string name = clean_text(first, 80);
  steps.push_back(fmt::format("Do not roll back yet. Look at {} first: it moved first, at {}.",
                              name, utc_time(since)));
  const Anomaly* earliest = nullptr;
  for (const Anomaly& a : incident.anomalies) {
    if (!a.series || a.series->service != first) continue;
    if (!earliest || a.onset < earliest->onset) earliest = &a;
  }
  if (earliest) {
    steps.push_back(fmt::format("Its first sign: {} {}.", series_label(earliest->series),
                                describe_anomaly(*earliest)));
  }
  steps.push_back(fmt::format(
      "Check what {} runs on and waits for: CPU, memory, disk, connections, queues, and the "
      "services it calls.",
      name));
  return steps;
}

}  // namespace

std::vector<std::string> next_steps(const Incident& incident, CauseKind cause) {
  std::vector<std::string> steps;
  switch (cause) {
    case CauseKind::kChange:
      steps = for_change(incident);
      break;
    case CauseKind::kUndecided:
      steps = for_undecided(incident);
      break;
    case CauseKind::kNoChange:
      steps = for_no_change(incident);
      break;
  }
  if (incident.state == IncidentState::kResolved) {
    steps.insert(steps.begin(),
                 fmt::format("Nothing burns any more: resolved at {}. What follows is for the "
                             "review, and should it come back.",
                             utc_time(incident.resolved)));
  }
  return steps;
}

}  // namespace inkling::sinks
