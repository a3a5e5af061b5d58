#include "core/json_writer.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include "core/json.h"

namespace inkling {
namespace {

TEST(JsonWriterTest, WritesInTheOrderOfTheCalls) {
  JsonWriter writer;
  writer.begin_object();
  writer.member("b", 1).member("a", "text").member("flag", true);
  writer.key("list").begin_array();
  writer.value(1.5).null().begin_object().end_object().begin_array().end_array();
  writer.end_array();
  writer.key("done").raw("{\"x\":1}");
  writer.end_object();
  EXPECT_EQ(writer.take(),
            R"({"b":1,"a":"text","flag":true,"list":[1.5,null,{},[]],"done":{"x":1}})");
}

TEST(JsonWriterTest, StartsAnewAfterTake) {
  JsonWriter writer;
  writer.value(1);
  EXPECT_EQ(writer.take(), "1");
  writer.value(2);
  EXPECT_EQ(writer.take(), "2");
}

TEST(JsonWriterTest, WritesWholeNumbersExactly) {
  JsonWriter writer;
  writer.begin_array();
  writer.value(std::numeric_limits<std::int64_t>::min());
  writer.value(std::numeric_limits<std::uint64_t>::max());
  writer.end_array();
  EXPECT_EQ(writer.text(), "[-9223372036854775808,18446744073709551615]");
}

TEST(JsonQuoteTest, EscapesWhatMustBe) {
  EXPECT_EQ(json_quote("a\"b\\c\n\r\t\x01\x7F"), R"("a\"b\\c\n\r\t\u0001\u007f")");
  EXPECT_EQ(json_quote(std::string_view("\0", 1)), R"("\u0000")");
}

TEST(JsonQuoteTest, KeepsValidUtf8AndReplacesTheRest) {
  EXPECT_EQ(json_quote("\u00e9\u20ac\U0001F600"), "\"\u00e9\u20ac\U0001F600\"");
  const std::string replacement = "\xEF\xBF\xBD";
  EXPECT_EQ(json_quote("a\xFF"
                       "b"),
            "\"a" + replacement + "b\"");
  EXPECT_EQ(json_quote("\xE2\x82"), "\"" + replacement + replacement + "\"");  // cut short
  EXPECT_EQ(json_quote("\xC0\x80"), "\"" + replacement + replacement + "\"");  // overlong
  // A surrogate, and beyond U+10FFFF.
  EXPECT_EQ(json_quote("\xED\xA0\x80"), "\"" + replacement + replacement + replacement + "\"");
  EXPECT_EQ(json_quote("\xF4\x90\x80\x80"),
            "\"" + replacement + replacement + replacement + replacement + "\"");
}

TEST(JsonQuoteTest, MakesAnyBytesAValidDocument) {
  std::mt19937 random(3);
  for (int i = 0; i < 5000; ++i) {
    std::string bytes(random() % 20, '\0');
    for (char& c : bytes)
      c = static_cast<char>(random() % 2 == 0 ? random() : 0x80 + random() % 80);
    ASSERT_TRUE(parse_json(json_quote(bytes)).has_value()) << i;
  }
}

TEST(FormatNumberTest, WritesTheShortestOfSixDigits) {
  EXPECT_EQ(format_number(0.0), "0");
  EXPECT_EQ(format_number(-0.0), "0");
  EXPECT_EQ(format_number(1.0), "1");
  EXPECT_EQ(format_number(0.1), "0.1");
  EXPECT_EQ(format_number(1.0 / 3), "0.333333");
  EXPECT_EQ(format_number(1234567.0), "1.23457e+06");
  EXPECT_EQ(format_number(std::nan("")), "null");
  EXPECT_EQ(format_number(-INFINITY), "null");
}

TEST(FormatNumberTest, ReadsBackTheSameWithSeventeenDigits) {
  std::mt19937_64 random(4);
  for (int i = 0; i < 5000; ++i) {
    const double number = std::bit_cast<double>(random());
    if (!std::isfinite(number)) continue;
    const std::string text = format_number(number, 17);
    const auto value = parse_json(text);
    ASSERT_TRUE(value.has_value()) << text;
    ASSERT_EQ(value->number(), number) << text;
  }
}

}  // namespace
}  // namespace inkling
