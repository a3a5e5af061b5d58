#include "ingest/wire/otlp_json.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "tests/ingest/decode_support.h"

namespace inkling::ingest {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kLogs =
    R"({"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"checkout"}}]},)"
    R"("scopeLogs":[{"scope":{"name":"app"},"logRecords":[{"timeUnixNano":"1718000000000000000",)"
    R"("observedTimeUnixNano":"1718000000100000000","severityNumber":17,"severityText":"ERROR",)"
    R"("body":{"stringValue":"payment \"failed\" \u00e9"},)"
    R"("attributes":[{"key":"http.route","value":{"stringValue":"/pay"}},)"
    R"({"key":"http.response.status_code","value":{"intValue":"502"}},)"
    R"({"key":"duration_ms","value":{"doubleValue":12.5}}],)"
    R"("traceId":"5B8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","eventName":""}]}]}]})";

TEST(OtlpJsonTest, ReadsALogRecord) {
  const Batch batch = decode(Format::kOtlpLogsJson, kLogs);
  ASSERT_EQ(batch.logs.size(), 1u);
  const LogRecord& log = batch.logs[0];
  EXPECT_EQ(log.time, Timestamp::from_ns(1'718'000'000'000'000'000));
  EXPECT_EQ(log.level, Level::kError);
  EXPECT_EQ(log.message, "payment \"failed\" \xC3\xA9");
  EXPECT_EQ(log.service, "checkout");
  EXPECT_EQ(log.route, "/pay");
  EXPECT_EQ(log.status, 502);
  EXPECT_EQ(log.duration_ms, 12.5);
  EXPECT_EQ(batch.lines, 1u);
  EXPECT_THAT(batch.broken, IsEmpty());
}

TEST(OtlpJsonTest, TakesMembersInAnyOrderAndIgnoresUnknownOnes) {
  const Batch batch = decode(
      Format::kOtlpLogsJson,
      R"({"more":[1,{"a":[]}],"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"a"},)"
      R"("flags":1,"severityNumber":9,"x":{"y":null}}]}],"resource":{"droppedAttributesCount":1,"attributes":)"
      R"([{"value":{"stringValue":"late"},"key":"service.name"}]}}]})");
  ASSERT_EQ(batch.logs.size(), 1u);
  EXPECT_EQ(batch.logs[0].service, "late");
  EXPECT_EQ(batch.logs[0].level, Level::kInfo);
}

TEST(OtlpJsonTest, TakesNumbersAsTextsAndTextsAsNumbers) {
  const Batch batch = decode(
      Format::kOtlpMetricsJson,
      R"({"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"a","sum":{"aggregationTemporality":2,)"
      R"("isMonotonic":true,"dataPoints":[{"timeUnixNano":1718000000000000000,"asInt":"-5"},)"
      R"({"timeUnixNano":"1718000000000000001","asDouble":"2.5"},{"asInt":7},{"asDouble":"NaN"}]}},)"
      R"({"name":"h","histogram":{"aggregationTemporality":1,"dataPoints":[{"count":"3","sum":6,)"
      R"("bucketCounts":["3","0"],"explicitBounds":[4]}]}},)"
      R"({"name":"e","exponentialHistogram":{"aggregationTemporality":1,"dataPoints":[{"count":2,)"
      R"("scale":-1,"positive":{"offset":-2,"bucketCounts":["0",2]}}]}}]}]}]})");
  ASSERT_EQ(batch.points.size(), 13u);
  EXPECT_EQ(batch.points[0].value, -5);
  EXPECT_EQ(batch.points[0].kind, MetricKind::kCounter);
  EXPECT_EQ(batch.points[0].time, Timestamp::from_ns(1'718'000'000'000'000'000));
  EXPECT_EQ(batch.points[1].value, 2.5);
  EXPECT_EQ(batch.points[1].time, Timestamp::from_ns(1'718'000'000'000'000'001));
  EXPECT_EQ(batch.points[2].value, 7);
  EXPECT_NE(batch.points[3].value, batch.points[3].value);
  EXPECT_EQ(batch.points[6].name, "h.p50");
  EXPECT_EQ(batch.points[6].value, 2);
  // Scale -1: bucket -1 is (4^-1, 4^0].
  EXPECT_EQ(batch.points[10].name, "e.p50");
  EXPECT_EQ(batch.points[10].value, 0.5);
}

TEST(OtlpJsonTest, ReadsSpansWithHexIds) {
  const Batch batch = decode(
      Format::kOtlpTracesJson,
      R"({"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"web"}}]},)"
      R"("scopeSpans":[{"spans":[{"traceId":"0102","spanId":"aa","name":"x","kind":3}]}]},)"
      R"({"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"cart"}}]},)"
      R"("scopeSpans":[{"spans":[{"traceId":"0102","spanId":"bb","parentSpanId":"AA",)"
      R"("startTimeUnixNano":"1000000","endTimeUnixNano":"4000000","status":{"code":2}}]}]}]})");
  ASSERT_EQ(batch.calls.size(), 1u);
  EXPECT_EQ(batch.calls[0].caller, "web");
  EXPECT_EQ(batch.calls[0].callee, "cart");
  EXPECT_EQ(batch.calls[0].duration_ms, 3);
  EXPECT_TRUE(batch.calls[0].failed);
}

