#include "ingest/record_text.h"

#include <gtest/gtest.h>
#include <snappy.h>

#include <string>

#include "tests/ingest/wire/otlp_support.h"
#include "tests/ingest/wire/remote_write_support.h"

namespace inkling::ingest {
namespace {

FrameChunk frame(Format format, std::string_view bytes, Encoding encoding = Encoding::kIdentity) {
  FrameChunk chunk;
  chunk.header.format = format;
  chunk.header.encoding = encoding;
  chunk.bytes = PaddedBuffer::copy_of(bytes);
  return chunk;
}

// The text, or "!" and what kind of failure it is.
std::string text(FrameChunk chunk, std::uint32_t record) {
  const auto found = read_record_text(std::move(chunk), record);
  if (found) return *found;
  return found.error().code == ErrorCode::kNotFound ? "!not found" : "!bad input";
}

TEST(RecordTextTest, GivesLinesAndElementsAsReceived) {
  EXPECT_EQ(text(frame(Format::kNdjson, "{\"a\":1}\r\n\n{\"b\":2}"), 2), "{\"b\":2}");
  EXPECT_EQ(text(frame(Format::kNdjson, "a\n"), 1), "!not found");
  EXPECT_EQ(text(frame(Format::kJsonDocument, "[{\"a\":1}, {\"b\":2}]"), 1), "{\"b\":2}");
}

TEST(RecordTextTest, GivesWhatALogRecordOfAWireFormatStandsFor) {
  const std::string bytes =
      request(resource({}), {Proto().message(5, any_text("one")), Proto().text(5, "\x0A\x7F"),
                             Proto().message(5, any_text(R"({"msg":"three"})"))})
          .bytes();
  EXPECT_EQ(text(frame(Format::kOtlpLogs, bytes), 0), "one");
  EXPECT_EQ(text(frame(Format::kOtlpLogs, bytes), 2), R"({"msg":"three"})");
  EXPECT_EQ(text(frame(Format::kOtlpLogs, bytes), 1), std::string("\x2A\x02\x0A\x7F"));
  EXPECT_EQ(text(frame(Format::kOtlpLogs, bytes), 3), "!not found");
}

TEST(RecordTextTest, GivesMetricPointsAsLines) {
  const std::string bytes = request_v1(
      {series_v1({{"__name__", "a_total"}, {"job", "shop"}, {"x", "\"q\""}},
                 {remote_sample(2.5, 1)}),
       series_v1({{"__name__", "rpc"}}, {}).message(4, Proto().varint(1, 3).real(3, 7))});
  std::string block;
  snappy::Compress(bytes.data(), bytes.size(), &block);
  const auto at = [&](std::uint32_t record) {
    return text(frame(Format::kRemoteWriteV1, block, Encoding::kSnappyBlock), record);
  };
  EXPECT_EQ(at(0), R"(a_total{service="shop",x="\"q\""} 2.5)");
  EXPECT_EQ(at(1), "rpc_count 3\nrpc_sum 7");
  EXPECT_EQ(at(2), "!not found");
}

TEST(RecordTextTest, SaysWhenAFrameCannotBeDecompressed) {
  EXPECT_EQ(text(frame(Format::kNdjson, "junk", Encoding::kGzip), 0), "!bad input");
  EXPECT_EQ(text(frame(Format::kOtlpLogs, "junk", Encoding::kGzip), 0), "!bad input");
}

}  // namespace
}  // namespace inkling::ingest
