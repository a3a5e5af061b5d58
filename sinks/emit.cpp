#include "sinks/emit.h"

#include "core/json_writer.h"
#include "sinks/incident_json.h"

namespace inkling::sinks {
namespace {

std::string finish(JsonWriter& w) {
  w.end_object();
  return w.take() + "\n";
}

std::string suspect_line(const Incident& incident, const Suspect& suspect, std::uint64_t rank) {
  JsonWriter w;
  w.begin_object();
  w.member("incident", incident.id);
  w.member("kind", suspect.kind == Suspect::Kind::kChange ? "change" : "node");
  w.member("rank", rank).member("id", suspect.id).member("p", suspect.p);
  w.member("verdict", suspect_verdict_name(suspect.verdict));
  w.key("terms");
  write_terms(w, suspect.terms);
  return finish(w);
}

std::string none_line(const Incident& incident, std::uint64_t rank, bool leads) {
  JsonWriter w;
  w.begin_object();
  w.member("incident", incident.id).member("kind", "change").member("rank", rank);
  w.member("id", "none").member("p", incident.p_no_change);
  w.member("verdict",
           suspect_verdict_name(leads ? SuspectVerdict::kLikely : SuspectVerdict::kCoincident));
  w.key("terms");
  write_terms(w, {});
  return finish(w);
}

}  // namespace

std::string verdict_line(std::string_view source, std::uint64_t line, const Verdict& verdict) {
  JsonWriter w;
  w.begin_object();
  w.member("source", source).member("line", line);
  w.member("series", verdict.series ? verdict.series->display_name() : std::string());
  w.key("time");
  if (verdict.begin.is_set()) {
    w.value(format_timestamp(verdict.begin));
  } else {
    w.null();
  }
  w.member("value", verdict.value).member("low", verdict.low).member("high", verdict.high);
  w.member("raw", verdict.raw).member("score", verdict.score);
  w.member("anomalous", verdict.anomalous).member("kind", verdict_kind_name(verdict.kind));
  w.member("gate", gate_name(verdict.gate));
  w.key("confidence").raw(format_number(static_cast<double>(verdict.confidence), 3));
  return finish(w);
}

std::string template_line(const TemplateRow& row) {
  JsonWriter w;
  w.begin_object();
  w.member("source", row.source).member("line", row.line);
  w.member("skeleton_id", to_string(row.skeleton_id));
  w.member("arrival_id", to_string(row.arrival_id));
  w.member("template_id", to_string(row.template_id));
  w.member("template", row.text);
  return finish(w);
}

std::string anomaly_line(const Anomaly& anomaly) {
  JsonWriter w;
  write_anomaly(w, anomaly);
  return w.take() + "\n";
}

std::string incident_line(const Incident& incident) { return incident_json(incident) + "\n"; }

std::string report_line(const Incident& incident, const ReportContext& context) {
  return report_json(incident, context);
}

std::string suspect_lines(const Incident& incident) {
  std::string lines;
  std::uint64_t rank = 0;
  bool none_written = false;
  const auto write_none = [&] {
    ++rank;
    lines += none_line(incident, rank, rank == 1);
    none_written = true;
  };
  for (const Suspect& change : incident.changes) {
    if (!none_written && incident.p_no_change > change.p) write_none();
    lines += suspect_line(incident, change, ++rank);
  }
  if (!none_written) write_none();
  rank = 0;
  for (const Suspect& node : incident.nodes) lines += suspect_line(incident, node, ++rank);
  return lines;
}

std::string impact_line(const Impact& impact) {
  JsonWriter w;
  w.begin_object();
  w.member("change", impact.change);
  w.member("series", impact.series ? impact.series->display_name() : std::string());
  w.member("score", impact.score);
  return finish(w);
}

}  // namespace inkling::sinks
