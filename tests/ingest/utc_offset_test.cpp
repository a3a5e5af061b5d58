#include "ingest/utc_offset.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "tests/ingest/decode_support.h"

namespace inkling::ingest {
namespace {

using namespace std::chrono_literals;

DecoderOptions with_offset(std::string offset) {
  DecoderOptions options;
  options.utc_offset = std::move(offset);
  return options;
}

// The time of the one record of a frame.
std::string time_of(Format format, std::string_view bytes, const std::string& offset) {
  Batch batch;
  batch.chunk.header.format = format;
  batch.chunk.header.arrival = *parse_timestamp("2026-03-01T12:00:00Z");
  batch.chunk.bytes = PaddedBuffer::copy_of(bytes);
  Decoder(with_offset(offset)).decode(batch);
  if (batch.logs.size() == 1) return format_timestamp(batch.logs[0].time);
  if (batch.points.size() == 1) return format_timestamp(batch.points[0].time);
  if (batch.changes.size() == 1) return format_timestamp(batch.changes[0].time);
  return "not one record";
}

TEST(UtcOffsetTest, ReadsWhatTheOptionMaySay) {
  EXPECT_EQ(parse_utc_offset("+02:00"), Duration(2h));
  EXPECT_EQ(parse_utc_offset("-0530"), Duration(-330min));
  EXPECT_EQ(parse_utc_offset("+00:00"), Duration(0));
  for (const char* wrong : {"", "2", "+2", "+25:00", "+02:60", "+02:00x", " +02:00", "Berlin"}) {
    EXPECT_FALSE(parse_utc_offset(wrong)) << wrong;
  }
}

TEST(UtcOffsetTest, IsAppliedToTextsWithoutAZone) {
  const auto at = [](Format format, std::string_view bytes) {
    return time_of(format, bytes, "+02:00");
  };
  const std::string expected = "2026-03-01T08:00:00Z";
  EXPECT_EQ(at(Format::kText, "2026-03-01 10:00:00 ERROR lost\n"), expected);
  EXPECT_EQ(at(Format::kText, "time=\"2026-03-01 10:00:00\" level=error msg=lost\n"), expected);
  EXPECT_EQ(at(Format::kNdjson, R"({"time":"2026-03-01 10:00:00","message":"m"})"), expected);
  EXPECT_EQ(at(Format::kCsvMetrics, "timestamp,value\n2026-03-01 10:00:00,1\n"), expected);
  EXPECT_EQ(at(Format::kSyslog, "<11>Mar  1 10:00:00 host app: lost"), expected);
  EXPECT_EQ(at(Format::kNdjson, R"({"sha":"abc","service":"a","time":"2026-03-01T10:00:00"})"),
            expected);
}

TEST(UtcOffsetTest, AZoneOfTheTextWins) {
  const auto at = [](Format format, std::string_view bytes) {
    return time_of(format, bytes, "-0530");
  };
  const std::string expected = "2026-03-01T10:00:00Z";
  EXPECT_EQ(at(Format::kText, "2026-03-01T11:00:00+01:00 ERROR lost\n"), expected);
  EXPECT_EQ(at(Format::kNdjson, R"({"time":"2026-03-01T10:00:00Z","message":"m"})"), expected);
  EXPECT_EQ(at(Format::kNdjson, R"({"time":"2026-03-01 11:00:00 +0100","message":"m"})"), expected);
  EXPECT_EQ(at(Format::kNdjson, R"({"time":1772359200,"message":"m"})"), expected);
  EXPECT_EQ(at(Format::kSyslog, "<11>1 2026-03-01T10:00:00Z h app - - - lost"), expected);
}

TEST(UtcOffsetTest, IsUtcUnlessSaid) {
  EXPECT_EQ(time_of(Format::kText, "2026-03-01 10:00:00 ERROR lost\n", "+00:00"),
            "2026-03-01T10:00:00Z");
}

}  // namespace
}  // namespace inkling::ingest
