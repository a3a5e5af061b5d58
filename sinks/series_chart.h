#pragma once

#include <string>
#include <vector>

#include "core/series.h"
#include "core/verdict.h"

namespace inkling::sinks {

// What the detectors said of one series, to be looked at.
struct SeriesChart {
  SeriesRef series;
  std::vector<Verdict> verdicts;  // by time
};

// A picture that stands alone: the series over its band, and below it the score with the alarm line
// and a dot for each anomalous window. Colours are written out: no style sheet is needed.
std::string series_chart_svg(const SeriesChart& chart);

}  // namespace inkling::sinks
