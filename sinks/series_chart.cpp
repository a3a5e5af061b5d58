#include "sinks/series_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sinks/plot_svg.h"

namespace inkling::sinks {
namespace {

constexpr double kScoreTop = kPlotHeight + 14;
constexpr double kScoreHeight = 70;
constexpr double kHeight = kScoreTop + kScoreHeight + 16;
constexpr std::size_t kColumns = 400;
constexpr int kZoom = 2;  // pixels of a unit

constexpr std::string_view kStyle =
    "text{font:11px system-ui,'DejaVu Sans',sans-serif}"
    ".grid{stroke:#dde1e6;stroke-width:1}.axis{stroke:#6b7480;stroke-width:1}.tick{fill:#6b7480}"
    ".band{fill:#d6e6f7}.line{fill:none;stroke:#1f5fa8;stroke-width:1.6;stroke-linejoin:round}"
    ".dot{fill:#1f5fa8}.outside{fill:#c62828}.mark line{stroke:#6b7480}"
    ".score{fill:none;stroke:#6b7480;stroke-width:1.2}"
    ".alarm{stroke:#c62828;stroke-width:1;stroke-dasharray:4 3}";

double score_y(double score) {
  return kScoreTop + kScoreHeight * (1 - std::clamp(std::isnan(score) ? 0.0 : score, 0.0, 1.0));
}

// The score over the same time axis as the plot above. Each column keeps its highest.
std::string score_panel(const std::vector<Verdict>& verdicts) {
  std::string out = fmt::format(
      "<line class=\"axis\" x1=\"{0:.1f}\" x2=\"{1:.1f}\" y1=\"{2:.1f}\" y2=\"{2:.1f}\"/>"
      "<line class=\"alarm\" x1=\"{0:.1f}\" x2=\"{1:.1f}\" y1=\"{3:.1f}\" y2=\"{3:.1f}\"/>"
      "<text class=\"tick\" x=\"{4:.1f}\" y=\"{5:.1f}\" text-anchor=\"end\">score 0.5</text>",
      kPlotLeft, kPlotWidth - kPlotRight, score_y(0), score_y(0.5), kPlotLeft - 6,
      score_y(0.5) + 4);
  if (verdicts.empty()) return out;
  const auto begin = static_cast<double>(verdicts.front().begin.ns);
  const double width = std::max(1.0, static_cast<double>(verdicts.back().begin.ns) - begin);
  const auto x_of = [&](const Verdict& v) {
    const double share = (static_cast<double>(v.begin.ns) - begin) / width;
    return kPlotLeft + std::clamp(share, 0.0, 1.0) * (kPlotWidth - kPlotLeft - kPlotRight);
  };
  std::string path;
  std::string dots;
  const std::size_t groups = std::min(kColumns, verdicts.size());
  for (std::size_t g = 0; g < groups; ++g) {
    const auto first = verdicts.begin() + static_cast<std::ptrdiff_t>(g * verdicts.size() / groups);
    const auto last =
        verdicts.begin() + static_cast<std::ptrdiff_t>((g + 1) * verdicts.size() / groups);
    const auto best = std::max_element(
        first, last, [](const Verdict& a, const Verdict& b) { return a.score < b.score; });
    path +=
        fmt::format("{}{:.1f},{:.1f}", path.empty() ? "M" : "L", x_of(*best), score_y(best->score));
    if (!best->anomalous) continue;
    dots += fmt::format("<circle class=\"outside\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2.4\"/>",
                        x_of(*best), score_y(best->score));
  }
  return out + fmt::format("<path class=\"score\" d=\"{}\"/>", path) + dots;
}

}  // namespace

std::string series_chart_svg(const SeriesChart& chart) {
  std::vector<Verdict> verdicts = chart.verdicts;
  std::stable_sort(verdicts.begin(), verdicts.end(),
                   [](const Verdict& a, const Verdict& b) { return a.begin < b.begin; });
  Plot plot;
  plot.id = "series";
  plot.series = chart.series;
  plot.title = chart.series ? chart.series->display_name() : std::string();
  plot.description =
      fmt::format("{} points with the band they were expected in and their score", verdicts.size());
  for (const Verdict& v : verdicts) plot.points.push_back({v.begin, v.value, v.low, v.high});
  if (!verdicts.empty()) {
    const auto first = std::find_if(verdicts.begin(), verdicts.end(),
                                    [](const Verdict& v) { return v.anomalous; });
    if (first != verdicts.end()) {
      plot.marks.push_back(
          {PlotMark::Kind::kOnset, first->begin, std::string(verdict_kind_name(first->kind))});
    }
  }
  std::string inner = plot_svg(plot);
  inner.insert(4, fmt::format(" width=\"{:.0f}\" height=\"{:.0f}\"", kPlotWidth, kPlotHeight));
  return fmt::format(
             "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" "
             "width=\"{2:.0f}\" height=\"{3:.0f}\"><style>{4}</style>"
             "<rect width=\"{0:.0f}\" height=\"{1:.0f}\" fill=\"#ffffff\"/>",
             kPlotWidth, kHeight, kPlotWidth * kZoom, kHeight * kZoom, kStyle) +
         inner + score_panel(verdicts) + "</svg>\n";
}

}  // namespace inkling::sinks
