#include "core/timestamp.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <ctime>
#include <random>

namespace inkling {
namespace {

// 2024-02-29T12:34:56Z.
constexpr std::int64_t kLeapDay = 1'709'210'096;

constexpr Timestamp at(std::int64_t seconds, std::int64_t ns = 0) {
  return Timestamp::from_ns(seconds * 1'000'000'000 + ns);
}

TEST(ParseTimestampTest, ReadsEveryFormThatIsMeant) {
  const std::pair<const char*, Timestamp> cases[] = {
      {"2024-02-29T12:34:56Z", at(kLeapDay)},
      {"2024-02-29t12:34:56z", at(kLeapDay)},
      {"2024-02-29T12:34:56.5Z", at(kLeapDay, 500'000'000)},
      {"2024-02-29T12:34:56,5Z", at(kLeapDay, 500'000'000)},
      {"2024-02-29T12:34:56.123456Z", at(kLeapDay, 123'456'000)},
      {"2024-02-29T12:34:56.123456789Z", at(kLeapDay, 123'456'789)},
      {"2024-02-29T12:34:56.1234567891Z", at(kLeapDay, 123'456'789)},
      {"2024-02-29T12:34:56+00:00", at(kLeapDay)},
      {"2024-02-29T14:34:56+02:00", at(kLeapDay)},
      {"2024-02-29T14:34:56+0200", at(kLeapDay)},
      {"2024-02-29T14:34:56+02", at(kLeapDay)},
      {"2024-02-29T07:04:56-05:30", at(kLeapDay)},
      {"2024-03-01T00:34:56+12:00", at(kLeapDay)},
      {"2024-02-29 12:34:56", at(kLeapDay)},
      {"2024-02-29 12:34:56.250", at(kLeapDay, 250'000'000)},
      {"2024-02-29 12:34:56,250", at(kLeapDay, 250'000'000)},
      {"2024-02-29 12:34:56 UTC", at(kLeapDay)},
      {"2024-02-29 14:34:56 +0200", at(kLeapDay)},
      {"2024/02/29 12:34:56", at(kLeapDay)},
      {"2024-02-29T12:34", at(kLeapDay - 56)},
      {"2024-02-29", at(kLeapDay - 45'296)},
      {" 2024-02-29T12:34:56Z ", at(kLeapDay)},
      {"2016-12-31T23:59:60Z", at(1'483'228'800)},
      {"1970-01-01T00:00:00Z", at(0)},
      {"1969-12-31T23:59:59.5Z", at(0, -500'000'000)},
      {"1709210096", at(kLeapDay)},
      {"1709210096.5", at(kLeapDay, 500'000'000)},
      {"1709210096.123456789", at(kLeapDay, 123'456'789)},
      {"1709210096123", at(kLeapDay, 123'000'000)},
      {"1709210096123456", at(kLeapDay, 123'456'000)},
      {"1709210096123456789", at(kLeapDay, 123'456'789)},
      {"-1.5", at(-1, -500'000'000)},
      {"1.70921e9", at(1'709'210'000)},
      {"0", at(0)},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(parse_timestamp(text), expected) << text;
  }
}

TEST(ParseTimestampTest, RefusesWhatIsNoTime) {
  for (const char* text : {"",
                           " ",
                           "-",
                           "now",
                           "2024-",
                           "2024-13-01",
                           "2024-00-01",
                           "2024-02-30",
                           "2023-02-29",
                           "1900-02-29",
                           "2024-01-32",
                           "2024-01-01T",
                           "2024-01-01T24:00:00Z",
                           "2024-01-01T00:60:00Z",
                           "2024-01-01T00:00:61Z",
                           "2024-01-01T00:00:00.Z",
                           "2024-01-01T00:00:00+24:00",
                           "2024-01-01T00:00:00+01:60",
                           "2024-01-01T00:00:00+1",
                           "2024-01-01T00:00:00 Mars",
                           "2024-01/01",
                           "2024-1-1",
                           "2024-01-01x00:00:00",
                           "12:34:56",
                           "nan",
                           "inf",
                           "1e400",
                           "99999999999999999999",
                           "1709210096x",
                           "0x10",
                           "1677-12-31T23:59:59Z",
                           "2262-01-01T00:00:00Z",
                           "9999-12-31T23:59:59Z",
                           "0000-01-01T00:00:00Z"}) {
    EXPECT_FALSE(parse_timestamp(text).has_value()) << text;
  }
}

TEST(ParseTimestampTest, AgreesWithTheCalendarOfTheSystem) {
  constexpr unsigned kSeed = 20240229;
  std::mt19937_64 random(kSeed);
  std::uniform_int_distribution<std::int64_t> any_second(-9'214'560'000, 9'214'646'399);
  for (int i = 0; i < 20'000; ++i) {
    const std::time_t seconds = any_second(random);
    std::tm tm{};
    ASSERT_NE(gmtime_r(&seconds, &tm), nullptr);
    const std::string text =
        fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", tm.tm_year + 1900, tm.tm_mon + 1,
                    tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
    ASSERT_EQ(parse_timestamp(text), at(seconds)) << text << " seed " << kSeed;
    ASSERT_EQ(format_timestamp(at(seconds)), text) << seconds << " seed " << kSeed;
    ASSERT_EQ(timegm(&tm), seconds);
  }
}

TEST(ParseTimestampTest, ReadsBackWhatIsFormatted) {
  std::mt19937_64 random(42);
  std::uniform_int_distribution<std::int64_t> any(-9'214'560'000'000'000'000,
                                                  9'214'646'399'999'999'999);
  for (int i = 0; i < 20'000; ++i) {
    // As precise as seconds, ms, us and ns.
    constexpr std::int64_t kSteps[] = {1'000'000'000, 1'000'000, 1'000, 1};
    const std::int64_t step = kSteps[i % 4];
    const Timestamp t = Timestamp::from_ns(any(random) / step * step);
    ASSERT_EQ(parse_timestamp(format_timestamp(t)), t) << t.ns;
  }
}

TEST(FormatTimestampTest, WritesAsFewDigitsAsAreExact) {
  EXPECT_EQ(format_timestamp(at(kLeapDay)), "2024-02-29T12:34:56Z");
  EXPECT_EQ(format_timestamp(at(kLeapDay, 120'000'000)), "2024-02-29T12:34:56.120Z");
  EXPECT_EQ(format_timestamp(at(kLeapDay, 120'000)), "2024-02-29T12:34:56.000120Z");
  EXPECT_EQ(format_timestamp(at(kLeapDay, 1)), "2024-02-29T12:34:56.000000001Z");
  EXPECT_EQ(format_timestamp(at(0, -1)), "1969-12-31T23:59:59.999999999Z");
  EXPECT_EQ(format_timestamp(Timestamp::none()), "-");
}

TEST(TimestampFromEpochTest, TellsTheUnitByMagnitude) {
  EXPECT_EQ(timestamp_from_epoch(std::int64_t{99'999'999}), at(99'999'999));
  EXPECT_EQ(timestamp_from_epoch(std::int64_t{100'000'000'000}), at(100'000'000));
  EXPECT_EQ(timestamp_from_epoch(std::int64_t{100'000'000'000'000}), at(100'000'000));
  EXPECT_EQ(timestamp_from_epoch(std::int64_t{100'000'000'000'000'000}), at(100'000'000));
  EXPECT_EQ(timestamp_from_epoch(std::int64_t{-100'000'000'000}), at(-100'000'000));
  EXPECT_EQ(timestamp_from_epoch(1709210096.5), at(kLeapDay, 500'000'000));
  EXPECT_EQ(timestamp_from_epoch(1709210096500.0), at(kLeapDay, 500'000'000));
}

TEST(TimestampFromEpochTest, RefusesWhatIsOutOfRange) {
  EXPECT_FALSE(timestamp_from_epoch(std::int64_t{10'000'000'000}));
  EXPECT_FALSE(timestamp_from_epoch(std::numeric_limits<std::int64_t>::min()));
  EXPECT_FALSE(timestamp_from_epoch(std::numeric_limits<std::int64_t>::max()));
  EXPECT_FALSE(timestamp_from_epoch(std::numeric_limits<double>::infinity()));
  EXPECT_FALSE(timestamp_from_epoch(std::numeric_limits<double>::quiet_NaN()));
  EXPECT_FALSE(timestamp_from_epoch(1e19));
}

TEST(SlotTest, RoundsDownAlsoBeforeTheEpoch) {
  EXPECT_EQ(slot_of(at(0)), 0);
  EXPECT_EQ(slot_of(at(10, -1)), 0);
  EXPECT_EQ(slot_of(at(10)), 1);
  EXPECT_EQ(slot_of(at(0, -1)), -1);
  EXPECT_EQ(slot_of(at(-10)), -1);
  EXPECT_EQ(slot_of(at(-10, -1)), -2);
  EXPECT_EQ(slot_begin(-1), at(-10));
}

TEST(TimeRangeTest, IsHalfOpen) {
  const TimeRange range{at(1), at(2)};
  EXPECT_FALSE(range.contains(at(1, -1)));
  EXPECT_TRUE(range.contains(at(1)));
  EXPECT_TRUE(range.contains(at(2, -1)));
  EXPECT_FALSE(range.contains(at(2)));
}

}  // namespace
}  // namespace inkling
