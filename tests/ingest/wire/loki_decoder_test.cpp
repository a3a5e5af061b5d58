#include <gmock/gmock.h>

#include "ingest/wire/loki_json_decoder.h"
#include "ingest/wire/loki_labels.h"
#include "ingest/wire/loki_proto_decoder.h"
#include "tests/ingest/decode_support.h"
#include "tests/ingest/wire/describe.h"
#include "tests/support/protobuf_writer.h"

namespace inkling::ingest {
namespace {

using ::testing::ElementsAre;

TEST(LokiJsonDecoderTest, ReadsStreamsWithLabelsAndMetadata) {
  const Batch batch = decode(Format::kLokiJson, R"({"streams":[
    {"stream":{"app":"api","level":"warn","version":"1.4"},
     "values":[["1718000000000000000","one"],
               ["1718000000000000001","say \"two\"",{"trace_id":"ab","detected_level":"error","level":"error"}],
               ["1718000000000000002","{\"level\":\"info\",\"msg\":\"three\",\"service\":\"own\"}"]]},
    {"values":[["1718000001000000000","late labels"]],"stream":{"service_name":"late"}}]})");
  EXPECT_THAT(describe_logs(batch),
              ElementsAre("2024-06-10T06:13:20Z warn api 1.4 - - | one",
                          "2024-06-10T06:13:20.000000001Z warn api 1.4 - - | say \"two\"",
                          "2024-06-10T06:13:20.000000002Z info own 1.4 - - | three",
                          "2024-06-10T06:13:21Z unknown late - - - | late labels"));
  EXPECT_EQ(describe_books(batch), "lines 4 empty 0 extra 0 broken");
}

TEST(LokiJsonDecoderTest, ReadsTheLegacyForm) {
  const Batch batch = decode(
      Format::kLokiJson,
      R"({"streams":[{"labels":"{app=\"api\", level=\"error\"}","entries":[{"ts":"2024-06-10T06:13:20Z","line":"old"}]}]})");
  EXPECT_THAT(describe_logs(batch), ElementsAre("2024-06-10T06:13:20Z error api - - - | old"));
}

TEST(LokiJsonDecoderTest, ABrokenEntryHarmsNoOther) {
  const Batch batch = decode(Format::kLokiJson, R"({"streams":[{"stream":{"app":"api"},"values":[
    ["soon","no time"],["1718000000000000000",7],17,["1718000000000000000",""],
    ["1718000000000000000","good"]]},5]})");
  EXPECT_THAT(messages(batch), ElementsAre("good"));
  EXPECT_EQ(describe_books(batch),
            "lines 6 empty 1 extra 0 broken 0:bad_time 1:unknown_shape 2:unknown_shape "
            "5:unknown_shape");
}

TEST(LokiJsonDecoderTest, KeepsWhatCameBeforeTheBodyBreaksOff) {
  const Batch batch = decode(
      Format::kLokiJson,
      R"({"streams":[{"stream":{"app":"api"},"values":[["1718000000000000000","kept"],["17180000)");
  EXPECT_THAT(messages(batch), ElementsAre("kept"));
  EXPECT_EQ(describe_books(batch), "lines 2 empty 0 extra 0 broken 1:bad_json");
  EXPECT_EQ(describe_books(decode(Format::kLokiJson, R"({"other":[]})")),
            "lines 1 empty 0 extra 0 broken 0:bad_json");
}

// What a selector says, "service version", and "!" in front if it is none.
std::string read_selector(std::string_view selector) {
  static const FieldTable fields;
  Arena arena;
  EnvelopeFields known(fields);
  const bool good = read_loki_labels(selector, arena, known);
  return fmt::format("{}{} {}", good ? "" : "!", known.envelope().service,
                     known.envelope().version);
}

TEST(LokiLabelsTest, ReadsSelectorsWithGoEscapes) {
  EXPECT_EQ(read_selector(R"({app="api", env="prod",version="1"})"), "api 1");
  EXPECT_EQ(read_selector(R"({ app = "a\"b\\c\u00e9\x41\101\n" , })"),
            "a\"b\\c\xC3\xA9"
            "AA\n ");
  EXPECT_EQ(read_selector("{app=`raw\\n`}"), "raw\\n ");
  EXPECT_EQ(read_selector("{}"), " ");
  for (const char* broken : {"", "{", "{app}", "{app=api}", R"({app="api)", R"({app="\q"})",
                             R"({app="a"} x)", R"({app="a";version="1"})", R"({app="\u12"})"}) {
    EXPECT_EQ(read_selector(broken).front(), '!') << broken;
  }
}

std::string entry(std::int64_t seconds, std::uint64_t nanos, std::string_view line,
                  std::string_view level = "") {
  ProtobufWriter writer;
  writer.message(1,
                 ProtobufWriter().varint(1, static_cast<std::uint64_t>(seconds)).varint(2, nanos));
  writer.text(2, line);
  if (!level.empty()) {
    writer.message(3, ProtobufWriter().text(1, "level").text(2, level));
  }
  return std::string(writer.bytes());
}

TEST(LokiProtoDecoderTest, ReadsAPushRequest) {
  ProtobufWriter stream;
  stream.text(1, R"({app="api", version="1.4"})");
  stream.text(2, entry(1718000000, 5, "one"));
  stream.text(2, entry(1718000001, 0, "two", "error"));
  stream.varint(3, 99);
  const Batch batch =
      decode(Format::kLokiProto, ProtobufWriter().text(1, stream.bytes()).varint(2, 1).bytes());
  EXPECT_THAT(describe_logs(batch),
              ElementsAre("2024-06-10T06:13:20.000000005Z unknown api 1.4 - - | one",
                          "2024-06-10T06:13:21Z error api 1.4 - - | two"));
  EXPECT_EQ(describe_books(batch), "lines 2 empty 0 extra 0 broken");
}

TEST(LokiProtoDecoderTest, KeepsWhatCameBeforeTheBreak) {
  ProtobufWriter stream;
  stream.text(2, entry(1718000000, 0, "one"));
  stream.text(2, "\xFF\xFF");
  stream.text(2, entry(1718000000, 0, " "));
  stream.text(1, R"({app="behind"})");
  const std::string body =
      std::string(ProtobufWriter().text(1, stream.bytes()).bytes()) + "\x0A\x7F";
  const Batch batch = decode(Format::kLokiProto, body);
  EXPECT_THAT(describe_logs(batch), ElementsAre("2024-06-10T06:13:20Z unknown behind - - - | one"));
  EXPECT_EQ(describe_books(batch), "lines 4 empty 1 extra 0 broken 1:bad_encoding 3:bad_encoding");
}

}  // namespace
}  // namespace inkling::ingest
