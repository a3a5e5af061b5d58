#include "ingest/json_cursor.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace inkling::ingest {
namespace {

using ::testing::ElementsAre;

// "key=text" of the members of an object, "?" at the end if it is broken.
std::vector<std::string> members(std::string_view text) {
  std::vector<std::string> found;
  JsonCursor cursor(text);
  if (!cursor.begin_object()) return {"no object"};
  while (const auto key = cursor.next_key()) {
    const JsonToken token = cursor.value();
    found.push_back(std::string(*key) + "=" + std::string(token.text));
  }
  if (!cursor.at_end()) found.emplace_back("?");
  return found;
}

TEST(JsonCursorTest, WalksAnObject) {
  EXPECT_THAT(members(R"( { "a" : "x\"y" , "b":{"c":[1,2]},"d":-1.5e3,"e":null,"f":true } )"),
              ElementsAre(R"(a=x\"y)", R"(b={"c":[1,2]})", "d=-1.5e3", "e=null", "f=true"));
}

TEST(JsonCursorTest, StopsWhereTheTextIsBroken) {
  EXPECT_THAT(members(R"({"a":1 "b":2})"), ElementsAre("a=1", "?"));
  EXPECT_THAT(members(R"({"a":1,})"), ElementsAre("a=1", "?"));
  EXPECT_THAT(members(R"({"a" 1})"), ElementsAre("?"));
  EXPECT_THAT(members(R"({"a":nul})"), ElementsAre("a=", "?"));
  EXPECT_THAT(members(R"({"a":})"), ElementsAre("a=", "?"));
  EXPECT_THAT(members(R"({"a":1)"), ElementsAre("a=1", "?"));
  EXPECT_THAT(members(R"({"a":1} x)"), ElementsAre("a=1", "?"));
  EXPECT_THAT(members(""), ElementsAre("no object"));
}

TEST(JsonCursorTest, EntersWhatTheCallerAsksFor) {
  JsonCursor cursor(R"({"list":[1,{"x":2},[]],"last":3})");
  ASSERT_TRUE(cursor.begin_object());
  ASSERT_EQ(cursor.next_key(), "list");
  ASSERT_TRUE(cursor.begin_array());
  ASSERT_TRUE(cursor.next_element());
  EXPECT_EQ(cursor.value().text, "1");
  ASSERT_TRUE(cursor.next_element());
  ASSERT_TRUE(cursor.begin_object());
  EXPECT_EQ(cursor.next_key(), "x");
  EXPECT_EQ(cursor.value().text, "2");
  EXPECT_FALSE(cursor.next_key());
  ASSERT_TRUE(cursor.next_element());
  ASSERT_TRUE(cursor.begin_array());
  EXPECT_FALSE(cursor.next_element());
  EXPECT_FALSE(cursor.next_element());
  EXPECT_EQ(cursor.next_key(), "last");
  EXPECT_EQ(cursor.value().kind, JsonKind::kNumber);
  EXPECT_FALSE(cursor.next_key());
  EXPECT_TRUE(cursor.at_end());
}

}  // namespace
}  // namespace inkling::ingest
