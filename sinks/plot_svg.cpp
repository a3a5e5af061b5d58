#include "sinks/plot_svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "sinks/axis_ticks.h"
#include "sinks/escape.h"
#include "sinks/quantity.h"

namespace inkling::sinks {
namespace {

// Geometry in user units; at 390 px a plot is about 340 px wide, so one unit is 0.7 px and the
// style sheet enlarges the text there: the margins leave room for that.
constexpr double kWidth = kPlotWidth;
constexpr double kHeight = kPlotHeight;
constexpr double kLeft = kPlotLeft;
constexpr double kRight = kPlotRight;
constexpr double kTop = 56;  // three rows of mark labels
constexpr double kBottom = 30;
constexpr double kRowHeight = 16;
constexpr int kLabelRows = 3;
constexpr double kLetter = 8.4;  // widest average letter, at the enlarged size
constexpr std::size_t kMaxPoints = 800;
constexpr double kFurthestSeconds = 9.0e9;  // from 1970; room for a margin before ns overflow
constexpr double kLongestSeconds = 30.0 * 365 * 86'400;  // more does not fit a difference in ns
constexpr double kLargest = 1e150;                       // so that no difference overflows

double tame(double value) {
  return std::isfinite(value) ? std::clamp(value, -kLargest, kLargest) : kAbsent;
}

// Keeps the lowest and the highest of each group, in order.
std::vector<BandPoint> thin_out(const std::vector<BandPoint>& points) {
  if (points.size() <= kMaxPoints) return points;
  std::vector<BandPoint> kept;
  const std::size_t groups = kMaxPoints / 2;
  for (std::size_t g = 0; g < groups; ++g) {
    const std::size_t begin = g * points.size() / groups;
    const std::size_t end = (g + 1) * points.size() / groups;
    std::size_t lowest = begin;
    std::size_t highest = begin;
    for (std::size_t i = begin; i < end; ++i) {
      const double value = points[i].value;
      if (!(points[lowest].value <= value) && std::isfinite(value)) lowest = i;
      if (!(points[highest].value >= value) && std::isfinite(value)) highest = i;
    }
    kept.push_back(points[std::min(lowest, highest)]);
    if (lowest != highest) kept.push_back(points[std::max(lowest, highest)]);
  }
  return kept;
}

struct Span {
  double low = 0;
  double high = 1;
};

// What the value axis shows: all values, the band as far as it is not absurdly larger than them,
// and zero where that costs little.
Span value_span(const std::vector<BandPoint>& points) {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  const auto widen = [&](double value) {
    if (std::isnan(value)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  };
  for (const BandPoint& p : points) widen(p.value);
  const bool has_value = low <= high;
  const double reach = has_value ? std::max(high - low, std::abs(high) * 0.1) * 3 : 0;
  const double floor = low - reach;
  const double ceiling = high + reach;
  for (const BandPoint& p : points) {
    if (!has_value || (p.low >= floor && p.low <= ceiling)) widen(p.low);
    if (!has_value || (p.high >= floor && p.high <= ceiling)) widen(p.high);
  }
  if (!(low <= high)) return {};
  if (low > 0 && low < 0.6 * high) low = 0;
  if (high < 0 && high > 0.6 * low) high = 0;
  if (low == 0 && high == 0) return {};
  double margin = (high - low) * 0.06;
  if (high - low <= std::max(std::abs(high), std::abs(low)) * 1e-12) margin = std::abs(high) * 0.1;
  return {low == 0 ? 0 : low - margin, high == 0 ? 0 : high + margin};
}

class Canvas {
 public:
  Canvas(TimeRange time, Span span) : time_(time), span_(span) {}

  double x(Timestamp t) const { return x(static_cast<double>(t.ns)); }
  double x(double ns) const {
    const auto begin = static_cast<double>(time_.begin.ns);
    const auto width = static_cast<double>(time_.end.ns) - begin;
    return kLeft + (ns - begin) / width * (kWidth - kLeft - kRight);
  }
  double y(double value) const {
    const double share =
        (std::clamp(value, span_.low, span_.high) - span_.low) / (span_.high - span_.low);
    return kHeight - kBottom - share * (kHeight - kBottom - kTop);
  }

 private:
  TimeRange time_;
  Span span_;
};

std::string axes(const Canvas& canvas, TimeRange time, Span span, const Scale& scale) {
  std::string out;
  const std::vector<Tick> values =
      value_ticks(span.low / scale.divisor, span.high / scale.divisor, 5);
  for (const Tick& tick : values) {
    const double y = canvas.y(tick.place * scale.divisor);
    out += fmt::format(
        "<line class=\"grid\" x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>", kLeft,
        kWidth - kRight, y, y);
    out += fmt::format(
        "<text class=\"tick\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}{}</text>", kLeft - 6,
        y + 4, tick.label, html_escape(scale.suffix));
  }
  const double base = kHeight - kBottom;
  out +=
      fmt::format("<line class=\"axis\" x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>",
                  kLeft, kWidth - kRight, base, base);
  for (const Tick& tick : time_ticks(time, 5)) {
    const double x = canvas.x(tick.place);
    out += fmt::format(
        "<line class=\"axis\" x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>", x, x,
        base, base + 4);
    const double half = static_cast<double>(tick.label.size()) * kLetter / 2;
    if (x + half > kWidth + 4) continue;  // would be cut off
    out += fmt::format(
        "<text class=\"tick\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>", x,
        base + 19, tick.label);
  }
  return out;
}

std::string band(const Canvas& canvas, Span span, const std::vector<BandPoint>& points) {
  std::string out;
  for (std::size_t i = 0; i < points.size();) {
    const auto known = [&](std::size_t k) {
      return k < points.size() && !(std::isnan(points[k].low) && std::isnan(points[k].high));
    };
    if (!known(i)) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (known(end)) ++end;
    std::string path;
    for (std::size_t k = i; k < end; ++k) {
      const double high = std::isnan(points[k].high) ? span.high : points[k].high;
      path += fmt::format("{}{:.1f},{:.1f}", path.empty() ? "M" : "L", canvas.x(points[k].time),
                          canvas.y(high));
    }
    for (std::size_t k = end; k-- > i;) {
      const double low = std::isnan(points[k].low) ? span.low : points[k].low;
      path += fmt::format("L{:.1f},{:.1f}", canvas.x(points[k].time), canvas.y(low));
    }
    out += fmt::format("<path class=\"band\" d=\"{}Z\"/>", path);
    i = end;
  }
  return out;
}

std::string line(const Canvas& canvas, const std::vector<BandPoint>& points) {
  std::string path;
  std::string dots;
  bool in_line = false;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const BandPoint& p = points[i];
    if (std::isnan(p.value)) {
      in_line = false;
      continue;
    }
    const double x = canvas.x(p.time);
    const double y = canvas.y(p.value);
    path += fmt::format("{}{:.1f},{:.1f}", in_line ? "L" : "M", x, y);
    const bool outside = p.value < p.low || p.value > p.high;
    const bool alone = !in_line && (i + 1 == points.size() || std::isnan(points[i + 1].value));
    if (outside || alone) {
      dots += fmt::format("<circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2.1\"/>",
                          outside ? "outside" : "dot", x, y);
    }
    in_line = true;
  }
  return path.empty() ? "" : fmt::format("<path class=\"line\" d=\"{}\"/>", path) + dots;
}

std::string marks(const Canvas& canvas, TimeRange time, const std::vector<PlotMark>& all) {
  std::vector<PlotMark> inside;
  for (const PlotMark& mark : all) {
    if (mark.time >= time.begin && mark.time <= time.end) inside.push_back(mark);
  }
  std::stable_sort(inside.begin(), inside.end(),
                   [](const PlotMark& a, const PlotMark& b) { return a.time < b.time; });
  std::array<double, kLabelRows> free_from{};  // x behind the last label of each row
  std::string out;
  for (const PlotMark& mark : inside) {
    const std::string label = clean_text(mark.label, 20);
    static constexpr std::array kClasses = {"onset", "culprit", "change"};
    const char* const kind = kClasses[static_cast<std::size_t>(mark.kind)];
    const double x = canvas.x(mark.time);
    const double width = static_cast<double>(label.size()) * kLetter + 6;
    const bool to_left = x + width > kWidth;
    const double begin = to_left ? x - width : x;
    std::optional<int> row;
    for (int r = 0; r < kLabelRows && !row; ++r) {
      if (begin >= free_from[static_cast<std::size_t>(r)]) row = r;
    }
    const double top = row ? 6 + kRowHeight * *row : kTop;
    out += fmt::format(
        "<g class=\"mark {0}\"><title>{1} {2}</title>"
        "<line x1=\"{3:.1f}\" x2=\"{3:.1f}\" y1=\"{4:.1f}\" y2=\"{5:.1f}\"/>",
        kind, html_escape(label), utc_clock(mark.time), x, top, kHeight - kBottom);
    if (row) {
      free_from[static_cast<std::size_t>(*row)] = begin + width;
      out += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>",
                         to_left ? x - 4 : x + 4, top + 10, to_left ? "end" : "start",
                         html_escape(label));
    }
    out += "</g>";
  }
  return out;
}

}  // namespace

