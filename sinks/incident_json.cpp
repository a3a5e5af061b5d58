#include "sinks/incident_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <utility>

#include "core/json.h"

namespace inkling::sinks {
namespace {

// Reads members of one object; remembers the first name that is not known.
class Reader {
 public:
  explicit Reader(std::string& error) : error_(error) {}

  std::string text(const JsonValue& object, std::string_view name) const {
    const JsonValue* member = object.find(name);
    return member ? std::string(member->text()) : std::string();
  }
  double number(const JsonValue& object, std::string_view name) const {
    const JsonValue* member = object.find(name);
    return member ? member->number() : kAbsent;
  }
  std::uint64_t count(const JsonValue& object, std::string_view name) const {
    const JsonValue* member = object.find(name);
    if (!member || !member->is_number() || member->number() < 0) return 0;
    const std::int64_t whole = member->integer(-1);
    if (whole >= 0) return static_cast<std::uint64_t>(whole);
    return static_cast<std::uint64_t>(std::min(member->number(), 1.8e19));
  }
  std::uint32_t count32(const JsonValue& object, std::string_view name) const {
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(count(object, name), 0xFFFFFFFFu));
  }
  bool flag(const JsonValue& object, std::string_view name) const {
    const JsonValue* member = object.find(name);
    return member && member->boolean();
  }
  Timestamp time(const JsonValue& object, std::string_view name) const {
    const JsonValue* member = object.find(name);
    return member ? time(*member) : Timestamp::none();
  }
  Timestamp time(const JsonValue& value) const {
    if (!value.is_string() || value.text() == "-") return Timestamp::none();
    const auto parsed = parse_timestamp(value.text());
    if (!parsed) complain("time", value.text());
    return parsed.value_or(Timestamp::none());
  }
  std::uint64_t hex(const JsonValue& object, std::string_view name) const {
    const JsonValue* member = object.find(name);
    if (!member || !member->is_string()) return 0;
    const std::string_view digits = member->text();
    std::uint64_t value = 0;
    const char* const end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, value, 16);
    if (read.ec != std::errc() || read.ptr != end) complain(name, digits);
    return value;
  }
  // One of a fixed list of enumerators 0 .. last.
  template <class E>
  E name_of(const JsonValue& object, std::string_view name, E last, std::string_view (*names)(E),
            E otherwise) const {
    const JsonValue* member = object.find(name);
    if (!member) return otherwise;
    for (int i = 0; i <= static_cast<int>(last); ++i) {
      if (names(static_cast<E>(i)) == member->text()) return static_cast<E>(i);
    }
    complain(name, member->text());
    return otherwise;
  }
  const JsonValue::Array& list(const JsonValue& object, std::string_view name) const {
    static const JsonValue::Array kEmpty;
    const JsonValue* member = object.find(name);
    return member ? member->array() : kEmpty;
  }

 private:
  void complain(std::string_view name, std::string_view value) const {
    if (error_.empty()) error_ = fmt::format("{} is not known: {}", name, value.substr(0, 80));
  }
  std::string& error_;  // of the caller, outlives us
};

std::optional<Position> read_position(const Reader& r, const JsonValue& object,
                                      std::string_view name) {
  const JsonValue* member = object.find(name);
  if (!member || !member->is_object()) return std::nullopt;
  return Position{.segment = r.count32(*member, "segment"),
                  .record = r.count32(*member, "record"),
                  .offset = r.count(*member, "offset")};
}

SeriesRef read_series(const Reader& r, const JsonValue& object) {
  const JsonValue* member = object.find("series");
  if (!member || !member->is_object()) return nullptr;
  auto series = std::make_shared<SeriesInfo>();
  series->id = SeriesId{r.hex(*member, "id")};
  series->kind =
      r.name_of(*member, "kind", SeriesKind::kTemplateCount, series_kind_name, SeriesKind::kMetric);
  series->name = r.text(*member, "name");
  series->service = r.text(*member, "service");
  series->version = r.text(*member, "version");
  series->route = r.text(*member, "route");
  series->unit = r.text(*member, "unit");
  if (const JsonValue* labels = member->find("labels")) {
    for (const auto& [name, value] : labels->object()) {
      series->labels.emplace_back(name, std::string(value.text()));
    }
  }
  series->template_id = TemplateId{r.hex(*member, "template_id")};
  series->template_text = r.text(*member, "template");
  return series;
}

