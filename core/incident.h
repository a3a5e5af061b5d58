#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/anomaly.h"
#include "core/event.h"
#include "core/timestamp.h"

namespace inkling {

enum class IncidentState : std::uint8_t { kOpen, kResolved };
std::string_view incident_state_name(IncidentState state);

// P0 is the worst. From impact, not from how unusual the numbers are.
enum class Severity : std::uint8_t { kP0, kP1, kP2, kP3 };
std::string_view severity_name(Severity severity);

// What is said of a suspect, for people.
enum class SuspectVerdict : std::uint8_t { kCaused, kLikely, kCoincident, kExonerated };
std::string_view suspect_verdict_name(SuspectVerdict verdict);

// One addend of a suspect's log-odds.
struct SuspectTerm {
  std::string
      name;  // "time", "version_split", "before_after", "new_template", "scope", "commit", ...
  double log_odds = 0;                  // clipped to [-6, 4]
  std::string reason;                   // in words, with the numbers it is made of
  std::vector<std::uint32_t> evidence;  // handles: indices into Incident::evidence plus 1
};

// A change, or a service, that may be the cause.
struct Suspect {
  enum class Kind : std::uint8_t { kChange, kNode };
  Kind kind = Kind::kChange;
  std::string id;  // commit SHA or change id; service name for a node
  std::string title;
  std::string service;
  Timestamp time;  // of the change; of the first sign for a node
  double p = 0;    // probability that it is the cause
  double log_odds = 0;
  SuspectVerdict verdict = SuspectVerdict::kCoincident;
  std::vector<SuspectTerm> terms;
  // Of a change only; what to do next depends on them.
  ChangeKind change_kind = ChangeKind::kOther;
  std::string version;           // what it brought, "" = unknown
  std::string previous_version;  // what to go back to, "" = unknown
  std::string author;            // whom to ask, "" = unknown
};

enum class EvidenceKind : std::uint8_t {
  kSeries,
  kRecord,
  kTemplate,
  kChange,
  kAlarm,
  kCount,
  kNote
};
std::string_view evidence_kind_name(EvidenceKind kind);

// A fact with a handle: "ev:<number>", counted from 1 within its incident. It leads back to a
// position in the journal, or to a window of a series.
struct Evidence {
  std::uint32_t number = 0;
  EvidenceKind kind = EvidenceKind::kNote;
  std::string text;  // the fact, redacted
  Timestamp time;
  std::optional<Position> position;
  SeriesRef series;                     // null = none
  TimeRange window{};                   // of the series
  std::vector<BandPoint> plot;          // for kSeries: what to draw
  Timestamp onset = Timestamp::none();  // mark in the plot
};

// An entry of the timeline of an incident.
struct TimelineEntry {
  Timestamp time;
  std::string text;
  std::uint32_t evidence = 0;  // handle, 0 = none
};

// How a service takes part.
struct AffectedService {
  std::string service;
  Timestamp first_sign;
  double deviation = 0;  // strongest robust deviation or raw score of its series
  std::string summary;   // its strongest series in words
  bool is_core = false;  // top suspect, not a victim
};

// Anomalies and alarms that belong together. A value: each transition makes a whole new one.
struct Incident {
  std::string id;              // 16 hex digits: hash of the first anomaly's series id and onset
  std::uint32_t revision = 0;  // counts transitions
  IncidentState state = IncidentState::kOpen;
  Severity severity = Severity::kP3;
  std::string severity_reason;
  std::string title;
  Timestamp onset;   // earliest change point
  Timestamp opened;  // event time of publishing
  Timestamp updated;
  Timestamp resolved = Timestamp::none();
  std::vector<AffectedService> services;  // core first, then by first sign
  std::vector<Anomaly> anomalies;         // by onset
  std::vector<Alarm> alarms;
  std::vector<Suspect> changes;         // by p, highest first
  std::vector<Suspect> nodes;           // by p, highest first
  double p_no_change = 1;               // that no change explains it
  std::vector<TimelineEntry> timeline;  // by time
  std::vector<Evidence> evidence;
  std::vector<std::string> notes;  // on the quality of the data: gaps, warm-up, range re-read
};

// Did this change move this series? For `--emit impacts`.
struct Impact {
  std::string change;
  SeriesRef series;
  double score = 0;  // p90 of the residual after over before, >= 0; 1 = as before
};

}  // namespace inkling