std::string plot_svg(const Plot& plot) {
  std::vector<BandPoint> points = thin_out(plot.points);
  Timestamp last = Timestamp::none();
  for (const BandPoint& p : points) last = std::max(last, p.time);
  std::erase_if(points, [&](const BandPoint& p) {
    return !p.time.is_set() || std::abs(p.time.seconds()) > kFurthestSeconds ||
           p.time.seconds() < last.seconds() - kLongestSeconds;
  });
  for (BandPoint& p : points) {
    p.value = tame(p.value);
    p.low = tame(p.low);
    p.high = tame(p.high);
  }
  std::string out = fmt::format(
      "<svg class=\"plot\" viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" "
      "aria-labelledby=\"{}-t {}-d\"><title id=\"{}-t\">{}</title><desc id=\"{}-d\">{}</desc>",
      kWidth, kHeight, plot.id, plot.id, plot.id, html_escape(clean_text(plot.title)), plot.id,
      html_escape(clean_text(plot.description)));
  const bool has_value = std::any_of(points.begin(), points.end(),
                                     [](const BandPoint& p) { return !std::isnan(p.value); });
  if (!has_value) {
    return out + fmt::format(
                     "<text class=\"tick\" x=\"{:.1f}\" y=\"{:.1f}\" "
                     "text-anchor=\"middle\">no values in this window</text></svg>",
                     kWidth / 2, kHeight / 2);
  }
  TimeRange time{points.front().time, points.front().time};
  for (const BandPoint& p : points) {
    time.begin = std::min(time.begin, p.time);
    time.end = std::max(time.end, p.time);
  }
  if (time.begin == time.end) {  // a single point stands in the middle of a minute
    time = {time.begin - std::chrono::seconds(30), time.end + std::chrono::seconds(30)};
  }
  const Span span = value_span(points);
  static const SeriesInfo kNoSeries;
  const Scale scale = choose_scale(plot.series ? *plot.series : kNoSeries,
                                   std::max(std::abs(span.low), std::abs(span.high)));
  const Canvas canvas(time, span);
  out += band(canvas, span, points);
  out += axes(canvas, time, span, scale);
  out += line(canvas, points);
  out += marks(canvas, time, plot.marks);
  return out + "</svg>";
}

