#include "ingest/lines/emf.h"

#include <cmath>
#include <utility>
#include <vector>

namespace inkling::ingest {
namespace {

constexpr std::uint32_t kMostPoints = 4096;
constexpr std::size_t kMostDimensions = 30;  // of a set, by the specification
constexpr std::size_t kMostValues = 100;     // of a metric, by the specification

bool is_any(std::string_view name, std::initializer_list<std::string_view> names) {
  for (const std::string_view known : names) {
    if (name == known) return true;
  }
  return false;
}

bool is_service(std::string_view name) {
  return is_any(name, {"service", "Service", "ServiceName", "service.name", "service_name"});
}
bool is_version(std::string_view name) {
  return is_any(name, {"version", "Version", "service.version", "service_version"});
}

// A set of dimensions, resolved: all its members are texts of the object.
struct DimensionSet {
  std::vector<LabelView> labels;
  bool good = true;
};
DimensionSet resolve(const JsonValue& keys, const JsonValue& object, Batch& batch) {
  DimensionSet set;
  if (keys.array().size() > kMostDimensions) set.good = false;
  for (const JsonValue& key : keys.array()) {
    const JsonValue* const value = object.find(key.text());
    if (!set.good || !key.is_string() || !value || !value->is_string()) {
      set.good = false;
      break;
    }
    set.labels.push_back({batch.arena.copy(key.text()), batch.arena.copy(value->text())});
  }
  return set;
}

MetricKind kind_of(std::string_view unit) {
  return unit == "Count" ? MetricKind::kDelta : MetricKind::kGauge;
}

}  // namespace

bool looks_like_emf(const JsonValue& object) {
  const JsonValue* const directives = object.find("_aws", "CloudWatchMetrics");
  return directives && directives->is_array();
}

std::uint32_t add_emf_points(const JsonValue& object, std::uint32_t record, Batch& batch) {
  const JsonValue* const stamp = object.find("_aws", "Timestamp");
  Timestamp time = Timestamp::none();
  if (stamp && stamp->is_number()) {
    if (const auto read = timestamp_from_epoch(stamp->integer())) time = *read;
  }
  // The object itself may say whose it is without making a dimension of it.
  std::string_view service;
  std::string_view version;
  for (const auto& [name, value] : object.object()) {
    if (!value.is_string()) continue;
    if (service.empty() && is_service(name)) service = batch.arena.copy(value.text());
    if (version.empty() && is_version(name)) version = batch.arena.copy(value.text());
  }
  std::uint32_t added = 0;
  const auto add = [&](const DimensionSet& set, std::string_view space, std::string_view name,
                       std::string_view unit, double value) {
    if (added == kMostPoints || !std::isfinite(value)) return;
    MetricPoint point;
    point.time = time;
    point.name = name;
    point.unit = unit;
    point.value = value;
    point.kind = kind_of(unit);
    point.service = service;
    point.version = version;
    point.record = record;
    point.first_label = static_cast<std::uint32_t>(batch.labels.size());
    if (!space.empty()) batch.labels.push_back({"namespace", space});
    for (const LabelView& label : set.labels) {
      if (is_service(label.name)) {
        point.service = label.value;
      } else if (is_version(label.name)) {
        point.version = label.value;
      } else {
        batch.labels.push_back(label);
      }
    }
    point.label_count = static_cast<std::uint32_t>(batch.labels.size()) - point.first_label;
    batch.points.push_back(point);
    batch.note_time(time);
    ++added;
  };
  for (const JsonValue& directive : object.find("_aws", "CloudWatchMetrics")->array()) {
    const std::string_view space = batch.arena.copy(directive.text_of({"Namespace"}));
    std::vector<DimensionSet> sets;
    if (const JsonValue* const dimensions = directive.find("Dimensions")) {
      for (const JsonValue& keys : dimensions->array()) {
        DimensionSet set = resolve(keys, object, batch);
        if (set.good) sets.push_back(std::move(set));
      }
    }
    if (sets.empty()) sets.emplace_back();
    const JsonValue* const metrics = directive.find("Metrics");
    if (!metrics) continue;
    for (const JsonValue& metric : metrics->array()) {
      const std::string_view given = metric.text_of({"Name"});
      const JsonValue* const target = given.empty() ? nullptr : object.find(given);
      if (!target) continue;
      const std::string_view name = batch.arena.copy(given);
      const std::string_view unit = batch.arena.copy(metric.text_of({"Unit"}));
      for (const DimensionSet& set : sets) {
        if (target->is_number()) add(set, space, name, unit, target->number());
        std::size_t count = 0;
        for (const JsonValue& value : target->array()) {
          if (++count > kMostValues) break;
          add(set, space, name, unit, value.number());
        }
      }
    }
  }
  return added;
}

}  // namespace inkling::ingest
