#include "ingest/wire/metric_stream.h"

#include <charconv>
#include <cmath>
#include <cstring>
#include <optional>

#include "ingest/json_cursor.h"
#include "ingest/json_scan.h"
#include "ingest/record_builder.h"

namespace inkling::ingest {
namespace {

// A datapoint as written.
struct Datapoint {
  std::string_view name_space;
  std::string_view metric;
  std::string_view account;
  std::string_view region;
  std::string_view unit;
  std::string_view dimensions;  // an object
  std::string_view values;      // an object
  std::int64_t time_ms = 0;
  bool has_time = false;
};

std::optional<Datapoint> split(std::string_view object) {
  Datapoint point;
  JsonCursor cursor(object);
  if (!cursor.begin_object()) return std::nullopt;
  while (const auto key = cursor.next_key()) {
    const JsonToken token = cursor.value();
    const bool is_text = token.kind == JsonKind::kString;
    const bool is_object = token.kind == JsonKind::kObject;
    if (is_text && *key == "namespace") point.name_space = token.text;
    if (is_text && *key == "metric_name") point.metric = token.text;
    if (is_text && *key == "account_id") point.account = token.text;
    if (is_text && *key == "region") point.region = token.text;
    if (is_text && *key == "unit") point.unit = token.text;
    if (is_object && *key == "dimensions") point.dimensions = token.text;
    if (is_object && *key == "value") point.values = token.text;
    if (*key == "timestamp") {
      const char* const end = token.text.data() + token.text.size();
      const auto [rest, error] = std::from_chars(token.text.data(), end, point.time_ms);
      point.has_time = error == std::errc() && rest == end;
    }
  }
  return cursor.failed() ? std::nullopt : std::optional(point);
}

// "<namespace>/<metric>.<statistic>" in the batch.
std::string_view make_name(const Datapoint& point, std::string_view statistic, Batch& batch) {
  const std::size_t size = point.name_space.size() + point.metric.size() + statistic.size() + 2;
  char* const begin = batch.arena.allocate(size);
  char* out = begin;
  const auto put = [&out](std::string_view text) {
    if (!text.empty()) std::memcpy(out, text.data(), text.size());
    out += text.size();
  };
  put(point.name_space);
  put("/");
  put(point.metric);
  put(".");
  put(statistic);
  return {begin, size};
}

}  // namespace

bool MetricStream::is_one(std::string_view object) {
  return object.find("\"metric_name\"") != std::string_view::npos &&
         object.find("\"namespace\"") != std::string_view::npos &&
         object.find("\"value\"") != std::string_view::npos;
}

ParseError MetricStream::read(std::string_view object, std::uint32_t record, Batch& batch) {
  auto point = split(object);
  if (!point) return ParseError::kBadJson;
  if (point->metric.empty() || point->values.empty()) return ParseError::kUnknownShape;
  std::int64_t ns = 0;
  if (!point->has_time || __builtin_mul_overflow(point->time_ms, 1'000'000, &ns)) {
    return ParseError::kBadTime;
  }
  const Timestamp time = Timestamp::from_ns(ns);
  point->name_space = unescape_json(point->name_space, batch.arena);
  point->metric = unescape_json(point->metric, batch.arena);
  const std::string_view unit = unescape_json(point->unit, batch.arena);

  dimensions_.reset();
  const auto first_label = static_cast<std::uint32_t>(batch.labels.size());
  const std::size_t first_point = batch.points.size();
  if (!point->account.empty()) batch.labels.push_back({"account_id", point->account});
  if (!point->region.empty()) batch.labels.push_back({"region", point->region});
  JsonCursor dimensions(point->dimensions);
  if (dimensions.begin_object()) {
    while (const auto key = dimensions.next_key()) {
      const JsonToken token = dimensions.value();
      if (token.kind != JsonKind::kString) continue;
      const std::string_view name = unescape_json(*key, batch.arena);
      const std::string_view value = unescape_json(token.text, batch.arena);
      dimensions_.offer(name, value);
      batch.labels.push_back({name, value});
    }
  }
  dimensions_.drop_said_labels(first_label, batch);
  const auto label_count = static_cast<std::uint32_t>(batch.labels.size()) - first_label;

  const auto add = [&](std::string_view statistic, double value) {
    MetricPoint& added = batch.points.emplace_back();
    added.time = time;
    added.name = make_name(*point, statistic, batch);
    added.service = dimensions_.envelope().service;
    added.version = dimensions_.envelope().version;
    added.unit = unit;
    added.value = std::isfinite(value) ? value : kAbsent;
    added.first_label = first_label;
    added.label_count = label_count;
    added.record = record;
    const bool is_amount = statistic == "sum" || statistic == "count";
    added.kind = is_amount ? MetricKind::kDelta : MetricKind::kGauge;
  };
  double sum = kAbsent;
  double count = kAbsent;
  bool good = true;
  JsonCursor values(point->values);
  if (values.begin_object()) {
    while (const auto key = values.next_key()) {
      const JsonToken token = values.value();
      const double number =
          token.kind == JsonKind::kNumber ? read_number(token.text).value_or(kAbsent) : kAbsent;
      if (token.kind != JsonKind::kNull && std::isnan(number)) good = false;
      const std::string_view statistic = unescape_json(*key, batch.arena);
      add(statistic, number);
      if (statistic == "sum") sum = number;
      if (statistic == "count") count = number;
    }
  }
  if (!good || values.failed() || batch.points.size() == first_point) {
    batch.points.resize(first_point);
    batch.labels.resize(first_label);
    return values.failed() ? ParseError::kBadJson : ParseError::kBadValue;
  }
  if (count > 0) add("avg", sum / count);
  batch.extra_events += static_cast<std::uint32_t>(batch.points.size() - first_point - 1);
  batch.note_time(time);
  return ParseError::kNone;
}

}  // namespace inkling::ingest
