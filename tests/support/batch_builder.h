#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/batch.h"

namespace inkling::test {

// One log record in plain words.
struct LogSpec {
  Timestamp time = Timestamp::none();
  std::string message = "request served";
  std::string service = "shop";
  std::string version = {};
  std::string route = {};
  std::string peer = {};
  Level level = Level::kInfo;
  std::uint16_t status = 0;
  double duration_ms = kAbsent;
};

struct PointSpec {
  Timestamp time = Timestamp::none();
  double value = 0;
  std::string name = "cpu";
  std::string service = "shop";
  MetricKind kind = MetricKind::kGauge;
};

// Builds what a decoder would have made of one chunk: each event is one line.
class BatchBuilder {
 public:
  BatchBuilder& origin(OriginId id) {
    batch_.chunk.header.origin = id;
    return *this;
  }
  BatchBuilder& arrival(Timestamp time) {
    batch_.chunk.header.arrival = time;
    return *this;
  }
  BatchBuilder& position(std::uint32_t segment, std::uint64_t offset) {
    batch_.chunk.header.position = {.segment = segment, .record = 0, .offset = offset};
    return *this;
  }
  // Whether the chunk is the first and the last of its frame.
  BatchBuilder& part(bool begins, bool ends) {
    batch_.chunk.begins_frame = begins;
    batch_.chunk.ends_frame = batch_.chunk.ends_epoch = ends;
    return *this;
  }
  BatchBuilder& ends_origin() {
    batch_.chunk.ends_origin = true;
    return *this;
  }
  BatchBuilder& tick(Timestamp now) {
    batch_.chunk.header.format = Format::kTick;
    return arrival(now);
  }
  BatchBuilder& log(const LogSpec& spec) {
    LogRecord record;
    record.time = spec.time;
    record.message = copy(spec.message);
    record.service = copy(spec.service);
    record.version = copy(spec.version);
    record.route = copy(spec.route);
    record.peer = copy(spec.peer);
    record.level = spec.level;
    record.status = spec.status;
    record.duration_ms = spec.duration_ms;
    record.record = batch_.lines++;
    batch_.logs.push_back(record);
    batch_.note_time(spec.time);
    return *this;
  }
  BatchBuilder& point(const PointSpec& spec) {
    MetricPoint point;
    point.time = spec.time;
    point.name = copy(spec.name);
    point.service = copy(spec.service);
    point.value = spec.value;
    point.kind = spec.kind;
    point.record = batch_.lines++;
    batch_.points.push_back(point);
    batch_.note_time(spec.time);
    return *this;
  }
  // Labels of the point added last.
  BatchBuilder& label(std::string_view name, std::string_view value) {
    MetricPoint& point = batch_.points.back();
    if (point.label_count == 0) {
      point.first_label = static_cast<std::uint32_t>(batch_.labels.size());
    }
    ++point.label_count;
    batch_.labels.push_back({copy(name), copy(value)});
    return *this;
  }
  BatchBuilder& change(Timestamp time, std::string id) {
    Change change;
    change.time = time;
    change.id = std::move(id);
    change.record = batch_.lines++;
    batch_.changes.push_back(std::move(change));
    batch_.note_time(time);
    return *this;
  }
  BatchBuilder& alarm(Timestamp time, std::string name) {
    Alarm alarm;
    alarm.time = time;
    alarm.name = std::move(name);
    alarm.record = batch_.lines++;
    batch_.alarms.push_back(std::move(alarm));
    batch_.note_time(time);
    return *this;
  }
  BatchBuilder& broken(ParseError reason) {
    batch_.broken.push_back({batch_.lines++, reason, {}});
    return *this;
  }
  BatchBuilder& empty_line() {
    ++batch_.lines;
    ++batch_.empty_lines;
    return *this;
  }
  Batch build() { return std::move(batch_); }

 private:
  std::string_view copy(std::string_view text) { return batch_.arena.copy(text); }

  Batch batch_;
};

// The records as one frame cut into `parts` chunks of about the same size.
inline std::vector<Batch> cut_frame(const std::vector<LogSpec>& records, std::size_t parts) {
  std::vector<Batch> batches;
  std::size_t next = 0;
  for (std::size_t part = 0; part < parts; ++part) {
    BatchBuilder builder;
    builder.part(part == 0, part + 1 == parts);
    const std::size_t end = records.size() * (part + 1) / parts;
    for (; next < end; ++next) builder.log(records[next]);
    batches.push_back(builder.build());
  }
  return batches;
}

// Seconds since 2026-01-01T00:00:00Z, which begins a slot.
inline Timestamp new_year(double seconds) {
  return Timestamp::from_ns(1'767'225'600'000'000'000 + static_cast<std::int64_t>(seconds * 1e9));
}

}  // namespace inkling::test
