#include "core/snapshot.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace inkling {
namespace {

TEST(SnapshotTest, AReaderKeepsTheValueItGot) {
  Snapshot<std::string> snapshot(std::make_shared<const std::string>("old"));
  const auto before = snapshot.get();
  snapshot.publish(std::make_shared<const std::string>("new"));
  EXPECT_EQ(*before, "old");
  EXPECT_EQ(*snapshot.get(), "new");
}

TEST(SnapshotTest, AnOldValueGoesWithItsLastReader) {
  Snapshot<int> snapshot(std::make_shared<const int>(1));
  std::weak_ptr<const int> old = snapshot.get();
  auto reader = snapshot.get();
  snapshot.publish(std::make_shared<const int>(2));
  EXPECT_FALSE(old.expired());
  reader.reset();
  EXPECT_TRUE(old.expired());
}

TEST(SnapshotTest, ReadersSeeWholeValuesInOrder) {
  Snapshot<std::vector<int>> snapshot(std::make_shared<const std::vector<int>>(100, 0));
  std::jthread writer([&] {
    for (int i = 1; i <= 2000; ++i) {
      snapshot.publish(std::make_shared<const std::vector<int>>(100, i));
    }
  });
  int last = 0;
  while (last < 2000) {
    const auto value = snapshot.get();
    ASSERT_GE(value->front(), last);
    ASSERT_EQ(value->front(), value->back());
    last = value->front();
  }
}

}  // namespace
}  // namespace inkling
