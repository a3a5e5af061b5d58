#include "core/decompress.h"

#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <random>
#include <string>

namespace inkling {
namespace {

std::string gzip(std::string_view text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  std::string input(text);
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string zstd(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

// A frame that says it needs a window of that size.
std::string zstd_with_window(int window_log) {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
  std::string input(100, 'a');
  std::string out(1000, '\0');
  ZSTD_inBuffer in{input.data(), input.size(), 0};
  ZSTD_outBuffer target{out.data(), out.size(), 0};
  ZSTD_compressStream2(context, &target, &in, ZSTD_e_flush);  // the size is not known: no shrinking
  EXPECT_EQ(ZSTD_compressStream2(context, &target, &in, ZSTD_e_end), 0u);
  out.resize(target.pos);
  ZSTD_freeCCtx(context);
  return out;
}

// Text that is neither constant nor random.
std::string make_text(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::string text;
  while (text.size() < size) {
    text += "line " + std::to_string(random() % 1000) + (random() % 8 == 0 ? "\n" : " ");
  }
  text.resize(size);
  return text;
}

struct Outcome {
  bool good = false;
  std::string bytes;
  std::string error;
};

Outcome inflate(Encoding encoding, std::string_view input, InflateLimits limits = {}) {
  const auto inflater = make_inflater(encoding);
  PaddedBuffer output;
  const auto result = inflate_all(*inflater, input, output, limits);
  if (!result) return {false, "", result.error().message};
  return {true, std::string(output.view()), ""};
}

struct Codec {
  Encoding encoding;
  std::string (*compress)(std::string_view);
};

class DecompressTest : public ::testing::TestWithParam<Codec> {
 protected:
  static std::string compress(std::string_view text) { return GetParam().compress(text); }
  static Outcome inflate(std::string_view input, InflateLimits limits = {}) {
    return inkling::inflate(GetParam().encoding, input, limits);
  }
};

TEST_P(DecompressTest, GivesBackWhatWasCompressed) {
  for (const std::size_t size : {0u, 1u, 1000u, 3'000'000u}) {
    const std::string text = make_text(size, 1);
    const Outcome outcome = inflate(compress(text));
    EXPECT_TRUE(outcome.good) << outcome.error;
    EXPECT_TRUE(outcome.bytes == text) << size;
  }
}

TEST_P(DecompressTest, ReadsMembersOneAfterTheOther) {
  const Outcome outcome = inflate(compress("one ") + compress("") + compress("two"));
  EXPECT_TRUE(outcome.good) << outcome.error;
  EXPECT_EQ(outcome.bytes, "one two");
}

TEST_P(DecompressTest, RefusesStreamsThatAreCutShort) {
  const std::string whole = compress(make_text(500, 2));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(inflate(std::string_view(whole).substr(0, size)).good) << size;
  }
}

TEST_P(DecompressTest, RefusesASecondMemberThatIsCutShort) {
  const std::string first = compress("first");
  const std::string second = compress("second");
  for (std::size_t size = 1; size < second.size(); ++size) {
    EXPECT_FALSE(inflate(first + second.substr(0, size)).good) << size;
  }
}

TEST_P(DecompressTest, RefusesOtherBytes) {
  EXPECT_FALSE(inflate("").good);
  EXPECT_FALSE(inflate("{\"level\":\"info\"}").good);
  EXPECT_FALSE(inflate(compress("a") + "rest").good);
}

TEST_P(DecompressTest, RefusesMoreThanTheLimitAndTakesTheLimit) {
  const std::string text = make_text(100'000, 3);
  EXPECT_TRUE(inflate(compress(text), {.max_bytes = 100'000}).good);
  EXPECT_FALSE(inflate(compress(text), {.max_bytes = 99'999}).good);
}

TEST_P(DecompressTest, RefusesBombs) {
  const std::string bomb = compress(std::string(8u << 20, '\0'));
  EXPECT_FALSE(inflate(bomb, {.max_ratio = 100}).good);
  EXPECT_TRUE(inflate(bomb, {.max_ratio = 100'000}).good);
}

TEST_P(DecompressTest, DoesNotJudgeTheRatioOfSmallBodies) {
  EXPECT_TRUE(inflate(compress(std::string(1u << 20, '\0')), {.max_ratio = 1}).good);
  EXPECT_FALSE(inflate(compress(std::string((1u << 20) + 1, '\0')), {.max_ratio = 1}).good);
}

TEST_P(DecompressTest, GivesTheSameInPiecesOfAnySize) {
  const std::string text = make_text(50'000, 4);
  const std::string stream = compress(text.substr(0, 20'000)) + compress(text.substr(20'000));
  const auto inflater = make_inflater(GetParam().encoding);
  std::mt19937 random(5);
  for (int round = 0; round < 200; ++round) {
    SCOPED_TRACE(round);
    inflater->reset();
    PaddedBuffer output;
    std::string_view rest = stream;
    const std::size_t piece = 1 + random() % (round % 2 == 0 ? 50 : 20'000);
    const std::size_t room = 1 + random() % (round % 3 == 0 ? 50 : 20'000);
    while (true) {
      const std::size_t before = output.size();
      const auto used = inflater->inflate(rest.substr(0, piece), output, room);
      ASSERT_TRUE(used) << used.error().message;
      rest.remove_prefix(*used);
      ASSERT_LE(output.size() - before, room);
      if (rest.empty() && output.size() - before < room) break;
    }
    ASSERT_TRUE(inflater->at_end());
    ASSERT_TRUE(output.view() == text);
  }
}

TEST_P(DecompressTest, CanBeUsedAgainAfterAnError) {
  const auto inflater = make_inflater(GetParam().encoding);
  PaddedBuffer output;
  std::string damaged = compress(make_text(1000, 6));
  damaged.resize(damaged.size() / 2);
  EXPECT_FALSE(inflate_all(*inflater, damaged, output, {}));
  EXPECT_TRUE(inflate_all(*inflater, compress("good"), output, {}));
  EXPECT_EQ(output.view(), "good");
}

TEST_P(DecompressTest, SurvivesDamageAnywhere) {
  const std::string text = make_text(2000, 7);
  const std::string good = compress(text);
  std::mt19937 random(8);
  for (int round = 0; round < 2000; ++round) {
    std::string damaged = good;
    damaged[random() % damaged.size()] ^= static_cast<char>(1 + random() % 255);
    inflate(damaged, {.max_bytes = 1u << 20});
  }
}

INSTANTIATE_TEST_SUITE_P(Codecs, DecompressTest,
                         ::testing::Values(Codec{Encoding::kGzip, gzip},
                                           Codec{Encoding::kZstd, zstd}),
                         [](const auto& param_info) {
                           return param_info.param.encoding == Encoding::kGzip ? "Gzip" : "Zstd";
                         });

TEST(GzipTest, NoticesAWrongChecksum) {
  std::string stream = gzip("some text");
  stream[stream.size() - 5] ^= 1;  // CRC32 is bytes -8 .. -5
  EXPECT_FALSE(inflate(Encoding::kGzip, stream).good);
}

TEST(ZstdTest, SkipsSkippableFrames) {
  const std::string skippable = std::string("\x5A\x2A\x4D\x18\x03\0\0\0abc", 11);
  const Outcome outcome = inflate(Encoding::kZstd, skippable + zstd("text") + skippable);
  EXPECT_TRUE(outcome.good) << outcome.error;
  EXPECT_EQ(outcome.bytes, "text");
}

TEST(ZstdTest, AFrameOfAnotherSizeThanItSaysIsDamagedWhateverTheRoom) {
  // Says 28928 bytes and holds none.
  const std::string frame("\x28\xb5\x2f\xfd\x60\x00\x70\x01\x00\x00", 10);
  const auto inflater = make_inflater(Encoding::kZstd);
  for (const std::size_t room : {std::size_t{0}, std::size_t{1} << 16}) {
    PaddedBuffer output;
    output.reserve(room);
    EXPECT_FALSE(inflate_all(*inflater, frame, output, InflateLimits{}).has_value()) << room;
  }
  inflater->reset();
  PaddedBuffer output;
  bool good = true;
  for (const char c : frame) good = good && inflater->inflate({&c, 1}, output, 100).has_value();
  EXPECT_FALSE(good);
}

TEST(ZstdTest, LimitsTheWindow) {
  EXPECT_TRUE(inflate(Encoding::kZstd, zstd_with_window(23)).good);
  EXPECT_FALSE(inflate(Encoding::kZstd, zstd_with_window(24)).good);
}

TEST(DetectEncodingTest, KnowsMagicNumbers) {
  EXPECT_EQ(detect_encoding(gzip("a")), Encoding::kGzip);
  EXPECT_EQ(detect_encoding(zstd("a")), Encoding::kZstd);
  EXPECT_EQ(detect_encoding("\x5F\x2A\x4D\x18"), Encoding::kZstd);
  EXPECT_EQ(detect_encoding("{\"a\":1}"), Encoding::kIdentity);
  EXPECT_EQ(detect_encoding("\x1F"), Encoding::kIdentity);
  EXPECT_EQ(detect_encoding(""), Encoding::kIdentity);
}

// What zlib writes with this window: positive wraps it in zlib's header, negative is raw.
std::string deflate_text(std::string_view text, int window_bits) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(::deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST(DeflateTest, ReadsWrappedAndRawStreams) {
  const std::string text = make_text(100'000, 5);
  for (const int window_bits : {MAX_WBITS, -MAX_WBITS}) {
    const Outcome outcome = inflate(Encoding::kDeflate, deflate_text(text, window_bits));
    EXPECT_TRUE(outcome.good) << outcome.error;
    EXPECT_TRUE(outcome.bytes == text) << window_bits;
  }
}

TEST(DeflateTest, RefusesBytesBehindTheStream) {
  const std::string whole = deflate_text("text", MAX_WBITS);
  EXPECT_FALSE(inflate(Encoding::kDeflate, whole + "x").good);
  EXPECT_FALSE(inflate(Encoding::kDeflate, whole.substr(0, whole.size() - 1)).good);
}

}  // namespace
}  // namespace inkling
