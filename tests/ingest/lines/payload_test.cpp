// Payloads inside payloads: JSON and other layouts in a field, embedded metrics.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/ingest/decode_support.h"

namespace inkling::ingest {
namespace {

using testing::ElementsAre;

TEST(PayloadTest, ReadsJsonTextInAFieldAsTheRecord) {
  const Batch batch = decode(
      Format::kNdjson,
      R"({"log":"{\"level\":\"error\",\"msg\":\"boom\",\"service\":\"pay\"}\n","stream":"stderr","time":"2024-06-14T10:11:12Z","service":"outer","version":"7"})");
  ASSERT_EQ(batch.logs.size(), 1u);
  const LogRecord& log = batch.logs[0];
  EXPECT_EQ(log.message, "boom");
  EXPECT_EQ(log.level, Level::kError);
  EXPECT_EQ(log.service, "pay");
  EXPECT_EQ(log.version, "7");
  EXPECT_EQ(format_timestamp(log.time), "2024-06-14T10:11:12Z");
  EXPECT_TRUE(log.raw.starts_with("{\"log\""));
}

TEST(PayloadTest, ReadsTheLayoutOfAMessageWithoutALevel) {
  const Batch batch = decode(
      Format::kNdjson,
      R"({"log":"2024-06-14 09:00:00 WARN [main] shop.Cart - low stock\n","time":"2024-06-14T10:11:12Z"})"
      "\n"
      R"({"message":"2024-06-14 09:00:00 WARN as it is","level":"info","time":"2024-06-14T10:11:12Z"})"
      "\n"
      R"x({"log":"order failed\njava.io.IOException: reset\n\tat shop.Net.read(Net.java:7)","time":"2024-06-14T10:11:12Z"})x");
  EXPECT_THAT(messages(batch), ElementsAre("low stock", "2024-06-14 09:00:00 WARN as it is",
                                           "order failed | java.io.IOException: reset"));
  EXPECT_EQ(batch.logs[0].level, Level::kWarn);
  // The shipper's time has a zone, the line's has none.
  EXPECT_EQ(format_timestamp(batch.logs[0].time), "2024-06-14T10:11:12Z");
  EXPECT_EQ(batch.logs[2].level, Level::kError);
}

TEST(PayloadTest, LeavesAMessageThatOnlyLooksLikeJson) {
  const Batch batch = decode(Format::kNdjson, R"({"msg":"{not json}","level":"info"})");
  EXPECT_THAT(messages(batch), ElementsAre("{not json}"));
}

constexpr const char* kEmf =
    R"({"_aws":{"Timestamp":1718000000123,"CloudWatchMetrics":[{"Namespace":"shop","Dimensions":[["service","env"],["service"],["gone"]],"Metrics":[{"Name":"latency","Unit":"Milliseconds"},{"Name":"errors","Unit":"Count"},{"Name":"absent"}]}]},"service":"checkout","env":"prod","latency":[12.1,14.9],"errors":0})";

std::vector<std::string> show(const Batch& batch) {
  std::vector<std::string> texts;
  for (const MetricPoint& point : batch.points) {
    std::string labels;
    for (std::uint32_t i = 0; i < point.label_count; ++i) {
      const LabelView& label = batch.labels[point.first_label + i];
      labels += fmt::format(" {}={}", label.name, label.value);
    }
    texts.push_back(fmt::format("{} {} {}{}{} @ {}", point.service, point.name, point.value,
                                point.kind == MetricKind::kDelta ? " delta" : "", labels,
                                point.time.ns / 1'000'000));
  }
  return texts;
}

TEST(PayloadTest, ReadsEmbeddedMetricsInAllDimensionSets) {
  const Batch batch = decode(Format::kNdjson, kEmf);
  EXPECT_THAT(show(batch),
              ElementsAre("checkout latency 12.1 namespace=shop env=prod @ 1718000000123",
                          "checkout latency 14.9 namespace=shop env=prod @ 1718000000123",
                          "checkout latency 12.1 namespace=shop @ 1718000000123",
                          "checkout latency 14.9 namespace=shop @ 1718000000123",
                          "checkout errors 0 delta namespace=shop env=prod @ 1718000000123",
                          "checkout errors 0 delta namespace=shop @ 1718000000123"));
  EXPECT_EQ(batch.lines + batch.extra_events, batch.points.size());
  EXPECT_EQ(batch.logs.size(), 0u);
}

TEST(PayloadTest, ReadsEmbeddedMetricsInTextAndInAField) {
  const Batch text = decode(Format::kText, std::string("starting\n") + kEmf + "\ndone\n");
  EXPECT_EQ(text.points.size(), 6u);
  EXPECT_THAT(messages(text), ElementsAre("starting", "done"));
  EXPECT_EQ(text.lines + text.extra_events, text.points.size() + text.logs.size());

  std::string escaped;
  for (const char c : std::string(kEmf))
    escaped += c == '"' ? std::string("\\\"") : std::string(1, c);
  const Batch field =
      decode(Format::kNdjson, "{\"log\":\"" + escaped + "\"}\n{\"msg\":\"x\",\"level\":\"info\"}");
  EXPECT_EQ(field.points.size(), 6u);
  EXPECT_THAT(messages(field), ElementsAre("x"));
  EXPECT_EQ(field.lines + field.extra_events, field.points.size() + field.logs.size());
}

TEST(PayloadTest, KeepsARecordWhoseEmbeddedMetricsNameNothing) {
  const Batch batch =
      decode(Format::kNdjson, R"({"_aws":{"CloudWatchMetrics":[]},"message":"hello"})");
  EXPECT_THAT(messages(batch), ElementsAre("hello"));
}

}  // namespace
}  // namespace inkling::ingest
