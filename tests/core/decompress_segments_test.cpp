#include "core/decompress_segments.h"

#include <gtest/gtest.h>
#include <zstd.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "core/decompress.h"

namespace inkling {
namespace {

struct Compression {
  int level = 3;
  int window_log = 0;  // 0: by the level
  bool says_size = false;
  bool checksum = true;
};

std::string zstd(std::string_view text, const Compression& how) {
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, how.level);
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, how.checksum ? 1 : 0);
  if (how.window_log > 0) ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, how.window_log);
  if (how.says_size) ZSTD_CCtx_setPledgedSrcSize(context, text.size());
  std::string out(ZSTD_compressBound(text.size()) + 64, '\0');
  ZSTD_inBuffer in{text.data(), text.size(), 0};
  ZSTD_outBuffer target{out.data(), out.size(), 0};
  if (!how.says_size) ZSTD_compressStream2(context, &target, &in, ZSTD_e_continue);
  EXPECT_EQ(ZSTD_compressStream2(context, &target, &in, ZSTD_e_end), 0u);
  out.resize(target.pos);
  ZSTD_freeCCtx(context);
  return out;
}

// Text that repeats itself near and far.
std::string make_text(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::string text;
  while (text.size() < size) {
    if (text.size() > 1000 && random() % 4 == 0) {
      const std::size_t from = random() % (text.size() - 500);
      text += text.substr(from, random() % 500);
    } else {
      text += "line " + std::to_string(random() % 100000) + (random() % 8 == 0 ? "\n" : " ");
    }
  }
  text.resize(size);
  return text;
}

struct Outcome {
  bool good = false;
  std::string text;
};

// All of a stream, given in pieces of at most `piece` bytes. Output is copied late, when the
// decoder is far ahead, as long as it is kept.
Outcome decompress(std::string_view stream, std::size_t piece, std::size_t keep) {
  struct Kept {
    std::string_view bytes;
    std::shared_ptr<const void> owner;
  };
  ZstdSegments segments;
  std::vector<Kept> kept;
  Outcome outcome;
  const auto copy_first = [&](std::size_t left) {
    while (kept.size() > left) {
      outcome.text += kept.front().bytes;
      kept.erase(kept.begin());
    }
  };
  while (!stream.empty()) {
    const auto step = segments.step(stream.substr(0, piece));
    if (!step) return outcome;
    stream.remove_prefix(step->used);
    if (!step->made.empty()) kept.push_back({step->made, segments.segment()});
    copy_first(keep);
  }
  copy_first(0);
  outcome.good = segments.at_end();
  return outcome;
}

// The simplest correct version: the library's own stream.
Outcome decompress_plainly(std::string_view stream) {
  const auto inflater = make_inflater(Encoding::kZstd);
  PaddedBuffer output;
  const bool good = inflate_all(*inflater, stream, output, {.max_bytes = 1u << 30}).has_value();
  return {good, std::string(output.view())};
}

TEST(ZstdSegmentsTest, GivesBackWhatWasCompressed) {
  for (const Compression& how :
       {Compression{}, Compression{.level = 1, .window_log = 10}, Compression{.window_log = 23},
        Compression{.level = 9, .says_size = true}, Compression{.checksum = false}}) {
    for (const std::size_t size : {0u, 1u, 1000u, 200'000u, 5'000'000u}) {
      SCOPED_TRACE(size);
      const std::string text = make_text(size, static_cast<unsigned>(size));
      const std::string stream = zstd(text, how);
      for (const std::size_t piece : {std::size_t{100}, std::size_t{4096}, stream.size() + 1}) {
        const Outcome outcome = decompress(stream, piece, 20);
        EXPECT_TRUE(outcome.good);
        EXPECT_TRUE(outcome.text == text);
      }
    }
  }
}

TEST(ZstdSegmentsTest, ReadsFramesOneAfterTheOtherAndSkipsSkippableOnes) {
  const std::string skippable("\x51\x2A\x4D\x18\x03\x00\x00\x00xyz", 11);
  const std::string empty_skippable("\x50\x2A\x4D\x18\x00\x00\x00\x00", 8);
  std::string stream = skippable;
  std::string text;
  for (unsigned i = 0; i < 20; ++i) {
    const std::string part = make_text(i * 40'000, i);
    text += part;
    stream +=
        zstd(part, {.window_log = i % 2 == 0 ? 12 : 22}) + (i % 3 ? empty_skippable : skippable);
  }
  for (const std::size_t piece : {std::size_t{1}, std::size_t{999}, stream.size()}) {
    const Outcome outcome = decompress(stream, piece, 3);
    EXPECT_TRUE(outcome.good);
    EXPECT_TRUE(outcome.text == text);
  }
}

TEST(ZstdSegmentsTest, AgreesWithTheLibraryOnSpoiledStreams) {
  const unsigned seed = 20261120;
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 3000; ++round) {
    const std::string text = make_text(random() % 3000, static_cast<unsigned>(random()));
    std::string stream = zstd(text, {.level = 1 + static_cast<int>(random() % 5),
                                     .says_size = random() % 2 == 0,
                                     .checksum = random() % 2 == 0});
    if (random() % 2 == 0) stream += zstd(text, {});
    if (random() % 4 == 0) stream.resize(random() % (stream.size() + 1));
    for (std::size_t i = random() % 3; i > 0 && !stream.empty(); --i) {
      stream[random() % std::min<std::size_t>(stream.size(), random() % 2 ? 30 : stream.size())] =
          static_cast<char>(random());
    }
    const Outcome expected = decompress_plainly(stream);
    const Outcome outcome = decompress(stream, 1 + random() % 500, random() % 4);
    ASSERT_EQ(outcome.good, expected.good && !stream.empty()) << round;
    if (outcome.good) {
      ASSERT_EQ(outcome.text, expected.text) << round;
    }
  }
}

TEST(ZstdSegmentsTest, LimitsTheWindow) {
  const std::string text = make_text(100, 1);
  EXPECT_TRUE(decompress(zstd(text, {.window_log = 23}), 1000, 0).good);
  EXPECT_FALSE(decompress(zstd(text, {.window_log = 24}), 1000, 0).good);
}

}  // namespace
}  // namespace inkling
