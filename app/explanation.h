#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/series_scan.h"
#include "core/timestamp.h"
#include "core/verdict.h"
#include "detect/options.h"
#include "detect/series_control.h"

namespace inkling::app {

// Why a series was said to be wrong, or not, at a time.
struct Explanation {
  SeriesRef series;
  Timestamp at;
  std::optional<Verdict> verdict;    // of the window at or before that time
  Duration period{};                 // median step before it, 0 = not known
  bool has_value = false;            // the window reaches the time; else the series was silent then
  std::optional<Verdict> last_said;  // the latest anomalous one before it
  std::string spoke;                 // which detector, and what it looks at
  std::string reason;                // why it was said or held back
  detect::SeriesControl control;
  std::vector<const detect::ThresholdRule*> limits;  // into the options
};

// Pure. `options` outlive the explanation.
Explanation explain(const SeriesTrack& track, Timestamp at, const detect::DetectOptions& options,
                    const detect::ControlTable& controls);

std::string explanation_text(const Explanation& explanation);
std::string explanation_json(const Explanation& explanation);

}  // namespace inkling::app
