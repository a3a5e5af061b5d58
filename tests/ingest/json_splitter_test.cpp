#include "ingest/json_splitter.h"

#include <gmock/gmock.h>

#include <random>
#include <string>
#include <vector>

#include "core/json.h"
#include "ingest/json_scan.h"

namespace inkling::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// The values, a "!" in front of what is not whole.
std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> values;
  // A copy of exactly that size, so that reading behind it is seen by the sanitizers.
  const std::vector<char> exact(text.begin(), text.end());
  JsonSplitter splitter({exact.data(), exact.size()});
  while (const auto piece = splitter.next()) {
    values.push_back((piece->whole ? "" : "!") + std::string(piece->text));
  }
  return values;
}

TEST(JsonSplitterTest, FindsValuesHoweverTheyStandTogether) {
  for (const char* text :
       {R"([{"a":1},{"b":[2]}])", R"({"a":1}{"b":[2]})", "{\"a\":1}\n{\"b\":[2]}\n",
        "\xEF\xBB\xBF [ {\"a\":1} , {\"b\":[2]} ] ", R"([{"a":1}][{"b":[2]}])",
        "\x1E{\"a\":1}\n\x1E{\"b\":[2]}\n", R"({"a":1},{"b":[2]})"}) {
    SCOPED_TRACE(text);
    EXPECT_THAT(split(text), ElementsAre(R"({"a":1})", R"({"b":[2]})"));
  }
}

TEST(JsonSplitterTest, LooksThroughStrings) {
  EXPECT_THAT(split(R"({"a":"}{\"\\"}{"b":"]["})"),
              ElementsAre(R"({"a":"}{\"\\"})", R"({"b":"]["})"));
}

TEST(JsonSplitterTest, GivesNothingForNothing) {
  for (const char* text : {"", " \n", "[]", "[ ]\n"}) EXPECT_THAT(split(text), IsEmpty()) << text;
}

TEST(JsonSplitterTest, GivesScalarsAsTheyAre) {
  EXPECT_THAT(split(R"([1,"x",null,[2]])"), ElementsAre("1", R"("x")", "null", "[2]"));
}

TEST(JsonSplitterTest, AValueThatDoesNotCloseCostsItsLineOnly) {
  EXPECT_THAT(split("{\"a\":1}\n{\"b\":{\"c\":2}\n{\"d\":3}\n"),
              ElementsAre(R"({"a":1})", R"(!{"b":{"c":2})", R"({"d":3})"));
  EXPECT_THAT(split("[{\"a\":1},\n{\"b\":\"x},\n{\"d\":3}\n]"),
              ElementsAre(R"({"a":1})", R"(!{"b":"x},)", R"({"d":3})"));
  EXPECT_THAT(split("{\"a\":[1}\n{\"d\":3}"), ElementsAre(R"(!{"a":[1})", R"({"d":3})"));
}

TEST(JsonSplitterTest, SaysWhenTheBodyBreaksOff) {
  EXPECT_THAT(split(R"([{"a":1},{"b")"), ElementsAre(R"({"a":1})", R"(!{"b")"));
  EXPECT_THAT(split(R"([{"a":1},)"), ElementsAre(R"({"a":1})", "!"));
}

TEST(JsonSplitterTest, EndsWithValuesThatNestTooDeep) {
  const std::string deep(kMaxScanDepth + 1, '[');
  EXPECT_EQ(split("{\"a\":" + deep).size(), 1u);
  EXPECT_EQ(split(std::string(100'000, '{')).size(), 1u);
}

TEST(JsonSplitterTest, IsFastOnBracketsThatNeverClose) {
  // Each line begins a value that never ends: must not be tried from each line to the end.
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += "{\"a\":1,\n";
  EXPECT_EQ(split(text).size(), 200'000u);
}

TEST(JsonScanTest, TellsOneObject) {
  EXPECT_TRUE(is_one_object(" {\"a\":{}} \r"));
  for (const char* text : {"", "{", "{}{}", "[]", "{]", "\"{}\"", "{\"a\":\"}"}) {
    EXPECT_FALSE(is_one_object(text)) << text;
  }
}

TEST(JsonScanTest, UnescapesAsAParserDoes) {
  Arena arena;
  for (const std::string raw : {R"(plain)", R"(a\n\t\r\b\f\"\\\/z)", R"(\u0041\u00e9\u20ac)",
                                R"(\ud83d\ude00!)", R"(\\u0041)"}) {
    const auto parsed = parse_json("\"" + raw + "\"");
    ASSERT_TRUE(parsed) << raw;
    EXPECT_EQ(unescape_json(raw, arena), parsed->text()) << raw;
  }
}

TEST(JsonScanTest, KeepsWhatIsNoEscape) {
  Arena arena;
  EXPECT_EQ(unescape_json(R"(a\qb\u12)", arena), R"(a\qb\u12)");
  EXPECT_EQ(unescape_json("x\\", arena), "x\\");
  EXPECT_EQ(unescape_json(R"(\ud83dx)", arena), "\xEF\xBF\xBDx");
  EXPECT_EQ(unescape_json(R"(\ude00)", arena), "\xEF\xBF\xBD");
}

// The simplest way to find the end of a value.
const char* find_end_slowly(const char* at, const char* end) {
  std::string open;
  bool in_string = false;
  for (; at < end; ++at) {
    if (in_string) {
      if (*at == '\n') return nullptr;
      if (*at == '\\') {
        ++at;
      } else if (*at == '"') {
        in_string = false;
      }
    } else if (*at == '"') {
      in_string = true;
    } else if (*at == '{' || *at == '[') {
      open.push_back(*at == '{' ? '}' : ']');
    } else if (*at == '}' || *at == ']') {
      if (open.empty() || open.back() != *at) return nullptr;
      open.pop_back();
      if (open.empty()) return at + 1;
    }
  }
  return nullptr;
}

TEST(JsonScanTest, FindsTheEndWhereTheSlowWayDoes) {
  constexpr unsigned kSeed = 20261120;
  SCOPED_TRACE(kSeed);
  std::mt19937 random(kSeed);
  constexpr std::string_view kLetters = "{}[]\"\"\\,:ab1 \n";
  for (int round = 0; round < 20'000; ++round) {
    std::string text = random() % 2 == 0 ? "{" : "[";
    const std::size_t size = random() % 40;
    while (text.size() < size) text.push_back(kLetters[random() % kLetters.size()]);
    const std::vector<char> exact(text.begin(), text.end());
    const char* const end = exact.data() + exact.size();
    EXPECT_EQ(find_value_end(exact.data(), end), find_end_slowly(exact.data(), end)) << text;
  }
}

}  // namespace
}  // namespace inkling::ingest
