#include "core/result.h"

#include <gtest/gtest.h>

#include <memory>

namespace inkling {
namespace {

Result<int> halve(int value) {
  if (value % 2 != 0) return fail(ErrorCode::kInvalidArgument, "odd");
  return value / 2;
}

Result<std::string> halve_twice(int value) {
  INKLING_TRY_ASSIGN(const int half, halve(value));
  INKLING_TRY_ASSIGN(const int quarter, halve(half));
  return std::to_string(quarter);
}

Result<void> check(int value) {
  INKLING_TRY(halve(value));
  return {};
}

TEST(ResultTest, HoldsAValueOrAnError) {
  EXPECT_EQ(*halve(4), 2);
  const auto failed = halve(3);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(failed.error().message, "odd");
}

TEST(ResultTest, TryGivesTheFirstErrorToTheCaller) {
  EXPECT_EQ(*halve_twice(8), "2");
  EXPECT_FALSE(halve_twice(6));
  EXPECT_TRUE(check(2));
  EXPECT_EQ(check(1).error().message, "odd");
}

TEST(ResultTest, CarriesWhatCanOnlyBeMoved) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(5);
  const std::unique_ptr<int> value = *std::move(result);
  EXPECT_EQ(*value, 5);
}

TEST(ResultTest, TellsValueAndErrorOfTheSameTypeApart) {
  const Result<int, int> failed = fail(7);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error(), 7);
}

TEST(ResultDeathTest, StopsWhenTheValueOfAnErrorIsRead) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(static_cast<void>(*halve(3)), "broken invariant: has_value");
}

}  // namespace
}  // namespace inkling
