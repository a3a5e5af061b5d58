#include "ingest/document_decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/timestamp.h"
#include "ingest/document_elements.h"
#include "tests/ingest/decode_support.h"

namespace inkling::ingest {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> calls(const Batch& batch) {
  std::vector<std::string> lines;
  for (const Call& call : batch.calls) {
    lines.push_back(call.caller + "->" + call.callee + (call.failed ? " failed" : ""));
  }
  return lines;
}

TEST(DocumentDecoderTest, ReadsAnArrayOfDeploys) {
  const Batch batch = decode(Format::kJsonDocument, R"([
  {
    "timestamp": "2026-06-18T14:21:30Z",
    "service": "web",
    "commit_sha": "8975e17f",
    "version": "v2"
  },
  { "timestamp": "2026-06-18T14:25:30Z", "service": "cart", "id": "d-7", "version": "v3",
    "kind": "deploy" }
]
)");
  ASSERT_EQ(batch.changes.size(), 2u);
  EXPECT_EQ(batch.changes[0].id, "8975e17f");
  EXPECT_EQ(batch.changes[0].kind, ChangeKind::kDeploy);
  EXPECT_EQ(batch.changes[0].record, 0u);
  EXPECT_EQ(batch.changes[1].id, "d-7");
  EXPECT_EQ(batch.changes[1].record, 1u);
  EXPECT_EQ(batch.lines, 2u);
  EXPECT_EQ(format_timestamp(batch.max_time), "2026-06-18T14:25:30Z");
}

TEST(DocumentDecoderTest, ReadsOneAlarm) {
  const Batch batch = decode(Format::kJsonDocument,
                             R"({"service":"web","metric":"p99","threshold":0.05,"observed":0.34,
 "fired_at":"2026-06-20T13:53:00Z","severity":"critical","monitor":"web-p99","summary":"slow"})");
  ASSERT_EQ(batch.alarms.size(), 1u);
  EXPECT_EQ(batch.alarms[0].id, "alarm:web-p99:2026-06-20T13:53:00Z");
  EXPECT_EQ(batch.alarms[0].service, "web");
  EXPECT_EQ(batch.alarms[0].threshold, 0.05);
  EXPECT_FALSE(batch.alarms[0].resolved);
}

TEST(DocumentDecoderTest, TakesOnlyTroubleFromAStatusPage) {
  const Batch batch = decode(Format::kJsonDocument, R"({"source":"status page","events":[
 {"id":"e1","service":"Storage","status":"degraded","title":"Errors","started_at":"2026-06-20T13:46:00Z","resolved_at":null,"detail":"503"},
 {"id":"e2","service":"Compute","status":"operating-normally","title":"Fine","started_at":"2026-06-20T13:00:00Z"}]})");
  ASSERT_EQ(batch.changes.size(), 1u);
  EXPECT_EQ(batch.changes[0].kind, ChangeKind::kExternal);
  EXPECT_EQ(batch.changes[0].id, "e1");
  EXPECT_EQ(batch.changes[0].service, "Storage");
  EXPECT_EQ(batch.changes[0].title, "Errors (degraded)");
  EXPECT_EQ(format_timestamp(batch.changes[0].time), "2026-06-20T13:46:00Z");
  EXPECT_EQ(batch.lines, 2u);
  EXPECT_EQ(batch.empty_lines, 1u);
}

TEST(DocumentDecoderTest, MakesCallsOfSpansAndTheirParents) {
  const Batch batch = decode(Format::kJsonDocument, R"([
{"trace_id":"t","span_id":"b","parent_id":"a","service":"cart","start":"2026-06-20T13:46:00Z","duration_ms":5,"status":"ERROR"},
{"trace_id":"t","span_id":"a","parent_id":null,"service":"web","start":"2026-06-20T13:46:00Z","duration_ms":9,"status":"OK"},
{"trace_id":"t","span_id":"c","parent_id":"b","service":"cart","start":"2026-06-20T13:46:00Z","duration_ms":4,"status":"OK"},
{"trace_id":"t","span_id":"d","parent_id":"c","service":"db","start":"2026-06-20T13:46:00Z","duration_ms":3,"status":"OK"},
{"trace_id":"t","span_id":"e","parent_id":"c","service":"cart","peer.service":"queue","start":"2026-06-20T13:46:00Z","duration_ms":3,"status":"OK"}
])");
  EXPECT_THAT(calls(batch), ElementsAre("web->cart failed", "cart->db", "cart->queue"));
  EXPECT_EQ(batch.span_lines, 5u);
  EXPECT_EQ(batch.calls[0].duration_ms, 5);
  EXPECT_EQ(accounted_lines(batch), batch.lines);
}

