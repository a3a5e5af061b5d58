#pragma once

#include <cstdint>
#include <string_view>

#include "core/batch.h"
#include "ingest/envelope_fields.h"

namespace inkling::ingest {

// Reads the datapoints of CloudWatch Metric Streams in JSON, one object each:
//
//   {"namespace":"AWS/ECS","metric_name":"CPUUtilization","dimensions":{"ServiceName":"api"},
//    "timestamp":<ms>,"value":{"max":..,"min":..,"sum":..,"count":..,"p99":..},"unit":"Percent"}
//
// A datapoint gives a point for each statistic and one for the mean. They are named
// <namespace>/<metric>.<statistic>: .max, .min, .avg and the percentiles are levels, .sum and
// .count amounts of their period. Dimensions are labels, beside account_id and region. Not
// thread-safe: one owner.
class MetricStream {
 public:
  explicit MetricStream(const FieldTable& fields) : dimensions_(fields) {}

  // True if an object looks like one of these.
  static bool is_one(std::string_view object);
  // Adds the points of record number `record`, or says what is wrong; then nothing was added.
  ParseError read(std::string_view object, std::uint32_t record, Batch& batch);

 private:
  EnvelopeFields dimensions_;  // of the datapoint being read
};

}  // namespace inkling::ingest
