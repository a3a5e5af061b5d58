#include "ingest/rare_events.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "ingest/lines/emf.h"
#include "ingest/record_builder.h"
#include "ingest/utc_offset.h"

namespace inkling::ingest {
namespace {

constexpr std::size_t kMaxDiffBytes = 16 * 1024;  // what a change keeps of its diff
constexpr std::size_t kMaxFiles = 256;

bool has(const JsonValue& object, std::string_view name) {
  const JsonValue* member = object.find(name);
  return member && !member->is_null();
}

bool has_any(const JsonValue& object, std::initializer_list<std::string_view> names) {
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view name) { return has(object, name); });
}

// A string member of the object itself, or of an object inside: "service" or "service.name".
std::string service_of(const JsonValue& object) {
  const std::string_view flat = object.text_of({"service", "service.name", "service_name", "app"});
  if (!flat.empty()) return std::string(flat);
  const JsonValue* nested = object.find("service", "name");
  return nested ? std::string(nested->text()) : std::string();
}

struct TimeField {
  Timestamp time = Timestamp::none();
  bool bad = false;
};

TimeField time_of(const JsonValue& object, std::initializer_list<std::string_view> names,
                  Duration utc_offset) {
  for (const std::string_view name : names) {
    const JsonValue* member = object.find(name);
    if (!member || member->is_null()) continue;
    std::optional<Timestamp> time;
    if (member->is_string()) {
      time = parse_local_time(member->text(), utc_offset);
    } else if (member->is_number()) {
      const std::int64_t whole = member->integer(-1);
      time = whole != -1 ? timestamp_from_epoch(whole) : timestamp_from_epoch(member->number());
    }
    if (!time) return {.bad = true};
    return {.time = *time};
  }
  return {};
}

const std::initializer_list<std::string_view> kChangeTimes = {
    "timestamp",    "time",       "@timestamp", "ts",  "deployed_at",
    "committed_at", "created_at", "started_at", "date"};
const std::initializer_list<std::string_view> kMessageNames = {"message", "msg", "body"};
const std::initializer_list<std::string_view> kLevelNames = {"level", "severity_text", "log.level"};
const std::initializer_list<std::string_view> kShaNames = {"commit_sha", "sha", "commit"};
const std::initializer_list<std::string_view> kFileNames = {"files_changed", "files", "paths"};
const std::initializer_list<std::string_view> kAlarmNames = {
    "monitor", "alert", "alarm", "alert_name", "alarm_name", "alertname"};

std::string trimmed(std::string_view text, std::size_t limit) {
  if (text.size() > limit) {
    // Not inside a UTF-8 character.
    while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) --limit;
    text = text.substr(0, limit);
  }
  return std::string(text);
}

// What kind of change an object says or looks like it is; nothing if it is no change.
std::optional<ChangeKind> change_kind_of(const JsonValue& object) {
  const bool has_level = has_any(object, kLevelNames);
  const bool has_message = has_any(object, kMessageNames);
  if (!has_level && !has(object, "value")) {
    const std::string_view given = object.text_of({"kind", "type", "change_kind", "change_type"});
    if (!given.empty()) {
      const ChangeKind kind = parse_change_kind(given);
      if (kind != ChangeKind::kOther || given == "other" || given == "change") return kind;
    }
  }
  if (has_level) return std::nullopt;
  if (has(object, "flag") && has(object, "change")) return ChangeKind::kFlag;
  if (!has_any(object, kShaNames)) return std::nullopt;
  if (has_message) {
    const bool is_commit = has_any(object, kFileNames) || has(object, "diff");
    return is_commit ? std::optional(ChangeKind::kCommit) : std::nullopt;
  }
  if (!service_of(object).empty() || has(object, "version")) return ChangeKind::kDeploy;
  return std::nullopt;
}