TEST(DocumentDecoderTest, FindsParentsByTraceAndElseBySpanAlone) {
  const Batch batch = decode(Format::kJsonDocument, R"([
{"trace_id":"1","span_id":"a","parent_id":null,"service":"web","start":0},
{"trace_id":"2","span_id":"a","parent_id":null,"service":"app","start":0},
{"trace_id":"2","span_id":"b","parent_id":"a","service":"cart","start":0},
{"trace_id":"3","span_id":"c","parent_id":"b","service":"db","start":0},
{"trace_id":"3","span_id":"d","parent_id":"nowhere","service":"x","start":0}
])");
  EXPECT_THAT(calls(batch), ElementsAre("app->cart", "cart->db"));
}

TEST(DocumentDecoderTest, ReadsLogsAndMetricsToo) {
  const Batch batch = decode(Format::kJsonDocument,
                             R"([{"msg":"a","level":"info"},{"name":"cpu","value":1},
{"signature":"x","count":3}, 17])");
  EXPECT_THAT(messages(batch), ElementsAre("a"));
  EXPECT_EQ(batch.points.size(), 1u);
  EXPECT_THAT(broken_lines(batch), ElementsAre("2:unknown_shape", "3:not_an_object"));
}

TEST(DocumentDecoderTest, KeepsWhatCameBeforeABreak) {
  const auto messages_of = [](std::string_view text) {
    return messages(decode(Format::kJsonDocument, text));
  };
  EXPECT_THAT(messages_of(R"([{"msg":"a"},{"msg":"b"} x ])"), ElementsAre("a", "b"));
  EXPECT_THAT(messages_of(R"([{"msg":"a"} {"msg":"b"}])"), ElementsAre("a"));
  EXPECT_THAT(messages_of(R"([{"msg":"a"},])"), ElementsAre("a"));
  EXPECT_THAT(messages_of(R"([{"msg":"a"}]])"), ElementsAre("a"));
  EXPECT_THAT(messages_of(R"([{"msg":"a"},{"msg":"b")"), IsEmpty());
}

TEST(DocumentDecoderTest, CountsABrokenDocumentAsABrokenLine) {
  for (const char* text : {"[{\"msg\":\"a\"}", "{", "\"text\"", "17", "nonsense", "[1,2"}) {
    SCOPED_TRACE(text);
    const Batch batch = decode(Format::kJsonDocument, text);
    EXPECT_EQ(batch.broken.size(), 1u);
    EXPECT_EQ(batch.lines, 1u);
  }
}

TEST(DocumentDecoderTest, CountsABlankDocumentAsAnEmptyLine) {
  const Batch batch = decode(Format::kJsonDocument, " \n ");
  EXPECT_EQ(batch.lines, 1u);
  EXPECT_EQ(batch.empty_lines, 1u);
}

TEST(FindRecordTest, FindsElementsOfDocumentsAndLinesOfEverythingElse) {
  const PaddedBuffer document = PaddedBuffer::copy_of("{\"deploys\":[ {\"a\":\n1} , {\"b\":2}]}");
  EXPECT_EQ(find_record(Format::kJsonDocument, document.view(), 0), "{\"a\":\n1}");
  EXPECT_EQ(find_record(Format::kJsonDocument, document.view(), 1), "{\"b\":2}");
  EXPECT_EQ(find_record(Format::kJsonDocument, document.view(), 2), std::nullopt);
  const PaddedBuffer lines = PaddedBuffer::copy_of("a\n\nb\r\nc");
  EXPECT_EQ(find_record(Format::kText, lines.view(), 1), "");
  EXPECT_EQ(find_record(Format::kNdjson, lines.view(), 2), "b");
  EXPECT_EQ(find_record(Format::kText, lines.view(), 3), "c");
  EXPECT_EQ(find_record(Format::kText, lines.view(), 4), std::nullopt);
}

TEST(TextDecoderTest, MakesEachLineAMessageWithoutATime) {
  const Batch batch = decode(Format::kText,
                             "\xEF\xBB\xBF"
                             "first\r\n\nsecond {\"msg\":1}");
  EXPECT_THAT(messages(batch), ElementsAre("first", "second {\"msg\":1}"));
  EXPECT_FALSE(batch.logs[0].time.is_set());
  EXPECT_EQ(batch.logs[1].record, 2u);
  EXPECT_EQ(batch.empty_lines, 1u);
}

TEST(DecoderTest, CountsAChunkThatDoesNotDecompress) {
  Batch batch;
  batch.chunk.header.encoding = Encoding::kGzip;
  batch.chunk.bytes = PaddedBuffer::copy_of("\x1f\x8b not gzip at all");
  Decoder(DecoderOptions{}).decode(batch);
  EXPECT_THAT(broken_lines(batch), ElementsAre("0:bad_encoding"));
  EXPECT_EQ(batch.lines, 1u);
}

}  // namespace
}  // namespace inkling::ingest
