#pragma once

#include <fmt/format.h>

#include <cmath>
#include <string>
#include <vector>

#include "core/batch.h"

namespace inkling::ingest {

// A log record as one text: "time level service version route peer | message", "-" for nothing.
inline std::string describe(const LogRecord& log) {
  const auto or_dash = [](std::string_view text) { return text.empty() ? "-" : text; };
  return fmt::format("{} {} {} {} {} {} | {}", format_timestamp(log.time), level_name(log.level),
                     or_dash(log.service), or_dash(log.version), or_dash(log.route),
                     or_dash(log.peer), log.message);
}
inline std::vector<std::string> describe_logs(const Batch& batch) {
  std::vector<std::string> texts;
  for (const LogRecord& log : batch.logs) texts.push_back(describe(log));
  return texts;
}

// A point as one text: "time name{label=value,...} service version unit kind value".
inline std::string describe(const MetricPoint& point, const Batch& batch) {
  const auto or_dash = [](std::string_view text) { return text.empty() ? "-" : text; };
  std::string labels;
  for (std::uint32_t i = 0; i < point.label_count; ++i) {
    const LabelView& label = batch.labels.at(point.first_label + i);
    labels += fmt::format("{}{}={}", i == 0 ? "" : ",", label.name, label.value);
  }
  const char* const kind = point.kind == MetricKind::kGauge     ? "gauge"
                           : point.kind == MetricKind::kCounter ? "counter"
                                                                : "delta";
  return fmt::format("{} {}{{{}}} {} {} {} {} {}", format_timestamp(point.time), point.name, labels,
                     or_dash(point.service), or_dash(point.version), or_dash(point.unit), kind,
                     point.value);
}
inline std::vector<std::string> describe_points(const Batch& batch) {
  std::vector<std::string> texts;
  for (const MetricPoint& point : batch.points) texts.push_back(describe(point, batch));
  return texts;
}

// "record:reason" of broken lines, and whether each line and event was counted once.
inline std::string describe_books(const Batch& batch) {
  std::string text = fmt::format("lines {} empty {} extra {} broken", batch.lines,
                                 batch.empty_lines, batch.extra_events);
  for (const BrokenLine& line : batch.broken) {
    text += fmt::format(" {}:{}", line.record, parse_error_name(line.reason));
  }
  const std::size_t right = batch.empty_lines + batch.header_lines + batch.joined_lines +
                            batch.span_lines + batch.broken.size() + batch.logs.size() +
                            batch.points.size() + batch.changes.size() + batch.alarms.size();
  return batch.lines + batch.extra_events == right ? text : text + " UNBALANCED";
}

}  // namespace inkling::ingest
