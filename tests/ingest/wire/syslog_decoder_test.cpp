#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "tests/ingest/decode_support.h"

namespace inkling::ingest {
namespace {

// Decodes one message that arrived at that time.
Batch decode_at(std::string_view message, std::string_view arrival) {
  Batch batch;
  batch.chunk.header.format = Format::kSyslog;
  batch.chunk.header.arrival = *parse_timestamp(arrival);
  batch.chunk.bytes = PaddedBuffer::copy_of(message);
  Decoder({}).decode(batch);
  return batch;
}

// "time service level message"
std::string told(const Batch& batch) {
  if (batch.logs.size() != 1) return "not one record";
  const LogRecord& log = batch.logs[0];
  return format_timestamp(log.time) + " " + std::string(log.service) + " " +
         std::string(level_name(log.level)) + " " + std::string(log.message);
}
std::string told(std::string_view message) {
  return told(decode_at(message, "2023-11-14T22:13:20Z"));
}

TEST(SyslogDecoderTest, ReadsRfc5424) {
  EXPECT_EQ(told("<165>1 2003-10-11T22:14:15.003Z host app 77 ID47 - hello"),
            "2003-10-11T22:14:15.003Z app info hello");
  EXPECT_EQ(
      told("<11>1 2003-08-24T05:14:15.000003-07:00 - app - - - \xEF\xBB\xBFgr\xC3\xBC\xC3\x9F"),
      "2003-08-24T12:14:15.000003Z app error gr\xC3\xBC\xC3\x9F");
  EXPECT_EQ(told("<0>1 - - - - - -"), "-  fatal ");
  EXPECT_EQ(told("<12>1 - - - - - - x"), "-  warn x");
}

TEST(SyslogDecoderTest, ReadsStructuredData) {
  const Batch batch = decode_at(
      R"(<14>1 2003-10-11T22:14:15Z h app - - [x@1 service="a\"b\\c\]d" status="503"][y version="v2" duration_ms="7"] m)",
      "2023-11-14T22:13:20Z");
  ASSERT_EQ(batch.logs.size(), 1u);
  EXPECT_EQ(batch.logs[0].service, R"(a"b\c]d)");
  EXPECT_EQ(batch.logs[0].version, "v2");
  EXPECT_EQ(batch.logs[0].status, 503);
  EXPECT_EQ(batch.logs[0].duration_ms, 7);
  EXPECT_EQ(batch.logs[0].message, "m");
}

TEST(SyslogDecoderTest, KeepsBrokenStructuredDataAsText) {
  EXPECT_EQ(told("<14>1 - h app - - [x a=\"b m"), "- app info [x a=\"b m");
}

TEST(SyslogDecoderTest, ReadsRfc3164) {
  EXPECT_EQ(told("<34>Oct 11 22:14:15 host su[230]: failed for x"),
            "2023-10-11T22:14:15Z su fatal failed for x");
  EXPECT_EQ(told("<13>Nov  4 02:14:15 app: no host"), "2023-11-04T02:14:15Z app info no host");
  EXPECT_EQ(told("<13>Nov  4 02:14:15 host no tag"), "2023-11-04T02:14:15Z  info no tag");
  EXPECT_EQ(told("<13>2023-11-04T02:14:15.5+01:00 host app[1]: iso"),
            "2023-11-04T01:14:15.500Z app info iso");
  EXPECT_EQ(told("<13>anything else"), "-  info anything else");
}

TEST(SyslogDecoderTest, TakesTheYearThatIsNearestToArrival) {
  const auto at = [](std::string_view time, std::string_view arrival) {
    return format_timestamp(
        decode_at("<13>" + std::string(time) + " h a: m", arrival).logs.at(0).time);
  };
  EXPECT_EQ(at("Dec 31 23:59:59", "2024-01-01T00:00:05Z"), "2023-12-31T23:59:59Z");
  EXPECT_EQ(at("Jan  1 00:00:10", "2023-12-31T23:59:59Z"), "2024-01-01T00:00:10Z");
  EXPECT_EQ(at("Feb 29 12:00:00", "2024-03-01T00:00:00Z"), "2024-02-29T12:00:00Z");
}

TEST(SyslogDecoderTest, ReadsTheTextAsALine) {
  EXPECT_EQ(
      told(
          R"(<14>1 2003-10-11T22:14:15Z h app - - - {"level":"error","service":"pay","msg":"no"})"),
      "2003-10-11T22:14:15Z pay error no");
}

TEST(SyslogDecoderTest, TakesWhatHasNoPriorityAsText) {
  EXPECT_EQ(told("hello"), "-  unknown hello");
  EXPECT_EQ(told("<192>hello"), "-  unknown <192>hello");
  EXPECT_EQ(told("<>hello"), "-  unknown <>hello");
}

TEST(SyslogDecoderTest, CountsEachMessage) {
  const Batch batch = decode(Format::kSyslog, "<14>a\n\n5 <14>b<14>c\nd");
  EXPECT_EQ(batch.lines, 4u);
  EXPECT_EQ(batch.lines, accounted_lines(batch));
}

}  // namespace
}  // namespace inkling::ingest
