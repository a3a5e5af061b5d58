#pragma once

#include <string>
#include <vector>

#include "core/anomaly.h"
#include "core/series.h"
#include "core/timestamp.h"

namespace inkling::sinks {

// Where a plot's axes lie in its own units, for what is drawn below it.
inline constexpr double kPlotWidth = 480;
inline constexpr double kPlotHeight = 250;
inline constexpr double kPlotLeft = 66;
inline constexpr double kPlotRight = 12;

// A vertical line with a word at its top.
struct PlotMark {
  enum class Kind : std::uint8_t { kOnset, kCulprit, kChange };
  Kind kind = Kind::kChange;
  Timestamp time;
  std::string label;  // untrusted; cleaned, shortened and escaped here
};

// One series over time.
struct Plot {
  std::string id;     // unique in the page, [a-z0-9-]
  std::string title;  // for screen readers; untrusted
  std::string description;
  SeriesRef series;
  std::vector<BandPoint> points;  // by time; NaN and infinite values are gaps
  std::vector<PlotMark> marks;    // those outside the points' range are left out
};

// Draws the series as a line over its expected band, points outside the band as dots, marks as
// vertical lines. An <svg> element for use inside HTML that has report_style(); colours come from
// there. With more points than pixels each column keeps its lowest and highest value.
std::string plot_svg(const Plot& plot);

// The shape of a series as one line of block characters, at most `columns` wide: each shows the
// value furthest from the first quarter's median. "" without values.
std::string sparkline(const std::vector<BandPoint>& points, std::size_t columns);

}  // namespace inkling::sinks
