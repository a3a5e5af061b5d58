#include "core/decompress_snappy.h"

#include <gtest/gtest.h>
#include <snappy.h>

#include <random>
#include <string>

#include "core/crc32c.h"
#include "tests/support/snappy_frames.h"

namespace inkling {
namespace {

struct Outcome {
  bool good = false;
  std::string bytes;
  std::size_t capacity = 0;  // what was allocated
};

Outcome inflate(Encoding encoding, std::string_view input, InflateLimits limits = {}) {
  const auto inflater = make_inflater(encoding);
  PaddedBuffer output;
  const bool good = inflate_all(*inflater, input, output, limits).has_value();
  return {good, good ? std::string(output.view()) : "", output.capacity()};
}

std::string block(std::string_view text) {
  std::string out;
  snappy::Compress(text.data(), text.size(), &out);
  return out;
}

std::string make_text(std::size_t size) {
  std::mt19937 random(7);
  std::string text;
  while (text.size() < size) {
    text += "series " + std::to_string(random() % 500) + (random() % 9 == 0 ? "\n" : " ");
  }
  text.resize(size);
  return text;
}

TEST(SnappyBlockTest, ReadsABlockWrittenByHand) {
  // 12 bytes: literal "abc", then a copy of 9 bytes from 3 back, overlapping itself.
  const std::string bytes(
      "\x0C\x08"
      "abc"
      "\x15\x03",
      7);
  EXPECT_EQ(inflate(Encoding::kSnappyBlock, bytes).bytes, "abcabcabcabc");
}

TEST(SnappyBlockTest, GivesBackWhatWasCompressed) {
  for (const std::size_t size : {0u, 1u, 1000u, 300'000u}) {
    const std::string text = make_text(size);
    const Outcome outcome = inflate(Encoding::kSnappyBlock, block(text));
    EXPECT_TRUE(outcome.good);
    EXPECT_EQ(outcome.bytes, text);
  }
}

TEST(SnappyBlockTest, RefusesAnAnnouncedLengthBeyondTheLimitBeforeAllocating) {
  const std::string four_gigabytes("\xFF\xFF\xFF\xFF\x0F\x00\x61", 7);
  const Outcome outcome = inflate(Encoding::kSnappyBlock, four_gigabytes, {.max_bytes = 1u << 20});
  EXPECT_FALSE(outcome.good);
  EXPECT_LT(outcome.capacity, 1024u);
}

TEST(SnappyBlockTest, RefusesWhatIsBeyondTheRatio) {
  const std::string text(8u << 20, 'a');
  const std::string bytes = block(text);
  const std::size_t ratio = text.size() / bytes.size();
  EXPECT_TRUE(inflate(Encoding::kSnappyBlock, bytes, {.max_ratio = ratio + 1}).good);
  EXPECT_FALSE(inflate(Encoding::kSnappyBlock, bytes, {.max_ratio = ratio / 2}).good);
}

TEST(SnappyBlockTest, RefusesDamage) {
  const std::string bytes = block(make_text(1000));
  const auto refused = [](std::string_view input) {
    return !inflate(Encoding::kSnappyBlock, input).good;
  };
  EXPECT_TRUE(refused(""));
  EXPECT_TRUE(refused("\x80"));                             // a length cut short
  EXPECT_TRUE(refused(bytes.substr(0, bytes.size() - 1)));  // cut short
  EXPECT_TRUE(refused(bytes + "x"));                        // something behind it
  EXPECT_TRUE(refused(std::string("\x05\x15\x03", 3)));     // a copy from before the begin
}

TEST(SnappyFramedTest, GivesBackWhatWasCompressed) {
  for (const std::size_t size : {0u, 1u, 65536u, 65537u, 1'000'000u}) {
    const std::string text = make_text(size);
    const Outcome outcome = inflate(Encoding::kSnappyFramed, snappy_framed(text));
    EXPECT_TRUE(outcome.good) << size;
    EXPECT_EQ(outcome.bytes, text);
  }
}

TEST(SnappyFramedTest, ReadsPlainChunksAndSkipsWhatMayBeSkipped) {
  std::string bytes = kSnappyIdentifier;
  bytes += snappy_chunk(0x01, "plain ");
  bytes += std::string(
      "\xFE\x03\x00\x00"
      "pad",
      7);
  bytes += std::string("\x80\x00\x00\x00", 4);
  bytes += kSnappyIdentifier;  // streams may follow each other
  bytes += snappy_chunk(0x00, "compressed");
  EXPECT_EQ(inflate(Encoding::kSnappyFramed, bytes).bytes, "plain compressed");
}

TEST(SnappyFramedTest, ChecksTheChecksumOfEachChunk) {
  // The CRC-32C of "123456789" is 0xE3069283; masked as the format says: rotated right by 15, plus
  // 0xA282EAD8.
  const std::string good =
      kSnappyIdentifier + std::string("\x01\x0D\x00\x00\xE5\xB0\x8A\xC7", 8) + "123456789";
  const std::uint32_t crc = 0xE3069283u;
  const std::uint32_t masked = ((crc >> 15) | (crc << 17)) + 0xA282EAD8u;
  std::string expected = good;
  for (std::size_t i = 0; i < 4; ++i) expected[14 + i] = static_cast<char>(masked >> (8 * i));
  EXPECT_EQ(inflate(Encoding::kSnappyFramed, expected).bytes, "123456789");
  expected.back() = '8';
  EXPECT_FALSE(inflate(Encoding::kSnappyFramed, expected).good);
}

TEST(SnappyFramedTest, RefusesWhatIsNoStream) {
  const auto refused = [](const std::string& input) {
    return !inflate(Encoding::kSnappyFramed, input).good;
  };
  EXPECT_TRUE(refused(""));
  EXPECT_TRUE(refused(block("a block, not a stream")));
  EXPECT_TRUE(refused(snappy_chunk(0x01, "no identifier")));
  EXPECT_TRUE(refused(kSnappyIdentifier + std::string("\x02\x00\x00\x00", 4)));  // unknown chunk
  EXPECT_TRUE(refused(kSnappyIdentifier + std::string("\x00\x00\x00\x00", 4)));  // no checksum
  const std::string whole = snappy_framed(make_text(1000));
  EXPECT_TRUE(refused(whole.substr(0, whole.size() - 1)));
  // A chunk that announces more than 64 KiB.
  std::string bomb = block(std::string(70'000, 'a'));
  EXPECT_TRUE(refused(kSnappyIdentifier + raw_snappy_chunk(0x00, std::string(4, '\0') + bomb)));
}

TEST(SnappyFramedTest, StopsAtTheLimit) {
  const std::string bytes = snappy_framed(std::string(4u << 20, 'a'));
  EXPECT_TRUE(inflate(Encoding::kSnappyFramed, bytes, {.max_bytes = 4u << 20}).good);
  EXPECT_FALSE(inflate(Encoding::kSnappyFramed, bytes, {.max_bytes = (4u << 20) - 1}).good);
}

TEST(SnappyFramedTest, GivesTheSameInPiecesOfAnySize) {
  const std::string text = make_text(200'000);
  const std::string bytes = snappy_framed(text);
  std::mt19937 random(11);
  for (int round = 0; round < 20; ++round) {
    const auto inflater = make_inflater(Encoding::kSnappyFramed);
    PaddedBuffer output;
    std::string_view rest = bytes;
    while (!rest.empty()) {
      const std::size_t piece = 1 + random() % (round < 10 ? 50 : 70'000);
      const std::size_t room = 1 + random() % (round % 2 == 0 ? 100 : 100'000);
      const auto used = inflater->inflate(rest.substr(0, piece), output, room);
      ASSERT_TRUE(used) << used.error().message;
      rest.remove_prefix(*used);
    }
    while (!inflater->at_end()) ASSERT_TRUE(inflater->inflate("", output, 1000));
    EXPECT_EQ(output.view(), text);
  }
}

TEST(SnappyTest, SurvivesDamageAnywhere) {
  const std::string text = make_text(3000);
  std::mt19937 random(3);
  for (const Encoding encoding : {Encoding::kSnappyBlock, Encoding::kSnappyFramed}) {
    const std::string bytes =
        encoding == Encoding::kSnappyBlock ? block(text) : snappy_framed(text);
    for (int round = 0; round < 2000; ++round) {
      std::string damaged = bytes;
      damaged[random() % damaged.size()] ^= static_cast<char>(1 + random() % 255);
      const Outcome outcome = inflate(encoding, damaged, {.max_bytes = 1u << 20});
      if (encoding == Encoding::kSnappyBlock || !outcome.good) continue;
      // Never wrong bytes; a damaged chunk type may turn the chunk into one that is skipped.
      EXPECT_TRUE(outcome.bytes == text || outcome.bytes.empty());
    }
  }
}

}  // namespace
}  // namespace inkling
