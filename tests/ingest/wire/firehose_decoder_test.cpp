#include "ingest/wire/firehose_decoder.h"

#include <gmock/gmock.h>

#include "tests/ingest/decode_support.h"
#include "tests/ingest/wire/base64_writer.h"
#include "tests/ingest/wire/describe.h"
#include "tests/support/compress.h"
#include "tests/support/protobuf_writer.h"

namespace inkling::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A delivery of these records.
std::string delivery(const std::vector<std::string>& records) {
  std::string body = R"({"requestId":"r-1","timestamp":1718000000123,"records":[)";
  for (std::size_t i = 0; i < records.size(); ++i) {
    body += (i == 0 ? "" : ",") + (R"({"data":")" + encode_base64(records[i]) + "\"}");
  }
  return body + "]}";
}

constexpr std::string_view kLogs =
    R"({"messageType":"DATA_MESSAGE","owner":"111122223333","logGroup":"/ecs/api","logStream":"api/1",)"
    R"("subscriptionFilters":["all"],"policyLevel":"x","logEvents":[)"
    R"({"id":"1","timestamp":1718000000000,"message":"plain\n"},)"
    R"({"id":"2","timestamp":1718000001000,"message":"{\"level\":\"error\",\"msg\":\"boom\",\"service\":\"own\"}"}]})";
constexpr std::string_view kControl =
    R"({"messageType":"CONTROL_MESSAGE","logGroup":"","logEvents":[{"id":"","timestamp":1,"message":"CWL CONTROL MESSAGE: Checking health"}]})";
constexpr std::string_view kReverse =
    R"({"logEvents":[{"message":"late","timestamp":1718000002000,"id":"3"}],"logGroup":"plain-group","messageType":"DATA_MESSAGE"})";

TEST(FirehoseDecoderTest, ReadsCloudWatchLogs) {
  const std::string documents = std::string(kLogs) + "\n" + std::string(kControl) +
                                std::string(kReverse);  // by a line break, and back to back
  for (const std::string& record : {gzip(documents), documents}) {
    const Batch batch = decode(Format::kFirehose, delivery({record, ""}));
    EXPECT_THAT(describe_logs(batch),
                ElementsAre("2024-06-10T06:13:20Z unknown api - - - | plain",
                            "2024-06-10T06:13:21Z error own - - - | boom",
                            "2024-06-10T06:13:22Z unknown plain-group - - - | late"));
    EXPECT_EQ(describe_books(batch), "lines 5 empty 2 extra 0 broken");
  }
}

TEST(FirehoseDecoderTest, ABrokenDocumentHarmsNoOther) {
  const std::string record =
      std::string(kLogs.substr(0, 300)) + "\n" + std::string(kReverse) + "\n" +
      R"({"messageType":"DATA_MESSAGE","logGroup":"g","logEvents":[{"timestamp":"x","message":"m"},{"timestamp":1,"message":5},7]})";
  const Batch batch = decode(Format::kFirehose, delivery({record, gzip(record).substr(0, 60)}));
  EXPECT_THAT(messages(batch), ElementsAre("late"));
  EXPECT_EQ(describe_books(batch),
            "lines 6 empty 0 extra 0 broken 0:bad_json 2:bad_time 3:unknown_shape "
            "4:not_an_object 5:bad_encoding");
}

TEST(FirehoseDecoderTest, TheFramesAttributesCountMoreThanTheLogGroup) {
  Batch batch;
  batch.chunk.header.format = Format::kFirehose;
  batch.chunk.bytes = PaddedBuffer::copy_of(delivery({std::string(kReverse)}));
  batch.chunk.attributes =
      std::make_shared<const std::string>("other=x\nservice.name=checkout\nversion=7");
  Decoder(DecoderOptions{}).decode(batch);
  EXPECT_THAT(describe_logs(batch),
              ElementsAre("2024-06-10T06:13:22Z unknown checkout 7 - - | late"));
}

TEST(FirehoseDecoderTest, ReadsMetricStreams) {
  const std::string record =
      R"json({"metric_stream_name":"ms1","account_id":"1111","region":"us-east-1","namespace":"AWS/ECS","metric_name":"CPUUtilization","dimensions":{"ServiceName":"api","ClusterName":"c"},"timestamp":1718000040000,"value":{"max":9,"min":1,"sum":40,"count":10,"p99":8.5,"TM(25%:75%)":4},"unit":"Percent"})json"
      "\n"
      R"({"account_id":"1111","region":"us-east-1","namespace":"AWS/X","metric_name":"Empty","dimensions":{},"timestamp":1718000040000,"value":{"max":0,"min":0,"sum":0,"count":0},"unit":"None"})"
      "\n";
  const Batch batch = decode(Format::kFirehose, delivery({record}));
  const std::string labels = "{account_id=1111,region=us-east-1,ClusterName=c} api - Percent ";
  const std::string empty = "{account_id=1111,region=us-east-1} - - None ";
  const std::string at = "2024-06-10T06:14:00Z ";
  EXPECT_THAT(describe_points(batch),
              ElementsAre(at + "AWS/ECS/CPUUtilization.max" + labels + "gauge 9",
                          at + "AWS/ECS/CPUUtilization.min" + labels + "gauge 1",
                          at + "AWS/ECS/CPUUtilization.sum" + labels + "delta 40",
                          at + "AWS/ECS/CPUUtilization.count" + labels + "delta 10",
                          at + "AWS/ECS/CPUUtilization.p99" + labels + "gauge 8.5",
                          at + "AWS/ECS/CPUUtilization.TM(25%:75%)" + labels + "gauge 4",
                          at + "AWS/ECS/CPUUtilization.avg" + labels + "gauge 4",
                          at + "AWS/X/Empty.max" + empty + "gauge 0",
                          at + "AWS/X/Empty.min" + empty + "gauge 0",
                          at + "AWS/X/Empty.sum" + empty + "delta 0",
                          at + "AWS/X/Empty.count" + empty + "delta 0"));
  EXPECT_EQ(describe_books(batch), "lines 2 empty 0 extra 9 broken");
}

