#include "core/bounded_queue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

namespace inkling {
namespace {

bool try_push(BoundedQueue<int>& queue, int item, std::size_t weight) {
  return queue.try_push(item, weight);
}

TEST(BoundedQueueTest, GivesItemsInTheirOrder) {
  BoundedQueue<int> queue(10);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(queue.push(i, 2));
  EXPECT_EQ(queue.weight(), 10u);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(queue.pop(), i);
  EXPECT_EQ(queue.weight(), 0u);
}

TEST(BoundedQueueTest, RefusesWhatDoesNotFit) {
  BoundedQueue<int> queue(10);
  EXPECT_TRUE(try_push(queue, 1, 6));
  EXPECT_FALSE(try_push(queue, 2, 5));
  EXPECT_TRUE(try_push(queue, 3, 4));
  EXPECT_EQ(queue.pop(), 1);
  EXPECT_TRUE(try_push(queue, 4, 6));
}

TEST(BoundedQueueTest, LeavesARefusedItemWithItsOwner) {
  BoundedQueue<std::unique_ptr<int>> queue(1);
  auto first = std::make_unique<int>(1);
  auto second = std::make_unique<int>(2);
  EXPECT_TRUE(queue.try_push(first, 1));
  EXPECT_FALSE(queue.try_push(second, 1));
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(*second, 2);
}

TEST(BoundedQueueTest, TakesAnItemThatIsTooHeavyWhenEmpty) {
  BoundedQueue<int> queue(10);
  EXPECT_TRUE(try_push(queue, 1, 100));
  EXPECT_FALSE(try_push(queue, 2, 1));
  EXPECT_EQ(queue.pop(), 1);
  EXPECT_TRUE(try_push(queue, 2, 1));
}

TEST(BoundedQueueTest, GivesWhatIsInsideAfterClose) {
  BoundedQueue<int> queue(10);
  queue.push(1, 1);
  queue.close();
  EXPECT_FALSE(queue.push(2, 1));
  EXPECT_FALSE(try_push(queue, 2, 1));
  EXPECT_EQ(queue.pop(), 1);
  EXPECT_EQ(queue.pop(), std::nullopt);
}

TEST(BoundedQueueTest, GivesNothingWhenTheTimeRunsOut) {
  BoundedQueue<int> queue(10);
  EXPECT_EQ(queue.pop_for(std::chrono::milliseconds(1)), std::nullopt);
  queue.push(1, 1);
  EXPECT_EQ(queue.pop_for(std::chrono::milliseconds(1)), 1);
}

TEST(BoundedQueueTest, CloseWakesWhoWaits) {
  BoundedQueue<int> queue(1);
  queue.push(1, 1);
  std::jthread pushing([&] { EXPECT_FALSE(queue.push(2, 1)); });
  BoundedQueue<int> empty(1);
  std::jthread popping([&] { EXPECT_EQ(empty.pop(), std::nullopt); });
  queue.close();
  empty.close();
}

TEST(BoundedQueueTest, HandsEachItemToOneThreadOnly) {
  constexpr int kProducers = 3;
  constexpr int kConsumers = 3;
  constexpr int kItems = 5000;
  BoundedQueue<int> queue(16);
  std::vector<std::atomic<int>> seen(kProducers * kItems);
  std::vector<std::jthread> consumers;
  for (int i = 0; i < kConsumers; ++i) {
    consumers.emplace_back([&] {
      while (const auto item = queue.pop()) ++seen[static_cast<std::size_t>(*item)];
    });
  }
  {
    std::vector<std::jthread> producers;
    for (int i = 0; i < kProducers; ++i) {
      producers.emplace_back([&, i] {
        for (int j = 0; j < kItems; ++j) queue.push(i * kItems + j, 1 + j % 5u);
      });
    }
  }
  queue.close();
  consumers.clear();
  int once = 0;
  for (const auto& count : seen) once += count == 1 ? 1 : 0;
  EXPECT_EQ(once, kProducers * kItems);
  EXPECT_EQ(queue.weight(), 0u);
}

}  // namespace
}  // namespace inkling