std::vector<BandPoint> read_points(const Reader& r, const JsonValue& object,
                                   std::string_view name) {
  std::vector<BandPoint> points;
  for (const JsonValue& row : r.list(object, name)) {
    const JsonValue::Array& cells = row.array();
    if (cells.size() != 4) continue;
    points.push_back({r.time(cells[0]), cells[1].number(), cells[2].number(), cells[3].number()});
  }
  return points;
}

std::vector<Suspect> read_suspects(const Reader& r, const JsonValue& object,
                                   std::string_view name) {
  std::vector<Suspect> suspects;
  for (const JsonValue& item : r.list(object, name)) {
    Suspect s;
    s.kind = r.text(item, "kind") == "node" ? Suspect::Kind::kNode : Suspect::Kind::kChange;
    s.id = r.text(item, "id");
    s.title = r.text(item, "title");
    s.service = r.text(item, "service");
    s.time = r.time(item, "time");
    s.p = r.number(item, "p");
    s.log_odds = r.number(item, "log_odds");
    s.verdict = r.name_of(item, "verdict", SuspectVerdict::kExonerated, suspect_verdict_name,
                          SuspectVerdict::kCoincident);
    s.change_kind =
        r.name_of(item, "change_kind", ChangeKind::kOther, change_kind_name, ChangeKind::kOther);
    s.version = r.text(item, "version");
    s.previous_version = r.text(item, "previous_version");
    s.author = r.text(item, "author");
    for (const JsonValue& entry : r.list(item, "terms")) {
      SuspectTerm term{
          r.text(entry, "name"), r.number(entry, "log_odds"), r.text(entry, "reason"), {}};
      for (const JsonValue& number : r.list(entry, "evidence")) {
        term.evidence.push_back(static_cast<std::uint32_t>(number.integer()));
      }
      s.terms.push_back(std::move(term));
    }
    suspects.push_back(std::move(s));
  }
  return suspects;
}

Anomaly read_anomaly(const Reader& r, const JsonValue& item) {
  Anomaly a;
  a.id = r.hex(item, "id");
  a.series = read_series(r, item);
  a.kind = r.name_of(item, "kind", VerdictKind::kRange, verdict_kind_name, VerdictKind::kNone);
  a.direction = r.text(item, "direction") == "down" ? Direction::kDown : Direction::kUp;
  a.onset = r.time(item, "onset");
  a.last = r.time(item, "last");
  a.open = r.flag(item, "open");
  a.strength = r.number(item, "strength");
  a.raw = r.number(item, "raw");
  a.peak = r.number(item, "peak");
  a.expected_low = r.number(item, "expected_low");
  a.expected_high = r.number(item, "expected_high");
  a.events = r.count(item, "events");
  a.first_position = read_position(r, item, "first_position").value_or(Position{});
  a.exemplar = r.text(item, "exemplar");
  a.history = read_points(r, item, "history");
  return a;
}

Alarm read_alarm(const Reader& r, const JsonValue& item) {
  Alarm a;
  a.id = r.text(item, "id");
  a.time = r.time(item, "time");
  a.name = r.text(item, "name");
  a.service = r.text(item, "service");
  a.metric = r.text(item, "metric");
  a.summary = r.text(item, "summary");
  a.severity = r.text(item, "severity");
  a.threshold = r.number(item, "threshold");
  a.observed = r.number(item, "observed");
  a.resolved = r.flag(item, "resolved");
  a.record = r.count32(item, "record");
  return a;
}

Evidence read_evidence(const Reader& r, const JsonValue& item) {
  Evidence e;
  e.number = r.count32(item, "number");
  e.kind = r.name_of(item, "kind", EvidenceKind::kNote, evidence_kind_name, EvidenceKind::kNote);
  e.text = r.text(item, "text");
  e.time = r.time(item, "time");
  e.position = read_position(r, item, "position");
  e.series = read_series(r, item);
  if (const JsonValue* window = item.find("window")) {
    e.window = {r.time(*window, "begin"), r.time(*window, "end")};
  }
  e.onset = r.time(item, "onset");
  e.plot = read_points(r, item, "plot");
  return e;
}

