#include "sinks/narrative.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cmath>

#include "sinks/escape.h"
#include "sinks/next_steps.h"
#include "sinks/quantity.h"

namespace inkling::sinks {
namespace {

constexpr std::size_t kMaxBroken = 3;
constexpr std::size_t kMaxAffected = 6;
constexpr std::size_t kMaxBecause = 3;
constexpr std::size_t kMaxRuledOut = 6;
// Below this a change is not worth naming as an open question (guess).
constexpr double kWorthNaming = 0.2;

std::vector<std::string> describe_broken(const Incident& incident) {
  std::vector<const Anomaly*> order;
  for (const Anomaly& a : incident.anomalies) {
    if (a.series) order.push_back(&a);
  }
  const auto in_core = [&](const Anomaly* a) {
    return std::any_of(
        incident.services.begin(), incident.services.end(),
        [&](const AffectedService& s) { return s.is_core && s.service == a->series->service; });
  };
  std::stable_sort(order.begin(), order.end(), [&](const Anomaly* a, const Anomaly* b) {
    if (in_core(a) != in_core(b)) return in_core(a);
    return a->strength > b->strength;
  });
  std::vector<std::string> lines;
  for (const Anomaly* a : order) {
    if (lines.size() == kMaxBroken) break;
    lines.push_back(series_label(a->series) + " " + describe_anomaly(*a));
  }
  if (order.size() > lines.size()) {
    lines.push_back(fmt::format("and {} more series", order.size() - lines.size()));
  }
  // Found by looking back from an alarm: the services carry their signs, there are no anomalies.
  for (const AffectedService& s : incident.services) {
    if (!order.empty() || lines.size() == kMaxBroken) break;
    if (s.summary.empty()) continue;
    const bool is_named = s.summary.starts_with(s.service);
    lines.push_back(clean_text(is_named ? s.summary : s.service + ": " + s.summary));
  }
  for (const Alarm& alarm : incident.alarms) {
    if (lines.size() > kMaxBroken + 1) break;
    lines.push_back(fmt::format("alarm \"{}\" fired at {}", clean_text(alarm.name, kMaxTitle),
                                utc_clock(alarm.time)));
  }
  return lines;
}

std::vector<std::string> describe_affected(const Incident& incident) {
  std::vector<std::string> lines;
  for (const AffectedService& s : incident.services) {
    if (lines.size() == kMaxAffected) {
      lines.push_back(fmt::format("and {} more services", incident.services.size() - kMaxAffected));
      break;
    }
    lines.push_back(fmt::format("{} ({}, first sign {})", clean_text(s.service, kMaxTitle),
                                s.is_core ? "core" : "victim", utc_clock(s.first_sign)));
  }
  if (lines.empty()) lines.emplace_back("no service is named in the data");
  return lines;
}

std::string describe_since(const Incident& incident) {
  std::string text = utc_time(incident.onset);
  if (incident.resolved.is_set()) {
    return text + fmt::format(", resolved {} (lasted {})", utc_clock(incident.resolved),
                              span_of_time(time_between(incident.onset, incident.resolved)));
  }
  if (incident.updated.is_set() && incident.onset.is_set() && incident.updated > incident.onset) {
    text += fmt::format(", still open {} later",
                        span_of_time(time_between(incident.onset, incident.updated)));
  }
  return text;
}

bool is_blamed(const Suspect& s) {
  return s.verdict == SuspectVerdict::kCaused || s.verdict == SuspectVerdict::kLikely;
}

// ", 28s before the onset (02:14:02 UTC)".
std::string when_against_onset(Timestamp time, Timestamp onset) {
  if (!time.is_set()) return "";
  if (!onset.is_set() || time == onset) return fmt::format(" ({})", utc_time(time));
  const bool before = time < onset;
  const Duration gap = before ? time_between(time, onset) : time_between(onset, time);
  // Across a day the clock alone would mislead.
  const bool near = gap < std::chrono::hours(12);
  return fmt::format(", {} {} the onset ({})", span_of_time(gap), before ? "before" : "after",
                     near ? utc_clock(time) + " UTC" : utc_time(time));
}

std::vector<std::string> loudest_terms(const Suspect& suspect) {
  std::vector<const SuspectTerm*> order;
  for (const SuspectTerm& term : suspect.terms) {
    if (term.log_odds > 0 && term.name != "prior" && !term.reason.empty()) order.push_back(&term);
  }
  std::stable_sort(order.begin(), order.end(), [](const SuspectTerm* a, const SuspectTerm* b) {
    return a->log_odds > b->log_odds;
  });
  std::vector<std::string> lines;
  for (const SuspectTerm* term : order) {
    if (lines.size() == kMaxBecause) break;
    lines.push_back(clean_text(term->reason));
  }
  return lines;
}

std::vector<std::string> describe_ruled_out(const Incident& incident) {
  std::vector<std::string> lines;
  std::size_t left_out = 0;
  for (const Suspect& s : incident.changes) {
    if (s.verdict != SuspectVerdict::kExonerated) continue;
    if (lines.size() == kMaxRuledOut) {
      ++left_out;
      continue;
    }
    std::string line = fmt::format("{}, {}", change_name(s), utc_clock(s.time));
    const SuspectTerm* decided = nullptr;
    for (const SuspectTerm& term : s.terms) {
      if (term.name == "prior") continue;  // the same for all, it decides nothing
      if (!decided || term.log_odds < decided->log_odds) decided = &term;
    }
    if (decided) {
      line += ": " + clean_text(decided->reason.empty() ? decided->name : decided->reason);
    }
    lines.push_back(std::move(line));
  }
  if (left_out > 0) lines.push_back(fmt::format("and {} more changes", left_out));
  return lines;
}

}  // namespace

std::string short_id(const std::string& id) {
  constexpr std::size_t kHashDigits = 12;
  const bool is_hash =
      id.size() >= 20 && id.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
  return is_hash ? id.substr(0, kHashDigits) : clean_text(id, 40);
}

std::string probability_word(double p) {
  if (p >= 0.95) return "almost certain";
  if (p >= 0.8) return "very likely";
  if (p >= 0.6) return "likely";
  if (p >= 0.35) return "possible";
  return "unlikely";
}

std::string change_name(const Suspect& change) {
  const std::string service = clean_text(change.service, 80);
  const std::string version = clean_text(change.version, 60);
  std::string name(change_kind_name(change.change_kind));
  switch (change.change_kind) {
    case ChangeKind::kDeploy:
    case ChangeKind::kRollback:
    case ChangeKind::kScaling:
      if (!service.empty()) name += " of " + service;
      if (!version.empty()) name += (service.empty() ? " of " : " ") + version;
      break;
    case ChangeKind::kCommit:
      name += " " + short_id(change.id);
      if (!service.empty()) name += " in " + service;
      break;
    case ChangeKind::kFlag:
      name = "feature flag";
      if (!service.empty()) name += " in " + service;
      break;
    case ChangeKind::kConfig:
      name = "configuration";
      if (!service.empty()) name += " of " + service;
      break;
    case ChangeKind::kMigration:
      if (!service.empty()) name += " in " + service;
      break;
    case ChangeKind::kExternal:
      name = "outside service" + (service.empty() ? "" : " " + service);
      break;
    case ChangeKind::kOther:
      name = "change";
      if (!service.empty()) name += " of " + service;
      break;
  }
  return name;
}

std::string series_label(const SeriesRef& series) {
  if (!series) return "a series";
  if (series->kind == SeriesKind::kTemplateCount && !series->template_text.empty()) {
    return clean_text(
        fmt::format("{}: message \"{}\"", series->service, clean_text(series->template_text, 120)));
  }
  return clean_text(series->display_name(), kMaxTitle);
}

std::string describe_anomaly(const Anomaly& anomaly) {
  static const SeriesInfo kNoSeries;
  const SeriesInfo& series = anomaly.series ? *anomaly.series : kNoSeries;
  if (anomaly.kind == VerdictKind::kSilence) return "went silent";
  if (anomaly.kind == VerdictKind::kStale) return "sends rows without values";
  if (anomaly.kind == VerdictKind::kFlatLine) return "stands still";
  if (anomaly.kind == VerdictKind::kVarianceDrop) return "hardly moves any more";
  if (anomaly.kind == VerdictKind::kExhaustion) {
    return fmt::format("climbs towards its limit, reached {}",
                       anomaly.limit_at.is_set() ? format_timestamp(anomaly.limit_at) : "soon");
  }
  if (anomaly.kind == VerdictKind::kNewTemplate) {
    return anomaly.events > 0 ? fmt::format("is new, seen {} times", anomaly.events) : "is new";
  }
  std::string text = anomaly.direction == Direction::kUp ? "rose" : "fell";
  if (std::isfinite(anomaly.peak)) text += " to " + quantity(anomaly.peak, series);
  const bool low = std::isfinite(anomaly.expected_low);
  const bool high = std::isfinite(anomaly.expected_high);
  if (anomaly.direction == Direction::kUp && high) {
    text += ", expected up to " + quantity(anomaly.expected_high, series);
  } else if (anomaly.direction == Direction::kDown && low) {
    text += ", expected at least " + quantity(anomaly.expected_low, series);
  }
  return text;
}

Narrative narrate(const Incident& incident) {
  Narrative n;
  n.broken = describe_broken(incident);
  n.affected = describe_affected(incident);
  n.since = describe_since(incident);
  n.ruled_out = describe_ruled_out(incident);
  const Suspect* const top = incident.changes.empty() ? nullptr : &incident.changes.front();
  n.cause_p = incident.p_no_change;
  if (top && is_blamed(*top) && top->p > incident.p_no_change) {
    n.cause_kind = CauseKind::kChange;
  } else if (top && top->verdict != SuspectVerdict::kExonerated && top->p >= kWorthNaming) {
    n.cause_kind = CauseKind::kUndecided;
  }
  if (n.cause_kind == CauseKind::kNoChange) {
    n.cause = incident.changes.empty() ? "No change is known around the onset"
                                       : "No known change explains this";
    if (!incident.nodes.empty()) {
      n.cause += fmt::format("; it starts in {}", clean_text(incident.nodes.front().id, kMaxTitle));
      n.because = loudest_terms(incident.nodes.front());
    }
    n.confidence = fmt::format("{} ({})", probability_word(n.cause_p), percent(n.cause_p));
  } else {
    n.cause_p = top->p;
    n.cause = change_name(*top);
    n.cause.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(n.cause.front())));
    n.cause += when_against_onset(top->time, incident.onset);
    if (!top->title.empty()) n.cause += ": " + clean_text(top->title, kMaxTitle);
    n.confidence = fmt::format("{} ({}), verdict: {}", probability_word(top->p), percent(top->p),
                               suspect_verdict_name(top->verdict));
    n.because = loudest_terms(*top);
  }
  n.next = next_steps(incident, n.cause_kind);
  return n;
}

}  // namespace inkling::sinks
