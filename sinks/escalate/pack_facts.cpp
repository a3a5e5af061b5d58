#include "sinks/escalate/pack_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sinks/escape.h"
#include "sinks/narrative.h"
#include "sinks/quantity.h"

namespace inkling::sinks {
namespace {

constexpr std::size_t kMaxFact = 300;  // code points of one text
constexpr std::size_t kMaxNodes = 3;
constexpr std::size_t kMaxEvidenceFacts = 60;
constexpr std::size_t kMaxTimelineFacts = 30;
constexpr std::size_t kMaxNotes = 8;
constexpr std::size_t kMaxAlarms = 8;

// What a piece of evidence is worth by its kind (guess): numbers first, then what was said.
double value_of(EvidenceKind kind) {
  switch (kind) {
    case EvidenceKind::kCount:
      return 70;
    case EvidenceKind::kSeries:
      return 65;
    case EvidenceKind::kTemplate:
      return 60;
    case EvidenceKind::kChange:
      return 45;
    case EvidenceKind::kRecord:
      return 45;
    case EvidenceKind::kAlarm:
      return 40;
    case EvidenceKind::kNote:
      return 25;
  }
  return 0;
}

// The last ones are worth a little less: what matters most is listed first.
double fading(double value, std::size_t index) {
  return value * std::pow(0.97, static_cast<double>(index));
}

bool is_blamed(const Suspect& s) {
  return s.verdict == SuspectVerdict::kCaused || s.verdict == SuspectVerdict::kLikely;
}

class Collector {
 public:
  Collector(const Incident& incident, const PackOptions& options)
      : incident_(incident), options_(options) {}

  std::vector<Fact> collect() {
    head();
    services();
    changes();
    nodes();
    evidence();
    exemplars();
    alarms();
    timeline();
    missing();
    return std::move(facts_);
  }

 private:
  void add(FactSection section, std::string handle, std::string_view text, double value,
           bool needed = false) {
    std::string line = clean_text(text, kMaxFact);
    if (line.empty()) return;
    facts_.push_back({.handle = std::move(handle),
                      .section = section,
                      .text = std::move(line),
                      .value = value,
                      .needed = needed});
  }

  void head() {
    add(FactSection::kIncident, "inc:1",
        fmt::format("{} {}: {}", severity_name(incident_.severity),
                    incident_state_name(incident_.state), incident_.title),
        100, true);
    std::string span = fmt::format("onset {}", utc_time(incident_.onset));
    if (incident_.resolved.is_set()) span += ", resolved " + utc_time(incident_.resolved);
    add(FactSection::kIncident, "inc:2", span, 100, true);
    add(FactSection::kIncident, "inc:3", "impact: " + incident_.severity_reason, 90,
        !incident_.severity_reason.empty());
    add(FactSection::kIncident, "inc:4",
        fmt::format("probability that no change explains it: {}", percent(incident_.p_no_change)),
        80, true);
  }

  void services() {
    for (std::size_t i = 0; i < incident_.services.size(); ++i) {
      const AffectedService& s = incident_.services[i];
      if (i >= options_.max_services) break;
      add(FactSection::kService, fmt::format("svc:{}", i + 1),
          fmt::format("{} ({}), first sign {}: {}", s.service, s.is_core ? "core" : "victim",
                      utc_clock(s.first_sign), s.summary),
          fading(75, i), i == 0);
    }
  }

  void suspect(FactSection section, const std::string& handle, const Suspect& s, double value,
               bool needed) {
    const bool is_change = s.kind == Suspect::Kind::kChange;
    std::string text = is_change ? change_name(s) : "service " + s.service;
    text += fmt::format(" at {}, p {}, {}", utc_clock(s.time), percent(s.p),
                        suspect_verdict_name(s.verdict));
    if (is_change && !s.title.empty()) text += fmt::format(": {}", clean_text(s.title, kMaxTitle));
    if (is_change && !s.author.empty()) text += fmt::format(" (by {})", s.author);
    if (is_change && !s.id.empty()) text += fmt::format(" [{}]", short_id(s.id));
    if (!s.previous_version.empty()) text += ", before it " + s.previous_version;
    add(section, handle, text, value, needed);
  }

  void terms(FactSection section, const std::string& handle, const Suspect& s, double scale) {
    for (std::size_t i = 0; i < s.terms.size(); ++i) {
      const SuspectTerm& term = s.terms[i];
      if (term.name == "prior" || term.reason.empty()) continue;
      std::string text = fmt::format("{} {:+.1f}: {}", term.name, term.log_odds, term.reason);
      for (const std::uint32_t number : term.evidence) text += fmt::format(" (ev:{})", number);
      // A clipped term is the loudest there is.
      const double loudness = std::min(1.0, std::abs(term.log_odds) / 4.0);
      add(section, fmt::format("{}.{}", handle, i + 1), text, scale * (20 + 60 * loudness));
    }
  }

  void exonerated(const std::string& handle, const Suspect& s, std::size_t index) {
    const SuspectTerm* decided = nullptr;
    for (const SuspectTerm& term : s.terms) {
      if (term.name == "prior") continue;
      if (!decided || term.log_odds < decided->log_odds) decided = &term;
    }
    std::string text =
        fmt::format("{} at {}, p {}, exonerated", change_name(s), utc_clock(s.time), percent(s.p));
    if (decided) text += ": " + decided->reason;
    if (!s.id.empty()) text += fmt::format(" [{}]", short_id(s.id));
    add(FactSection::kExonerated, handle, text, fading(40, index));
  }

