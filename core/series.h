#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace inkling {

// 64-bit name of a series: a hash of its metric name and labels in any order. The same on every
// machine.
struct SeriesId {
  std::uint64_t value = 0;
  friend constexpr auto operator<=>(SeriesId, SeriesId) = default;
};
// Sixteen hex digits.
std::string to_string(SeriesId id);

// 64-bit name of a template: the skeleton id of its group's earliest member.
struct TemplateId {
  std::uint64_t value = 0;
  friend constexpr auto operator<=>(TemplateId, TemplateId) = default;
};
std::string to_string(TemplateId id);

// What a series measures; decides which detectors look at it and which direction is bad.
enum class SeriesKind : std::uint8_t {
  kMetric,         // given as a metric
  kLogRate,        // log records per second
  kErrorRatio,     // share of requests (or of records, without requests) that failed, 0..1
  kLatency,        // a quantile of durations, ms
  kTemplateCount,  // records of one template per window
};
std::string_view series_kind_name(SeriesKind kind);

using LabelList = std::vector<std::pair<std::string, std::string>>;

// What is known of a series. Immutable, shared by everybody who speaks of it.
struct SeriesInfo {
  SeriesId id;
  SeriesKind kind = SeriesKind::kMetric;
  std::string name;           // "http_5xx_ratio", "log.rate", "latency.p99", ...
  std::string service;        // "" = unknown
  std::string version;        // "" = all versions
  std::string route;          // "" = all routes
  std::string unit;           // "" = not known
  LabelList labels;           // further labels, sorted by name
  TemplateId template_id;     // kTemplateCount only
  std::string template_text;  // kTemplateCount only

  // "service/name{label="value"}", for people and for --emit.
  std::string display_name() const;
};
using SeriesRef = std::shared_ptr<const SeriesInfo>;

// The id of a series from its parts; the order of the labels does not matter.
SeriesId make_series_id(SeriesKind kind, std::string_view name, std::string_view service,
                        std::string_view version, std::string_view route, const LabelList& labels);

}  // namespace inkling
