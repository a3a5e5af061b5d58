#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "app/gen/generator.h"
#include "core/json.h"
#include "core/timestamp.h"
#include "tests/support/temp_directory.h"

namespace inkling::gen {

// A log line as the tests look at it.
struct ReadLine {
  Timestamp time;
  std::string service;
  std::string version;
  std::string message;
  std::string task;
  double status = 0;  // 0 = no request
  double duration_ms = 0;
};

struct ReadPoint {
  Timestamp time;
  std::string name;  // "service/metric"
  double value = 0;
};

inline std::vector<JsonValue> read_ndjson(const std::string& path) {
  std::vector<JsonValue> values;
  const std::string text = read_file(path);
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    auto value = parse_json(rest.substr(0, end));
    EXPECT_TRUE(value.has_value()) << rest.substr(0, end);
    if (value) values.push_back(std::move(*value));
    if (end == std::string_view::npos) {
      ADD_FAILURE() << "the last line has no newline";
      break;
    }
    rest.remove_prefix(end + 1);
  }
  return values;
}

inline Timestamp time_of(const JsonValue& line) {
  for (const std::string_view name : {"time", "timestamp", "@timestamp", "ts"}) {
    const JsonValue* member = line.find(name);
    if (member == nullptr) continue;
    const auto time = member->is_string() ? parse_timestamp(member->text())
                                          : timestamp_from_epoch(member->number());
    if (time) return *time;
  }
  ADD_FAILURE() << "a line without a time";
  return Timestamp::none();
}

inline double number_of(const JsonValue& line, std::string_view name) {
  const JsonValue* member = line.find(name);
  return member == nullptr ? 0 : member->number();
}

inline ReadLine read_line(const JsonValue& line) {
  return {.time = time_of(line),
          .service = std::string(line.text_of({"service"})),
          .version = std::string(line.text_of({"version"})),
          .message = std::string(line.text_of({"message", "msg"})),
          .task = std::string(line.text_of({"ecs_task_arn"})),
          .status = number_of(line, "status"),
          .duration_ms = line.find("responseTime") != nullptr ? number_of(line, "responseTime")
                                                              : number_of(line, "duration_ms")};
}

// A generated scenario, read back.
struct Generated {
  GroundTruth truth;
  std::vector<ReadLine> lines;
  std::vector<ReadPoint> points;
  std::vector<JsonValue> changes;
  std::vector<JsonValue> alarms;
};

inline Generated generate_and_read(const GenOptions& options) {
  TempDirectory directory;
  auto truth = generate(options, directory.path());
  EXPECT_TRUE(truth.has_value());
  Generated data;
  if (!truth) return data;
  data.truth = *truth;
  for (const JsonValue& line : read_ndjson(directory.file("data/logs.ndjson"))) {
    data.lines.push_back(read_line(line));
  }
  for (const JsonValue& point : read_ndjson(directory.file("data/metrics.ndjson"))) {
    data.points.push_back({.time = time_of(point),
                           .name = std::string(point.text_of({"service"})) + "/" +
                                   std::string(point.text_of({"name"})),
                           .value = number_of(point, "value")});
  }
  data.changes = read_ndjson(directory.file("data/changes.ndjson"));
  if (truth->alarm_at.is_set()) data.alarms = read_ndjson(directory.file("data/alarms.ndjson"));
  return data;
}

// Small enough for a test, long enough for every fault to show.
inline GenOptions small_scenario(std::string_view name) {
  GenOptions options;
  options.scenario = std::string(name);
  options.seed = 7;
  options.length = std::chrono::minutes(30);
  options.requests_per_second = 5;
  return options;
}

}  // namespace inkling::gen