  void changes() {
    std::size_t told = 0;
    std::size_t cleared = 0;
    for (std::size_t i = 0; i < incident_.changes.size(); ++i) {
      const Suspect& s = incident_.changes[i];
      const std::string handle = fmt::format("chg:{}", i + 1);
      if (s.verdict == SuspectVerdict::kExonerated) {
        if (cleared < options_.max_exonerated) exonerated(handle, s, cleared++);
        continue;
      }
      if (told == options_.max_changes) continue;
      suspect(FactSection::kChange, handle, s, fading(95, told), told == 0);
      terms(FactSection::kChange, handle, s, told == 0 ? 1.0 : 0.6);
      ++told;
    }
    // Those that are cleared stand behind all others.
    std::stable_sort(facts_.begin(), facts_.end(),
                     [](const Fact& a, const Fact& b) { return a.section < b.section; });
  }

  void nodes() {
    for (std::size_t i = 0; i < std::min(incident_.nodes.size(), kMaxNodes); ++i) {
      const std::string handle = fmt::format("node:{}", i + 1);
      suspect(FactSection::kNode, handle, incident_.nodes[i], fading(70, i), i == 0);
      terms(FactSection::kNode, handle, incident_.nodes[i], i == 0 ? 0.7 : 0.3);
    }
  }

  void evidence() {
    std::size_t index = 0;
    for (const Evidence& e : incident_.evidence) {
      if (index == kMaxEvidenceFacts) break;
      std::string text = e.text.empty() ? series_label(e.series) : e.text;
      if (e.time.is_set()) text += fmt::format(" ({})", utc_clock(e.time));
      add(FactSection::kEvidence, fmt::format("ev:{}", e.number), text,
          fading(value_of(e.kind), index++));
    }
  }

  void exemplars() {
    std::size_t index = 0;
    for (const Anomaly& a : incident_.anomalies) {
      if (!a.series) continue;
      ++index;
      std::string text = series_label(a.series) + " " + describe_anomaly(a);
      if (a.events > 0) text += fmt::format(", {} events", a.events);
      if (a.onset.is_set()) text += fmt::format(", since {}", utc_clock(a.onset));
      add(FactSection::kExemplar, fmt::format("an:{}", index), text, fading(50, index));
      if (a.exemplar.empty()) continue;
      add(FactSection::kExemplar, fmt::format("an:{}.1", index), "example: " + a.exemplar,
          fading(55, index));
    }
  }

  void alarms() {
    for (std::size_t i = 0; i < std::min(incident_.alarms.size(), kMaxAlarms); ++i) {
      const Alarm& a = incident_.alarms[i];
      std::string text = fmt::format("alarm \"{}\" {} at {}", clean_text(a.name, kMaxTitle),
                                     a.resolved ? "recovered" : "fired", utc_clock(a.time));
      if (!a.service.empty()) text += " for " + a.service;
      if (!a.summary.empty()) text += ": " + a.summary;
      add(FactSection::kAlarm, fmt::format("al:{}", i + 1), text, fading(35, i));
    }
  }

  void timeline() {
    const std::size_t count = std::min(incident_.timeline.size(), kMaxTimelineFacts);
    for (std::size_t i = 0; i < count; ++i) {
      const TimelineEntry& entry = incident_.timeline[i];
      add(FactSection::kTimeline, fmt::format("tl:{}", i + 1),
          fmt::format("{} {}", utc_clock(entry.time), entry.text), fading(30, i));
    }
  }

  void missing() {
    for (std::size_t i = 0; i < std::min(incident_.notes.size(), kMaxNotes); ++i) {
      add(FactSection::kMissing, fmt::format("note:{}", i + 1), incident_.notes[i], fading(30, i));
    }
  }

  const Incident& incident_;
  const PackOptions& options_;
  std::vector<Fact> facts_;
};

}  // namespace

std::vector<Fact> collect_facts(const Incident& incident, const PackOptions& options) {
  return Collector(incident, options).collect();
}

std::vector<SuspectChoice> collect_suspects(const Incident& incident, const PackOptions& options) {
  std::vector<SuspectChoice> choices;
  std::size_t told = 0;
  std::size_t cleared = 0;
  for (std::size_t i = 0; i < incident.changes.size(); ++i) {
    const Suspect& s = incident.changes[i];
    const bool is_cleared = s.verdict == SuspectVerdict::kExonerated;
    const std::size_t limit = is_cleared ? options.max_exonerated : options.max_changes;
    if ((is_cleared ? cleared : told)++ >= limit) continue;
    SuspectChoice choice = {
        .handle = fmt::format("chg:{}", i + 1), .id = s.id, .exonerated = is_cleared};
    choice.blamed = is_blamed(s);
    if (!s.id.empty()) choice.names.push_back(short_id(s.id));
    if (!s.version.empty()) choice.names.push_back(clean_text(s.version, 60));
    choices.push_back(std::move(choice));
  }
  for (std::size_t i = 0; i < std::min(incident.nodes.size(), kMaxNodes); ++i) {
    choices.push_back({.handle = fmt::format("node:{}", i + 1),
                       .id = incident.nodes[i].id,
                       .blamed = is_blamed(incident.nodes[i])});
  }
  return choices;
}

}  // namespace inkling::sinks
