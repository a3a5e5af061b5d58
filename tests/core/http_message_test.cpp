#include "core/http_message.h"

#include <gtest/gtest.h>

#include "core/ascii.h"

namespace inkling {
namespace {

using namespace std::string_literals;

TEST(PercentDecodeTest, RefusesWhatAPathMayNotHold) {
  EXPECT_EQ(percent_decode("/a%20b+c%2F"), "/a b+c/");
  for (const std::string& text : {"%"s, "%4"s, "%zz"s, "%00"s, "a\0"s}) {
    EXPECT_EQ(percent_decode(text), std::nullopt) << text;
  }
}

TEST(FormDecodeTest, KeepsBrokenEscapes) {
  EXPECT_EQ(form_decode("a+b%2Bc"), "a b+c");
  EXPECT_EQ(form_decode("%"), "%");
  EXPECT_EQ(form_decode("%4"), "%4");
  EXPECT_EQ(form_decode("%zz%41"), "%zzA");
  EXPECT_EQ(form_decode("%00"), "\0"s);
}

TEST(AsciiTest, KnowsHexDigitsAndCase) {
  EXPECT_EQ(hex_digit('7'), 7);
  EXPECT_EQ(hex_digit('b'), 11);
  EXPECT_EQ(hex_digit('F'), 15);
  EXPECT_EQ(hex_digit('g'), -1);
  EXPECT_EQ(hex_digit('\xB2'), -1);
  EXPECT_EQ(to_lower_ascii("Content-TYPE \xC4"), "content-type \xC4");
  EXPECT_TRUE(equals_ignoring_case("Basic", "bASIC"));
  EXPECT_FALSE(equals_ignoring_case("Basic", "Basics"));
  EXPECT_FALSE(equals_ignoring_case("[", "{"));
}

}  // namespace
}  // namespace inkling
