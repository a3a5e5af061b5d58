#include "sinks/escape.h"

#include <gtest/gtest.h>

namespace inkling::sinks {
namespace {

TEST(CleanTextTest, KeepsOrdinaryText) {
  EXPECT_EQ(clean_text("caf\xC3\xA9 costs 3 \xE2\x82\xAC \xF0\x9F\x98\x80"),
            "caf\xC3\xA9 costs 3 \xE2\x82\xAC \xF0\x9F\x98\x80");
}

TEST(CleanTextTest, MakesOneLineOfMany) {
  EXPECT_EQ(clean_text("  first\r\n\tsecond\xC2\xA0third\xE2\x80\xA8"
                       "fourth \n"),
            "first second third fourth");
}

TEST(CleanTextTest, RemovesControlCharacters) {
  EXPECT_EQ(clean_text(std::string_view("a\0b\x07"
                                        "c\x7F"
                                        "d\xC2\x9B"
                                        "e",
                                        10)),
            "abcde");
}

TEST(CleanTextTest, RemovesTerminalSequencesWhole) {
  EXPECT_EQ(clean_text("\x1B[31;1mred\x1B[0m and \x1B]0;title"), "red and ]0;title");
}

TEST(CleanTextTest, RemovesBidiOverridesAndInvisibleCharacters) {
  EXPECT_EQ(clean_text("ab\xE2\x80\xAE"
                       "cd\xE2\x81\xA6"
                       "ef\xE2\x80\x8F"
                       "gh\xE2\x80\x8B"
                       "ij"
                       "\xEF\xBB\xBF"
                       "kl\xF3\xA0\x80\xA1"
                       "mn"),
            "abcdefghijklmn");
}

TEST(CleanTextTest, ReplacesInvalidUtf8) {
  EXPECT_EQ(clean_text("a\xFF"
                       "b\xC3"),
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD");
  EXPECT_EQ(clean_text("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");  // a surrogate
  EXPECT_EQ(clean_text("\xC0\xAF"), "\xEF\xBF\xBD\xEF\xBF\xBD");                  // overlong
}

TEST(CleanTextTest, CutsAtCodePoints) {
  EXPECT_EQ(clean_text("\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9", 3), "\xC3\xA9\xC3\xA9\xE2\x80\xA6");
  EXPECT_EQ(clean_text("abc", 3), "abc");
}

TEST(HtmlEscapeTest, EscapesEverythingThatCouldStartMarkup) {
  EXPECT_EQ(html_escape("<script a='1' b=\"2\">&amp;"),
            "&lt;script a=&#39;1&#39; b=&quot;2&quot;&gt;&amp;amp;");
}

TEST(MarkdownEscapeTest, DisarmsMarkup) {
  EXPECT_EQ(markdown_escape("*b* `c` [l](u) <i> a|b ~~s~~ $m$ &lt; !x \\"),
            "\\*b\\* \\`c\\` \\[l\\](u) \\<i\\> a\\|b \\~\\~s\\~\\~ \\$m\\$ \\&lt; \\!x \\\\");
}

TEST(MarkdownEscapeTest, LeavesNamesReadable) {
  EXPECT_EQ(markdown_escape("http_5xx_ratio of 2.4.1 is 1.4 %"),
            "http_5xx_ratio of 2.4.1 is 1.4 %");
  EXPECT_EQ(markdown_escape("2.4.1 failed"), "2.4.1 failed");
  EXPECT_EQ(markdown_escape("_private_"), "\\_private\\_");
}

TEST(MarkdownEscapeTest, DisarmsMentionsReferencesAndLinks) {
  EXPECT_EQ(markdown_escape("@all"),
            "\\@\xE2\x81\xA0"
            "all");
  EXPECT_EQ(markdown_escape("#12"),
            "\\#\xE2\x81\xA0"
            "12");
  EXPECT_EQ(markdown_escape("https://evil.example"), "https\\://evil.example");
  EXPECT_EQ(markdown_escape("www.evil.example"), "www\\.evil.example");
}

TEST(MarkdownEscapeTest, StartsNoListAndNoHeading) {
  EXPECT_EQ(markdown_escape("- a"), "\\- a");
  EXPECT_EQ(markdown_escape("1. a"), "1\\. a");
  EXPECT_EQ(markdown_escape("# a"), "\\# a");
}

TEST(MarkdownCodeTest, OutgrowsTheBackticksInside) {
  EXPECT_EQ(markdown_code("plain"), "`plain`");
  EXPECT_EQ(markdown_code("a`b``c"), "```a`b``c```");
  EXPECT_EQ(markdown_code("`a"), "`` `a ``");
  EXPECT_EQ(markdown_code(""), "");
}

TEST(MarkdownCodeTest, KeepsBarsFromEndingACell) {
  EXPECT_EQ(markdown_code("a|b"),
            "`a\xE2\x88\xA3"
            "b`");
}

}  // namespace
}  // namespace inkling::sinks
