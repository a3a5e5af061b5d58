#include "ingest/ndjson_decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "core/json.h"
#include "core/timestamp.h"
#include "tests/ingest/decode_support.h"

namespace inkling::ingest {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kGood1 = R"({"msg":"one","level":"info"})";
constexpr std::string_view kGood2 = R"({"msg":"two","level":"info"})";

TEST(NdjsonDecoderTest, KeepsTheNeighboursOfABrokenLine) {
  struct Case {
    const char* name;
    std::string line;
    const char* reason;
  };
  std::string deep = R"({"fields":)";
  for (int i = 0; i < 100; ++i) deep += R"({"fields":)";
  deep += R"({"msg":"x"})" + std::string(101, '}');
  const Case cases[] = {
      {"unclosed quote", R"({"msg":"x,"level":"info"})", "bad_json"},
      {"quote open to the end", R"({"msg":"x)", "bad_json"},
      {"bad UTF-8", "{\"msg\":\"\xff\xfe\"}", "bad_json"},
      {"two closing braces", R"({"msg":"x"}})", "bad_json"},
      {"trailing word", R"({"msg":"x"} rest)", "bad_json"},
      {"two objects", R"({"msg":"x"}{"msg":"y"})", "bad_json"},
      {"missing brace", R"({"msg":"x")", "bad_json"},
      {"missing inner brace", R"({"http":{"status_code":500,"msg":"x"})", "bad_json"},
      {"missing comma", R"({"msg":"x" "level":"info"})", "bad_json"},
      {"missing colon", R"({"msg" "x"})", "bad_json"},
      {"missing value", R"({"msg":})", "bad_json"},
      {"trailing comma", R"({"msg":"x",})", "bad_json"},
      {"a word as value", R"({"msg":"x","a":yes})", "bad_json"},
      {"cut literal", R"({"msg":"x","a":tru})", "bad_json"},
      {"bad escape in a field that counts", R"({"msg":"\q"})", "bad_json"},
      {"NUL inside a string", std::string("{\"msg\":\"a\0b\"}", 13), "bad_json"},
      {"NUL outside", std::string("{\"msg\":\"a\"\0}", 12), "bad_json"},
      {"control character", "{\"msg\":\"a\x01\"}", "bad_json"},
      {"plain text", "GET / 200", "bad_json"},
      {"an array", R"(["msg"])", "not_an_object"},
      {"a number", "17", "not_an_object"},
      {"no known field", R"({"a":1,"b":"c"})", "unknown_shape"},
      {"a time alone", R"({"time":"2026-01-02T03:04:05Z","a":1})", "unknown_shape"},
      {"no time in the time field", R"({"msg":"x","time":"yesterday"})", "bad_time"},
      {"no number in a metric", R"({"name":"m","value":"much"})", "bad_value"},
      {"nested too deep", deep, "too_deep"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const std::string text = std::string(kGood1) + "\n" + c.line + "\n" + std::string(kGood2);
    const Batch batch = decode(Format::kNdjson, text);
    EXPECT_THAT(messages(batch), ElementsAre("one", "two"));
    EXPECT_THAT(broken_lines(batch), ElementsAre(std::string("1:") + c.reason));
    EXPECT_EQ(batch.broken.empty() ? "" : batch.broken[0].raw, c.line);
    EXPECT_EQ(batch.lines, 3u);
  }
}

TEST(NdjsonDecoderTest, CountsPhysicalLines) {
  const Batch batch =
      decode(Format::kNdjson, "\n" + std::string(kGood1) + "\r\n \t\r\n\n" + std::string(kGood2));
  EXPECT_THAT(messages(batch), ElementsAre("one", "two"));
  EXPECT_EQ(batch.lines, 5u);
  EXPECT_EQ(batch.empty_lines, 3u);
  EXPECT_EQ(batch.logs[0].record, 1u);
  EXPECT_EQ(batch.logs[0].raw, kGood1);
  EXPECT_EQ(batch.logs[1].record, 4u);
  EXPECT_EQ(accounted_lines(batch), batch.lines);
}

TEST(NdjsonDecoderTest, NamesLinesBeyondTheLimit) {
  const DecoderOptions options{.max_line_bytes = 100, .fields = {}};
  const std::string line = R"({"msg":")" + std::string(100, 'x') + R"("})";
  const Batch batch = decode(Format::kNdjson, std::string(kGood1) + "\n" + line + "\n", options);
  EXPECT_THAT(messages(batch), ElementsAre("one"));
  EXPECT_THAT(broken_lines(batch), ElementsAre("1:overlong"));
}

TEST(NdjsonDecoderTest, ReadsAHugeLine) {
  const std::string text(900'000, 'x');
  const Batch batch = decode(Format::kNdjson, R"({"msg":")" + text + "\"}\n" + std::string(kGood2));
  EXPECT_THAT(messages(batch), ElementsAre(text, "two"));
}

TEST(NdjsonDecoderTest, SkipsValuesThatNestDeeply) {
  const std::string line =
      R"({"a":)" + std::string(2000, '[') + std::string(2000, ']') + R"(,"msg":"x"})";
  EXPECT_THAT(messages(decode(Format::kNdjson, line)), ElementsAre("x"));
}

TEST(NdjsonDecoderTest, UnescapesWhatCounts) {
  Batch batch;
  const LogRecord log = decode_log(
      batch, R"({"msg":"a\"b\\c\nd\u00e9\ud83d\ude00","s\u0065rvice":"x","service":"y\/z"})");
  EXPECT_EQ(log.message, "a\"b\\c\nd\xC3\xA9\xF0\x9F\x98\x80");
  EXPECT_EQ(log.service, "y/z");
}

