#include "ingest/wire/remote_write_decoder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cmath>
#include <random>
#include <string>

#include "core/series_end.h"
#include "ingest/wire/remote_write_reader.h"
#include "tests/ingest/decode_support.h"
#include "tests/ingest/wire/remote_write_support.h"

namespace inkling::ingest {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::int64_t kMs = 1'718'000'000'000;

std::vector<std::string> points(const Batch& batch) {
  std::vector<std::string> out;
  for (const MetricPoint& point : batch.points) {
    std::string labels;
    for (std::uint32_t i = 0; i < point.label_count; ++i) {
      const LabelView& label = batch.labels[point.first_label + i];
      labels += fmt::format("{}{}={}", i == 0 ? "" : ",", label.name, label.value);
    }
    out.push_back(fmt::format("{} {} {}{{{}}} {:.6g}{}", point.record, point.service, point.name,
                              labels, point.value,
                              point.kind == MetricKind::kCounter ? " counter" : ""));
  }
  return out;
}

TEST(RemoteWriteDecoderTest, ReadsVersion1) {
  const std::string bytes = request_v1(
      {series_v1({{"__name__", "http_requests_total"}, {"instance", "a:80"}, {"job", "shop"}},
                 {remote_sample(5, kMs), remote_sample(8, kMs + 15'000)}),
       series_v1({{"__name__", "temperature"}, {"service", "oven"}, {"job", "shop"}},
                 {remote_sample(-1.5, -1)})});
  const Batch batch = decode(Format::kRemoteWriteV1, bytes);
  EXPECT_THAT(points(batch), ElementsAre("0 shop http_requests_total{instance=a:80} 5 counter",
                                         "1 shop http_requests_total{instance=a:80} 8 counter",
                                         "2 oven temperature{job=shop} -1.5"));
  EXPECT_EQ(batch.points[1].time, Timestamp::from_ns((kMs + 15'000) * 1'000'000));
  EXPECT_EQ(batch.points[2].time, Timestamp::from_ns(-1'000'000));
  EXPECT_EQ(batch.lines, 3u);
}

TEST(RemoteWriteDecoderTest, ReadsVersion2) {
  RequestV2 request;
  const std::string bytes = request.bytes(
      {request.series({{"__name__", "queue"}, {"job", "shop"}}, {remote_sample(3, kMs)}, 2),
       request.series({{"__name__", "restarts"}, {"job", "shop"}}, {remote_sample(7, kMs)}, 1)});
  const Batch batch = decode(Format::kRemoteWriteV2, bytes);
  EXPECT_THAT(points(batch), ElementsAre("0 shop queue{} 3", "1 shop restarts{} 7 counter"));
}

TEST(RemoteWriteDecoderTest, TellsCountersByTypeElseByName) {
  const auto is_counter = [](std::string name, std::uint64_t type) {
    RequestV2 request;
    const std::string bytes = request.bytes(
        {request.series({{"__name__", std::move(name)}}, {remote_sample(1, kMs)}, type)});
    const Batch batch = decode(Format::kRemoteWriteV2, bytes);
    return batch.points.size() == 1 && batch.points[0].kind == MetricKind::kCounter;
  };
  for (const char* name : {"a_total", "a_count", "a_sum", "a_bucket"}) {
    EXPECT_TRUE(is_counter(name, 0)) << name;
    EXPECT_FALSE(is_counter(name, 2)) << name;  // its metadata says gauge
    EXPECT_TRUE(is_counter(name, 3)) << name;
  }
  EXPECT_FALSE(is_counter("a", 0));
  EXPECT_TRUE(is_counter("a", 1));
  EXPECT_FALSE(is_counter("a", 5));  // a quantile of a summary
  EXPECT_TRUE(is_counter("a_count", 5));
  EXPECT_FALSE(is_counter("a_bucket", 4));  // a histogram of levels
}

TEST(RemoteWriteDecoderTest, AStalenessMarkerIsNoValueAndEndsTheSeries) {
  const std::string bytes =
      request_v1({series_v1({{"__name__", "a"}}, {remote_sample(1, kMs), stale_sample(kMs + 1),
                                                  remote_sample(std::nan(""), kMs + 2)})});
  const Batch batch = decode(Format::kRemoteWriteV1, bytes);
  EXPECT_THAT(points(batch), ElementsAre("0  a{} 1", "1  a{} nan", "2  a{} nan"));
  EXPECT_FALSE(ends_series(batch.points[0].value));
  EXPECT_TRUE(ends_series(batch.points[1].value));
  EXPECT_FALSE(ends_series(batch.points[2].value));
}

TEST(RemoteWriteDecoderTest, ReadsNativeHistogramsAsCountAndSum) {
  const Proto histogram = Proto()
                              .varint(1, 12)
                              .real(3, 34.5)
                              .zigzag(4, 3)
                              .packed_varints(12, {2, 4})
                              .varint(14, 2)
                              .varint(15, static_cast<std::uint64_t>(kMs));
  const Proto gauge = Proto().real(2, 2.5).real(3, 1).varint(14, 3).varint(15, 1);
  const Batch batch = decode(
      Format::kRemoteWriteV1,
      request_v1({series_v1({{"__name__", "rpc"}}, {}).message(4, histogram).message(4, gauge)}));
  EXPECT_THAT(points(batch), ElementsAre("0  rpc_count{} 12 counter", "0  rpc_sum{} 34.5 counter",
                                         "1  rpc_count{} 2.5", "1  rpc_sum{} 1"));
  EXPECT_EQ(batch.lines, 2u);
  EXPECT_EQ(batch.extra_events, 2u);
  EXPECT_EQ(batch.points[0].time, Timestamp::from_ns(kMs * 1'000'000));
}

TEST(RemoteWriteDecoderTest, KeepsTheNeighboursOfABrokenSeries) {
  RequestV2 request;
  const Proto good = request.series({{"__name__", "a"}}, {remote_sample(1, kMs)});
  const Proto odd = Proto().packed_varints(1, {1}).message(2, remote_sample(1, kMs));
  const Proto outside = Proto().packed_varints(1, {1, 99}).message(2, remote_sample(1, kMs));
  const Proto nameless = request.series({{"b", "c"}}, {remote_sample(1, kMs), remote_sample(2, 2)});
  const Batch batch =
      decode(Format::kRemoteWriteV2, request.bytes({odd, good, outside, nameless, good}));
  EXPECT_THAT(points(batch), ElementsAre("1  a{} 1", "5  a{} 1"));
  EXPECT_THAT(broken_lines(batch),
              ElementsAre("0:bad_message", "2:bad_message", "3:bad_message", "4:bad_message"));
}

TEST(RemoteWriteDecoderTest, IgnoresMetadataAndExemplars) {
  const Proto exemplar = Proto().message(1, Proto().text(1, "trace_id").text(2, "x")).real(2, 1);
  const std::string bytes =
      request_v1({series_v1({{"__name__", "a"}}, {remote_sample(1, kMs)}).message(3, exemplar)}) +
      Proto().message(3, Proto().varint(1, 1).text(2, "a")).bytes();
  const Batch batch = decode(Format::kRemoteWriteV1, bytes);
  EXPECT_EQ(batch.lines, 1u);
  EXPECT_THAT(points(batch), ElementsAre("0  a{} 1"));
}

TEST(RemoteWriteDecoderTest, RefusesTimesOutOfRange) {
  const std::string bytes =
      request_v1({series_v1({{"__name__", "a"}}, {remote_sample(1, INT64_MAX)})});
  EXPECT_THAT(broken_lines(decode(Format::kRemoteWriteV1, bytes)), ElementsAre("0:bad_time"));
}

TEST(RemoteWriteDecoderTest, RefusesTooManyLabels) {
  Labels labels = {{"__name__", "a"}};
  for (int i = 0; i < 300; ++i) labels.emplace_back("l" + std::to_string(i), "v");
  const std::string bytes = request_v1({series_v1(labels, {remote_sample(1, kMs)})});
  EXPECT_THAT(broken_lines(decode(Format::kRemoteWriteV1, bytes)), ElementsAre("0:bad_message"));
}

TEST(RemoteWriteDecoderTest, WhatTheCheckCountsIsWhatTheDecoderFinds) {
  RequestV2 request;
  const std::string v2 = request.bytes(
      {request.series({{"__name__", "a"}, {"job", "j"}}, {remote_sample(1, kMs)}, 1),
       request.series({{"__name__", "b"}, {"job", "j"}}, {remote_sample(1, kMs), stale_sample(2)})
           .message(3, Proto().varint(1, 3).real(3, 1).varint(15, 5))});
  const std::string v1 = request_v1(
      {series_v1({{"__name__", "a"}, {"job", "j"}}, {remote_sample(1, kMs), remote_sample(2, 5)})
           .message(4, Proto().varint(1, 3).real(3, 1).varint(15, 5))});
  std::mt19937 random(37);
  for (int round = 0; round < 6000; ++round) {
    const Format format = round % 2 == 0 ? Format::kRemoteWriteV1 : Format::kRemoteWriteV2;
    std::string damaged = format == Format::kRemoteWriteV1 ? v1 : v2;
    if (round % 4 < 2) {
      damaged.resize(random() % (damaged.size() + 1));
    } else {
      for (int i = 0; i < 3; ++i) damaged[random() % damaged.size()] = static_cast<char>(random());
    }
    const Batch batch = decode(format, damaged);
    ASSERT_EQ(batch.lines + batch.extra_events, accounted_lines(batch)) << "round " << round;
    const RemoteWriteCheck check = check_remote_write(format, damaged);
    if (!check.decodable) continue;
    std::size_t bad_times = 0;
    for (const BrokenLine& line : batch.broken) bad_times += line.reason == ParseError::kBadTime;
    ASSERT_EQ(check.samples + 2 * check.histograms - bad_times, batch.points.size())
        << "round " << round;
  }
}

}  // namespace
}  // namespace inkling::ingest
