#include "ingest/wire/otlp_logs_decoder.h"

#include <gmock/gmock.h>

#include <random>
#include <string>

#include "tests/ingest/decode_support.h"
#include "tests/ingest/wire/otlp_support.h"

namespace inkling::ingest {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint64_t kTime = 1'718'000'000'000'000'000;

Batch decode_logs(const std::vector<Proto>& records, const Proto& of = resource({}),
                  const DecoderOptions& options = {}) {
  return decode(Format::kOtlpLogs, request(of, records).bytes(), options);
}

// The one log record of a request, or an empty one. Views into `batch`.
LogRecord decode_one(Batch& batch, const Proto& record, const Proto& of = resource({}),
                     const DecoderOptions& options = {}) {
  batch = decode_logs({record}, of, options);
  return batch.logs.size() == 1 && batch.broken.empty() ? batch.logs[0] : LogRecord{};
}

TEST(OtlpLogsDecoderTest, ReadsARecordWithItsResourceAndAttributes) {
  Batch batch;
  const Proto record = Proto()
                           .fixed64(1, kTime)
                           .varint(2, 17)
                           .text(3, "ERROR")
                           .message(5, any_text("payment failed"))
                           .message(6, key_text("http.route", "/pay"))
                           .message(6, key_value("http.response.status_code", any_integer(502)))
                           .message(6, key_value("duration_ms", Proto().real(4, 12.5)))
                           .message(6, key_text("peer.service", "bank"))
                           .text(9, std::string(16, '\x5b'))
                           .text(10, std::string(8, '\x5b'))
                           .fixed64(11, kTime + 1);
  const LogRecord log = decode_one(
      batch, record,
      resource({key_text("service.name", "checkout"), key_text("service.version", "1.4.2"),
                key_text("deployment.environment.name", "production")}));
  EXPECT_EQ(log.time, Timestamp::from_ns(static_cast<std::int64_t>(kTime)));
  EXPECT_EQ(log.level, Level::kError);
  EXPECT_EQ(log.message, "payment failed");
  EXPECT_EQ(log.service, "checkout");
  EXPECT_EQ(log.version, "1.4.2");
  EXPECT_EQ(log.route, "/pay");
  EXPECT_EQ(log.status, 502);
  EXPECT_EQ(log.duration_ms, 12.5);
  EXPECT_EQ(log.peer, "bank");
  EXPECT_EQ(batch.lines, 1u);
  EXPECT_EQ(batch.min_time, log.time);
}

TEST(OtlpLogsDecoderTest, PointsIntoTheFrame) {
  Batch batch;
  const LogRecord log = decode_one(batch, Proto().message(5, any_text("as it is")));
  const std::string_view bytes = batch.bytes();
  EXPECT_GE(log.message.data(), bytes.data());
  EXPECT_LT(log.message.data(), bytes.data() + bytes.size());
}

TEST(OtlpLogsDecoderTest, TakesTheTimeOfTheEventElseOfItsObservation) {
  Batch batch;
  const Proto body = any_text("x");
  EXPECT_EQ(decode_one(batch, Proto().message(5, body).fixed64(1, 5).fixed64(11, 7)).time,
            Timestamp::from_ns(5));
  EXPECT_EQ(decode_one(batch, Proto().message(5, body).fixed64(11, 7)).time, Timestamp::from_ns(7));
  EXPECT_FALSE(decode_one(batch, Proto().message(5, body)).time.is_set());
  batch = decode_logs({Proto().message(5, body).fixed64(1, UINT64_MAX)});
  EXPECT_THAT(broken_lines(batch), ElementsAre("0:bad_time"));
}

TEST(OtlpLogsDecoderTest, ReadsSeverityByNumberElseByText) {
  Batch batch;
  const auto level = [&](std::uint64_t number, std::string_view text) {
    const Proto record = Proto().varint(2, number).text(3, text).message(5, any_text("x"));
    return decode_one(batch, record).level;
  };
  EXPECT_EQ(level(1, ""), Level::kTrace);
  EXPECT_EQ(level(5, ""), Level::kDebug);
  EXPECT_EQ(level(12, ""), Level::kInfo);
  EXPECT_EQ(level(13, "ERROR"), Level::kWarn);
  EXPECT_EQ(level(20, ""), Level::kError);
  EXPECT_EQ(level(24, ""), Level::kFatal);
  EXPECT_EQ(level(0, "Warning"), Level::kWarn);
  EXPECT_EQ(level(25, ""), Level::kUnknown);
}

TEST(OtlpLogsDecoderTest, FindsTheServiceInTheOrderOfItsNames) {
  Batch batch;
  const Proto record = Proto().message(5, any_text("x"));
  const auto service = [&](const std::vector<Proto>& attributes) {
    return std::string(decode_one(batch, record, resource(attributes)).service);
  };
  const Proto family = key_text("aws.ecs.task.family", "checkout-task");
  const Proto groups =
      key_value("aws.log.group.names", any_array({any_text("/ecs/checkout"), any_text("other")}));
  EXPECT_EQ(service({groups, family, key_text("service.name", "checkout")}), "checkout");
  EXPECT_EQ(service({key_text("service.name", "unknown_service:java"), groups, family}),
            "checkout-task");
  EXPECT_EQ(service({key_text("cloud.resource_id", "arn:aws:ecs:x"), family}), "checkout-task");
  EXPECT_EQ(service({groups}), "/ecs/checkout");
  EXPECT_EQ(service({key_text("service.name", "unknown_service")}), "");
}

TEST(OtlpLogsDecoderTest, KnowsTheNamesOfTheUser) {
  DecoderOptions options;
  options.fields = {{"team.app", FieldRole::kService}, {"handler", FieldRole::kRoute}};
  Batch batch;
  const LogRecord log = decode_one(
      batch, Proto().message(5, any_text("x")).message(6, key_text("handler", "/cart?id=1")),
      resource({key_text("service.name", "generic"), key_text("team.app", "cart")}), options);
  EXPECT_EQ(log.service, "cart");
  EXPECT_EQ(log.route, "/cart");
}

TEST(OtlpLogsDecoderTest, TakesTheResourceWhereverItStands) {
  const Proto scope = Proto().message(2, Proto().message(5, any_text("x")));
  const Proto late = Proto().message(
      1, Proto().message(2, scope).message(1, resource({key_text("service.name", "late")})));
  const Batch batch = decode(Format::kOtlpLogs, late.bytes());
  ASSERT_EQ(batch.logs.size(), 1u);
  EXPECT_EQ(batch.logs[0].service, "late");
}

TEST(OtlpLogsDecoderTest, ReadsAJsonBodyAsTheLineItIs) {
  Batch batch;
  const LogRecord log =
      decode_one(batch,
                 Proto().fixed64(1, kTime).varint(2, 9).message(
                     5, any_text(R"({"level":"error","msg":"no money","service":"inner"})")),
                 resource({key_text("service.name", "outer")}));
  EXPECT_EQ(log.message, "no money");
  EXPECT_EQ(log.level, Level::kError);
  EXPECT_EQ(log.service, "inner");
  EXPECT_EQ(log.time, Timestamp::from_ns(static_cast<std::int64_t>(kTime)));
}

TEST(OtlpLogsDecoderTest, ReadsAMapAsFieldsAndOtherBodiesAsText) {
  Batch batch;
  const Proto map = any_map({key_text("message", "from a map"), key_text("level", "warn"),
                             key_value("status", any_integer(503))});
  LogRecord log = decode_one(batch, Proto().message(5, map));
  EXPECT_EQ(log.message, "from a map");
  EXPECT_EQ(log.level, Level::kWarn);
  EXPECT_EQ(log.status, 503);
  log = decode_one(batch, Proto().message(5, any_map({key_text("a", "b")})));
  EXPECT_EQ(log.message, R"({"a":"b"})");
  log = decode_one(batch, Proto().message(5, any_array({any_integer(-1), any_text("x")})));
  EXPECT_EQ(log.message, R"([-1,"x"])");
  log = decode_one(batch, Proto().message(5, Proto().varint(2, 1)));
  EXPECT_EQ(log.message, "true");
}

TEST(OtlpLogsDecoderTest, PutsTheExceptionBehindTheBody) {
  Batch batch;
  const Proto type = key_text("exception.type", "TimeoutError");
  const Proto text = key_text("exception.message", "after 3 s");
  const auto message = [&](Proto record) {
    return std::string(decode_one(batch, record.message(6, type).message(6, text)).message);
  };
  EXPECT_EQ(message(Proto().message(5, any_text("charge failed"))),
            "charge failed: TimeoutError: after 3 s");
  EXPECT_EQ(message(Proto().message(5, any_text("charge failed after 3 s"))),
            "charge failed after 3 s");
  EXPECT_EQ(message(Proto()), "TimeoutError: after 3 s");
}

TEST(OtlpLogsDecoderTest, CountsARecordWithoutABody) {
  Batch batch;
  EXPECT_EQ(decode_one(batch, Proto().text(12, "device.app.crash")).message, "device.app.crash");
  batch = decode_logs({Proto()});
  EXPECT_EQ(batch.logs.size(), 1u);
  EXPECT_EQ(batch.lines, 1u);
}

TEST(OtlpLogsDecoderTest, KeepsTheNeighboursOfABrokenRecord) {
  std::string scope;
  const Proto good = Proto().message(5, any_text("good"));
  const Proto request_bytes = request(resource({}), {good, Proto().text(5, "\x0A\x7F"), good});
  const Batch batch = decode(Format::kOtlpLogs, request_bytes.bytes());
  EXPECT_THAT(messages(batch), ElementsAre("good", "good"));
  EXPECT_THAT(broken_lines(batch), ElementsAre("1:bad_message"));
  EXPECT_EQ(batch.lines, 3u);
}

TEST(OtlpLogsDecoderTest, RefusesRecordsBeyondTheLimit) {
  const Batch batch =
      decode_logs({Proto().message(5, any_text(std::string(200, 'x')))}, resource({}),
                  DecoderOptions{.max_line_bytes = 100, .fields = {}});
  EXPECT_THAT(broken_lines(batch), ElementsAre("0:overlong"));
}

TEST(OtlpLogsDecoderTest, KeepsWhatComesBeforeABreak) {
  const Proto record = Proto().message(5, any_text("one"));
  const std::string whole = request(resource({key_text("service.name", "a")}), {record}).bytes();
  const Batch batch = decode(Format::kOtlpLogs, whole + whole.substr(0, whole.size() - 3));
  EXPECT_THAT(messages(batch), ElementsAre("one"));
  EXPECT_THAT(broken_lines(batch), ElementsAre("1:bad_message"));
}

TEST(OtlpLogsDecoderTest, LimitsTheDepthOfBodies) {
  Proto deep = any_text("x");
  for (int i = 0; i < 2000; ++i) deep = any_array({deep});
  Batch batch;
  EXPECT_THAT(std::string(decode_one(batch, Proto().message(5, deep)).message),
              testing::StartsWith("[[[["));
}

TEST(OtlpLogsDecoderTest, CountsEachRecordWhateverHappensToTheBytes) {
  std::vector<Proto> records;
  for (int i = 0; i < 5; ++i) {
    records.push_back(Proto()
                          .fixed64(1, kTime)
                          .varint(2, 9)
                          .message(5, any_map({key_text("message", "m"), key_text("k", "v")}))
                          .message(6, key_text("http.route", "/a"))
                          .message(6, key_value("n", any_integer(i))));
  }
  const std::string bytes =
      request(resource({key_text("service.name", "checkout")}), records).bytes();
  std::mt19937 random(17);
  for (int round = 0; round < 3000; ++round) {
    std::string damaged = bytes;
    if (round % 2 == 0) {
      damaged.resize(random() % damaged.size());
    } else {
      for (int i = 0; i < 3; ++i) damaged[random() % damaged.size()] = static_cast<char>(random());
    }
    const Batch batch = decode(Format::kOtlpLogs, damaged);
    ASSERT_EQ(batch.lines + batch.extra_events, accounted_lines(batch)) << "round " << round;
  }
}

}  // namespace
}  // namespace inkling::ingest