TEST(NdjsonDecoderTest, KeepsUnescapedTextOfEarlierRecords) {
  const Batch batch = decode(Format::kNdjson, "{\"msg\":\"a\\tb\"}\n{\"msg\":\"c\\td\"}\n");
  EXPECT_THAT(messages(batch), ElementsAre("a\tb", "c\td"));
}

TEST(NdjsonDecoderTest, FollowsChangingShapes) {
  const Batch batch = decode(Format::kNdjson, R"({"msg":"1","level":"info"}
{"level":"warn","msg":"2"}
{"message":"3"}
{"msg":"4","http":{"status_code":500}}
{"msg":"5","status_code":404}
{"msgs":"x","msg":"6"}
)");
  EXPECT_THAT(messages(batch), ElementsAre("1", "2", "3", "4", "5", "6"));
  EXPECT_EQ(batch.logs[1].level, Level::kWarn);
  EXPECT_EQ(batch.logs[3].status, 500);
  EXPECT_EQ(batch.logs[4].status, 404);
}

TEST(NdjsonDecoderTest, ReadsTheSameFieldInsideDifferentObjects) {
  const Batch batch = decode(Format::kNdjson, R"({"service":{"name":"a"},"msg":"1"}
{"host":{"name":"b"},"msg":"2"}
)");
  EXPECT_EQ(batch.logs[0].service, "a");
  EXPECT_EQ(batch.logs[1].service, "");
}

TEST(NdjsonDecoderTest, NotesTheTimesOfTheBatch) {
  const Batch batch = decode(Format::kNdjson, R"({"msg":"1","time":"2026-01-02T03:04:05Z"}
{"msg":"2"}
{"msg":"3","time":"2026-01-02T03:04:01.5Z"}
)");
  EXPECT_FALSE(batch.logs[1].time.is_set());
  EXPECT_EQ(format_timestamp(batch.min_time), "2026-01-02T03:04:01.500Z");
  EXPECT_EQ(format_timestamp(batch.max_time), "2026-01-02T03:04:05Z");
}

TEST(NdjsonDecoderTest, ReadsTimesThatAreNumbersAsAnyOther) {
  const unsigned seed = 20261121;
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  std::string text;
  std::vector<std::string> times;
  for (int i = 0; i < 3000; ++i) {
    std::string time = std::to_string(1 + random() % 2);
    for (std::size_t left = 8 + random() % 6; left > 0; --left)
      time += std::to_string(random() % 10);
    if (random() % 2) {
      time += '.';
      for (std::size_t left = random() % 12; left > 0; --left)
        time += std::to_string(random() % 10);
    }
    if (random() % 16 == 0) time[random() % time.size()] = "eE+-."[random() % 5];
    times.push_back(time);
    text += "{\"msg\":\"x\",\"ts\":\"" + time + "\"}\n";
  }
  const Batch batch = decode(Format::kNdjson, text);
  std::vector<std::string> expected;
  std::vector<std::string> found(times.size(), "bad");
  for (const std::string& time : times) {
    const auto parsed = parse_timestamp(time);
    expected.push_back(parsed ? format_timestamp(*parsed) : "bad");
  }
  for (const LogRecord& log : batch.logs) found[log.record] = format_timestamp(log.time);
  EXPECT_EQ(found, expected);
}

