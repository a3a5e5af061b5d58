#include "ingest/wire/otlp_points.h"

#include <bit>

#include "ingest/wire/frame_limits.h"

namespace inkling::ingest {
namespace {

constexpr std::string_view kCloudWatchPrefix = "amazonaws.com/";
constexpr std::size_t kMaxQuantiles = 64;  // of a summary

// A repeated number may be packed, or a field each: `number_key` is the key of the latter.
bool append_numbers(const ProtobufReader& reader, std::uint32_t number_key, std::size_t width,
                    std::vector<std::uint64_t>& numbers) {
  if (reader.key() == number_key) {
    numbers.push_back(reader.number());
    return true;
  }
  return for_each_packed(reader.bytes(), width,
                         [&](std::uint64_t number) { numbers.push_back(number); });
}

bool append_reals(const ProtobufReader& reader, std::uint32_t number_key,
                  std::vector<double>& numbers) {
  if (reader.key() == number_key) {
    numbers.push_back(reader.real());
    return true;
  }
  return for_each_packed(reader.bytes(), 8, [&](std::uint64_t bits) {
    numbers.push_back(std::bit_cast<double>(bits));
  });
}

bool read_buckets(std::string_view message, std::int64_t& offset,
                  std::vector<std::uint64_t>& counts) {
  ProtobufReader reader(message);
  bool good = true;
  while (reader.next()) {
    if (reader.key() == varint_key(1)) {
      offset = zigzag(reader.number() & 0xFFFFFFFF);
    } else if (reader.key() == varint_key(2) || reader.key() == bytes_key(2)) {
      good = append_numbers(reader, varint_key(2), 0, counts) && good;
    }
  }
  return good && !reader.failed();
}

bool read_quantile(std::string_view message, OtlpPoint& point) {
  std::pair<double, double> quantile{0, 0};  // a missing quantile is 0: the minimum
  ProtobufReader reader(message);
  while (reader.next()) {
    if (reader.key() == fixed64_key(1)) quantile.first = reader.real();
    if (reader.key() == fixed64_key(2)) quantile.second = reader.real();
  }
  point.quantiles.push_back(quantile);
  return !reader.failed();
}

// The flags field, whose bit 0 says that nothing was recorded.
void read_flags(const ProtobufReader& reader, OtlpPoint& point) {
  point.has_value = (reader.number() & 1) == 0;
}

// The next functions read one field of a point. False if it is broken.

bool read_number_field(const ProtobufReader& reader, OtlpPoint& point) {
  switch (reader.key()) {
    case fixed64_key(4):
      point.value = reader.real();
      break;
    case fixed64_key(6):
      point.value = static_cast<double>(reader.integer());
      break;
    case varint_key(8):
      read_flags(reader, point);
      break;
    default:
      break;
  }
  return true;
}

bool read_histogram_field(const ProtobufReader& reader, OtlpPoint& point) {
  switch (reader.key()) {
    case fixed64_key(4):
      point.count = reader.number();
      break;
    case fixed64_key(5):
      point.sum = reader.real();
      break;
    case fixed64_key(6):
    case bytes_key(6):
      return append_numbers(reader, fixed64_key(6), 8, point.counts);
    case fixed64_key(7):
    case bytes_key(7):
      return append_reals(reader, fixed64_key(7), point.bounds);
    case varint_key(10):
      read_flags(reader, point);
      break;
    case fixed64_key(11):
      point.min = reader.real();
      break;
    case fixed64_key(12):
      point.max = reader.real();
      break;
    default:
      break;
  }
  return true;
}

bool read_exponential_field(const ProtobufReader& reader, OtlpPoint& point) {
  switch (reader.key()) {
    case fixed64_key(4):
      point.count = reader.number();
      break;
    case fixed64_key(5):
      point.sum = reader.real();
      break;
    case varint_key(6):
      point.scale = zigzag(reader.number() & 0xFFFFFFFF);
      break;
    case fixed64_key(7):
      point.zero_count = reader.number();
      break;
    case bytes_key(8):
      return read_buckets(reader.bytes(), point.positive_offset, point.counts);
    case bytes_key(9):
      return read_buckets(reader.bytes(), point.negative_offset, point.negative_counts);
    case varint_key(10):
      read_flags(reader, point);
      break;
    case fixed64_key(12):
      point.min = reader.real();
      break;
    case fixed64_key(13):
      point.max = reader.real();
      break;
    default:
      break;
  }
  return true;
}

bool read_summary_field(const ProtobufReader& reader, OtlpPoint& point) {
  switch (reader.key()) {
    case fixed64_key(4):
      point.count = reader.number();
      break;
    case fixed64_key(5):
      point.sum = reader.real();
      break;
    case bytes_key(6):
      return read_quantile(reader.bytes(), point);
    case varint_key(8):
      read_flags(reader, point);
      break;
    default:
      break;
  }
  return true;
}

bool read_field(std::uint32_t data_key, const ProtobufReader& reader, OtlpPoint& point) {
  if (reader.key() == fixed64_key(3)) {
    point.time = reader.number();
    return true;
  }
  switch (data_key) {
    case kOtlpHistogram:
      return read_histogram_field(reader, point);
    case kOtlpExponential:
      return read_exponential_field(reader, point);
    case kOtlpSummary:
      return read_summary_field(reader, point);
    default:
      return read_number_field(reader, point);
  }
}

// The field that holds the attributes of a point.
constexpr std::uint32_t attributes_key(std::uint32_t data_key) {
  switch (data_key) {
    case kOtlpHistogram:
      return bytes_key(9);
    case kOtlpExponential:
      return bytes_key(1);
    default:
      return bytes_key(7);
  }
}

}  // namespace

OtlpMetric read_otlp_metric(std::string_view message) {
  OtlpMetric metric;
  ProtobufReader reader(message);
  while (reader.next()) {
    switch (reader.key()) {
      case bytes_key(1):
        metric.name = reader.bytes();
        break;
      case bytes_key(3):
        metric.unit = reader.bytes();
        break;
      case kOtlpGauge:
      case kOtlpSum:
      case kOtlpHistogram:
      case kOtlpExponential:
      case kOtlpSummary:
        metric.data_key = reader.key();
        metric.data = reader.bytes();
        break;
      default:
        break;
    }
  }
  metric.good = !reader.failed();
  ProtobufReader data(metric.data);
  while (data.next()) {
    if (data.key() == varint_key(2) && data.number() <= 2) {
      metric.temporality = static_cast<OtlpMetric::Temporality>(data.number());
    } else if (data.key() == varint_key(3)) {
      metric.is_monotonic = data.boolean();
    }
  }
  if (metric.name.starts_with(kCloudWatchPrefix)) {
    metric.is_cloudwatch = true;
    metric.name.remove_prefix(kCloudWatchPrefix.size());
  }
  return metric;
}

void OtlpPoint::reset() {
  time = count = zero_count = 0;
  value = min = max = kAbsent;
  sum.reset();
  scale = positive_offset = negative_offset = 0;
  has_value = true;
  counts.clear();
  negative_counts.clear();
  bounds.clear();
  quantiles.clear();
}

std::optional<LabeledSeries> OtlpPointReader::read(const OtlpMetric& metric,
                                                   std::string_view message,
                                                   const OtlpResource& resource, OtlpPoint& point,
                                                   Batch& batch) {
  point.reset();
  labels_.begin(batch);
  const std::uint32_t attributes = attributes_key(metric.data_key);
  bool good = true;
  ProtobufReader reader(message);
  while (reader.next()) {
    good = (reader.key() == attributes ? read_attribute(metric, reader.bytes(), batch)
                                       : read_field(metric.data_key, reader, point)) &&
           good;
  }
  if (!good || reader.failed() || labels_.count(batch) > kMaxPointLabels ||
      point.quantiles.size() > kMaxQuantiles) {
    labels_.drop(batch);
    return std::nullopt;
  }
  const auto add = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) batch.labels.push_back({name, value});
  };
  add("instance", resource.instance);
  add("environment", resource.environment);
  if (metric.is_cloudwatch) {
    add("region", resource.region);
    add("account_id", resource.account);
  }
  return labels_.finish(resource.service(), resource.version(), batch);
}

bool OtlpPointReader::read_attribute(const OtlpMetric& metric, std::string_view message,
                                     Batch& batch) {
  const OtlpAttribute attribute = read_otlp_attribute(message);
  if (!attribute.value.good) return false;
  const auto add = [&](std::string_view name, const OtlpValue& value) {
    labels_.add(name, otlp_text(value, batch.arena), otlp_scalar_kind(value), batch);
  };
  if (metric.is_cloudwatch) {
    // Both are in the name of the metric.
    if (attribute.key == "Namespace" || attribute.key == "MetricName") return true;
    if (attribute.key == "Dimensions" && attribute.value.kind == OtlpValue::Kind::kMap) {
      return for_each_otlp_pair(attribute.value, add);
    }
  }
  add(attribute.key, attribute.value);
  return true;
}

}  // namespace inkling::ingest
