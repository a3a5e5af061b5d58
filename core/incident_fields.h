#pragma once

#include "core/event_fields.h"
#include "core/incident.h"
#include "core/state_fields.h"

namespace inkling {

// What of incidents is saved, and in which order (core/state_fields.h).

template <class A>
void fields(A& a, StateOf<A, SuspectTerm>& s) {
  a(s.name, s.log_odds, s.reason, s.evidence);
}

template <class A>
void fields(A& a, StateOf<A, Suspect>& s) {
  a(s.id, s.title, s.service, s.time, s.p, s.log_odds, s.terms, s.version, s.previous_version,
    s.author);
  a.choice(s.kind, Suspect::Kind::kNode);
  a.choice(s.verdict, SuspectVerdict::kExonerated);
  a.choice(s.change_kind, ChangeKind::kOther);
}

template <class A>
void fields(A& a, StateOf<A, Evidence>& s) {
  a(s.number, s.text, s.time, s.position, s.series, s.window, s.plot, s.onset);
  a.choice(s.kind, EvidenceKind::kNote);
}

template <class A>
void fields(A& a, StateOf<A, TimelineEntry>& s) {
  a(s.time, s.text, s.evidence);
}

template <class A>
void fields(A& a, StateOf<A, AffectedService>& s) {
  a(s.service, s.first_sign, s.deviation, s.summary, s.is_core);
}

template <class A>
void fields(A& a, StateOf<A, Incident>& s) {
  a(s.id, s.revision, s.severity_reason, s.title, s.onset, s.opened, s.updated, s.resolved,
    s.services, s.anomalies, s.alarms, s.changes, s.nodes, s.p_no_change, s.timeline, s.evidence,
    s.notes);
  a.choice(s.state, IncidentState::kResolved);
  a.choice(s.severity, Severity::kP3);
}

template <class A>
void fields(A& a, StateOf<A, Impact>& s) {
  a(s.change, s.series, s.score);
  a.require(s.series != nullptr, "an impact without a series");
}

}  // namespace inkling
