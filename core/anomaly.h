#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/series.h"
#include "core/timestamp.h"
#include "core/verdict.h"

namespace inkling {

// A value with the band it was expected in, for plots and evidence. NaN bounds: not known.
struct BandPoint {
  Timestamp time;  // begin of the window
  double value = kAbsent;
  double low = kAbsent;
  double high = kAbsent;
};

enum class Direction : std::uint8_t { kUp, kDown };

// A run of verdicts that matter.
struct Anomaly {
  std::uint64_t id = 0;  // hash of series id and onset
  SeriesRef series;
  VerdictKind kind = VerdictKind::kNone;
  Direction direction = Direction::kUp;
  Timestamp onset;                // begin of the first anomalous window
  Timestamp last;                 // end of the latest anomalous window
  bool open = true;               // false once it has been quiet long enough
  double strength = 0;            // highest score so far, 0..1
  double raw = 0;                 // highest raw score so far
  double peak = kAbsent;          // the value furthest outside
  double expected_low = kAbsent;  // band at the onset
  double expected_high = kAbsent;
  Timestamp limit_at = Timestamp::none();  // kExhaustion: when the limit will be reached
  std::uint64_t events = 0;                // events behind it (requests, records), 0 = not known
  Position first_position;                 // of the first record or point
  std::string exemplar;                    // redacted text of one record, "" = none
  std::vector<BandPoint> history;  // windows before the onset and since, oldest first, bounded
};

// One step in an anomaly's life, as the detectors tell correlation.
struct AnomalyUpdate {
  enum class Step : std::uint8_t { kOpened, kContinued, kClosed };
  Step step = Step::kOpened;
  Timestamp time;  // end of the window that made the step: the order of the stream
  Anomaly anomaly;
};

}  // namespace inkling
