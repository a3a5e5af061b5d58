#include "ingest/wire/protobuf_reader.h"

#include <gmock/gmock.h>

#include <random>
#include <string>
#include <vector>

#include "tests/support/protobuf_writer.h"

namespace inkling::ingest {
namespace {

using testing::ElementsAre;

// What a message holds, field by field; "failed" at the end if it is none.
std::vector<std::string> fields(std::string_view bytes) {
  std::vector<std::string> out;
  ProtobufReader reader(bytes);
  while (reader.next()) {
    const std::string key = std::to_string(reader.key() >> 3) + "/";
    const bool is_bytes = (reader.key() & 7) == 2;
    out.push_back(key + (is_bytes ? std::string(reader.bytes()) : std::to_string(reader.number())));
  }
  if (reader.failed()) out.push_back("failed");
  return out;
}

TEST(ProtobufReaderTest, ReadsEachWireType) {
  const std::string bytes = ProtobufWriter()
                                .varint(1, 300)
                                .fixed64(2, 0x0102030405060708)
                                .text(3, "abc")
                                .fixed32(4, 0x01020304)
                                .varint(536870911, UINT64_MAX)
                                .bytes();
  EXPECT_THAT(fields(bytes), ElementsAre("1/300", "2/72623859790382856", "3/abc", "4/16909060",
                                         "536870911/18446744073709551615"));
}

TEST(ProtobufReaderTest, ReadsBytesWrittenByHand) {
  // Field 1 varint 150, field 2 "testing": the examples of the format's documentation.
  EXPECT_THAT(fields("\x08\x96\x01\x12\x07testing"), ElementsAre("1/150", "2/testing"));
}

TEST(ProtobufReaderTest, ReadsSignedNumbers) {
  EXPECT_EQ(zigzag(0), 0);
  EXPECT_EQ(zigzag(1), -1);
  EXPECT_EQ(zigzag(2), 1);
  EXPECT_EQ(zigzag(UINT64_MAX), INT64_MIN);
  const std::string bytes = ProtobufWriter().real(1, -0.25).varint(2, UINT64_MAX - 1).bytes();
  ProtobufReader reader(bytes);
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.real(), -0.25);
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.integer(), -2);
}

TEST(ProtobufReaderTest, RefusesWhatIsNoMessage) {
  const auto failed = [](std::string_view bytes) {
    const auto found = fields(bytes);
    return !found.empty() && found.back() == "failed";
  };
  using namespace std::string_view_literals;
  EXPECT_FALSE(failed(""));
  EXPECT_TRUE(failed("\x80"sv));              // key cut short
  EXPECT_TRUE(failed("\x08"sv));              // no value
  EXPECT_TRUE(failed("\x00\x01"sv));          // field 0
  EXPECT_TRUE(failed("\x0B\x0C"sv));          // a group
  EXPECT_TRUE(failed("\x0E\x01"sv));          // wire type 6
  EXPECT_TRUE(failed("\x09\x01\x02\x03"sv));  // fixed64 cut short
  EXPECT_TRUE(failed("\x0D\x01\x02"sv));      // fixed32 cut short
  EXPECT_TRUE(
      failed("\x0A\x05"
             "abc"sv));                                                       // bytes cut short
  EXPECT_TRUE(failed("\x0A\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"sv));      // length beyond all
  EXPECT_TRUE(failed("\x08\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"sv));  // 11 bytes
  EXPECT_TRUE(failed("\xFF\xFF\xFF\xFF\xFF\x01\x00"sv));                      // key too large
}

TEST(ProtobufReaderTest, ReadsPackedNumbers) {
  std::vector<std::uint64_t> numbers;
  const auto keep = [&](std::uint64_t number) { numbers.push_back(number); };
  EXPECT_TRUE(for_each_packed(std::string_view("\x01\xAC\x02", 3), 0, keep));
  EXPECT_TRUE(for_each_packed(std::string_view("\x01\0\0\0\0\0\0\0", 8), 8, keep));
  EXPECT_THAT(numbers, ElementsAre(1u, 300u, 1u));
  EXPECT_FALSE(for_each_packed("\x01\x80", 0, keep));
  EXPECT_FALSE(for_each_packed("1234567", 8, keep));
}

TEST(ProtobufReaderTest, NeverReadsOutsideItsBytes) {
  std::mt19937 random(5);
  for (int round = 0; round < 20'000; ++round) {
    // Exactly as large as the input, so that a sanitizer sees every read behind it.
    std::vector<char> bytes(random() % 40);
    for (char& c : bytes) c = static_cast<char>(random());
    std::size_t seen = 0;
    ProtobufReader reader({bytes.data(), bytes.size()});
    while (reader.next()) {
      ++seen;
      if ((reader.key() & 7) != 2 || reader.bytes().empty()) continue;
      ASSERT_GE(reader.bytes().data(), bytes.data());
      ASSERT_LE(reader.bytes().data() + reader.bytes().size(), bytes.data() + bytes.size());
    }
    ASSERT_LE(seen, bytes.size());
  }
}

}  // namespace
}  // namespace inkling::ingest
