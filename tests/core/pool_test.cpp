#include "core/pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace inkling {
namespace {

TEST(PoolTest, LendsAnObjectAgainWhenItIsBack) {
  int made = 0;
  Pool<int> pool([&] { return std::make_unique<int>(++made); });
  int* first = nullptr;
  {
    const auto lease = pool.borrow();
    first = lease.get();
    EXPECT_EQ(pool.idle(), 0u);
  }
  EXPECT_EQ(pool.idle(), 1u);
  EXPECT_EQ(pool.borrow().get(), first);
  EXPECT_EQ(made, 1);
}

TEST(PoolTest, MakesAnotherWhenAllAreLent) {
  int made = 0;
  Pool<int> pool([&] { return std::make_unique<int>(++made); });
  {
    const auto first = pool.borrow();
    const auto second = pool.borrow();
    EXPECT_NE(first.get(), second.get());
  }
  EXPECT_EQ(made, 2);
  EXPECT_EQ(pool.idle(), 2u);
}

TEST(PoolTest, LendsAnObjectToOneThreadOnly) {
  struct Object {
    std::atomic<int> users{0};
  };
  std::atomic<int> made{0};
  Pool<Object> pool([&] {
    ++made;
    return std::make_unique<Object>();
  });
  std::atomic<int> shared{0};
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 5000; ++j) {
        const auto lease = pool.borrow();
        if (++lease->users != 1) ++shared;
        --lease->users;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(shared, 0);
  EXPECT_LE(made, 4);
  EXPECT_EQ(pool.idle(), static_cast<std::size_t>(made));
}

}  // namespace
}  // namespace inkling
