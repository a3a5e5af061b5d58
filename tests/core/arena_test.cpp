#include "core/arena.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace inkling {
namespace {

TEST(ArenaTest, KeepsEverythingUntilReset) {
  std::mt19937 random(1);
  Arena arena(64);
  std::vector<std::string> texts;
  std::vector<std::string_view> copies;
  for (int i = 0; i < 1000; ++i) {
    texts.emplace_back(random() % 100, static_cast<char>('a' + i % 26));
    copies.push_back(arena.copy(texts.back()));
  }
  for (std::size_t i = 0; i < texts.size(); ++i) ASSERT_EQ(copies[i], texts[i]) << i;
}

TEST(ArenaTest, NeedsNoMoreMemoryWhenUsedAgainInTheSameWay) {
  Arena arena(64);
  const auto use = [&] {
    std::mt19937 random(2);
    for (int i = 0; i < 1000; ++i) arena.allocate(random() % 200);
  };
  use();
  const std::size_t capacity = arena.capacity();
  arena.reset();
  use();
  EXPECT_EQ(arena.capacity(), capacity);
}

TEST(ArenaTest, GivesBackTheEndOfTheLatestAllocation) {
  Arena arena(64);
  char* first = arena.allocate(50);
  arena.shrink_last(40);
  EXPECT_EQ(arena.allocate(54), first + 10);
  EXPECT_EQ(arena.capacity(), 64u);
}

TEST(ArenaTest, CopiesNothingForEmptyText) {
  Arena arena;
  EXPECT_EQ(arena.copy(""), "");
  EXPECT_EQ(arena.capacity(), 0u);
}

TEST(ArenaTest, TakesMoreThanABlock) {
  Arena arena(16);
  const std::string text(1000, 'x');
  EXPECT_EQ(arena.copy(text), text);
}

}  // namespace
}  // namespace inkling
