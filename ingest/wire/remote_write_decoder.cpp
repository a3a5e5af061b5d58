#include "ingest/wire/remote_write_decoder.h"

#include <cmath>
#include <limits>

#include "core/series_end.h"
#include "ingest/wire/frame_limits.h"
#include "ingest/wire/otlp_value.h"
#include "ingest/wire/remote_write_reader.h"
#include "ingest/wire/series_labels.h"

namespace inkling::ingest {
namespace {

enum MetricType : std::uint64_t {
  kUnknownType,
  kCounterType,
  kGaugeType,
  kHistogramType,
  kGaugeHistogramType,
  kSummaryType,
};

MetricKind kind_of(const RemoteSeries& series) {
  const std::string_view name = series.name;
  const bool is_part = name.ends_with("_count") || name.ends_with("_sum");
  bool is_counter = false;
  switch (series.type) {
    case kUnknownType:
      is_counter = is_part || name.ends_with("_total") || name.ends_with("_bucket");
      break;
    case kCounterType:
    case kHistogramType:
      is_counter = true;
      break;
    case kSummaryType:
      is_counter = is_part;
      break;
    default:
      break;
  }
  return is_counter ? MetricKind::kCounter : MetricKind::kGauge;
}

class RemoteWriteDecoder final : public WireDecoder {
 public:
  RemoteWriteDecoder(Format format, const WireContext& context)
      : reader_(format), names_(context.fields), labels_(names_) {}

  void decode(std::string_view bytes, Batch& batch) override {
    limits_.begin();
    const bool whole =
        reader_.read(bytes, [&](const RemoteSeries& series) { decode_series(series, batch); });
    if (!whole) batch.broken.push_back({batch.lines++, ParseError::kBadMessage, bytes});
  }

 private:
  void decode_series(const RemoteSeries& series, Batch& batch) {
    LabeledSeries labeled;
    bool is_labeled = false;  // labels are added with the first sample
    bool has_samples = false;
    reader_.for_each_sample(series, [&](const RemoteSample& sample) {
      has_samples = true;
      if (limits_.is_full(series.message, batch)) return;
      const std::uint32_t record = batch.lines++;
      const ParseError error = check(series, sample);
      if (error != ParseError::kNone) {
        batch.broken.push_back({record, error, series.message});
        return;
      }
      if (!is_labeled) labeled = add_labels(series, batch);
      is_labeled = true;
      add(series, labeled, sample, record, batch);
    });
    // A series cut short before its samples.
    if (!has_samples && !series.fault.empty() && !limits_.is_full(series.message, batch)) {
      batch.broken.push_back({batch.lines++, ParseError::kBadMessage, series.message});
    }
  }

  static ParseError check(const RemoteSeries& series, const RemoteSample& sample) {
    constexpr std::int64_t kMostMs = std::numeric_limits<std::int64_t>::max() / 1'000'000;
    if (!series.fault.empty() || !sample.good) return ParseError::kBadMessage;
    if (sample.time_ms > kMostMs || sample.time_ms < -kMostMs) return ParseError::kBadTime;
    return ParseError::kNone;
  }

  LabeledSeries add_labels(const RemoteSeries& series, Batch& batch) {
    labels_.begin(batch);
    for (const LabelView& label : series.labels) {
      labels_.add(label.name, label.value, ScalarKind::kString, batch);
    }
    return labels_.finish({}, {}, batch);
  }

  static void add(const RemoteSeries& series, const LabeledSeries& labeled,
                  const RemoteSample& sample, std::uint32_t record, Batch& batch) {
    const Timestamp time = Timestamp::from_ns(sample.time_ms * 1'000'000);
    batch.note_time(time);
    const auto add_point = [&](std::string_view name, double value, MetricKind kind) {
      MetricPoint& point = batch.points.emplace_back();
      point.time = time;
      point.name = name;
      point.service = labeled.service;
      point.version = labeled.version;
      point.unit = series.unit;
      point.value = sample.ends_series ? kSeriesEnd : std::isfinite(value) ? value : kAbsent;
      point.first_label = labeled.first_label;
      point.label_count = labeled.label_count;
      point.record = record;
      point.kind = kind;
    };
    if (!sample.is_histogram) {
      add_point(series.name, sample.value, kind_of(series));
      return;
    }
    const MetricKind kind = sample.is_gauge ? MetricKind::kGauge : MetricKind::kCounter;
    add_point(join_texts(series.name, "_count", {}, batch.arena), sample.count, kind);
    add_point(join_texts(series.name, "_sum", {}, batch.arena), sample.sum, kind);
    ++batch.extra_events;
  }

  RemoteWriteReader reader_;
  FrameLimits limits_;
  AttributeNames names_;
  SeriesLabels labels_;
};

}  // namespace

std::unique_ptr<WireDecoder> make_remote_write_decoder(Format format, const WireContext& context) {
  return std::make_unique<RemoteWriteDecoder>(format, context);
}

}  // namespace inkling::ingest
