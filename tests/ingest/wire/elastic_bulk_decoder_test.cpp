#include "ingest/wire/elastic_bulk_decoder.h"

#include <gmock/gmock.h>

#include "ingest/wire/elastic_bulk.h"
#include "tests/ingest/decode_support.h"
#include "tests/ingest/wire/describe.h"

namespace inkling::ingest {
namespace {

using ::testing::ElementsAre;

TEST(ElasticBulkDecoderTest, ReadsTheDocumentsOfAllActions) {
  const Batch batch = decode(Format::kElasticBulk,
                             R"({"create":{"_index":"logs-app"}}
{"@timestamp":"2024-06-10T06:13:20.000Z","message":"boom","service.name":"checkout","log.level":"error"}
{"index":{"_index":"logs","_id":"7"}}
{"@timestamp":"2024-06-10T06:13:21.000Z","message":"again","service":{"name":"checkout","version":"1.2"},"log":{"level":"warn"}}
{"update":{"_id":"8"}}
{"doc":{"@timestamp":"2024-06-10T06:13:22.000Z","message":"changed"},"doc_as_upsert":true}
{"update":{"_id":"9"}}
{"script":"x","upsert":{"@timestamp":"2024-06-10T06:13:23.000Z","message":"made"}}
{"delete":{"_id":"9"}}
)");
  EXPECT_THAT(describe_logs(batch),
              ElementsAre("2024-06-10T06:13:20Z error checkout - - - | boom",
                          "2024-06-10T06:13:21Z warn checkout 1.2 - - | again",
                          "2024-06-10T06:13:22Z unknown - - - - | changed",
                          "2024-06-10T06:13:23Z unknown - - - - | made"));
  EXPECT_EQ(describe_books(batch), "lines 5 empty 1 extra 0 broken");
}

TEST(ElasticBulkDecoderTest, ABrokenDocumentOrActionHarmsNoOther) {
  const Batch batch = decode(Format::kElasticBulk,
                             "{\"create\":{}}\n{\"message\":\"a\"}\n"
                             "{\"create\":{}}\n{\"message\":\n"
                             "nonsense\n"
                             "{\"create\":{}}\n\n{\"message\":\"b\"}\r\n"
                             "{\"create\":{}}\n");
  EXPECT_THAT(messages(batch), ElementsAre("a", "b"));
  EXPECT_EQ(describe_books(batch),
            "lines 5 empty 0 extra 0 broken 1:bad_json 2:bad_json 4:bad_json");
}

TEST(ElasticBulkReaderTest, IgnoresMembersOfActionsItDoesNotKnow) {
  ElasticBulkReader reader(
      "{ \"index\" : {\"_index\":\"i\",\"_type\":\"_doc\",\"pipeline\":\"p\",\"_id\":5} }\n"
      "{\"a\":1}");
  const auto action = reader.next();
  ASSERT_TRUE(action);
  EXPECT_TRUE(action->valid);
  EXPECT_EQ(action->verb, BulkVerb::kIndex);
  EXPECT_EQ(action->index, "i");
  EXPECT_EQ(action->id, "5");
  EXPECT_EQ(action->document, "{\"a\":1}");
  EXPECT_FALSE(reader.next());
}

}  // namespace
}  // namespace inkling::ingest