TEST(OtlpJsonTest, ReadsMapsArraysAndBytes) {
  const Batch batch = decode(
      Format::kOtlpLogsJson,
      R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"kvlistValue":{"values":[)"
      R"({"key":"a","value":{"arrayValue":{"values":[{"intValue":"1"},{"boolValue":true},{}]}}},)"
      R"({"key":"b","value":{"bytesValue":"AQL/"}}]}}}]}]}]})");
  EXPECT_THAT(messages(batch), ElementsAre(R"({"a":[1,true,null],"b":"0102ff"})"));
}

TEST(OtlpJsonTest, ReadsAnEmptyRequest) {
  for (const std::string_view text : {"{}", R"({"resourceLogs":[]})", R"({"resourceLogs":null})"}) {
    const Batch batch = decode(Format::kOtlpLogsJson, text);
    EXPECT_EQ(batch.lines, 0u) << text;
  }
}

TEST(OtlpJsonTest, KeepsTheRecordsBeforeABreak) {
  const std::string record = R"({"body":{"stringValue":"good"}})";
  const std::string head = R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[)" + record + ",";
  const auto expect_broken = [&](const std::string& rest) {
    SCOPED_TRACE(rest);
    const Batch batch = decode(Format::kOtlpLogsJson, head + rest);
    EXPECT_THAT(messages(batch), ElementsAre("good"));
    EXPECT_THAT(broken_lines(batch), ElementsAre("1:bad_json"));
  };
  expect_broken(R"({"body":{"stringValue":7}}]}]}]})");
  expect_broken(R"({"severityNumber":"WARN"}]}]}]})");
  expect_broken(R"({"traceId":"xyz1"}]}]}]})");
  expect_broken(R"(7]}]}]})");
  expect_broken(R"({"body":nulx}]}]}]})");
}

TEST(OtlpJsonTest, GivesNothingOfWhatIsNoJsonObject) {
  for (const std::string& text : {std::string(kLogs.substr(0, 300)), std::string(kLogs) + "x",
                                  std::string("[]"), std::string("7"), std::string(" ")}) {
    const Batch batch = decode(Format::kOtlpLogsJson, text);
    EXPECT_THAT(broken_lines(batch), ElementsAre("0:bad_json")) << text;
    EXPECT_EQ(batch.lines, 1u);
  }
}

TEST(OtlpJsonTest, LimitsTheDepthOfValues) {
  std::string deep;
  for (int i = 0; i < 300; ++i) deep += R"({"arrayValue":{"values":[)";
  deep += "{}";
  for (int i = 0; i < 300; ++i) deep += "]}}";
  const Batch batch =
      decode(Format::kOtlpLogsJson,
             R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":)" + deep + "}]}]}]}");
  EXPECT_EQ(batch.lines, 1u);
  EXPECT_EQ(accounted_lines(batch), 1u);
}

// A file of the fuzz target's corpus without its first byte. These were written by the protobuf
// library for Python with opentelemetry-proto 1.29: once as protobuf, once as JSON.
std::string reference(const std::string& name) {
  std::ifstream file(std::string(INKLING_OTLP_CORPUS) + "/" + name, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  return bytes.empty() ? bytes : bytes.substr(1);
}

// Everything that was decoded, as text.
std::vector<std::string> described(const Batch& batch) {
  std::vector<std::string> out;
  for (const LogRecord& log : batch.logs) {
    out.push_back(fmt::format("log {} {} {} {} {} {} {} {}", log.record, log.time.ns,
                              level_name(log.level), log.service, log.route, log.status,
                              log.duration_ms, log.message));
  }
  for (const MetricPoint& point : batch.points) {
    std::string text = fmt::format("point {} {} {} {} {} {}", point.record, point.time.ns,
                                   point.service, point.name, point.unit, point.value);
    for (std::uint32_t i = 0; i < point.label_count; ++i) {
      const LabelView& label = batch.labels[point.first_label + i];
      text += fmt::format(" {}={}", label.name, label.value);
    }
    out.push_back(text);
  }
  for (const Call& call : batch.calls) {
    out.push_back(fmt::format("call {} {} {} {} {}", call.time.ns, call.caller, call.callee,
                              call.duration_ms, call.failed));
  }
  out.push_back(fmt::format("{} lines, {} broken", batch.lines, batch.broken.size()));
  return out;
}

TEST(OtlpJsonTest, MeansTheSameAsTheProtobufOfAnotherEncoder) {
  struct Case {
    const char* name;
    Format protobuf;
    Format json;
    std::size_t described;
  };
  for (const auto& [name, protobuf, json, count] :
       {Case{"logs", Format::kOtlpLogs, Format::kOtlpLogsJson, 7},
        Case{"metrics", Format::kOtlpMetrics, Format::kOtlpMetricsJson, 20},
        Case{"traces", Format::kOtlpTraces, Format::kOtlpTracesJson, 3}}) {
    SCOPED_TRACE(name);
    const Batch expected = decode(protobuf, reference(std::string(name) + "_pb"));
    EXPECT_EQ(described(expected).size(), count);
    EXPECT_THAT(expected.broken, IsEmpty());
    EXPECT_EQ(described(decode(json, reference(std::string(name) + "_json"))), described(expected));
  }
}

TEST(OtlpJsonTest, CountsEachRecordWhateverHappensToTheBytes) {
  std::mt19937 random(31);
  for (int round = 0; round < 3000; ++round) {
    std::string damaged(kLogs);
    if (round % 2 == 0) {
      damaged.resize(random() % damaged.size());
    } else {
      for (int i = 0; i < 3; ++i) damaged[random() % damaged.size()] = static_cast<char>(random());
    }
    const Batch batch = decode(Format::kOtlpLogsJson, damaged);
    ASSERT_EQ(batch.lines + batch.extra_events, accounted_lines(batch)) << damaged;
  }
}

}  // namespace
}  // namespace inkling::ingest
