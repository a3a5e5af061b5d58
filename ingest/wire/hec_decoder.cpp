#include "ingest/wire/hec_decoder.h"

#include <cmath>
#include <cstddef>

#include "ingest/json_scan.h"
#include "ingest/record_builder.h"
#include "ingest/wire/json_objects.h"

namespace inkling::ingest {
namespace {

constexpr std::string_view kMetricPrefix = "metric_name:";

bool is_scalar(const JsonToken& token) {
  return token.kind == JsonKind::kString || token.kind == JsonKind::kNumber ||
         token.kind == JsonKind::kTrue || token.kind == JsonKind::kFalse;
}

// The line that Docker's splunk driver wraps: {"line":"...","source":"stdout","tag":"..."}.
std::string_view find_docker_line(std::string_view object) {
  JsonCursor cursor(object);
  if (!cursor.begin_object()) return {};
  while (const auto key = cursor.next_key()) {
    const JsonToken token = cursor.value();
    if (*key == "line" && token.kind == JsonKind::kString) return token.text;
  }
  return {};
}

}  // namespace

void HecDecoder::decode(std::string_view bytes, Batch& batch) {
  for_each_object(
      bytes, context_.options, batch,
      [&](std::string_view object, std::uint32_t record) { return add(object, record, batch); });
}

ParseError HecDecoder::add(std::string_view object, std::uint32_t record, Batch& batch) {
  const HecEvent event = read_hec_event(object);
  switch (event.flaw) {
    case HecFlaw::kNone:
      break;
    case HecFlaw::kBadFormat:
      return ParseError::kBadJson;
    case HecFlaw::kNoEvent:
      return ParseError::kUnknownShape;
    case HecFlaw::kBlankEvent:
      ++batch.empty_lines;
      return ParseError::kNone;
  }
  fields_.reset();
  offer_fields(event.fields, batch);
  const bool is_metric = event.event.kind == JsonKind::kString && event.event.text == "metric";
  if (is_metric && add_metrics(event, record, batch)) return ParseError::kNone;
  return add_event(event, record, batch);
}

ParseError HecDecoder::add_event(const HecEvent& event, std::uint32_t record, Batch& batch) {
  Envelope envelope = fields_.envelope();
  envelope.time = event.time;
  std::string_view line = event.event.text;
  if (event.event.kind == JsonKind::kString) {
    line = unescape_json(line, batch.arena);
  } else if (event.event.kind == JsonKind::kObject) {
    const ParseError error = context_.lines.add_object(line, envelope, record, batch);
    if (error != ParseError::kUnknownShape) return error;
    // Nothing in it is known: the line it wraps, or all of it, is the message.
    const std::string_view wrapped = find_docker_line(line);
    if (!wrapped.empty()) line = unescape_json(wrapped, batch.arena);
  }
  return context_.lines.add(line, envelope, record, batch);
}

void HecDecoder::offer_fields(std::string_view fields, Batch& batch) {
  JsonCursor cursor(fields);
  if (!cursor.begin_object()) return;
  while (const auto key = cursor.next_key()) {
    const JsonToken token = cursor.value();
    if (!is_scalar(token)) continue;
    fields_.offer(unescape_json(*key, batch.arena), unescape_json(token.text, batch.arena));
  }
}

bool HecDecoder::add_metrics(const HecEvent& event, std::uint32_t record, Batch& batch) {
  const std::size_t first_point = batch.points.size();
  const auto first_label = static_cast<std::uint32_t>(batch.labels.size());
  std::string_view single_name;
  double single_value = kAbsent;
  const auto add_point = [&](std::string_view name, double value) {
    MetricPoint& point = batch.points.emplace_back();
    point.time = event.time;
    point.name = name;
    point.service = fields_.envelope().service;
    point.version = fields_.envelope().version;
    point.value = std::isfinite(value) ? value : kAbsent;
    point.first_label = first_label;
    point.record = record;
  };
  JsonCursor cursor(event.fields);
  if (!cursor.begin_object()) return false;
  while (const auto key = cursor.next_key()) {
    const JsonToken token = cursor.value();
    if (!is_scalar(token)) continue;
    const std::string_view name = unescape_json(*key, batch.arena);
    const std::string_view text = unescape_json(token.text, batch.arena);
    if (name.starts_with(kMetricPrefix) && name.size() > kMetricPrefix.size()) {
      add_point(name.substr(kMetricPrefix.size()), read_number(text).value_or(kAbsent));
    } else if (name == "metric_name") {
      single_name = text;
    } else if (name == "_value") {
      single_value = read_number(text).value_or(kAbsent);
    } else {
      batch.labels.push_back({name, text});
    }
  }
  if (!single_name.empty()) add_point(single_name, single_value);
  const std::size_t points = batch.points.size() - first_point;
  if (points == 0) {
    batch.labels.resize(first_label);
    return false;
  }
  fields_.drop_said_labels(first_label, batch);
  const auto labels = static_cast<std::uint32_t>(batch.labels.size()) - first_label;
  for (std::size_t i = first_point; i < batch.points.size(); ++i) {
    batch.points[i].label_count = labels;
  }
  batch.extra_events += static_cast<std::uint32_t>(points - 1);
  batch.note_time(event.time);
  return true;
}

}  // namespace inkling::ingest
