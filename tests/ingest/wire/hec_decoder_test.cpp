#include "ingest/wire/hec_decoder.h"

#include <gmock/gmock.h>

#include "tests/ingest/decode_support.h"
#include "tests/ingest/wire/describe.h"

namespace inkling::ingest {
namespace {

using ::testing::ElementsAre;

TEST(HecDecoderTest, ReadsTextAndObjects) {
  const Batch batch = decode(
      Format::kHecEvents,
      R"({"time":1718000000.123,"host":"h1","sourcetype":"_json","event":"line \"one\"","fields":{"service":"api","version":"1.4","level":"warn"}})"
      R"({"time":"1718000001","event":{"message":"two","level":"error","service":"own"}})"
      "\n"
      R"({"time":1718000002000,"event":{"line":"three","source":"stdout","tag":"x"}} {"event":{"odd":1}})"
      R"({"event":7})");
  EXPECT_THAT(describe_logs(batch),
              ElementsAre("2024-06-10T06:13:20.123Z warn api 1.4 - - | line \"one\"",
                          "2024-06-10T06:13:21Z error own - - - | two",
                          "2024-06-10T06:13:22Z unknown - - - - | three",
                          "- unknown - - - - | {\"odd\":1}", "- unknown - - - - | 7"));
  EXPECT_EQ(describe_books(batch), "lines 5 empty 0 extra 0 broken");
}

TEST(HecDecoderTest, ReadsMetricEvents) {
  const Batch batch = decode(
      Format::kHecEvents,
      R"({"time":1718000000,"event":"metric","fields":{"metric_name:cpu.idle":12.5,"metric_name:cpu.user":"3","region":"eu","service":"api"}})"
      R"({"time":1718000001,"event":"metric","fields":{"metric_name":"old","_value":4,"service":"db"}})"
      R"({"time":1718000002,"event":"metric"})");
  EXPECT_THAT(describe_points(batch),
              ElementsAre("2024-06-10T06:13:20Z cpu.idle{region=eu} api - - gauge 12.5",
                          "2024-06-10T06:13:20Z cpu.user{region=eu} api - - gauge 3",
                          "2024-06-10T06:13:21Z old{} db - - gauge 4"));
  EXPECT_THAT(messages(batch), ElementsAre("metric"));
  EXPECT_EQ(describe_books(batch), "lines 3 empty 0 extra 1 broken");
}

TEST(HecDecoderTest, ABrokenEventHarmsNoOther) {
  const Batch batch = decode(Format::kHecEvents,
                             "{\"event\":\"a\"}{\"time\":1}{\"event\":\"\"}{\"event\":\"x\",}"
                             "{\"time\":\"soon\",\"event\":\"x\"}\n{\"event\":\n{\"event\":\"b\"}");
  EXPECT_THAT(messages(batch), ElementsAre("a", "b"));
  EXPECT_EQ(describe_books(batch),
            "lines 7 empty 1 extra 0 broken 1:unknown_shape 3:bad_json 4:bad_json 5:bad_json");
}

}  // namespace
}  // namespace inkling::ingest
