#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "core/batch.h"
#include "ingest/wire/otlp_resource.h"
#include "ingest/wire/series_labels.h"

namespace inkling::ingest {

// A Metric message of OTLP without its points. Views into it.
struct OtlpMetric {
  enum class Temporality : std::uint8_t { kNone, kDelta, kCumulative };
  std::string_view name;
  std::string_view unit;
  std::uint32_t data_key = 0;  // of the field that holds the data: gauge, sum, ...
  std::string_view data;
  Temporality temporality = Temporality::kNone;
  bool is_monotonic = false;
  bool is_cloudwatch = false;  // its name came from a CloudWatch Metric Stream
  bool good = true;            // false: the bytes are no Metric
};
OtlpMetric read_otlp_metric(std::string_view message);

// A data point of any kind, as far as it is read. Attributes go to the labels of the batch.
struct OtlpPoint {
  std::uint64_t time = 0;
  double value = kAbsent;     // of gauges and sums
  std::uint64_t count = 0;    // of the others
  std::optional<double> sum;  // absent: not said
  double min = kAbsent;
  double max = kAbsent;
  std::int64_t scale = 0;  // of exponential histograms
  std::uint64_t zero_count = 0;
  std::int64_t positive_offset = 0;
  std::int64_t negative_offset = 0;
  bool has_value = true;  // false: the flag says that nothing was recorded

  // Kept from point to point for their memory.
  std::vector<std::uint64_t> counts;           // of explicit or positive buckets
  std::vector<std::uint64_t> negative_counts;  // of exponential histograms
  std::vector<double> bounds;
  std::vector<std::pair<double, double>> quantiles;  // of summaries

  // Ready for the next point.
  void reset();
};

// Reads data points. Not thread-safe: one per decoder.
class OtlpPointReader {
 public:
  explicit OtlpPointReader(AttributeNames& names) : labels_(names) {}

  // Reads a data point of a metric into `point`, which is reset. Its series, with its labels in the
  // batch; nothing if the bytes are broken or it has too many labels, then no label was added.
  std::optional<LabeledSeries> read(const OtlpMetric& metric, std::string_view message,
                                    const OtlpResource& resource, OtlpPoint& point, Batch& batch);

 private:
  bool read_attribute(const OtlpMetric& metric, std::string_view message, Batch& batch);

  SeriesLabels labels_;
};

// Fields of a Metric that hold its data.
inline constexpr std::uint32_t kOtlpGauge = bytes_key(5);
inline constexpr std::uint32_t kOtlpSum = bytes_key(7);
inline constexpr std::uint32_t kOtlpHistogram = bytes_key(9);
inline constexpr std::uint32_t kOtlpExponential = bytes_key(10);
inline constexpr std::uint32_t kOtlpSummary = bytes_key(11);

}  // namespace inkling::ingest
