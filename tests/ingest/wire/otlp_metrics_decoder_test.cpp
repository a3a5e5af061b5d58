#include "ingest/wire/otlp_metrics_decoder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cmath>
#include <random>
#include <string>

#include "ingest/line_reader.h"
#include "ingest/ndjson_decoder.h"
#include "tests/ingest/decode_support.h"
#include "tests/ingest/wire/otlp_support.h"

namespace inkling::ingest {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint64_t kTime = 1'718'000'000'000'000'000;
constexpr std::uint64_t kDelta = 1;
constexpr std::uint64_t kCumulative = 2;

std::string_view kind_name(MetricKind kind) {
  return kind == MetricKind::kGauge ? "gauge" : kind == MetricKind::kCounter ? "counter" : "delta";
}

// Each point as "record service name{label=value,...} value kind".
std::vector<std::string> points(const Batch& batch) {
  std::vector<std::string> out;
  for (const MetricPoint& point : batch.points) {
    std::string labels;
    for (std::uint32_t i = 0; i < point.label_count; ++i) {
      const LabelView& label = batch.labels[point.first_label + i];
      labels += fmt::format("{}{}={}", i == 0 ? "" : ",", label.name, label.value);
    }
    out.push_back(fmt::format("{} {} {}{{{}}} {:.6g} {}", point.record, point.service, point.name,
                              labels, point.value, kind_name(point.kind)));
  }
  return out;
}

Proto metric(std::string_view name, std::uint32_t data_field, const Proto& data) {
  return Proto().text(1, name).text(3, "ms").message(data_field, data);
}
Proto number_point(double value) { return Proto().fixed64(3, kTime).real(4, value); }

Batch decode_metrics(const std::vector<Proto>& metrics,
                     const Proto& of = resource({key_text("service.name", "cart")})) {
  return decode(Format::kOtlpMetrics, request(of, metrics).bytes());
}

TEST(OtlpMetricsDecoderTest, ReadsGaugesWithTheirAttributes) {
  const Proto gauge =
      Proto()
          .message(1, number_point(0.5)
                          .message(7, key_text("pool", "a"))
                          .message(7, key_value("shard", any_integer(3))))
          .message(1, Proto().fixed64(3, kTime).fixed64(6, static_cast<std::uint64_t>(-7)));
  const Batch batch = decode_metrics({metric("queue.depth", 5, gauge)});
  EXPECT_THAT(points(batch), ElementsAre("0 cart queue.depth{pool=a,shard=3} 0.5 gauge",
                                         "1 cart queue.depth{} -7 gauge"));
  EXPECT_EQ(batch.points[0].time, Timestamp::from_ns(static_cast<std::int64_t>(kTime)));
  EXPECT_EQ(batch.points[0].unit, "ms");
  EXPECT_EQ(batch.lines, 2u);
}

TEST(OtlpMetricsDecoderTest, TellsCountersFromAmountsAndLevels) {
  const auto kind = [](std::uint64_t temporality, std::uint64_t monotonic) {
    const Proto sum =
        Proto().message(1, number_point(1)).varint(2, temporality).varint(3, monotonic);
    const Batch batch = decode_metrics({metric("n", 7, sum)});
    return batch.points.size() == 1 ? kind_name(batch.points[0].kind) : "none";
  };
  EXPECT_EQ(kind(kCumulative, 1), "counter");
  EXPECT_EQ(kind(kCumulative, 0), "gauge");
  EXPECT_EQ(kind(kDelta, 1), "delta");
  EXPECT_EQ(kind(kDelta, 0), "delta");
  EXPECT_EQ(kind(0, 1), "gauge");
}

Proto histogram_point() {
  return Proto()
      .fixed64(3, kTime)
      .fixed64(4, 100)
      .real(5, 1234)
      .packed_fixed64(6, {50, 40, 9, 1})
      .packed_reals(7, {10, 20, 40})
      .message(9, key_text("route", "/a"));
}

TEST(OtlpMetricsDecoderTest, ReadsADeltaHistogramAsAmountsAndQuantiles) {
  const Proto histogram = Proto().message(1, histogram_point()).varint(2, kDelta);
  const Batch batch = decode_metrics({metric("latency", 9, histogram)});
  EXPECT_THAT(points(batch), ElementsAre("0 cart latency.count{route=/a} 100 delta",
                                         "0 cart latency.sum{route=/a} 1234 delta",
                                         "0 cart latency.p50{route=/a} 10 gauge",
                                         "0 cart latency.p90{route=/a} 20 gauge",
                                         "0 cart latency.p99{route=/a} 40 gauge"));
  EXPECT_EQ(batch.lines, 1u);
  EXPECT_EQ(batch.extra_events, 4u);
  EXPECT_EQ(batch.points[0].unit, "");
  EXPECT_EQ(batch.points[1].unit, "ms");
}

TEST(OtlpMetricsDecoderTest, ReadsACumulativeHistogramAsCounters) {
  const Proto histogram = Proto().message(1, histogram_point()).varint(2, kCumulative);
  EXPECT_THAT(points(decode_metrics({metric("latency", 9, histogram)})),
              ElementsAre("0 cart latency.count{route=/a} 100 counter",
                          "0 cart latency.sum{route=/a} 1234 counter"));
}

TEST(OtlpMetricsDecoderTest, ReadsBucketsThatAreNotPacked) {
  const Proto point =
      Proto().fixed64(3, kTime).fixed64(4, 4).fixed64(6, 4).fixed64(6, 0).real(7, 8);
  const Proto histogram = Proto().message(1, point).varint(2, kDelta);
  EXPECT_THAT(points(decode_metrics({metric("n", 9, histogram)})),
              ElementsAre("0 cart n.count{} 4 delta", "0 cart n.p50{} 4 gauge",
                          "0 cart n.p90{} 7.2 gauge", "0 cart n.p99{} 7.92 gauge"));
}

TEST(OtlpMetricsDecoderTest, ReadsExponentialHistograms) {
  // Scale 0: bucket i holds (2^i, 2^(i+1)]. 10 values in (1, 2], 10 in (4, 8].
  const Proto point = Proto()
                          .message(1, key_text("route", "/a"))
                          .fixed64(3, kTime)
                          .fixed64(4, 20)
                          .real(5, 75)
                          .zigzag(6, 0)
                          .message(8, Proto().zigzag(1, 0).packed_varints(2, {10, 0, 10}));
  const Proto histogram = Proto().message(1, point).varint(2, kDelta);
  EXPECT_THAT(points(decode_metrics({metric("n", 10, histogram)})),
              ElementsAre("0 cart n.count{route=/a} 20 delta", "0 cart n.sum{route=/a} 75 delta",
                          "0 cart n.p50{route=/a} 2 gauge",
                          fmt::format("0 cart n.p90{{route=/a}} {:.6g} gauge", std::exp2(2.8)),
                          fmt::format("0 cart n.p99{{route=/a}} {:.6g} gauge", std::exp2(2.98))));
}

TEST(OtlpMetricsDecoderTest, ReadsSummariesWithTheirQuantiles) {
  const Proto point = Proto()
                          .fixed64(3, kTime)
                          .fixed64(4, 12)
                          .real(5, 6)
                          .message(6, Proto().real(2, 0.1))  // quantile 0 is not on the wire
                          .message(6, Proto().real(1, 0.999).real(2, 0.8))
                          .message(6, Proto().real(1, 1).real(2, 0.9));
  EXPECT_THAT(points(decode_metrics({metric("rpc", 11, Proto().message(1, point))})),
              ElementsAre("0 cart rpc.count{} 12 counter", "0 cart rpc.sum{} 6 counter",
                          "0 cart rpc.min{} 0.1 gauge", "0 cart rpc.p99.9{} 0.8 gauge",
                          "0 cart rpc.max{} 0.9 gauge"));
}

TEST(OtlpMetricsDecoderTest, AMarkedPointHasNoValue) {
  const Proto gauge = Proto().message(1, Proto().fixed64(3, kTime).varint(8, 1));
  const Proto histogram =
      Proto().message(1, Proto().fixed64(3, kTime).varint(10, 1)).varint(2, kCumulative);
  EXPECT_THAT(points(decode_metrics({metric("g", 5, gauge), metric("h", 9, histogram)})),
              ElementsAre("0 cart g{} nan gauge", "1 cart h.count{} nan counter"));
}

TEST(OtlpMetricsDecoderTest, KeepsReplicasAndEnvironmentsApart) {
  const Proto of = resource({key_text("host.name", "h1"), key_text("service.instance.id", "i-7"),
                             key_text("deployment.environment", "staging"),
                             key_text("service.name", "cart"), key_text("service.version", "2.0")});
  const Batch batch = decode_metrics({metric("g", 5, Proto().message(1, number_point(1)))}, of);
  EXPECT_THAT(points(batch), ElementsAre("0 cart g{instance=i-7,environment=staging} 1 gauge"));
  EXPECT_EQ(batch.points[0].version, "2.0");
}

TEST(OtlpMetricsDecoderTest, FindsTheServiceInTheAttributesOfAPoint) {
  const Proto gauge = Proto().message(
      1, number_point(1).message(7, key_text("service", "pay")).message(7, key_text("zone", "b")));
  EXPECT_THAT(points(decode_metrics({metric("g", 5, gauge)}, resource({}))),
              ElementsAre("0 pay g{zone=b} 1 gauge"));
  EXPECT_THAT(points(decode_metrics({metric("g", 5, gauge)})),
              ElementsAre("0 cart g{service=pay,zone=b} 1 gauge"));
}

TEST(OtlpMetricsDecoderTest, KeepsTheNeighboursOfABrokenPoint) {
  const Proto gauge = Proto()
                          .message(1, number_point(1))
                          .message(1, Proto().text(7, "\x0A\x7F"))
                          .message(1, Proto().fixed64(3, UINT64_MAX).real(4, 1))
                          .message(1, number_point(2));
  const Batch batch = decode_metrics({metric("g", 5, gauge), metric("", 5, gauge)});
  EXPECT_THAT(points(batch), ElementsAre("0 cart g{} 1 gauge", "3 cart g{} 2 gauge"));
  EXPECT_THAT(broken_lines(batch),
              ElementsAre("1:bad_message", "2:bad_time", "4:unknown_shape", "5:unknown_shape",
                          "6:unknown_shape", "7:unknown_shape"));
}

// What decode_delimited() makes of a record of a metric stream.
Batch decode_stream(std::string_view bytes) {
  const DecoderOptions options;
  const auto fields = std::make_shared<const FieldTable>(options.fields);
  NdjsonDecoder json(options, fields);
  LineReader lines(options, json);
  OtlpMetricsDecoder decoder({options, *fields, json, lines});
  Batch batch;
  batch.chunk.bytes = PaddedBuffer::copy_of(bytes);
  decoder.decode_delimited(batch.chunk.bytes.view(), batch);
  return batch;
}

std::string stream_request() {
  const Proto dimensions =
      any_map({key_text("LoadBalancer", "app/api/1"), key_text("ServiceName", "checkout")});
  const Proto point = Proto()
                          .fixed64(2, kTime - 60'000'000'000)
                          .fixed64(3, kTime)
                          .fixed64(4, 4)
                          .real(5, 2)
                          .message(6, Proto().real(2, 0.25))
                          .message(6, Proto().real(1, 0.99).real(2, 0.9))
                          .message(6, Proto().real(1, 1).real(2, 1))
                          .message(7, key_text("Namespace", "AWS/ApplicationELB"))
                          .message(7, key_text("MetricName", "TargetResponseTime"))
                          .message(7, key_value("Dimensions", dimensions));
  const Proto of =
      resource({key_text("cloud.provider", "aws"), key_text("cloud.account.id", "111122223333"),
                key_text("cloud.region", "us-east-1"),
                key_text("aws.exporter.arn", "arn:aws:cloudwatch:x")});
  const Proto summary = Proto()
                            .text(1, "amazonaws.com/AWS/ApplicationELB/TargetResponseTime")
                            .text(3, "s")
                            .message(11, Proto().message(1, point));
  return request(of, {summary}).bytes();
}

TEST(OtlpMetricsDecoderTest, ReadsRecordsOfCloudWatchMetricStreams) {
  const std::string one = stream_request();
  const std::string framed = Proto().put_varint(one.size()).bytes() + one;
  const Batch batch = decode_stream(framed + framed);
  const std::string labels = "LoadBalancer=app/api/1,region=us-east-1,account_id=111122223333";
  const auto point = [&](int record, std::string_view rest, std::string_view value) {
    return fmt::format("{} checkout AWS/ApplicationELB/TargetResponseTime.{}{{{}}} {}", record,
                       rest, labels, value);
  };
  ASSERT_EQ(batch.points.size(), 12u);
  std::vector<std::string> first = points(batch);
  first.resize(6);
  EXPECT_THAT(first, ElementsAre(point(0, "count", "4 delta"), point(0, "sum", "2 delta"),
                                 point(0, "avg", "0.5 gauge"), point(0, "min", "0.25 gauge"),
                                 point(0, "p99", "0.9 gauge"), point(0, "max", "1 gauge")));
  EXPECT_EQ(batch.lines, 2u);
  EXPECT_EQ(batch.extra_events, 10u);
}

TEST(OtlpMetricsDecoderTest, KeepsWhatComesBeforeABreakInAStream) {
  const std::string one = stream_request();
  const std::string framed = Proto().put_varint(one.size()).bytes() + one;
  const Batch batch = decode_stream(framed + framed.substr(0, framed.size() - 1));
  EXPECT_EQ(batch.points.size(), 6u);
  EXPECT_THAT(broken_lines(batch), ElementsAre("1:bad_message"));
}

TEST(OtlpMetricsDecoderTest, CountsEachPointWhateverHappensToTheBytes) {
  const Proto histogram = Proto().message(1, histogram_point()).varint(2, kDelta);
  const Proto gauge = Proto().message(1, number_point(1).message(7, key_text("k", "v")));
  const std::string bytes = request(resource({key_text("service.name", "cart")}),
                                    {metric("h", 9, histogram), metric("g", 5, gauge)})
                                .bytes();
  std::mt19937 random(23);
  for (int round = 0; round < 5000; ++round) {
    std::string damaged = bytes;
    if (round % 2 == 0) {
      damaged.resize(random() % damaged.size());
    } else {
      for (int i = 0; i < 3; ++i) damaged[random() % damaged.size()] = static_cast<char>(random());
    }
    const Batch batch = decode(Format::kOtlpMetrics, damaged);
    ASSERT_EQ(batch.lines + batch.extra_events, accounted_lines(batch)) << "round " << round;
    for (const MetricPoint& point : batch.points) {
      ASSERT_LE(point.first_label + point.label_count, batch.labels.size());
    }
  }
}

}  // namespace
}  // namespace inkling::ingest
