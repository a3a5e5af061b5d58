#include "correlate/message_mix.h"

#include <gmock/gmock.h>

#include <random>
#include <string>
#include <vector>

#include "tests/correlate/scene.h"

namespace inkling::correlate {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::int64_t kSlots = 60;   // ten minutes
constexpr std::int64_t kChange = 48;  // the slot at minute 0 of the scene

// A message with one count per slot, from minute -8 of the scene on.
TemplateHistory counted(const std::string& service, const std::string& text,
                        const std::vector<std::uint32_t>& counts) {
  TemplateHistory history = make_message(service, text, -8, 0, Level::kInfo);
  history.slots.clear();
  history.count = 0;
  const std::int64_t first = slot_of(at_minute(-8));
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    history.slots.emplace_back(first + static_cast<std::int64_t>(i), counts[i]);
    history.count += counts[i];
  }
  return history;
}

std::vector<std::uint32_t> steps(std::uint32_t before, std::uint32_t after) {
  std::vector<std::uint32_t> counts(kSlots, before);
  for (std::size_t i = kChange; i < counts.size(); ++i) counts[i] = after;
  return counts;
}

TEST(MessageMixTest, FindsTheMessageThatIsMissing) {
  const auto shifts = find_mix_shifts(
      {counted("cart", "asked", steps(4, 4)), counted("cart", "answered", steps(4, 0)),
       counted("web", "shown", steps(5, 5))},
      at_minute(0));
  ASSERT_THAT(shifts, SizeIs(1));
  EXPECT_EQ(shifts[0].message->service, "cart");
  EXPECT_EQ(shifts[0].at, at_minute(0));
  EXPECT_EQ(shifts[0].before + shifts[0].after, shifts[0].message->count);
  EXPECT_GT(shifts[0].surprise, 10);
}

TEST(MessageMixTest, TrafficAloneMovesNoShare) {
  const auto shifts = find_mix_shifts(
      {counted("cart", "asked", steps(9, 1)), counted("cart", "answered", steps(9, 1))},
      at_minute(0));
  for (const MixShift& shift : shifts) EXPECT_LT(shift.surprise, 1);
}

TEST(MessageMixTest, BurstyMessagesNeedMore) {
  std::mt19937 random(7);
  std::vector<std::uint32_t> bursts(kSlots), mirror(kSlots);
  for (std::size_t i = 0; i < bursts.size(); ++i) {
    bursts[i] = random() % 6 == 0 ? 12 : 0;
    mirror[i] = 12;
  }
  const auto shifts = find_mix_shifts(
      {counted("cart", "cache refilled", bursts), counted("cart", "asked", mirror)}, at_minute(0));
  for (const MixShift& shift : shifts) EXPECT_LT(shift.surprise, 3);
}

TEST(MessageMixTest, ASplitNearTheTimeAskedForIsPreferred) {
  auto counts = steps(4, 4);
  for (std::size_t i = kChange - 12; i < counts.size(); ++i) counts[i] = 0;  // two minutes earlier
  const auto shifts = find_mix_shifts(
      {counted("cart", "asked", steps(4, 4)), counted("cart", "answered", counts)}, at_minute(0));
  ASSERT_THAT(shifts, SizeIs(1));
  EXPECT_EQ(shifts[0].at, at_minute(-2));
}

TEST(MessageMixTest, NothingBeforeIsNoShift) {
  std::vector<std::uint32_t> late(kSlots, 0);
  for (std::size_t i = kSlots - 2; i < late.size(); ++i) late[i] = 5;
  EXPECT_THAT(find_mix_shifts({counted("cart", "asked", late)}, at_minute(0)), IsEmpty());
}

TEST(MessageMixTest, ASignalSaysWhichWayTheShareWent) {
  Findings findings;
  add_mix_signals(findings,
                  {counted("cart", "asked", steps(4, 4)), counted("cart", "answered", steps(4, 0))},
                  at_minute(0));
  ASSERT_THAT(findings.signals, SizeIs(1));
  const Signal& signal = findings.signals[0];
  EXPECT_TRUE(signal.is_message());
  const bool fell = signal.text == "answered";
  EXPECT_EQ(signal.direction, fell ? Direction::kDown : Direction::kUp);
  EXPECT_DOUBLE_EQ(signal.share_before, 0.5);
  EXPECT_DOUBLE_EQ(signal.share_after, fell ? 0.0 : 1.0);
}

}  // namespace
}  // namespace inkling::correlate