RareOutcome add_change(const JsonValue& object, ChangeKind kind, std::uint32_t record,
                       Duration utc_offset, Batch& batch) {
  const TimeField time = time_of(object, kChangeTimes, utc_offset);
  if (time.bad) return {true, ParseError::kBadTime};
  Change change;
  change.kind = kind;
  change.time = time.time;
  change.record = record;
  change.service = service_of(object);
  change.version = object.text_of({"version", "service.version", "release", "tag"});
  change.commit = object.text_of(kShaNames);
  change.author = object.text_of({"author", "actor", "user", "deployed_by"});
  const std::string_view flag = object.text_of({"flag"});
  const std::string_view step = object.text_of({"change"});
  change.title = object.text_of({"title", "message", "msg", "summary", "description"});
  if (change.title.empty() && !flag.empty()) {
    change.title =
        step.empty() ? fmt::format("flag {}", flag) : fmt::format("flag {} {}", flag, step);
  }
  change.diff = trimmed(object.text_of({"diff", "patch"}), kMaxDiffBytes);
  for (const std::string_view name : kFileNames) {
    const JsonValue* files = object.find(name);
    if (!files) continue;
    for (const JsonValue& file : files->array()) {
      if (file.is_string() && change.files.size() < kMaxFiles) {
        change.files.emplace_back(file.text());
      }
    }
    break;
  }
  change.id = change.commit;
  if (change.id.empty()) change.id = object.text_of({"id", "deployment_id", "change_id"});
  if (change.id.empty()) {
    change.id = fmt::format("{}:{}:{}", change_kind_name(kind),
                            flag.empty() ? std::string_view(change.service) : flag,
                            format_timestamp(change.time));
  }
  batch.note_time(change.time);
  batch.changes.push_back(std::move(change));
  return {true, ParseError::kNone};
}

bool looks_like_alarm(const JsonValue& object) {
  if (has(object, "fired_at")) return true;
  if (!has_any(object, kAlarmNames) || has_any(object, kMessageNames) ||
      has_any(object, kLevelNames)) {
    return false;
  }
  return has_any(object, {"threshold", "severity", "state", "observed"});
}

double number_of(const JsonValue& object, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    const JsonValue* member = object.find(name);
    if (!member) continue;
    if (member->is_number()) return member->number();
    if (member->is_string()) {
      if (const auto number = read_number(member->text())) return *number;
    }
  }
  return kAbsent;
}

RareOutcome add_alarm(const JsonValue& object, std::uint32_t record, Duration utc_offset,
                      Batch& batch) {
  const TimeField time = time_of(
      object, {"fired_at", "started_at", "timestamp", "time", "@timestamp", "ts"}, utc_offset);
  if (time.bad) return {true, ParseError::kBadTime};
  Alarm alarm;
  alarm.time = time.time;
  alarm.record = record;
  alarm.name = object.text_of(kAlarmNames);
  if (alarm.name.empty()) alarm.name = object.text_of({"name", "title"});
  alarm.service = service_of(object);
  alarm.metric = object.text_of({"metric", "metric_name"});
  alarm.summary = object.text_of({"summary", "description", "message", "title"});
  alarm.severity = object.text_of({"severity", "priority", "level"});
  alarm.threshold = number_of(object, {"threshold"});
  alarm.observed = number_of(object, {"observed", "value", "current"});
  const std::string_view state = object.text_of({"state", "status"});
  alarm.resolved = state == "resolved" || state == "ok" || state == "OK" || state == "closed" ||
                   has(object, "resolved_at");
  alarm.id = object.text_of({"id", "alarm_id", "alert_id"});
  if (alarm.id.empty()) {
    alarm.id = fmt::format("alarm:{}:{}", alarm.name.empty() ? alarm.service : alarm.name,
                           format_timestamp(alarm.time));
  }
  batch.note_time(alarm.time);
  batch.alarms.push_back(std::move(alarm));
  return {true, ParseError::kNone};
}

bool looks_like_span(const JsonValue& object) {
  return has(object, "span_id") && !has_any(object, kMessageNames) &&
         (object.find("parent_id") || object.find("parent_span_id") ||
          has_any(object, {"start", "start_time"}));
}

bool span_failed(const JsonValue& object) {
  std::string_view status = object.text_of({"status", "status_code", "otel.status_code"});
  if (status.empty()) {
    const JsonValue* code = object.find("status", "code");
    if (code) status = code->text();
  }
  if (status == "ERROR" || status == "error" || status == "STATUS_CODE_ERROR") return true;
  return number_of(object, {"http.status_code", "http.response.status_code"}) >= 500;
}

RareOutcome add_span(const JsonValue& object, Duration utc_offset, Batch& batch,
                     std::vector<Span>* spans) {
  const TimeField time = time_of(object, {"start", "start_time", "timestamp", "time"}, utc_offset);
  if (time.bad) return {true, ParseError::kBadTime};
  Span span;
  span.start = time.time;
  span.trace_id = object.text_of({"trace_id", "traceId"});
  span.span_id = object.text_of({"span_id", "spanId"});
  span.parent_id = object.text_of({"parent_id", "parent_span_id", "parentSpanId"});
  span.service = service_of(object);
  span.peer = object.text_of({"peer.service", "peer_service"});
  span.parent_service = object.text_of({"parent_service"});
  const double ms = number_of(object, {"duration_ms", "duration"});
  const double us = number_of(object, {"duration_us"});
  const double ns = number_of(object, {"duration_ns"});
  span.duration_ms = !std::isnan(ms) ? ms : !std::isnan(us) ? us / 1e3 : ns / 1e6;
  span.failed = span_failed(object);
  batch.note_time(span.start);
  ++batch.span_lines;
  if (spans) {
    spans->push_back(std::move(span));
  } else {
    add_named_calls(span, batch);
  }
  return {true, ParseError::kNone};
}

}  // namespace

