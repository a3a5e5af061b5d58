#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "core/timestamp.h"
#include "tests/ingest/decode_support.h"

namespace inkling::ingest {
namespace {

// What a record says, as one line of text, so that whole records are compared.
std::string summary(const LogRecord& log) {
  std::string text = format_timestamp(log.time) + "|" + std::string(level_name(log.level)) + "|" +
                     std::string(log.message) + "|" + std::string(log.service) + "|" +
                     std::string(log.version) + "|" + std::string(log.route) + "|" +
                     std::to_string(log.status) + "|";
  if (log.duration_ms == log.duration_ms) text += std::to_string(log.duration_ms);
  return text;
}

struct Case {
  const char* name;
  const char* line;
  const char* expected;
};

TEST(FieldRecognitionTest, KnowsTheCommonLoggers) {
  const Case cases[] = {
      {"OpenTelemetry, flat",
       R"({"timestamp":"2026-01-02T03:04:05Z","severity_text":"WARN","body":"m","service.name":"s","service.version":"1","http.route":"/r","http.response.status_code":500,"http.server.request.duration":0.25})",
       "2026-01-02T03:04:05Z|warn|m|s|1|/r|500|250.000000"},
      {"OpenTelemetry, nested",
       R"({"timestamp":"2026-01-02T03:04:05Z","severity_text":"WARN","body":"m","resource":{"service":{"name":"s","version":"1"}},"attributes":{"http":{"route":"/r","response":{"status_code":500}}}})",
       "2026-01-02T03:04:05Z|warn|m|s|1|/r|500|"},
      {"OpenTelemetry, old duration",
       R"({"timestamp":"2026-01-02T03:04:05Z","body":"m","http.server.duration":25})",
       "2026-01-02T03:04:05Z|unknown|m||||0|25.000000"},
      {"OTLP",
       R"({"timeUnixNano":"1767323045000000001","severityText":"ERROR","body":{"stringValue":"m"}})",
       "2026-01-02T03:04:05.000000001Z|error|m||||0|"},
      {"Elastic",
       R"({"@timestamp":"2026-01-02T03:04:05.000Z","log.level":"error","message":"m","service":{"name":"s"},"event":{"duration":1500000}})",
       "2026-01-02T03:04:05Z|error|m|s|||0|1.500000"},
      {"pino",
       R"({"level":50,"time":1767323045000,"pid":1,"hostname":"h","name":"s","req":{"method":"GET","url":"/a?b=1"},"res":{"statusCode":503},"responseTime":12,"msg":"m"})",
       "2026-01-02T03:04:05Z|error|m|s||/a|503|12.000000"},
      {"bunyan",
       R"({"name":"s","hostname":"h","pid":1,"level":40,"msg":"m","time":"2026-01-02T03:04:05.000Z","v":0})",
       "2026-01-02T03:04:05Z|warn|m|s|||0|"},
      {"winston",
       R"({"level":"info","message":"m","service":"s","timestamp":"2026-01-02T03:04:05.678Z"})",
       "2026-01-02T03:04:05.678Z|info|m|s|||0|"},
      {"logrus", R"({"level":"fatal","msg":"m","time":"2026-01-02T03:04:05Z","app":"s"})",
       "2026-01-02T03:04:05Z|fatal|m|s|||0|"},
      {"zap", R"({"level":"dpanic","ts":1767323045.5,"caller":"a.go:1","logger":"l","msg":"m"})",
       "2026-01-02T03:04:05.500Z|fatal|m||||0|"},
      {"Serilog compact",
       R"({"@t":"2026-01-02T03:04:05.0000000Z","@mt":"t {X}","@m":"m","StatusCode":404,"RequestPath":"/a","Elapsed":3.5})",
       "2026-01-02T03:04:05Z|info|m|||/a|404|3.500000"},
      {"Serilog compact with level",
       R"({"@t":"2026-01-02T03:04:05Z","@mt":"t {X}","@l":"Warning"})",
       "2026-01-02T03:04:05Z|warn|t {X}||||0|"},
      {"Serilog",
       R"({"Timestamp":"2026-01-02T03:04:05+00:00","Level":"Error","MessageTemplate":"t","RenderedMessage":"m","Properties":{"StatusCode":500}})",
       "2026-01-02T03:04:05Z|error|m||||500|"},
      {"structlog", R"({"event":"m","level":"warning","timestamp":"2026-01-02T03:04:05Z"})",
       "2026-01-02T03:04:05Z|warn|m||||0|"},
      {"python-json-logger",
       R"({"asctime":"2026-01-02 03:04:05,678","levelname":"CRITICAL","name":"a.b","message":"m"})",
       "2026-01-02T03:04:05.678Z|fatal|m||||0|"},
      {"logback, logstash",
       R"({"@timestamp":"2026-01-02T03:04:05.000+01:00","@version":"1","message":"m","logger_name":"l","thread_name":"t","level":"ERROR","level_value":40000})",
       "2026-01-02T02:04:05Z|error|m||||0|"},
      {"log4j2",
       R"({"instant":{"epochSecond":1767323045,"nanoOfSecond":5},"level":"WARN","message":"m"})",
       "2026-01-02T03:04:05Z|warn|m||||0|"},
      {"loguru",
       R"({"text":"x","record":{"level":{"name":"ERROR","no":40},"message":"m","time":{"timestamp":1767323045.0}}})",
       "2026-01-02T03:04:05Z|error|x||||0|"},
      {"Monolog",
       R"({"message":"m","context":{"status":500},"level":400,"level_name":"ERROR","channel":"c","datetime":"2026-01-02T03:04:05+00:00"})",
       "2026-01-02T03:04:05Z|error|m||||500|"},
      {"GELF",
       R"({"version":"1.1","host":"h","short_message":"m","timestamp":1767323045.25,"level":3})",
       "2026-01-02T03:04:05.250Z|error|m||1.1||0|"},
      {"journald", R"({"__REALTIME_TIMESTAMP":"1767323045000000","PRIORITY":"4","MESSAGE":"m"})",
       "2026-01-02T03:04:05Z|warn|m||||0|"},
      {"Google Cloud",
       R"({"severity":"ERROR","textPayload":"m","timestamp":"2026-01-02T03:04:05Z","httpRequest":{"status":502,"requestUrl":"/a","latency":"0.25s"}})",
       "2026-01-02T03:04:05Z|error|m|||/a|502|250.000000"},
      {"AWS Lambda",
       R"({"timestamp":"2026-01-02T03:04:05Z","level":"INFO","message":"m","functionName":"s","functionVersion":"7"})",
       "2026-01-02T03:04:05Z|info|m|s|7||0|"},
      {"Datadog",
       R"({"message":"m","status":"error","timestamp":1767323045123,"service":"s","http":{"status_code":"500"}})",
       "2026-01-02T03:04:05.123Z|error|m|s|||500|"},
      {"nginx",
       R"({"time":"2026-01-02T03:04:05+00:00","uri":"/a","status":"499","request_time":"0.120"})",
       "2026-01-02T03:04:05Z|unknown||||/a|499|120.000000"},
      {"tracing",
       R"({"timestamp":"2026-01-02T03:04:05Z","level":"INFO","fields":{"message":"m","latency_us":1500},"target":"t"})",
       "2026-01-02T03:04:05Z|info|m||||0|1.500000"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    Batch batch;
    EXPECT_EQ(summary(decode_log(batch, c.line)), c.expected);
  }
}

TEST(FieldRecognitionTest, ReadsDurationsInTheUnitOfTheirName) {
  const auto ms = [](const std::string& field) {
    Batch batch;
    return decode_log(batch, R"({"message":"m",)" + field + "}").duration_ms;
  };
  EXPECT_EQ(ms(R"("duration_ms":12.5)"), 12.5);
  EXPECT_EQ(ms(R"("latencyMs":12)"), 12);
  EXPECT_EQ(ms(R"("duration":12)"), 12);
  EXPECT_EQ(ms(R"("response_time":12)"), 12);
  EXPECT_EQ(ms(R"("duration_ns":1500000)"), 1.5);
  EXPECT_EQ(ms(R"("elapsed_us":1500)"), 1.5);
  EXPECT_EQ(ms(R"("duration_seconds":0.5)"), 500);
  EXPECT_EQ(ms(R"("http":{"server":{"request":{"duration":0.5}}})"), 500);
  EXPECT_EQ(ms(R"("http.server.duration":7)"), 7);
  EXPECT_EQ(ms(R"("duration":"1.5s")"), 1500);
  EXPECT_EQ(ms(R"("latency":"250µs")"), 0.25);
  EXPECT_EQ(ms(R"("latency":"12")"), 12);
  EXPECT_TRUE(std::isnan(ms(R"("duration":-1)")));
  EXPECT_TRUE(std::isnan(ms(R"("duration":"soon")")));
  EXPECT_TRUE(std::isnan(ms(R"("duration":null)")));
}

TEST(FieldRecognitionTest, PrefersTheMoreSpecificName) {
  Batch batch;
  const LogRecord log = decode_log(
      batch,
      R"({"level":"debug","severity_text":"ERROR","app":"b","service":"a","msg":"n","message":"m"})");
  EXPECT_EQ(log.level, Level::kError);
  EXPECT_EQ(log.service, "a");
  EXPECT_EQ(log.message, "m");
}

TEST(FieldRecognitionTest, PrefersTheRecordsOwnFieldsToThoseInsideContainers) {
  Batch batch;
  const LogRecord log =
      decode_log(batch, R"({"fields":{"message":"inner","status":404},"msg":"outer"})");
  EXPECT_EQ(log.message, "outer");
  EXPECT_EQ(log.status, 404);
}

TEST(FieldRecognitionTest, LetsTheUsersNamesWin) {
  const DecoderOptions options{.fields = {{"what", FieldRole::kMessage},
                                          {"meta.team.owner", FieldRole::kService},
                                          {"t.took", FieldRole::kDurationUs},
                                          {"message", FieldRole::kIgnore}}};
  Batch batch;
  const LogRecord log = decode_log(
      batch,
      R"({"message":"no","msg":"n","what":"yes","service":"x","meta":{"team":{"owner":"o"}},"t":{"took":5}})",
      options);
  EXPECT_EQ(log.message, "yes");
  EXPECT_EQ(log.service, "o");
  EXPECT_EQ(log.duration_ms, 0.005);
}

TEST(FieldRecognitionTest, IgnoresNamesItDoesNotKnow) {
  Batch batch;
  const LogRecord log = decode_log(
      batch, R"({"message":"m","messages":"x","my_service":"y","levels":"error","stat":500})");
  EXPECT_EQ(summary(log), "-|unknown|m||||0|");
}

}  // namespace
}  // namespace inkling::ingest
