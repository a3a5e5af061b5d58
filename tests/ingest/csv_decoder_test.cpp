#include "ingest/csv_decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "core/timestamp.h"
#include "tests/ingest/decode_support.h"

namespace inkling::ingest {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// "time service name value{label=value}" of each point.
std::vector<std::string> points(const Batch& batch) {
  std::vector<std::string> lines;
  for (const MetricPoint& point : batch.points) {
    std::string line = format_timestamp(point.time) + " " + std::string(point.service) + " " +
                       std::string(point.name) + " ";
    line += std::isnan(point.value) ? "-" : std::to_string(point.value);
    for (std::size_t i = 0; i < point.label_count; ++i) {
      const LabelView& label = batch.labels[point.first_label + i];
      line += " " + std::string(label.name) + "=" + std::string(label.value);
    }
    lines.push_back(line);
  }
  return lines;
}

TEST(CsvDecoderTest, NamesTheSeriesOfATwoColumnFileByItsPath) {
  const Batch batch =
      decode(Format::kCsvMetrics, "timestamp,value\n2014-07-01 00:00:00,10844\n1404172800,.5\n");
  EXPECT_THAT(points(batch), ElementsAre("2014-07-01T00:00:00Z  some/path.csv 10844.000000",
                                         "2014-07-01T00:00:00Z  some/path.csv 0.500000"));
  EXPECT_EQ(batch.header_lines, 1u);
  EXPECT_EQ(batch.lines, 3u);
  EXPECT_EQ(batch.points[1].record, 2u);
}

TEST(CsvDecoderTest, ReadsTheLongFormInAnyOrderWithLabels) {
  const Batch batch = decode(Format::kCsvMetrics,
                             "Value,\"Metric\",region,SERVICE,TimeStamp\r\n"
                             "1.5,cpu,\"eu, \"\"west\"\"\",shop,2026-01-02T03:04:05Z\r\n"
                             "2,mem,,shop,2026-01-02T03:04:05Z\r\n");
  EXPECT_THAT(points(batch),
              ElementsAre("2026-01-02T03:04:05Z shop cpu 1.500000 region=eu, \"west\"",
                          "2026-01-02T03:04:05Z shop mem 2.000000"));
}

TEST(CsvDecoderTest, NeverReadsAColumnOfLabels) {
  const Batch batch = decode(Format::kCsvMetrics,
                             "\"Timestamp\",\"Value\",\"Label\"\n\"1767323045\",\"3\",\"1\"\n");
  EXPECT_THAT(points(batch), ElementsAre("2026-01-02T03:04:05Z  some/path.csv 3.000000"));
}

TEST(CsvDecoderTest, KeepsRowsWithoutAValue) {
  const Batch batch = decode(Format::kCsvMetrics,
                             "timestamp,value\n1767323045,\n1767323045,NaN\n1767323045,null\n"
                             "1767323045,inf\n");
  EXPECT_THAT(points(batch), ElementsAre("2026-01-02T03:04:05Z  some/path.csv -",
                                         "2026-01-02T03:04:05Z  some/path.csv -",
                                         "2026-01-02T03:04:05Z  some/path.csv -",
                                         "2026-01-02T03:04:05Z  some/path.csv -"));
}

TEST(CsvDecoderTest, NamesBrokenRowsAndKeepsTheirNeighbours) {
  const Batch batch = decode(Format::kCsvMetrics,
                             "time,service,metric,value\n"
                             "1767323045,s,m,1\n"
                             "noon,s,m,1\n"
                             "1767323045,s,m,much\n"
                             "1767323045,s,m\n"
                             "1767323045,\"s,m,1\n"
                             "1767323045,\"s\"x,m,1\n"
                             "\n"
                             "1767323045,s,m,2");
  EXPECT_THAT(points(batch), ElementsAre("2026-01-02T03:04:05Z s m 1.000000",
                                         "2026-01-02T03:04:05Z s m 2.000000"));
  EXPECT_THAT(broken_lines(batch), ElementsAre("2:bad_time", "3:bad_value", "4:bad_columns",
                                               "5:bad_columns", "6:bad_columns"));
  EXPECT_EQ(accounted_lines(batch), batch.lines);
}

TEST(CsvDecoderTest, TakesTheHeaderFromThePreamble) {
  Batch batch;
  batch.chunk.header.format = Format::kCsvMetrics;
  batch.chunk.bytes = PaddedBuffer::copy_of("1767323045,7\n");
  batch.chunk.preamble = std::make_shared<const std::string>("timestamp,value");
  Decoder(DecoderOptions{}).decode(batch);
  EXPECT_EQ(batch.header_lines, 0u);
  ASSERT_EQ(batch.points.size(), 1u);
  EXPECT_EQ(batch.points[0].value, 7);
}

TEST(CsvDecoderTest, CountsARepeatedHeader) {
  const Batch batch =
      decode(Format::kCsvMetrics, "timestamp,value\n1767323045,1\ntimestamp,value\n1767323045,2\n");
  EXPECT_EQ(batch.header_lines, 2u);
  EXPECT_EQ(batch.points.size(), 2u);
  EXPECT_THAT(broken_lines(batch), IsEmpty());
}

TEST(CsvDecoderTest, BreaksEveryRowOfAnUnknownTable) {
  const Batch batch = decode(Format::kCsvMetrics, "a,b\n1,2\n");
  EXPECT_THAT(broken_lines(batch), ElementsAre("0:bad_columns", "1:bad_columns"));
}

TEST(CsvHeaderTest, NeedsATimeAndAValue) {
  EXPECT_TRUE(read_csv_header("Time_TS , value"));
  EXPECT_TRUE(read_csv_header("\"date\",\"VALUE\"\r\n"));
  EXPECT_FALSE(read_csv_header("time,service"));
  EXPECT_FALSE(read_csv_header("value"));
  EXPECT_FALSE(read_csv_header("\"time,value"));
  EXPECT_FALSE(read_csv_header(""));
}

TEST(ReadNumberTest, IsExactAndStrict) {
  EXPECT_EQ(read_number("0.1"), 0.1);
  EXPECT_EQ(read_number("-0.002"), -0.002);
  EXPECT_EQ(read_number("123456789.012345"), 123456789.012345);
  EXPECT_EQ(read_number("79.88083514000001"), 79.88083514000001);
  EXPECT_EQ(read_number("1e3"), 1000);
  EXPECT_EQ(read_number("+4"), 4);
  EXPECT_EQ(read_number(" 5 "), 5);
  EXPECT_EQ(read_number(""), std::nullopt);
  EXPECT_EQ(read_number("-"), std::nullopt);
  EXPECT_EQ(read_number("."), std::nullopt);
  EXPECT_EQ(read_number("1.2.3"), std::nullopt);
  EXPECT_EQ(read_number("12abc"), std::nullopt);
}

}  // namespace
}  // namespace inkling::ingest
