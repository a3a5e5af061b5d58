#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/incident.h"
#include "core/ledger.h"
#include "sinks/plot_svg.h"

namespace inkling::sinks {

// What the Markdown and the HTML report show alike, chosen once. Texts are plain and cleaned, not
// yet escaped.

// Bounds on what a report shows; the JSON report has everything.
inline constexpr std::size_t kMaxPlots = 8;
inline constexpr std::size_t kMaxMarks = 12;          // of changes in a plot
inline constexpr std::size_t kMaxSuspectsShown = 10;  // of each kind
inline constexpr std::size_t kMaxTimeline = 60;
inline constexpr std::size_t kMaxServices = 40;
inline constexpr std::size_t kMaxExemplars = 12;
inline constexpr std::size_t kMaxEvidence = 200;

// A series worth drawing: of the evidence if it carries plots, else of the anomalies.
struct Chart {
  Plot plot;
  std::string label;    // name of the series
  std::string caption;  // what it did and since when
  std::string handle;   // "ev:3", "" = none
};
struct ChartList {
  std::vector<Chart> charts;
  std::size_t left_out = 0;
};
ChartList choose_charts(const Incident& incident);

// One line of a log as an example.
struct Exemplar {
  std::string origin;  // series or handle it belongs to
  std::string text;
};
std::vector<Exemplar> choose_exemplars(const Incident& incident);

// Where the evidence leads: "0:4096 record 12", a series with its window, or "-".
std::string evidence_place(const Evidence& evidence);
// The fact without controls; the series' name if it has no text.
std::string evidence_text(const Evidence& evidence);

// Sentences on how good the data was: the incident's own notes, then the books.
std::vector<std::string> data_quality(const Incident& incident, const Ledger& ledger);

// "1 service", "2 services".
std::string count_of(std::uint64_t count, std::string_view singular);

// "and 3 more in the JSON report" if `total` is beyond `shown`, else "".
std::string rest_note(std::size_t total, std::size_t shown);

}  // namespace inkling::sinks