Incident read_incident(const Reader& r, const JsonValue& root) {
  Incident incident;
  incident.id = r.text(root, "id");
  incident.revision = r.count32(root, "revision");
  incident.state =
      r.name_of(root, "state", IncidentState::kResolved, incident_state_name, IncidentState::kOpen);
  incident.severity = r.name_of(root, "severity", Severity::kP3, severity_name, Severity::kP3);
  incident.severity_reason = r.text(root, "severity_reason");
  incident.title = r.text(root, "title");
  incident.onset = r.time(root, "onset");
  incident.opened = r.time(root, "opened");
  incident.updated = r.time(root, "updated");
  incident.resolved = r.time(root, "resolved");
  for (const JsonValue& item : r.list(root, "services")) {
    incident.services.push_back({.service = r.text(item, "service"),
                                 .first_sign = r.time(item, "first_sign"),
                                 .deviation = r.number(item, "deviation"),
                                 .summary = r.text(item, "summary"),
                                 .is_core = r.flag(item, "is_core")});
  }
  incident.p_no_change = r.number(root, "p_no_change");
  incident.changes = read_suspects(r, root, "changes");
  incident.nodes = read_suspects(r, root, "nodes");
  for (const JsonValue& item : r.list(root, "anomalies")) {
    incident.anomalies.push_back(read_anomaly(r, item));
  }
  for (const JsonValue& item : r.list(root, "alarms")) {
    incident.alarms.push_back(read_alarm(r, item));
  }
  for (const JsonValue& item : r.list(root, "timeline")) {
    incident.timeline.push_back(
        {r.time(item, "time"), r.text(item, "text"), r.count32(item, "evidence")});
  }
  for (const JsonValue& item : r.list(root, "evidence")) {
    incident.evidence.push_back(read_evidence(r, item));
  }
  for (const JsonValue& note : r.list(root, "notes")) incident.notes.emplace_back(note.text());
  return incident;
}

Ledger read_ledger(const Reader& r, const JsonValue& object) {
  Ledger ledger;
  ledger.frames = r.count(object, "frames");
  ledger.bytes = r.count(object, "bytes");
  ledger.lines = r.count(object, "lines");
  ledger.empty = r.count(object, "empty");
  ledger.header = r.count(object, "header");
  if (const JsonValue* broken = object.find("broken")) {
    for (std::size_t i = 1; i < ledger.broken.size(); ++i) {
      ledger.broken[i] = r.count(*broken, parse_error_name(static_cast<ParseError>(i)));
    }
  }
  ledger.counted = r.count(object, "counted");
  ledger.other = r.count(object, "other");
  ledger.joined = r.count(object, "joined");
  ledger.screened = r.count(object, "screened");
  ledger.late = r.count(object, "late");
  ledger.duplicate = r.count(object, "duplicate");
  ledger.points = r.count(object, "points");
  ledger.events = r.count(object, "events");
  ledger.time_missing = r.count(object, "time_missing");
  ledger.time_clamped = r.count(object, "time_clamped");
  return ledger;
}

}  // namespace

Result<StoredReport> report_from_json(std::string_view text) {
  INKLING_TRY_ASSIGN(const JsonValue root, parse_json(text));
  const std::string_view schema = root.text_of({"schema"});
  if (schema != kIncidentSchema) {
    return fail(ErrorCode::kBadInput, fmt::format("not an incident, schema must be {}: \"{}\"",
                                                  kIncidentSchema, schema.substr(0, 80)));
  }
  std::string error;
  const Reader reader(error);
  StoredReport report;
  report.incident = read_incident(reader, root);
  if (const JsonValue* explanation = root.find("explanation")) {
    report.context.explanation = read_explanation(*explanation);
  }
  if (const JsonValue* run = root.find("run")) {
    report.context.version = reader.text(*run, "version");
    report.context.input = reader.text(*run, "input");
    if (const JsonValue* ledger = run->find("ledger")) {
      report.context.ledger = read_ledger(reader, *ledger);
    }
  }
  if (!error.empty()) return fail(ErrorCode::kBadInput, "incident JSON: " + error);
  return report;
}

Result<Incident> incident_from_json(std::string_view text) {
  INKLING_TRY_ASSIGN(StoredReport report, report_from_json(text));
  return std::move(report.incident);
}

}  // namespace inkling::sinks