bool may_be_rare(const RecordFields& fields) {
  constexpr std::uint16_t kAny =
      kHintCommit | kHintFlag | kHintFired | kHintAlarm | kHintSpan | kHintEmf;
  if (fields.hints & kAny) {
    if (fields.hints & kHintEmf) return true;
    const bool has_message = fields.has(FieldRole::kMessage);
    if (fields.hints & kHintFired) return true;
    if ((fields.hints & kHintFlag) && (fields.hints & kHintChange)) return true;
    if ((fields.hints & kHintCommit) && (!has_message || (fields.hints & kHintFiles))) return true;
    if ((fields.hints & kHintAlarm) && !has_message) return true;
    if ((fields.hints & kHintSpan) && (fields.hints & kHintSpanDetail) && !has_message) return true;
  }
  const FieldValue* kind = fields.find(FieldRole::kMetricKind);
  if (!kind || fields.has(FieldRole::kMetricValue)) return false;
  return parse_change_kind(kind->text) != ChangeKind::kOther || kind->text == "other" ||
         kind->text == "change";
}

RareOutcome decode_rare(std::string_view object, std::uint32_t record, Duration utc_offset,
                        Batch& batch) {
  const auto tree = parse_json(object);
  // The lenient walk let it pass, the strict parser does not.
  if (!tree) return {true, ParseError::kBadJson};
  return decode_rare(tree.value(), record, utc_offset, batch, nullptr);
}

RareOutcome decode_rare(const JsonValue& object, std::uint32_t record, Duration utc_offset,
                        Batch& batch, std::vector<Span>* spans) {
  if (looks_like_emf(object)) {
    const std::uint32_t points = add_emf_points(object, record, batch);
    if (points == 0) return {};
    batch.extra_events += points - 1;
    return {true, ParseError::kNone};
  }
  if (looks_like_alarm(object)) return add_alarm(object, record, utc_offset, batch);
  if (looks_like_span(object)) return add_span(object, utc_offset, batch, spans);
  if (const auto kind = change_kind_of(object))
    return add_change(object, *kind, record, utc_offset, batch);
  return {};
}

RareOutcome decode_status_entry(const JsonValue& entry, std::uint32_t record, Duration utc_offset,
                                Batch& batch) {
  const std::string_view status = entry.text_of({"status", "state", "impact"});
  if (status.empty() || !entry.find("started_at")) return {};
  for (const std::string_view normal :
       {"operating-normally", "operating normally", "operational", "normal", "ok", "resolved",
        "none", "healthy", "available", "up", "informational", "completed", "scheduled"}) {
    const bool same =
        std::equal(status.begin(), status.end(), normal.begin(), normal.end(),
                   [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
    // A closed degradation did happen: only entries that never were one are without effect.
    if (same && !(status == "resolved" && has(entry, "resolved_at"))) {
      ++batch.empty_lines;
      return {true, ParseError::kNone};
    }
  }
  const TimeField time = time_of(entry, {"started_at"}, utc_offset);
  if (time.bad) return {true, ParseError::kBadTime};
  Change change;
  change.kind = ChangeKind::kExternal;
  change.time = time.time;
  change.record = record;
  change.service = service_of(entry);
  const std::string_view title = entry.text_of({"title", "name", "summary"});
  change.title = title.empty() ? std::string(status) : fmt::format("{} ({})", title, status);
  change.diff = trimmed(entry.text_of({"detail", "description", "message"}), kMaxDiffBytes);
  change.id = entry.text_of({"id"});
  if (change.id.empty()) {
    change.id = fmt::format("external:{}:{}", change.service, format_timestamp(change.time));
  }
  batch.note_time(change.time);
  batch.changes.push_back(std::move(change));
  return {true, ParseError::kNone};
}

void add_named_calls(const Span& span, Batch& batch) {
  const auto add = [&](const std::string& caller, const std::string& callee) {
    if (caller.empty() || callee.empty() || caller == callee) return;
    batch.calls.push_back({span.start, caller, callee, span.duration_ms, span.failed});
  };
  add(span.service, span.peer);
  add(span.parent_service, span.service);
}

}  // namespace inkling::ingest
