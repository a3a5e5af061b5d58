#include "ingest/journal_format.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "core/crc32c.h"

namespace inkling::ingest {
namespace {

constexpr std::uint64_t kSalt = 0x1122334455667788;

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

// Made by another program from docs/formats.md.
const std::string kSegment = from_hex(
    "494e4b4c4a524e4c0100000020000000"
    "01000000887766554433221101cc5eee");
const std::string kFrame = from_hex(
    "494e4b4648000000580000000c000000"
    "95f5ed7d010000000100000005000000"
    "00002a36fe9c97170500000000000000"
    "8877665544332211000000003c0abeb9"
    "737464696e0000007b226d7367223a22"
    "61227d0a00000000");
constexpr std::string_view kBody = "{\"msg\":\"a\"}\n";

StoredFrame frame_of(std::string_view body) {
  StoredFrame frame;
  frame.body_length = static_cast<std::uint32_t>(body.size());
  frame.body_crc = crc32c(body);
  frame.origin = 1;
  frame.format = Format::kNdjson;
  frame.arrival = Timestamp::from_seconds(1'700'000'000);
  frame.resume_offset = 5;
  frame.salt = kSalt;
  frame.origin_name = "stdin";
  return frame;
}

TEST(JournalFormatTest, WritesASegmentHeaderAsDocumented) {
  EXPECT_EQ(encode_segment_header({.number = 1, .salt = kSalt}), kSegment);
}

TEST(JournalFormatTest, WritesAFrameAsDocumented) {
  std::string bytes = encode_frame_header(frame_of(kBody)) + std::string(kBody);
  bytes.resize(align_frame(bytes.size()));
  EXPECT_EQ(bytes, kFrame);
}

TEST(JournalFormatTest, ReadsBackEveryField) {
  StoredFrame frame = frame_of("some bytes");
  frame.format = Format::kText;
  frame.encoding = Encoding::kZstd;
  frame.ends_epoch = true;
  frame.arrival = Timestamp::none();
  frame.client_key = "key";
  frame.attributes = "service=a\nhost=b";
  const std::string header = encode_frame_header(frame);
  const auto read = decode_frame_header(header);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->header_length, header.size());
  EXPECT_EQ(read->encoding, Encoding::kZstd);
  EXPECT_EQ(read->format, Format::kText);
  EXPECT_TRUE(read->ends_epoch);
  EXPECT_EQ(read->origin_name, "stdin");
  EXPECT_EQ(read->client_key, "key");
  EXPECT_EQ(read->attributes, "service=a\nhost=b");
  EXPECT_EQ(encode_frame_header(*read), header);  // and so all others
}

TEST(JournalFormatTest, RefusesEveryHeaderWithAFlippedBit) {
  for (std::size_t bit = 0; bit < kSegment.size() * 8; ++bit) {
    std::string bytes = kSegment;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(decode_segment_header(bytes).has_value()) << bit;
  }
  const std::string header = encode_frame_header(frame_of(kBody));
  for (std::size_t bit = 0; bit < header.size() * 8; ++bit) {
    std::string bytes = header;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(decode_frame_header(bytes).has_value()) << bit;
  }
}

TEST(JournalFormatTest, RefusesEveryBeginningOfAHeader) {
  const std::string header = encode_frame_header(frame_of(kBody));
  for (std::size_t size = 0; size < header.size(); ++size) {
    EXPECT_FALSE(decode_frame_header(std::string_view(header).substr(0, size)).has_value()) << size;
  }
}

}  // namespace
}  // namespace inkling::ingest
