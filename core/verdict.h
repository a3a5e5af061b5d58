#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/event.h"
#include "core/position.h"
#include "core/series.h"
#include "core/timestamp.h"

namespace inkling {

// What was found.
enum class VerdictKind : std::uint8_t {
  kNone,
  kThreshold,     // a declared limit, M windows out of N
  kBand,          // outside the band this series keeps
  kCount,         // more or fewer than the count band allows
  kNewTemplate,   // a message never seen before
  kSilence,       // a series that stopped
  kSpike,         // a step away from what it was just now
  kLevelShift,    // it has moved for good
  kFlatLine,      // a moving series that stands still
  kVarianceDrop,  // it moves far less than it ever did
  kExhaustion,    // it climbs steadily towards a limit that it will reach soon
  kCounterReset,  // a counter began anew: a restart
  kStale,         // rows come, values do not
  kRange,         // a value its data range says cannot be
};
std::string_view verdict_kind_name(VerdictKind kind);

// What let a verdict through, or held it back.
enum class Gate : std::uint8_t {
  kNormal,        // inside what is expected
  kPassed,        // anomalous, and said
  kWarmUp,        // too little history to judge
  kRecentlySaid,  // as anomalous as what was said shortly before
  kTooFew,        // too few events to judge
  kNoValue,       // the row has no value
  kSensitivity,   // less unusual than the series' sensitivity asks for
  kDirection,     // outside the band on the side that is not watched
  kSmall,         // outside the band, by less than the least deviation that matters
  kShifted,       // said before, and it stays there: expected is the level before
  kAdapted,       // the new level is the normal one from now on
};
std::string_view gate_name(Gate gate);

// What the detectors say of one closed window, or of one point of a series of single points.
struct Verdict {
  SeriesRef series;
  Timestamp begin;  // of the window; of the point
  Timestamp end;    // exclusive; equal to begin for a point
  double value = kAbsent;
  double low = kAbsent;  // expected band; NaN while unknown
  double high = kAbsent;
  double raw = 0.0;    // the detector's own scale, before the silence rule
  double score = 0.0;  // 0..1, 0.5 is the alarm line
  // 0..1: how much of the judgement rests on what was learned; 0.5 at the end of the warm-up.
  float confidence = 1.0F;
  VerdictKind kind = VerdictKind::kNone;
  Gate gate = Gate::kNormal;
  bool anomalous = false;                  // score >= 0.5
  Timestamp limit_at = Timestamp::none();  // kExhaustion: when the limit will be reached
  Position position;  // of the point; for a window, of the first record in it if known
};

}  // namespace inkling
