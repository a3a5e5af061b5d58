#include "ingest/wire/otlp_metrics_decoder.h"

#include <fmt/format.h>

#include <cmath>

#include "core/series_end.h"
#include "ingest/wire/frame_limits.h"
#include "ingest/wire/histogram_quantiles.h"
#include "ingest/wire/otlp_points.h"

namespace inkling::ingest {
namespace {

using Temporality = OtlpMetric::Temporality;

// Adds the metric points of one data point; all of them share time, series and labels.
class PointWriter {
 public:
  PointWriter(const OtlpMetric& metric, const LabeledSeries& series, Timestamp time,
              std::uint32_t record, Batch& batch)
      : metric_(metric), series_(series), time_(time), record_(record), batch_(batch) {}

  // `suffix` goes behind the name of the metric, e.g. ".p99".
  void add(std::string_view suffix, double value, MetricKind kind) {
    MetricPoint& point = batch_.points.emplace_back();
    point.time = time_;
    point.name = suffix.empty() ? metric_.name : join_texts(metric_.name, suffix, {}, batch_.arena);
    point.service = series_.service;
    point.version = series_.version;
    if (suffix != ".count") point.unit = metric_.unit;
    point.value = std::isfinite(value) || ends_series(value) ? value : kAbsent;
    point.first_label = series_.first_label;
    point.label_count = series_.label_count;
    point.record = record_;
    point.kind = kind;
    if (added_++ > 0) ++batch_.extra_events;
  }

 private:
  const OtlpMetric& metric_;
  const LabeledSeries& series_;
  const Timestamp time_;
  const std::uint32_t record_;
  Batch& batch_;
  std::uint32_t added_ = 0;
};

// A quantile as a suffix: 0 is the minimum, 1 the maximum, 0.999 is ".p99.9".
std::string_view quantile_suffix(double q, Arena& arena) {
  if (q == 0) return ".min";
  if (q == 1) return ".max";
  if (q == 0.5) return ".p50";
  if (q == 0.9) return ".p90";
  if (q == 0.99) return ".p99";
  return arena.copy(fmt::format(".p{}", format_number(q * 100)));
}

MetricKind kind_of(const OtlpMetric& metric) {
  if (metric.data_key != kOtlpSum) return MetricKind::kGauge;
  if (metric.temporality == Temporality::kDelta) return MetricKind::kDelta;
  const bool is_counter = metric.is_monotonic && metric.temporality == Temporality::kCumulative;
  return is_counter ? MetricKind::kCounter : MetricKind::kGauge;
}

void write_histogram(const OtlpMetric& metric, const OtlpPoint& point, PointWriter& out) {
  const bool is_delta = metric.temporality == Temporality::kDelta;
  const MetricKind kind = is_delta ? MetricKind::kDelta : MetricKind::kCounter;
  if (!point.has_value) {
    out.add(".count", kSeriesEnd, kind);
    return;
  }
  out.add(".count", static_cast<double>(point.count), kind);
  if (point.sum) out.add(".sum", *point.sum, kind);
  // Buckets of cumulative points hold the whole past: their quantiles say nothing of now.
  if (!is_delta || point.count == 0) return;
  const auto add_quantiles = [&](const auto& histogram) {
    out.add(".p50", quantile(histogram, 0.5), MetricKind::kGauge);
    out.add(".p90", quantile(histogram, 0.9), MetricKind::kGauge);
    out.add(".p99", quantile(histogram, 0.99), MetricKind::kGauge);
  };
  if (metric.data_key == kOtlpExponential) {
    add_quantiles(ExponentialHistogram{.scale = point.scale,
                                       .zero_count = point.zero_count,
                                       .positive = {point.positive_offset, point.counts},
                                       .negative = {point.negative_offset, point.negative_counts},
                                       .min = point.min,
                                       .max = point.max});
  } else if (!point.counts.empty()) {
    add_quantiles(ExplicitHistogram{
        .counts = point.counts, .bounds = point.bounds, .min = point.min, .max = point.max});
  }
}

void write_summary(const OtlpMetric& metric, const OtlpPoint& point, PointWriter& out,
                   Arena& arena) {
  // CloudWatch sends the statistics of one period, others the whole past.
  const MetricKind kind = metric.is_cloudwatch ? MetricKind::kDelta : MetricKind::kCounter;
  if (!point.has_value) {
    out.add(".count", kSeriesEnd, kind);
    return;
  }
  const double sum = point.sum.value_or(0);
  out.add(".count", static_cast<double>(point.count), kind);
  out.add(".sum", sum, kind);
  if (metric.is_cloudwatch && point.count > 0) {
    out.add(".avg", sum / static_cast<double>(point.count), MetricKind::kGauge);
  }
  for (const auto& [q, value] : point.quantiles) {
    if (!(q >= 0 && q <= 1)) continue;
    out.add(quantile_suffix(q, arena), value, MetricKind::kGauge);
  }
}

}  // namespace

struct OtlpMetricsDecoder::State {
  explicit State(const WireContext& context)
      : options(context.options), names(context.fields), reader(names) {}

