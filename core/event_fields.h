#pragma once

#include "core/anomaly.h"
#include "core/epoch.h"
#include "core/event.h"
#include "core/ledger.h"
#include "core/state_fields.h"

namespace inkling {

inline constexpr VerdictKind kLastVerdictKind = VerdictKind::kRange;

// What of events is saved, and in which order (core/state_fields.h).

template <class A>
void fields(A& a, StateOf<A, Change>& s) {
  a(s.id, s.time, s.service, s.version, s.commit, s.title, s.author, s.diff, s.files, s.record);
  a.choice(s.kind, ChangeKind::kOther);
}

template <class A>
void fields(A& a, StateOf<A, Alarm>& s) {
  a(s.id, s.time, s.name, s.service, s.metric, s.summary, s.severity, s.threshold, s.observed,
    s.resolved, s.record);
}

template <class A>
void fields(A& a, StateOf<A, Call>& s) {
  a(s.time, s.caller, s.callee, s.duration_ms, s.failed);
}

template <class A>
void fields(A& a, StateOf<A, ServiceCount>& s) {
  a(s.slot, s.service, s.version, s.records, s.error_records, s.requests, s.failures);
  a.require_slot(s.slot);
}

template <class A>
void fields(A& a, StateOf<A, TemplateSighting>& s) {
  a(s.time, s.id, s.service, s.version, s.text, s.exemplar, s.position, s.new_to_service,
    s.in_warm_up);
  a.choice(s.level, Level::kFatal);
}

template <class A>
void fields(A& a, StateOf<A, BandPoint>& s) {
  a(s.time, s.value, s.low, s.high);
}

template <class A>
void fields(A& a, StateOf<A, TimeRange>& s) {
  a(s.begin, s.end);
}

template <class A>
void fields(A& a, StateOf<A, Anomaly>& s) {
  a(s.id, s.series, s.onset, s.last, s.open, s.strength, s.raw, s.peak, s.expected_low,
    s.expected_high, s.limit_at, s.events, s.first_position, s.exemplar, s.history);
  a.choice(s.kind, kLastVerdictKind);
  a.choice(s.direction, Direction::kDown);
  a.require(s.series != nullptr, "an anomaly without a series");
}

template <class A>
void fields(A& a, StateOf<A, Ledger>& s) {
  a(s.frames, s.bytes, s.lines, s.extra, s.empty, s.header, s.broken, s.counted, s.other, s.joined,
    s.screened, s.late, s.duplicate, s.points, s.events, s.time_missing, s.time_clamped);
}

}  // namespace inkling
