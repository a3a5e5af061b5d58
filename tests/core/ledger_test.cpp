#include "core/ledger.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace inkling {
namespace {

// A ledger in which each line became something else.
Ledger one_of_each() {
  Ledger ledger;
  ledger.empty = 1;
  ledger.header = 2;
  ledger.broken[static_cast<std::size_t>(ParseError::kBadJson)] = 3;
  ledger.broken[static_cast<std::size_t>(ParseError::kOverlong)] = 4;
  ledger.counted = 5;
  ledger.other = 6;
  ledger.joined = 7;
  ledger.screened = 8;
  ledger.late = 9;
  ledger.duplicate = 10;
  ledger.points = 11;
  ledger.events = 12;
  ledger.lines = 78;
  return ledger;
}

TEST(LedgerTest, BalancesWhenEachLineIsAccountedFor) {
  EXPECT_TRUE(Ledger{}.balances());
  EXPECT_EQ(one_of_each().accounted(), 78u);
  EXPECT_TRUE(one_of_each().balances());
}

TEST(LedgerTest, DoesNotBalanceWhenALineIsMissingOrCountedTwice) {
  Ledger missing = one_of_each();
  --missing.counted;
  EXPECT_FALSE(missing.balances());
  Ledger twice = one_of_each();
  ++twice.late;
  EXPECT_FALSE(twice.balances());
}

TEST(LedgerTest, SumsBrokenLinesOverTheirReasons) { EXPECT_EQ(one_of_each().broken_total(), 7u); }

TEST(LedgerTest, NamesTheReasonsThatOccurred) {
  JsonWriter writer;
  one_of_each().write_json(writer);
  EXPECT_NE(writer.text().find(R"("broken":{"bad_json":3,"overlong":4})"), std::string::npos);
  EXPECT_NE(writer.text().find(R"("balances":true)"), std::string::npos);
}

TEST(ParseErrorTest, HasANameForEachReason) {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < kParseErrorCount; ++i) {
    names.push_back(parse_error_name(static_cast<ParseError>(i)));
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::unique(names.begin(), names.end()), names.end());
}

}  // namespace
}  // namespace inkling