  void decode_request(std::string_view bytes, Batch& batch) {
    ProtobufReader request(bytes);
    while (request.next()) {
      if (request.key() == bytes_key(1)) decode_resource(request.bytes(), batch);
    }
    if (request.failed()) add_broken(bytes, batch);
  }

  void decode_resource(std::string_view message, Batch& batch) {
    if (!read_otlp_resource(message, names, batch, resource)) add_broken(message, batch);
    ProtobufReader reader_of_scopes(message);
    while (reader_of_scopes.next()) {
      if (reader_of_scopes.key() == bytes_key(2)) decode_scope(reader_of_scopes.bytes(), batch);
    }
    if (reader_of_scopes.failed()) add_broken(message, batch);
  }

  void decode_scope(std::string_view message, Batch& batch) {
    ProtobufReader metrics(message);
    while (metrics.next()) {
      if (metrics.key() == bytes_key(2)) decode_metric(metrics.bytes(), batch);
    }
    if (metrics.failed()) add_broken(message, batch);
  }

  void decode_metric(std::string_view message, Batch& batch) {
    const OtlpMetric metric = read_otlp_metric(message);
    if (!metric.good) {
      add_broken(message, batch);
      return;
    }
    ProtobufReader points(metric.data);
    while (points.next()) {
      if (points.key() != bytes_key(1) || limits.is_full(points.bytes(), batch)) continue;
      const std::uint32_t record = batch.lines++;
      const ParseError error = decode_point(metric, points.bytes(), record, batch);
      if (error != ParseError::kNone) batch.broken.push_back({record, error, points.bytes()});
    }
    if (points.failed()) add_broken(metric.data, batch);
  }

  ParseError decode_point(const OtlpMetric& metric, std::string_view message, std::uint32_t record,
                          Batch& batch) {
    if (metric.name.empty()) return ParseError::kUnknownShape;
    if (message.size() > options.max_line_bytes) return ParseError::kOverlong;
    const auto series = reader.read(metric, message, resource, point, batch);
    if (!series) return ParseError::kBadMessage;
    const auto time = otlp_time(point.time);
    if (!time) return ParseError::kBadTime;
    batch.note_time(*time);
    PointWriter out(metric, *series, *time, record, batch);
    switch (metric.data_key) {
      case kOtlpHistogram:
      case kOtlpExponential:
        write_histogram(metric, point, out);
        break;
      case kOtlpSummary:
        write_summary(metric, point, out, batch.arena);
        break;
      default:
        out.add({}, point.has_value ? point.value : kSeriesEnd, kind_of(metric));
        break;
    }
    return ParseError::kNone;
  }

  static void add_broken(std::string_view message, Batch& batch) {
    batch.broken.push_back({batch.lines++, ParseError::kBadMessage, message});
  }

  const DecoderOptions& options;
  FrameLimits limits;
  AttributeNames names;
  OtlpPointReader reader;
  OtlpResource resource;
  OtlpPoint point;
};

OtlpMetricsDecoder::OtlpMetricsDecoder(const WireContext& context)
    : state_(std::make_unique<State>(context)) {}
OtlpMetricsDecoder::~OtlpMetricsDecoder() = default;

void OtlpMetricsDecoder::decode(std::string_view bytes, Batch& batch) {
  state_->limits.begin();
  state_->decode_request(bytes, batch);
}

void OtlpMetricsDecoder::decode_delimited(std::string_view bytes, Batch& batch) {
  state_->limits.begin();
  while (!bytes.empty()) {
    ProtobufReader reader(bytes);
    std::uint64_t size = 0;
    if (!reader.read_varint(size) || size > reader.rest().size()) {
      State::add_broken(bytes, batch);
      return;
    }
    state_->decode_request(reader.rest().substr(0, static_cast<std::size_t>(size)), batch);
    bytes = reader.rest().substr(static_cast<std::size_t>(size));
  }
}

}  // namespace inkling::ingest