TEST(NdjsonDecoderTest, ReadsMetrics) {
  const Batch batch = decode(
      Format::kNdjson,
      R"({"name":"cpu","time":"2026-01-02T03:04:05Z","value":0.5,"unit":"ratio","labels":{"service":"s","version":"2","host":"h\t1","core":3}}
{"metric":"requests","timestamp":1767323045,"value":17,"kind":"counter","service":"t","labels":{"service":"other"}}
{"name":"gone","value":null}
)");
  ASSERT_EQ(batch.points.size(), 3u);
  const MetricPoint& cpu = batch.points[0];
  EXPECT_EQ(cpu.name, "cpu");
  EXPECT_EQ(cpu.service, "s");
  EXPECT_EQ(cpu.version, "2");
  EXPECT_EQ(cpu.unit, "ratio");
  EXPECT_EQ(cpu.value, 0.5);
  EXPECT_EQ(cpu.kind, MetricKind::kGauge);
  ASSERT_EQ(cpu.label_count, 2u);
  EXPECT_EQ(batch.labels[cpu.first_label].name, "host");
  EXPECT_EQ(batch.labels[cpu.first_label].value, "h\t1");
  EXPECT_EQ(batch.labels[cpu.first_label + 1].value, "3");
  const MetricPoint& requests = batch.points[1];
  EXPECT_EQ(requests.kind, MetricKind::kCounter);
  EXPECT_EQ(requests.service, "t");
  EXPECT_EQ(requests.label_count, 1u);
  EXPECT_EQ(format_timestamp(requests.time), "2026-01-02T03:04:05Z");
  EXPECT_TRUE(std::isnan(batch.points[2].value));
}

TEST(NdjsonDecoderTest, ReadsChangesAlarmsAndSpansBetweenLogs) {
  const Batch batch =
      decode(Format::kNdjson,
             R"({"timestamp":"2026-01-02T03:04:05Z","service":"s","commit_sha":"abc","version":"2"}
{"sha":"def","message":"fix","files_changed":["a.go","b.go"],"author":"kim","timestamp":"2026-01-02T03:04:05Z","diff":null}
{"flag":"f","change":"off->on","service":"s","timestamp":"2026-01-02T03:04:05Z"}
{"kind":"rollback","service":"s","time":"2026-01-02T03:04:05Z","title":"back to 1"}
{"monitor":"p99","service":"s","metric":"latency","threshold":800,"observed":2180,"fired_at":"2026-01-02T03:04:05Z","severity":"critical","summary":"slow"}
{"trace_id":"t","span_id":"1","parent_id":null,"service":"s","peer.service":"db","start":"2026-01-02T03:04:05Z","duration_ms":3,"status":"ERROR"}
{"msg":"a log of a span","span_id":"1","trace_id":"t","parent_id":"0","commit_sha":"abc"}
)");
  EXPECT_THAT(broken_lines(batch), IsEmpty());
  ASSERT_EQ(batch.changes.size(), 4u);
  EXPECT_EQ(batch.changes[0].kind, ChangeKind::kDeploy);
  EXPECT_EQ(batch.changes[0].id, "abc");
  EXPECT_EQ(batch.changes[0].version, "2");
  EXPECT_EQ(batch.changes[1].kind, ChangeKind::kCommit);
  EXPECT_EQ(batch.changes[1].title, "fix");
  EXPECT_THAT(batch.changes[1].files, ElementsAre("a.go", "b.go"));
  EXPECT_EQ(batch.changes[2].kind, ChangeKind::kFlag);
  EXPECT_EQ(batch.changes[2].id, "flag:f:2026-01-02T03:04:05Z");
  EXPECT_EQ(batch.changes[2].title, "flag f off->on");
  EXPECT_EQ(batch.changes[3].kind, ChangeKind::kRollback);
  EXPECT_EQ(batch.changes[3].id, "rollback:s:2026-01-02T03:04:05Z");
  EXPECT_EQ(batch.changes[3].record, 3u);
  ASSERT_EQ(batch.alarms.size(), 1u);
  EXPECT_EQ(batch.alarms[0].name, "p99");
  EXPECT_EQ(batch.alarms[0].metric, "latency");
  EXPECT_EQ(batch.alarms[0].threshold, 800);
  EXPECT_EQ(batch.alarms[0].observed, 2180);
  EXPECT_EQ(batch.alarms[0].severity, "critical");
  EXPECT_EQ(batch.span_lines, 1u);
  ASSERT_EQ(batch.calls.size(), 1u);
  EXPECT_EQ(batch.calls[0].caller, "s");
  EXPECT_EQ(batch.calls[0].callee, "db");
  EXPECT_TRUE(batch.calls[0].failed);
  EXPECT_THAT(messages(batch), ElementsAre("a log of a span"));
  EXPECT_EQ(accounted_lines(batch), batch.lines);
}