std::string sparkline(const std::vector<BandPoint>& points, std::size_t columns) {
  std::vector<double> values;
  for (const BandPoint& p : points) {
    if (const double value = tame(p.value); !std::isnan(value)) values.push_back(value);
  }
  if (values.empty() || columns == 0) return "";
  std::vector<double> first(values.begin(),
                            values.begin() + static_cast<std::ptrdiff_t>(values.size() / 4 + 1));
  std::nth_element(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(first.size() / 2),
                   first.end());
  const double usual = first[first.size() / 2];
  const std::size_t width = std::min(columns, values.size());
  std::vector<double> shown;
  for (std::size_t c = 0; c < width; ++c) {
    double furthest = values[c * values.size() / width];
    for (std::size_t i = c * values.size() / width; i < (c + 1) * values.size() / width; ++i) {
      if (std::abs(values[i] - usual) > std::abs(furthest - usual)) furthest = values[i];
    }
    shown.push_back(furthest);
  }
  const auto [low, high] = std::minmax_element(shown.begin(), shown.end());
  static constexpr std::array kBlocks = {"\xE2\x96\x81", "\xE2\x96\x82", "\xE2\x96\x83",
                                         "\xE2\x96\x84", "\xE2\x96\x85", "\xE2\x96\x86",
                                         "\xE2\x96\x87", "\xE2\x96\x88"};
  std::string out;
  for (const double value : shown) {
    const double share = *high > *low ? (value - *low) / (*high - *low) : 0;
    out += kBlocks[static_cast<std::size_t>(std::lround(share * (kBlocks.size() - 1)))];
  }
  return out;
}

}  // namespace inkling::sinks
