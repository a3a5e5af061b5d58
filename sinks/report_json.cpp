#include <fmt/format.h>

#include <optional>

#include "sinks/incident_json.h"
#include "sinks/narrative.h"

namespace inkling::sinks {
namespace {

constexpr int kDigits = 6;

// Null where there is no time.
void write_time(JsonWriter& w, std::string_view name, Timestamp time) {
  w.key(name);
  if (time.is_set()) {
    w.value(format_timestamp(time));
  } else {
    w.null();
  }
}

void write_position(JsonWriter& w, std::string_view name, const std::optional<Position>& position) {
  w.key(name);
  if (!position) {
    w.null();
    return;
  }
  w.begin_object();
  w.member("segment", position->segment).member("offset", position->offset);
  w.member("record", position->record);
  w.end_object();
}

void write_series(JsonWriter& w, const SeriesRef& series) {
  w.key("series");
  if (!series) {
    w.null();
    return;
  }
  w.begin_object();
  w.member("id", to_string(series->id)).member("display", series->display_name());
  w.member("kind", series_kind_name(series->kind)).member("name", series->name);
  w.member("service", series->service).member("version", series->version);
  w.member("route", series->route).member("unit", series->unit);
  w.key("labels").begin_object();
  for (const auto& [name, value] : series->labels) w.member(name, value);
  w.end_object();
  w.key("template_id");
  if (series->kind == SeriesKind::kTemplateCount) {
    w.value(to_string(series->template_id));
  } else {
    w.null();
  }
  w.member("template", series->template_text);
  w.end_object();
}

// Rows of [time, value, low, high].
void write_points(JsonWriter& w, std::string_view name, const std::vector<BandPoint>& points) {
  w.key(name).begin_array();
  for (const BandPoint& p : points) {
    w.begin_array();
    w.value(format_timestamp(p.time)).value(p.value).value(p.low).value(p.high);
    w.end_array();
  }
  w.end_array();
}

void write_suspects(JsonWriter& w, std::string_view name, const std::vector<Suspect>& suspects) {
  w.key(name).begin_array();
  for (const Suspect& s : suspects) {
    w.begin_object();
    w.member("kind", s.kind == Suspect::Kind::kChange ? "change" : "node");
    w.member("id", s.id).member("title", s.title).member("service", s.service);
    write_time(w, "time", s.time);
    w.member("p", s.p).member("log_odds", s.log_odds);
    w.member("verdict", suspect_verdict_name(s.verdict));
    w.member("change_kind", change_kind_name(s.change_kind));
    w.member("version", s.version).member("previous_version", s.previous_version);
    w.member("author", s.author);
    w.key("terms");
    write_terms(w, s.terms);
    w.end_object();
  }
  w.end_array();
}

void write_alarms(JsonWriter& w, const std::vector<Alarm>& alarms) {
  w.key("alarms").begin_array();
  for (const Alarm& a : alarms) {
    w.begin_object();
    w.member("id", a.id);
    write_time(w, "time", a.time);
    w.member("name", a.name).member("service", a.service).member("metric", a.metric);
    w.member("summary", a.summary).member("severity", a.severity);
    w.member("threshold", a.threshold).member("observed", a.observed);
    w.member("resolved", a.resolved).member("record", a.record);
    w.end_object();
  }
  w.end_array();
}

void write_evidence(JsonWriter& w, const std::vector<Evidence>& evidence) {
  w.key("evidence").begin_array();
  for (const Evidence& e : evidence) {
    w.begin_object();
    w.member("handle", fmt::format("ev:{}", e.number)).member("number", e.number);
    w.member("kind", evidence_kind_name(e.kind)).member("text", e.text);
    write_time(w, "time", e.time);
    write_position(w, "position", e.position);
    write_series(w, e.series);
    w.key("window").begin_object();
    write_time(w, "begin", e.window.begin);
    write_time(w, "end", e.window.end);
    w.end_object();
    write_time(w, "onset", e.onset);
    write_points(w, "plot", e.plot);
    w.end_object();
  }
  w.end_array();
}

void write_texts(JsonWriter& w, std::string_view name, const std::vector<std::string>& texts) {
  w.key(name).begin_array();
  for (const std::string& text : texts) w.value(text);
  w.end_array();
}

// The first screen in words. Derived from the rest: not read back.
void write_summary(JsonWriter& w, const Incident& incident) {
  const Narrative n = narrate(incident);
  static constexpr std::string_view kCauseNames[] = {"change", "undecided", "no_change"};
  w.key("summary").begin_object();
  write_texts(w, "broken", n.broken);
  write_texts(w, "affected", n.affected);
  w.member("since", n.since);
  w.member("cause_kind", kCauseNames[static_cast<std::size_t>(n.cause_kind)]);
  w.member("cause", n.cause).member("cause_p", n.cause_p).member("confidence", n.confidence);
  write_texts(w, "because", n.because);
  write_texts(w, "next", n.next);
  write_texts(w, "ruled_out", n.ruled_out);
  w.end_object();
}

void write_members(JsonWriter& w, const Incident& incident) {
  w.member("schema", kIncidentSchema);
  w.member("id", incident.id).member("revision", incident.revision);
  w.member("state", incident_state_name(incident.state));
  w.member("severity", severity_name(incident.severity));
  w.member("severity_reason", incident.severity_reason).member("title", incident.title);
  write_time(w, "onset", incident.onset);
  write_time(w, "opened", incident.opened);
  write_time(w, "updated", incident.updated);
  write_time(w, "resolved", incident.resolved);
  write_summary(w, incident);
  w.key("services").begin_array();
  for (const AffectedService& s : incident.services) {
    w.begin_object();
    w.member("service", s.service);
    write_time(w, "first_sign", s.first_sign);
    w.member("deviation", s.deviation).member("summary", s.summary).member("is_core", s.is_core);
    w.end_object();
  }
  w.end_array();
  w.member("p_no_change", incident.p_no_change);
  write_suspects(w, "changes", incident.changes);
  write_suspects(w, "nodes", incident.nodes);
  w.key("anomalies").begin_array();
  for (const Anomaly& a : incident.anomalies) write_anomaly(w, a);
  w.end_array();
  write_alarms(w, incident.alarms);
  w.key("timeline").begin_array();
  for (const TimelineEntry& t : incident.timeline) {
    w.begin_object();
    write_time(w, "time", t.time);
    w.member("text", t.text).member("evidence", t.evidence);
    w.end_object();
  }
  w.end_array();
  write_evidence(w, incident.evidence);
  write_texts(w, "notes", incident.notes);
}

}  // namespace

void write_terms(JsonWriter& w, const std::vector<SuspectTerm>& terms) {
  w.begin_array();
  for (const SuspectTerm& term : terms) {
    w.begin_object();
    w.member("name", term.name).member("log_odds", term.log_odds).member("reason", term.reason);
    w.key("evidence").begin_array();
    for (const std::uint32_t number : term.evidence) w.value(number);
    w.end_array();
    w.end_object();
  }
  w.end_array();
}

void write_anomaly(JsonWriter& w, const Anomaly& a) {
  w.begin_object();
  w.member("id", fmt::format("{:016x}", a.id));
  write_series(w, a.series);
  w.member("kind", verdict_kind_name(a.kind));
  w.member("direction", a.direction == Direction::kUp ? "up" : "down");
  write_time(w, "onset", a.onset);
  write_time(w, "last", a.last);
  w.member("open", a.open).member("strength", a.strength).member("raw", a.raw);
  w.member("peak", a.peak);
  w.member("expected_low", a.expected_low).member("expected_high", a.expected_high);
  w.member("events", a.events);
  write_position(w, "first_position", a.first_position);
  w.member("exemplar", a.exemplar);
  write_points(w, "history", a.history);
  w.end_object();
}

std::string incident_json(const Incident& incident) {
  JsonWriter w(kDigits);
  w.begin_object();
  write_members(w, as_reported(incident));
  w.end_object();
  return w.take();
}

std::string report_json(const Incident& incident, const ReportContext& context) {
  JsonWriter w(kDigits);
  w.begin_object();
  write_members(w, as_reported(incident));
  if (context.explanation) {
    w.key("explanation");
    write_explanation(w, *context.explanation);
  }
  w.key("run").begin_object();
  w.member("version", context.version).member("input", context.input);
  w.key("ledger");
  context.ledger.write_json(w);
  w.end_object();
  w.end_object();
  return w.take() + "\n";
}

}  // namespace inkling::sinks
