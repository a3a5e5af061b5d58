#pragma once

#include "core/event.h"
#include "core/verdict.h"

namespace inkling::detect {

// What one detector says of one value.
struct PointJudgement {
  double raw = 0;        // the detector's own scale
  double score = 0;      // 0..1, 0.5 is the alarm line; after the silence rule
  double low = kAbsent;  // expected band
  double high = kAbsent;
  double expected = kAbsent;  // what was expected; NaN = the middle of the band
  double judged = kAbsent;    // the value that was judged; NaN = the point's own
  float confidence = 1;       // 0..1, Verdict::confidence
  VerdictKind kind = VerdictKind::kNone;
  Gate gate = Gate::kNormal;
  Timestamp limit_at = Timestamp::none();  // Verdict::limit_at
};

// Maps a raw score to [0, 1) so that `alarm_line` becomes 0.5.
constexpr double normalize_score(double raw, double alarm_line) {
  return raw <= 0 ? 0.0 : raw / (raw + alarm_line);
}

}  // namespace inkling::detect
