#include <gmock/gmock.h>
#include <zlib.h>
#include <zstd.h>

#include <string>
#include <vector>

#include "tests/ingest/decode_support.h"
#include "tests/ingest/wire/msgpack_builder.h"

namespace inkling::ingest {
namespace {

using namespace pack;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t kSecond = 1'700'000'000;

std::string gzip(std::string_view text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  return out;
}

std::string zstd(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

std::string record(std::string_view line) { return map({{"log", text(line)}}); }
std::string entry(std::string_view line, std::uint32_t seconds = kSecond) {
  return array({event_time(seconds, 0), record(line)});
}

// "time service: message" of each log record, seconds since kSecond.
std::vector<std::string> told(const Batch& batch) {
  std::vector<std::string> out;
  for (const LogRecord& log : batch.logs) {
    out.push_back(std::to_string((log.time.ns - kSecond * 1'000'000'000) / 1'000'000) + " " +
                  std::string(log.service) + ": " + std::string(log.message));
  }
  return out;
}

void expect_balance(const Batch& batch) {
  EXPECT_EQ(batch.lines + batch.extra_events, accounted_lines(batch) + batch.joined_lines);
}

TEST(ForwardDecoderTest, ReadsEveryMode) {
  const std::string blob = entry("a") + entry("b", kSecond + 1);
  const std::string option = map({{"size", integer(2)}, {"chunk", text("AAAA")}});
  const auto compressed = [](std::string_view how) { return map({{"compressed", text(how)}}); };
  const std::vector<std::string> both = {"0 app: a", "1000 app: b"};
  const std::pair<const char*, std::string> cases[] = {
      {"forward", array({text("app"), array({entry("a"), entry("b", kSecond + 1)}), option})},
      {"forward, no option", array({text("app"), array({entry("a"), entry("b", kSecond + 1)})})},
      {"packed as binary", array({text("app"), binary(blob), option})},
      {"packed as text", array({text("app"), text(blob)})},
      {"packed, said to be text", array({text("app"), binary(blob), compressed("text")})},
      {"gzip", array({text("app"), binary(gzip(blob)), compressed("gzip")})},
      {"gzip in two members",
       array({text("app"), binary(gzip(entry("a")) + gzip(entry("b", kSecond + 1))),
              compressed("gzip")})},
      {"zstd", array({text("app"), binary(zstd(blob)), compressed("zstd")})},
      {"messages", array({text("app"), integer(kSecond), record("a")}) +
                       array({text("app"), integer(kSecond + 1), record("b"), option})},
      {"json", R"(["app",[[1700000000,{"log":"a"}],[1700000001,{"log":"b"}]]])"},
      {"json messages", R"(["app",1700000000,{"log":"a"}] ["app",1700000001,{"log":"b"},{}])"},
  };
  for (const auto& [name, bytes] : cases) {
    SCOPED_TRACE(name);
    const Batch batch = decode(Format::kForward, bytes);
    EXPECT_EQ(told(batch), both);
    EXPECT_EQ(batch.lines, 2u);
    expect_balance(batch);
  }
}

TEST(ForwardDecoderTest, ReadsEntriesWithMetadataAndSkipsGroupMarks) {
  const auto mark = [](std::uint32_t seconds, const std::string& body) {
    return array({array({event_time(seconds, 0), map({})}), body});
  };
  const std::string resource =
      map({{"resource", map({{"attributes", map({{"service.name", text("checkout")},
                                                 {"service.version", text("v9")}})}})}});
  const std::string with_metadata =
      array({array({event_time(kSecond, 500'000'000),
                    map({{"otlp", map({{"severity_text", text("ERROR")}})}})}),
             record("x")});
  const Batch batch = decode(Format::kForward,
                             array({text("tag"), binary(mark(0xFFFFFFFF, resource) + with_metadata +
                                                        mark(0xFFFFFFFE, map({})) + entry("y"))}));
  EXPECT_THAT(told(batch), ElementsAre("500 checkout: x", "0 tag: y"));
  EXPECT_EQ(batch.logs[0].version, "v9");
  EXPECT_EQ(batch.logs[0].level, Level::kError);
  EXPECT_EQ(batch.empty_lines, 2u);
  expect_balance(batch);
}

TEST(ForwardDecoderTest, ReadsEntriesAlone) {
  const Batch batch =
      decode(Format::kMsgpackEvents,
             entry("a") + array({array({real(kSecond + 0.5), map({})}), record("b")}));
  EXPECT_THAT(told(batch), ElementsAre("0 : a", "500 : b"));
}

TEST(ForwardDecoderTest, ReadsWhatFireLensAdds) {
  const std::string fields = map({{"log", text("boom")},
                                  {"source", text("stderr")},
                                  {"container_id", text("0af1")},
                                  {"container_name", text("/ecs-shop-12-app-d6b0c2")},
                                  {"ecs_cluster", text("prod")},
                                  {"ecs_task_arn", text("arn:aws:ecs:eu-west-1:1:task/prod/77")},
                                  {"ecs_task_definition", text("shop:12")}});
  const std::string without =
      map({{"log", text("boom")}, {"container_name", text("/ecs-shop-web-12-app-d6b0c2")}});
  const Batch batch = decode(
      Format::kForward,
      array({text("app-firelens-77"), array({array({integer(kSecond), fields}),
                                             array({integer(kSecond), without}), entry("z")})}));
  EXPECT_THAT(told(batch), ElementsAre("0 shop: boom", "0 shop-web: boom", "0 app: z"));
  EXPECT_EQ(batch.logs[0].version, "12");
  EXPECT_EQ(batch.logs[0].level, Level::kWarn);
  EXPECT_EQ(batch.logs[1].level, Level::kUnknown);
}

TEST(ForwardDecoderTest, ReadsJsonInTheLogField) {
  const std::string line =
      R"({"time":"2023-11-14T22:13:21Z","level":"error","service":"pay","msg":"no","status":503})";
  const std::string fields = map({{"log", text(line)}, {"ecs_task_definition", text("shop:12")}});
  const Batch batch = decode(Format::kForward, array({text("t"), integer(kSecond), fields}));
  EXPECT_THAT(told(batch), ElementsAre("1000 pay: no"));
  EXPECT_EQ(batch.logs[0].version, "12");
  EXPECT_EQ(batch.logs[0].status, 503);
  EXPECT_EQ(batch.logs[0].level, Level::kError);
}

TEST(ForwardDecoderTest, ReadsFieldsOfStructuredRecords) {
  const std::string fields =
      map({{"message", text("GET /a")},
           {"level", text("warn")},
           {"http", map({{"status_code", integer(500)}, {"route", text("/a")}})},
           {"duration_ms", real(12.5)},
           {"kubernetes", map({{"labels", map({{"app", text("shop")}})}})}});
  const Batch batch = decode(Format::kForward, array({text("t"), integer(kSecond), fields}));
  ASSERT_EQ(batch.logs.size(), 1u);
  const LogRecord& log = batch.logs[0];
  EXPECT_EQ(log.message, "GET /a");
  EXPECT_EQ(log.service, "shop");
  EXPECT_EQ(log.route, "/a");
  EXPECT_EQ(log.status, 500);
  EXPECT_EQ(log.duration_ms, 12.5);
  EXPECT_EQ(log.level, Level::kWarn);
}

TEST(ForwardDecoderTest, ReadsMetricsAndChanges) {
  const std::string metric = map(
      {{"metric", text("queue")}, {"value", integer(7)}, {"labels", map({{"shard", integer(3)}})}});
  const std::string change = map({{"kind", text("deploy")},
                                  {"service", text("shop")},
                                  {"version", text("v2")},
                                  {"timestamp", integer(kSecond)}});
  const Batch batch = decode(Format::kForward, array({text("t"), integer(kSecond), metric}) +
                                                   array({text("t"), integer(kSecond), change}));
  ASSERT_EQ(batch.points.size(), 1u);
  EXPECT_EQ(batch.points[0].name, "queue");
  EXPECT_EQ(batch.points[0].value, 7);
  EXPECT_EQ(batch.points[0].time, Timestamp::from_seconds(kSecond));
  EXPECT_EQ(batch.labels[0].value, "3");
  ASSERT_EQ(batch.changes.size(), 1u);
  EXPECT_EQ(batch.changes[0].service, "shop");
  expect_balance(batch);
}

TEST(ForwardDecoderTest, JoinsALineThatWasCut) {
  const auto part = [](std::string_view line, int ordinal, bool last) {
    return array({event_time(kSecond, 0), map({{"log", text(line)},
                                               {"partial_message", text("true")},
                                               {"partial_id", text("id1")},
                                               {"partial_ordinal", integer(ordinal)},
                                               {"partial_last", text(last ? "true" : "false")}})});
  };
  const Batch batch =
      decode(Format::kForward,
             array({text("t"), array({part("bb", 2, false), entry("between"), part("aa", 1, false),
                                      part("cc", 3, true), part("open", 1, false)})}));
  EXPECT_THAT(told(batch), ElementsAre("0 t: between", "0 t: aabbcc", "0 t: open"));
  EXPECT_EQ(batch.joined_lines, 2u);
  EXPECT_EQ(batch.lines, 5u);
  expect_balance(batch);
}

TEST(ForwardDecoderTest, CountsWhatItCannotRead) {
  const std::pair<std::string, std::vector<std::string>> cases[] = {
      {array({text("t"), integer(1)}), {"0:unknown_shape"}},
      {array({integer(1), integer(1), map({})}), {"0:unknown_shape"}},
      {array({text("t"), array({text("no entry")})}), {"0:unknown_shape"}},
      {array({text("t"), array({array({text("no time"), record("a")})})}), {"0:bad_time"}},
      {array({text("t"), binary("garbage"), map({{"compressed", text("gzip")}})}),
       {"0:bad_encoding"}},
      {array({text("t"), binary("x"), map({{"compressed", text("rot13")}})}), {"0:bad_encoding"}},
      {array({text("t"), binary(entry("a")), map({{"fluent_signal", integer(1)}})}),
       {"0:unknown_shape"}},
      {array({text("t"), integer(kSecond), map({{"strange", integer(1)}})}), {"0:unknown_shape"}},
      {"[not json]", {"0:bad_json"}},
  };
  for (const auto& [bytes, broken] : cases) {
    const Batch batch = decode(Format::kForward, bytes);
    EXPECT_EQ(broken_lines(batch), broken);
    EXPECT_THAT(batch.logs, IsEmpty());
    expect_balance(batch);
  }
}

TEST(ForwardDecoderTest, KeepsWhatCameBeforeTheBreak) {
  const std::string bytes = array({text("t"), binary(entry("a") + "\xC1 rest")});
  const Batch batch = decode(Format::kForward, bytes);
  EXPECT_THAT(messages(batch), ElementsAre("a"));
  EXPECT_THAT(broken_lines(batch), ElementsAre("1:bad_message"));
}

}  // namespace
}  // namespace inkling::ingest
