#include "ingest/wire/datadog_decoder.h"

#include <gmock/gmock.h>

#include "tests/ingest/decode_support.h"
#include "tests/ingest/wire/describe.h"

namespace inkling::ingest {
namespace {

using ::testing::ElementsAre;

TEST(DatadogDecoderTest, ReadsTheAgentsArray) {
  const Batch batch = decode(
      Format::kDatadogLogs,
      R"([{"message":"one","status":"error","timestamp":1718000000123,"hostname":"h","service":"checkout","ddsource":"java","ddtags":"env:prod,version:1.4.2"},)"
      R"({"message":"two","timestamp":"2024-06-10T06:13:21Z","ddtags":"service:tagged,version:2,lonely"},)"
      R"({"message":"the \"ddtags\":\"service:no\" are text","status":"info"}])");
  EXPECT_THAT(describe_logs(batch),
              ElementsAre("2024-06-10T06:13:20.123Z error checkout 1.4.2 - - | one",
                          "2024-06-10T06:13:21Z unknown tagged 2 - - | two",
                          "- info - - - - | the \"ddtags\":\"service:no\" are text"));
  EXPECT_EQ(describe_books(batch), "lines 3 empty 0 extra 0 broken");
}

TEST(DatadogDecoderTest, ReadsOneObject) {
  EXPECT_THAT(messages(decode(Format::kDatadogLogs, R"({"message":"one"})")), ElementsAre("one"));
}

TEST(DatadogDecoderTest, ABrokenElementHarmsNoOther) {
  const Batch batch = decode(
      Format::kDatadogLogs,
      R"([{"message":"a"},{"message":"x","timestamp":"soon"},{"message":nul},{},{"message":"b"}])");
  EXPECT_THAT(messages(batch), ElementsAre("a", "b"));
  EXPECT_EQ(describe_books(batch), "lines 5 empty 1 extra 0 broken 1:bad_time 2:bad_json");
}

}  // namespace
}  // namespace inkling::ingest