TEST(NdjsonDecoderTest, AllocatesNothingPerRecordOnceWarm) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += std::string(kGood1) + "\n";
  Batch batch;
  Decoder decoder{DecoderOptions{}};
  const auto run = [&] {
    batch.reset();
    batch.chunk.header.format = Format::kNdjson;
    batch.chunk.bytes.append(text);
    decoder.decode(batch);
  };
  run();
  const std::size_t logs = batch.logs.capacity();
  const std::size_t arena = batch.arena.capacity();
  for (int i = 0; i < 10; ++i) run();
  EXPECT_EQ(batch.logs.size(), 100u);
  EXPECT_EQ(batch.logs.capacity(), logs);
  EXPECT_EQ(batch.arena.capacity(), arena);
}

// The simplest correct decoder: a tree, and a look for each name in turn.
struct SlowRecord {
  std::string message;
  std::string service;
  std::string time;
  Level level = Level::kUnknown;
  int status = 0;
  friend bool operator==(const SlowRecord&, const SlowRecord&) = default;
};

SlowRecord decode_slowly(std::string_view line) {
  const JsonValue tree = parse_json(line).value();
  SlowRecord record;
  record.message = tree.text_of({"message", "msg", "body"});
  record.service = tree.text_of({"service", "app"});
  if (const JsonValue* name = tree.find("service", "name")) record.service = name->text();
  record.level = parse_level(tree.text_of({"severity_text", "level"}));
  const JsonValue* status = tree.find("http", "status_code");
  if (!status) status = tree.find("status");
  if (status) record.status = static_cast<int>(status->integer());
  const auto time = parse_timestamp(tree.text_of({"timestamp", "time"}));
  record.time = format_timestamp(time.value_or(Timestamp::none()));
  return record;
}

TEST(NdjsonDecoderTest, AgreesWithASlowDecoderOnRandomRecords) {
  const unsigned seed = 20260618;
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  const auto one_of = [&](std::initializer_list<const char*> texts) {
    return std::string(*(texts.begin() + random() % texts.size()));
  };
  const auto string = [&] {
    std::string text = "\"";
    for (std::size_t i = random() % 40; i > 0; --i) {
      text += one_of({"a", "b", " ", "\\n", "\\\"", "\\u20ac", "\xC3\xA9", "{", "}", "[", ":", ",",
                      "\\\\", "7"});
    }
    return text + "x\"";
  };
  std::string text;
  std::vector<SlowRecord> expected;
  for (int i = 0; i < 3000; ++i) {
    std::vector<std::string> members;
    const std::string space = one_of({"", "", " ", "\t"});
    const auto add = [&](const std::string& name, const std::string& value) {
      members.push_back(space + "\"" + name + "\"" + space + ":" + space + value + space);
    };
    add(one_of({"message", "msg", "body"}), string());
    if (random() % 2)
      add(one_of({"level", "severity_text"}),
          one_of({"\"info\"", "\"ERROR\"", "\"Warn\"", "\"odd\""}));
    switch (random() % 4) {
      case 0:
        add(one_of({"service", "app"}), string());
        break;
      case 1:
        add("service", "{\"x\":[{}],\"name\":" + string() + "}");
        break;
      default:
        break;
    }
    if (random() % 3 == 0) add("status", one_of({"200", "404", "503"}));
    if (random() % 3 == 0) add("http", "{\"status_code\":" + one_of({"500", "201"}) + "}");
    if (random() % 2) {
      add(one_of({"timestamp", "time"}),
          one_of({"\"2026-01-02T03:04:05Z\"", "\"2026-01-02T03:04:06.25Z\"",
                  "\"2026-01-02T03:05:59.999999Z\"", "\"2026-01-02 03:04:05\"",
                  "\"2026-01-02T03:04:60Z\"", "\"2026-01-02T03:04:05.123456789+02:00\""}));
    }
    for (std::size_t k = random() % 4; k > 0; --k) {
      add("extra" + std::to_string(random() % 9),
          one_of({"1", "-2.5e3", "true", "null", "[1,[2,{\"message\":\"no\"}]]",
                  "{\"message\":\"no\",\"a\":{}}", "\"\"", "[]", "{}"}));
    }
    std::shuffle(members.begin(), members.end(), random);
    std::string line = "{";
    for (const std::string& member : members) line += (line.size() > 1 ? "," : "") + member;
    line += "}";
    expected.push_back(decode_slowly(line));
    text += line + "\n";
  }
  const Batch batch = decode(Format::kNdjson, text);
  ASSERT_EQ(batch.logs.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const LogRecord& log = batch.logs[i];
    const SlowRecord found{std::string(log.message), std::string(log.service),
                           format_timestamp(log.time), log.level, log.status};
    EXPECT_EQ(found, expected[i]) << log.raw;
  }
}

}  // namespace
}  // namespace inkling::ingest