TEST(FirehoseDecoderTest, ABrokenDatapointHarmsNoOther) {
  const std::string good =
      R"({"namespace":"N","metric_name":"m","timestamp":1718000040000,"value":{"max":1}})";
  const Batch batch =
      decode(Format::kFirehose,
             delivery({good + "\n" + R"({"namespace":"N","metric_name":"m","value":{"max":1}})" +
                       R"({"namespace":"N","metric_name":"m","timestamp":1,"value":{"max":"x"}})" +
                       good}));
  EXPECT_EQ(batch.points.size(), 2u);
  EXPECT_EQ(describe_books(batch), "lines 4 empty 0 extra 0 broken 1:bad_time 2:bad_value");
}

TEST(FirehoseDecoderTest, ReadsMetricStreamsInOpenTelemetry) {
  const auto attribute = [](std::string_view key, std::string_view value) {
    return std::string(
        ProtobufWriter().text(1, key).message(2, ProtobufWriter().text(1, value)).bytes());
  };
  ProtobufWriter point;
  point.text(7, attribute("Namespace", "AWS/ECS")).text(7, attribute("MetricName", "CPU"));
  point.fixed64(3, 1718000040000000000).fixed64(4, 10).real(5, 40);
  ProtobufWriter metric;
  metric.text(1, "amazonaws.com/AWS/ECS/CPU")
      .text(3, "1")
      .message(11, ProtobufWriter().text(1, point.bytes()));
  const std::string request(
      ProtobufWriter()
          .message(1, ProtobufWriter().message(2, ProtobufWriter().text(2, metric.bytes())))
          .bytes());
  ASSERT_LT(request.size(), 16384u);
  const std::string length{static_cast<char>((request.size() & 0x7F) | 0x80),
                           static_cast<char>(request.size() >> 7)};
  const Batch batch = decode(Format::kFirehose, delivery({length + request + length + request}));
  std::vector<std::string> values;
  for (const MetricPoint& p : batch.points) {
    values.push_back(fmt::format("{} {}", p.name.substr(p.name.rfind('.')), p.value));
  }
  EXPECT_THAT(values,
              ElementsAre(".count 10", ".sum 40", ".avg 4", ".count 10", ".sum 40", ".avg 4"));
  EXPECT_THAT(batch.broken, IsEmpty());
}

TEST(FirehoseDecoderTest, ReadsLinesOfTextAndJson) {
  const Batch batch = decode(Format::kFirehose,
                             delivery({"first line\nsecond line\n", "{\"msg\":\"a\"}\nand text\n",
                                       R"({"msg":"b"}{"msg":"c"})", gzip("packed text"), "\n"}));
  EXPECT_THAT(messages(batch),
              ElementsAre("first line", "second line", "a", "and text", "b", "c", "packed text"));
  EXPECT_EQ(describe_books(batch), "lines 8 empty 1 extra 0 broken");
}

TEST(FirehoseDecoderTest, ABrokenRecordHarmsNoOther) {
  const Batch batch = decode(
      Format::kFirehose,
      R"({"records":[{"data":"%%"},{"date":"x"},5,{"data":"YQ=="},{"data":"YW\/j"}],"requestId":"r"})");
  EXPECT_THAT(messages(batch), ElementsAre("a", "ao\xEF\xBF\xBD"));
  EXPECT_EQ(describe_books(batch),
            "lines 5 empty 0 extra 0 broken 0:bad_encoding 1:unknown_shape 2:unknown_shape");
}

TEST(FirehoseDecoderTest, WhatAFrameInflatesToIsBounded) {
  DecoderOptions options;
  options.inflate.max_bytes = 2048;
  const std::string record = gzip(std::string(1500, 'x'));
  const Batch batch = decode(
      Format::kFirehose, delivery({record, record, record, record, record, record, "y"}), options);
  EXPECT_EQ(batch.logs.size(), 6u);
  EXPECT_EQ(describe_books(batch), "lines 7 empty 0 extra 0 broken 5:bad_encoding");
}

TEST(CloudWatchLogsTest, NamesTheServiceOfAGroup) {
  EXPECT_EQ(service_of_log_group("/aws/lambda/resize"), "resize");
  EXPECT_EQ(service_of_log_group("/ecs/api"), "api");
  EXPECT_EQ(service_of_log_group("/ecs/"), "/ecs/");
  EXPECT_EQ(service_of_log_group("my/group"), "my/group");
}

}  // namespace
}  // namespace inkling::ingest
