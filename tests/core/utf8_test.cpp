#include "core/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace inkling {
namespace {

struct Case {
  std::string_view text;
  char32_t value;
  std::size_t length;
};

TEST(Utf8, FirstAndLastOfEachLength) {
  for (const Case& c :
       {Case{std::string_view("\0", 1), 0, 1}, Case{"\x7F", 0x7F, 1}, Case{"\xC2\x80", 0x80, 2},
        Case{"\xDF\xBF", 0x7FF, 2}, Case{"\xE0\xA0\x80", 0x800, 3}, Case{"\xEF\xBF\xBF", 0xFFFF, 3},
        Case{"\xED\x9F\xBF", 0xD7FF, 3}, Case{"\xEE\x80\x80", 0xE000, 3},
        Case{"\xF0\x90\x80\x80", 0x10000, 4}, Case{"\xF4\x8F\xBF\xBF", 0x10FFFF, 4},
        Case{"a\xFF", 'a', 1}}) {
    const CodePoint found = front_code_point(c.text);
    EXPECT_EQ(static_cast<std::uint32_t>(found.value), static_cast<std::uint32_t>(c.value));
    EXPECT_EQ(found.length, c.length) << testing::PrintToString(c.value);
  }
}

TEST(Utf8, WhatIsNoCharacterHasNoLength) {
  for (const std::string_view text :
       {"", "\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC2", "\xC2\x41", "\xE0\x9F\xBF", "\xE0\xA0",
        "\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x8F\xBF\xBF", "\xF0\x90\x80", "\xF4\x90\x80\x80",
        "\xF5\x80\x80\x80", "\xFF"}) {
    EXPECT_EQ(front_code_point(text).length, 0u) << testing::PrintToString(std::string(text));
  }
}

}  // namespace
}  // namespace inkling
