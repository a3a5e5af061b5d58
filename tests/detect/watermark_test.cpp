#include "detect/watermark.h"

#include <gtest/gtest.h>

#include "tests/support/batch_builder.h"

namespace inkling::detect {
namespace {

using test::new_year;

Watermark::Note spoken(OriginId origin, double latest, double arrival = -1) {
  Watermark::Note note;
  note.origin = origin;
  note.latest = new_year(latest);
  if (arrival >= 0) note.arrival = new_year(arrival);
  return note;
}
Watermark::Note tick(double now) {
  Watermark::Note note;
  note.is_tick = true;
  note.arrival = new_year(now);
  return note;
}

TEST(WatermarkTest, IsUnknownBeforeAnyTime) {
  Watermark watermark(std::chrono::seconds(10));
  EXPECT_FALSE(watermark.current().is_set());
  watermark.note(tick(5));
  EXPECT_FALSE(watermark.current().is_set());
}

TEST(WatermarkTest, IsTheLeastOfTheOriginsLessTheLateness) {
  Watermark watermark(std::chrono::seconds(10));
  watermark.note(spoken(1, 100));
  EXPECT_EQ(watermark.current(), new_year(90));
  watermark.note(spoken(1, 200));
  watermark.note(spoken(2, 150));
  EXPECT_EQ(watermark.current(), new_year(140));
  EXPECT_EQ(watermark.latest(1), new_year(200));
  EXPECT_EQ(watermark.latest(), new_year(200));
  EXPECT_FALSE(watermark.latest(3).is_set());
}

TEST(WatermarkTest, NeverGoesBack) {
  Watermark watermark(std::chrono::seconds(10));
  watermark.note(spoken(1, 100));
  EXPECT_EQ(watermark.current(), new_year(90));
  watermark.note(spoken(2, 20));
  EXPECT_EQ(watermark.current(), new_year(90));
}

TEST(WatermarkTest, DoesNotWaitForEndedOrigins) {
  Watermark watermark(std::chrono::seconds(10));
  watermark.note(spoken(1, 500));
  auto last = spoken(2, 100);
  last.ends_origin = true;
  watermark.note(last);
  EXPECT_TRUE(watermark.has_ended(2));
  EXPECT_FALSE(watermark.has_ended(1));
  EXPECT_EQ(watermark.current(), new_year(490));
}

TEST(WatermarkTest, DoesNotWaitForOriginsIdleByTicks) {
  Watermark watermark(std::chrono::seconds(10));
  watermark.note(spoken(1, 100, 100));
  watermark.note(spoken(2, 130, 130));
  watermark.note(tick(130));
  EXPECT_EQ(watermark.current(), new_year(90));  // 30 s idle: still waited for
  watermark.note(tick(131));
  EXPECT_EQ(watermark.current(), new_year(120));
}

TEST(WatermarkTest, GoesOnWithTheTicksWhenAllAreIdle) {
  Watermark watermark(std::chrono::seconds(10));
  watermark.note(spoken(1, 100, 100));
  watermark.note(tick(200));
  EXPECT_EQ(watermark.current(), new_year(190));
}

TEST(WatermarkTest, DoesNotWaitForOriginsFarBehind) {
  Watermark watermark(std::chrono::seconds(10));
  watermark.note(spoken(1, 1000, 1000));
  watermark.note(spoken(2, 700, 1000));
  EXPECT_EQ(watermark.current(), new_year(690));  // 5 minutes behind: still waited for
  watermark.note(spoken(1, 1001, 1001));
  EXPECT_EQ(watermark.current(), new_year(991));
}

TEST(WatermarkTest, WaitsForFilesHoweverFarBehind) {
  Watermark watermark(std::chrono::seconds(10));
  watermark.note(spoken(1, 10'000));
  watermark.note(spoken(2, 20));
  EXPECT_EQ(watermark.current(), new_year(10));
}

TEST(WatermarkTest, StaysBeforeTheHorizon) {
  Watermark watermark(std::chrono::seconds(10));
  auto note = spoken(1, 1000);
  note.horizon = new_year(400);
  watermark.note(note);
  EXPECT_EQ(watermark.current(), new_year(390));
}

// Three centuries apart: their distance does not fit into 64 bits of nanoseconds.
TEST(WatermarkTest, TakesTimesCenturiesApart) {
  Watermark watermark(std::chrono::seconds(10));
  watermark.note(spoken(1, 100, 100));
  auto old = spoken(2, 0, 100);
  old.latest = Timestamp::from_ns(INT64_MIN / 100 * 99);
  watermark.note(old);
  EXPECT_EQ(watermark.current(), new_year(90));
}

}  // namespace
}  // namespace inkling::detect
