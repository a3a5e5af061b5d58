#pragma once

#include <memory>
#include <string_view>

#include "ingest/wire_decoder.h"

namespace inkling::ingest {

// Decodes ExportMetricsServiceRequest, protobuf (kOtlpMetrics): each data point is a line of the
// batch and becomes one metric point or several (docs/components/otlp.md):
//
//   gauge, sum           name: a level, a counter (cumulative and monotonic) or an amount (delta)
//   histogram (both)     name.count, name.sum; of delta points also name.p50, .p90, .p99
//   summary              name.count, name.sum (counters), and its quantiles: name.p99, .min, .max
//
// Source: opentelemetry-proto 1.x, metrics/v1.
class OtlpMetricsDecoder final : public WireDecoder {
 public:
  explicit OtlpMetricsDecoder(const WireContext& context);
  ~OtlpMetricsDecoder() override;

  void decode(std::string_view bytes, Batch& batch) override;

  // Decodes a record of a CloudWatch Metric Stream in the format OpenTelemetry 1.0: requests one
  // behind the other, each with its length as a varint in front. `bytes` lie in the batch. Summary
  // points of CloudWatch are statistics of their period: name.avg, .min, .max, and .count and .sum
  // as amounts; names are "AWS/ApplicationELB/TargetResponseTime.avg", dimensions become labels.
  void decode_delimited(std::string_view bytes, Batch& batch);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace inkling::ingest
