#include "sinks/report_parts.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/batch.h"
#include "sinks/escape.h"
#include "sinks/narrative.h"
#include "sinks/quantity.h"

namespace inkling::sinks {
namespace {

std::vector<PlotMark> change_marks(const Incident& incident) {
  std::vector<PlotMark> marks;
  for (const Suspect& s : incident.changes) {
    if (marks.size() == kMaxMarks) break;
    std::string label(change_kind_name(s.change_kind));
    if (!s.service.empty()) label = s.service;
    if (!s.version.empty()) label += " " + s.version;
    const bool blamed =
        s.verdict == SuspectVerdict::kCaused || s.verdict == SuspectVerdict::kLikely;
    marks.push_back(
        {blamed ? PlotMark::Kind::kCulprit : PlotMark::Kind::kChange, s.time, std::move(label)});
  }
  return marks;
}

Chart make_chart(std::size_t index, const SeriesRef& series, const std::vector<BandPoint>& points,
                 Timestamp onset, const std::vector<PlotMark>& changes) {
  Chart chart;
  chart.label = series_label(series);
  chart.plot.id = fmt::format("plot-{}", index + 1);
  chart.plot.series = series;
  chart.plot.points = points;
  if (onset.is_set()) chart.plot.marks.push_back({PlotMark::Kind::kOnset, onset, "onset"});
  chart.plot.marks.insert(chart.plot.marks.end(), changes.begin(), changes.end());
  return chart;
}

void finish_chart(Chart& chart) {
  chart.plot.title = chart.label;
  const auto& points = chart.plot.points;
  chart.plot.description =
      fmt::format("{}. {} from {} to {}.", chart.caption, count_of(points.size(), "value"),
                  utc_time(points.front().time), utc_time(points.back().time));
}

const Anomaly* anomaly_of(const Incident& incident, const SeriesRef& series) {
  if (!series) return nullptr;
  for (const Anomaly& a : incident.anomalies) {
    if (a.series && a.series->id == series->id) return &a;
  }
  return nullptr;
}

}  // namespace

ChartList choose_charts(const Incident& incident) {
  ChartList list;
  const std::vector<PlotMark> changes = change_marks(incident);
  for (const Evidence& e : incident.evidence) {
    if (e.plot.empty()) continue;
    if (list.charts.size() == kMaxPlots) {
      ++list.left_out;
      continue;
    }
    Chart chart = make_chart(list.charts.size(), e.series, e.plot, e.onset, changes);
    const Anomaly* const anomaly = anomaly_of(incident, e.series);
    chart.caption = anomaly ? describe_anomaly(*anomaly) : clean_text(e.text);
    if (chart.caption.starts_with(chart.label + " ")) {
      chart.caption.erase(0, chart.label.size() + 1);  // it stands above already
    }
    if (e.onset.is_set()) chart.caption += ", since " + utc_clock(e.onset);
    chart.handle = fmt::format("ev:{}", e.number);
    finish_chart(chart);
    list.charts.push_back(std::move(chart));
  }
  if (!list.charts.empty()) return list;
  for (const Anomaly& a : incident.anomalies) {
    if (a.history.empty()) continue;
    if (list.charts.size() == kMaxPlots) {
      ++list.left_out;
      continue;
    }
    Chart chart = make_chart(list.charts.size(), a.series, a.history, a.onset, changes);
    chart.caption = describe_anomaly(a);
    if (a.onset.is_set()) chart.caption += ", since " + utc_clock(a.onset);
    finish_chart(chart);
    list.charts.push_back(std::move(chart));
  }
  return list;
}

std::vector<Exemplar> choose_exemplars(const Incident& incident) {
  std::vector<Exemplar> exemplars;
  const auto add = [&](std::string origin, std::string_view raw) {
    std::string text = clean_text(raw, kMaxExemplar);
    if (text.empty() || exemplars.size() == kMaxExemplars) return;
    const bool known = std::any_of(exemplars.begin(), exemplars.end(),
                                   [&](const Exemplar& e) { return e.text == text; });
    if (!known) exemplars.push_back({std::move(origin), std::move(text)});
  };
  for (const Anomaly& a : incident.anomalies) {
    const std::string service = a.series ? clean_text(a.series->service, 80) : "";
    std::string origin = service.empty() ? std::string("a log") : service;
    if (a.kind == VerdictKind::kNewTemplate) origin += ", new message";
    if (a.events > 0) origin += fmt::format(", {} in this run", count_of(a.events, "record"));
    add(std::move(origin), a.exemplar);
  }
  for (const Evidence& e : incident.evidence) {
    if (e.kind == EvidenceKind::kRecord) add(fmt::format("ev:{}", e.number), e.text);
  }
  return exemplars;
}

std::string evidence_text(const Evidence& evidence) {
  return evidence.text.empty() ? series_label(evidence.series) : clean_text(evidence.text);
}

std::string evidence_place(const Evidence& evidence) {
  std::string place;
  if (evidence.position) {
    place = fmt::format("{}:{} record {}", evidence.position->segment, evidence.position->offset,
                        evidence.position->record);
  }
  if (evidence.series && evidence.window.begin.is_set()) {
    if (!place.empty()) place += ", ";
    place += fmt::format("series {}, {} to {}", to_string(evidence.series->id),
                         utc_clock(evidence.window.begin), utc_clock(evidence.window.end));
  }
  return place.empty() ? "-" : place;
}

std::vector<std::string> data_quality(const Incident& incident, const Ledger& ledger) {
  std::vector<std::string> lines;
  for (const std::string& note : incident.notes) lines.push_back(clean_text(note));
  lines.push_back(fmt::format("Read {}: {}, {}, {} changes, alarms and spans.",
                              count_of(ledger.lines, "line"),
                              count_of(ledger.counted + ledger.other, "log record"),
                              count_of(ledger.points, "metric point"), ledger.events));
  if (ledger.broken_total() > 0) {
    std::string reasons;
    for (std::size_t i = 1; i < ledger.broken.size(); ++i) {
      if (ledger.broken[i] == 0) continue;
      if (!reasons.empty()) reasons += ", ";
      reasons +=
          fmt::format("{} {}", ledger.broken[i], parse_error_name(static_cast<ParseError>(i)));
    }
    lines.push_back(fmt::format("{} not understood and set aside: {}.",
                                count_of(ledger.broken_total(), "line"), reasons));
  }
  if (ledger.late > 0) {
    lines.push_back(
        fmt::format("{} came after their window had closed.", count_of(ledger.late, "record")));
  }
  if (ledger.screened > 0) {
    lines.push_back(fmt::format("{} dropped by the screen, as configured.",
                                count_of(ledger.screened, "record")));
  }
  if (ledger.other > 0) {
    lines.push_back(fmt::format("{} counted only as \"other\": a table was full.",
                                count_of(ledger.other, "record")));
  }
  if (ledger.duplicate > 0) {
    lines.push_back(fmt::format("{} skipped.", count_of(ledger.duplicate, "duplicate line")));
  }
  if (ledger.time_missing > 0 || ledger.time_clamped > 0) {
    lines.push_back(fmt::format("{} without a time, {} with a time too far in the future.",
                                count_of(ledger.time_missing, "record"), ledger.time_clamped));
  }
  lines.emplace_back(ledger.balances()
                         ? "The books balance: every line is accounted for."
                         : fmt::format("The books do not balance: {} of {} lines accounted for.",
                                       ledger.accounted(), ledger.lines));
  return lines;
}

std::string count_of(std::uint64_t count, std::string_view singular) {
  return fmt::format("{} {}{}", count, singular, count == 1 ? "" : "s");
}

std::string rest_note(std::size_t total, std::size_t shown) {
  return total > shown ? fmt::format("and {} more in the JSON report", total - shown) : "";
}

}  // namespace inkling::sinks
