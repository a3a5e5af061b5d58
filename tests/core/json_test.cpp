#include "core/json.h"

#include <gtest/gtest.h>

#include <cmath>

namespace inkling {
namespace {

JsonValue parse(std::string_view text) {
  auto value = parse_json(text);
  EXPECT_TRUE(value) << text;
  return value ? std::move(*value) : JsonValue();
}

TEST(ParseJsonTest, ReadsEachType) {
  const JsonValue value = parse(
      R"({"s":"a\u00e9","i":-3,"u":18446744073709551615,"d":1.5,"t":true,"n":null,"a":[1,2]})");
  EXPECT_EQ(value.find("s")->text(), "a\u00e9");
  EXPECT_EQ(value.find("i")->integer(), -3);
  EXPECT_EQ(value.find("u")->number(), 18446744073709551615.0);
  EXPECT_EQ(value.find("d")->number(), 1.5);
  EXPECT_TRUE(value.find("t")->boolean());
  EXPECT_TRUE(value.find("n")->is_null());
  EXPECT_EQ(value.find("a")->array().size(), 2u);
  EXPECT_EQ(value.object().size(), 7u);
}

TEST(ParseJsonTest, RefusesWhatIsNoDocument) {
  for (const char* text : {"", " ", "{", "{}x", "{} {}", "[1,]", "{\"a\":}", "nul", "'a'", "01",
                           "[\"\xC0\x80\"]", "\"\\ud800\"", "1e999", "123456789012345678901"}) {
    const auto value = parse_json(text);
    ASSERT_FALSE(value.has_value()) << text;
    EXPECT_EQ(value.error().code, ErrorCode::kBadInput);
  }
}

TEST(ParseJsonTest, BoundsTheDepth) {
  const auto nested = [](std::size_t depth) {
    return parse_json(std::string(depth, '[') + std::string(depth, ']')).has_value();
  };
  EXPECT_TRUE(nested(500));
  EXPECT_FALSE(nested(600));
  EXPECT_FALSE(nested(1'000'000));
}

TEST(JsonValueTest, GivesDefaultsForOtherTypes) {
  const JsonValue value = parse("\"text\"");
  EXPECT_TRUE(std::isnan(value.number()));
  EXPECT_EQ(value.integer(7), 7);
  EXPECT_TRUE(value.boolean(true));
  EXPECT_TRUE(value.array().empty());
  EXPECT_TRUE(value.object().empty());
  EXPECT_EQ(value.find("a"), nullptr);
}

TEST(JsonValueTest, TakesWholeNumbersOnly) {
  EXPECT_EQ(parse("3.0").integer(), 3);
  EXPECT_EQ(parse("3.5").integer(-1), -1);
  EXPECT_EQ(parse("1e300").integer(-1), -1);
}

TEST(JsonValueTest, FollowsPaths) {
  const JsonValue value = parse(R"({"a":{"b":{"c":5}}})");
  ASSERT_NE(value.find("a", "b", "c"), nullptr);
  EXPECT_EQ(value.find("a", "b", "c")->integer(), 5);
  EXPECT_EQ(value.find("a", "x", "c"), nullptr);
}

TEST(JsonValueTest, GivesTheTextOfTheFirstNameThatIsAString) {
  const JsonValue value = parse(R"({"a":1,"b":"two","c":"three"})");
  EXPECT_EQ(value.text_of({"x", "a", "b", "c"}), "two");
  EXPECT_EQ(value.text_of({"x"}), "");
}

}  // namespace
}  // namespace inkling
