#include "config/suggest.h"

#include <gtest/gtest.h>

namespace inkling::config {
namespace {

const std::vector<std::string_view> kKnown = {"threshold", "warm_up", "port", "replay", "report"};

TEST(SuggestTest, FindsTheWordWithAMissingLetter) {
  EXPECT_EQ(suggest("treshold", kKnown), "threshold");
}

TEST(SuggestTest, FindsTheWordWithSwappedLetters) { EXPECT_EQ(suggest("prot", kKnown), "port"); }

TEST(SuggestTest, IgnoresCaseAndDashes) { EXPECT_EQ(suggest("Warm-Up", kKnown), "warm_up"); }

TEST(SuggestTest, PrefersTheNearest) { EXPECT_EQ(suggest("repaly", kKnown), "replay"); }

TEST(SuggestTest, StaysSilentWhenNothingIsNear) { EXPECT_EQ(suggest("banana", kKnown), ""); }

TEST(SuggestTest, StaysSilentOnEmptyAndEndlessWords) {
  EXPECT_EQ(suggest("", kKnown), "");
  EXPECT_EQ(suggest(std::string(100'000, 'p'), kKnown), "");
}

TEST(SuggestTest, AsksInAMessage) {
  EXPECT_EQ(did_you_mean("prot", kKnown), ", did you mean \"port\"?");
  EXPECT_EQ(did_you_mean("banana", kKnown), "");
}

}  // namespace
}  // namespace inkling::config
