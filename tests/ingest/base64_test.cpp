#include "ingest/base64.h"

#include <gmock/gmock.h>

#include <random>
#include <string>
#include <vector>

#include "tests/ingest/wire/base64_writer.h"

namespace inkling::ingest {
namespace {

std::optional<std::string> decode(std::string_view text) {
  std::vector<char> out(base64_room(text.size()));  // exactly, for the sanitizers
  const auto size = decode_base64(text, out.data());
  if (!size) return std::nullopt;
  return std::string(out.data(), *size);
}

TEST(Base64Test, DecodesWhatWasEncoded) {
  constexpr unsigned kSeed = 7;
  std::mt19937 random(kSeed);
  for (std::size_t size = 0; size < 200; ++size) {
    std::string bytes;
    while (bytes.size() < size) bytes.push_back(static_cast<char>(random()));
    EXPECT_EQ(decode(encode_base64(bytes)), bytes) << size << " bytes, seed " << kSeed;
  }
}

TEST(Base64Test, TakesTheUrlAlphabetAndMissingPadding) {
  EXPECT_EQ(decode("-_-_"), decode("+/+/"));
  EXPECT_EQ(decode("YQ"), "a");
  EXPECT_EQ(decode("YWI"), "ab");
  EXPECT_EQ(decode(""), "");
}

TEST(Base64Test, RefusesWhatIsNone) {
  for (const char* text : {"Y", "YWJj!", "YW=j", "YWJj\n", "====", "YWJ\xFF"}) {
    EXPECT_EQ(decode(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace inkling::ingest
