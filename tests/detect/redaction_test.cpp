#include "detect/redaction.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

namespace inkling::detect {
namespace {

TEST(RedactionTest, LuhnTakesThirteenToNineteenDigitsThatCheck) {
  EXPECT_TRUE(passes_luhn("4111111111111111"));
  EXPECT_TRUE(passes_luhn("4111 1111-1111 1111"));
  EXPECT_TRUE(passes_luhn("378282246310005"));
  EXPECT_TRUE(passes_luhn("6011000990139424"));
  EXPECT_FALSE(passes_luhn("4111111111111112"));
  EXPECT_FALSE(passes_luhn("000000000000"));          // 12
  EXPECT_TRUE(passes_luhn("0000000000000"));          // 13
  EXPECT_FALSE(passes_luhn("00000000000000000000"));  // 20
  EXPECT_FALSE(passes_luhn(""));
}

// The gate may say "maybe" for nothing, but never "no" where a pattern matches.
TEST(RedactionTest, GateOpensWhereverAPatternMatches) {
  std::vector<std::unique_ptr<RE2>> patterns;
  for (const RedactionPattern& pattern : kDefaultRedactions) {
    RE2::Options options;
    options.set_encoding(RE2::Options::EncodingLatin1);
    patterns.push_back(std::make_unique<RE2>(std::string(pattern.pattern), options));
    ASSERT_TRUE(patterns.back()->ok()) << pattern.name;
  }
  const std::vector<std::string> pieces = {
      "password", "PASSWD",      "Pwd", "passphrase", "secret",  "Token",
      "api_key",  "APIKEY",      "api", "key",        "access-", "private",
      "client_",  "credentials", "ghp", "_",          "gho_",    "github_pat_",
      "xoxb-",    "sk_live_",    "sk-", "eyJ",        "Bearer",  "basic",
      "AKIA",     "ASIA",        "@",   ".com",       ".",       "authorization",
      "=",        ": ",          "\"",  " ",          "-",       "s",
      "x",        "4111",        "1",   "12345678",   "\xE4",    "ABCDEFGHIJKLMNOP",
      "abcdefghi"};
  const unsigned seed = 7;
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  int matched = 0;
  int gated = 0;
  for (int i = 0; i < 60'000; ++i) {
    std::string text;
    const std::size_t count = 1 + random() % 9;
    for (std::size_t k = 0; k < count; ++k) text += pieces[random() % pieces.size()];
    bool any = false;
    for (const auto& pattern : patterns) any |= RE2::PartialMatch(text, *pattern);
    matched += any;
    gated += !may_need_redaction(text);
    if (any) {
      ASSERT_TRUE(may_need_redaction(text)) << text;
    }
  }
  EXPECT_GT(matched, 5'000);  // the texts try both outcomes
  EXPECT_GT(gated, 500);
}

TEST(RedactionTest, GateStaysShutOnPlainText) {
  EXPECT_FALSE(may_need_redaction(""));
  EXPECT_FALSE(may_need_redaction("GET /cart 200 in 12 ms"));
  EXPECT_FALSE(may_need_redaction("took 123456789012 ns"));
}

}  // namespace
}  // namespace inkling::detect
