#include "ingest/wire/json_stream_decoder.h"

#include <gmock/gmock.h>

#include "tests/ingest/decode_support.h"
#include "tests/ingest/wire/describe.h"

namespace inkling::ingest {
namespace {

using ::testing::ElementsAre;

TEST(JsonStreamDecoderTest, ReadsFluentBitsJsonFormats) {
  // json, json_stream and json_lines of out_http, with its time key "date" in seconds.
  const std::string first = R"({"date":1718000000.5,"log":"one","service":"api"})";
  const std::string second = R"({"date":1718000001.0,"log":"two","level":"warn"})";
  for (const std::string& body :
       {"[" + first + "," + second + "]", first + second, first + "\n" + second + "\n"}) {
    SCOPED_TRACE(body);
    const Batch batch = decode(Format::kJsonStream, body);
    EXPECT_THAT(describe_logs(batch),
                ElementsAre("2024-06-10T06:13:20.500Z unknown api - - - | one",
                            "2024-06-10T06:13:21Z warn - - - - | two"));
    EXPECT_EQ(describe_books(batch), "lines 2 empty 0 extra 0 broken");
  }
}

TEST(JsonStreamDecoderTest, ABrokenElementHarmsNoOther) {
  const Batch batch =
      decode(Format::kJsonStream, R"([{"msg":"a"},{"msg":},17,{"nothing":"known"},{"msg":"b"}])");
  EXPECT_THAT(messages(batch), ElementsAre("a", "b"));
  EXPECT_EQ(describe_books(batch),
            "lines 5 empty 0 extra 0 broken 1:bad_json 2:not_an_object 3:unknown_shape");
}

TEST(JsonStreamDecoderTest, KeepsWhatCameBeforeTheBodyBreaksOff) {
  const Batch batch = decode(Format::kJsonStream, R"([{"msg":"a"},{"msg":"b)");
  EXPECT_THAT(messages(batch), ElementsAre("a"));
  EXPECT_EQ(describe_books(batch), "lines 2 empty 0 extra 0 broken 1:bad_json");
}

TEST(JsonStreamDecoderTest, RefusesElementsThatAreTooLong) {
  const std::string longer = R"({"msg":")" + std::string(500, 'x') + "\"}";
  const Batch batch = decode(Format::kJsonStream, "[" + longer + R"(,{"msg":"b"}])",
                             {.max_line_bytes = 256, .fields = {}});
  EXPECT_THAT(messages(batch), ElementsAre("b"));
  EXPECT_EQ(describe_books(batch), "lines 2 empty 0 extra 0 broken 0:overlong");
}

}  // namespace
}  // namespace inkling::ingest
