#include "core/units.h"

#include <gtest/gtest.h>

#include <random>

namespace inkling {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(ParseDurationTest, ReadsEachUnitAndSums) {
  const std::pair<const char*, Duration> cases[] = {
      {"0", Duration(0)},
      {"7ns", Duration(7)},
      {"7us", Duration(7'000)},
      {"500ms", milliseconds(500)},
      {"10s", seconds(10)},
      {"5m", minutes(5)},
      {"2h", hours(2)},
      {"7d", hours(168)},
      {"1h30m", minutes(90)},
      {"1.5s", milliseconds(1500)},
      {"1d2h3m4s5ms", hours(26) + minutes(3) + seconds(4) + milliseconds(5)},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(parse_duration(text), expected) << text;
}

TEST(ParseDurationTest, RefusesWhatIsNoDuration) {
  for (const char* text : {"", "s", "5", "-5s", "5 s", "5x", "5sx", "1e3s", "nan", "infs", "1h30",
                           "999999d99999999999d"}) {
    EXPECT_FALSE(parse_duration(text).has_value()) << text;
  }
}

TEST(FormatDurationTest, WritesTheShortestText) {
  EXPECT_EQ(format_duration(Duration(0)), "0s");
  EXPECT_EQ(format_duration(minutes(90)), "1h30m");
  EXPECT_EQ(format_duration(milliseconds(1500)), "1s500ms");
  EXPECT_EQ(format_duration(hours(48)), "2d");
}

TEST(FormatDurationTest, ReadsBack) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 2000; ++i) {
    // Exact below 2^53 ns, 104 days.
    const Duration duration(static_cast<std::int64_t>(random() >> (11 + i % 50)));
    EXPECT_EQ(parse_duration(format_duration(duration)), duration) << duration.count();
  }
}

TEST(ParseSizeTest, ReadsBinaryAndDecimalUnits) {
  const std::pair<const char*, std::uint64_t> cases[] = {
      {"0", 0},
      {"512", 512},
      {"512B", 512},
      {"10kB", 10'000},
      {"10KiB", 10'240},
      {"64MiB", 64u << 20},
      {"4GiB", 4ull << 30},
      {"1TiB", 1ull << 40},
      {"1.5KiB", 1536},
      {"18446744073709551615", 18'446'744'073'709'551'615ull},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(parse_size(text), expected) << text;
}

TEST(ParseSizeTest, RefusesWhatIsNoSize) {
  for (const char* text : {"", "B", "-1", "1 KiB", "1kib", "1.3B", "1KiBx", "nan",
                           "18446744073709551616", "99999999999TiB"}) {
    EXPECT_FALSE(parse_size(text).has_value()) << text;
  }
}

TEST(FormatSizeTest, ReadsBack) {
  EXPECT_EQ(format_size(64u << 20), "64MiB");
  EXPECT_EQ(format_size(1000), "1000B");
  std::mt19937_64 random(2);
  for (int i = 0; i < 2000; ++i) {
    const std::uint64_t size = (random() >> (i % 64)) << (i % 7 == 0 ? 10 : 0);
    EXPECT_EQ(parse_size(format_size(size)), size);
  }
}

TEST(ParseShareTest, ReadsPercentAndFraction) {
  EXPECT_EQ(parse_share("5%"), 0.05);
  EXPECT_EQ(parse_share("0.05"), 0.05);
  EXPECT_EQ(parse_share("100%"), 1.0);
  EXPECT_EQ(parse_share("0"), 0.0);
  for (const char* text : {"", "%", "101%", "1.01", "-1%", "5 %", "nan"}) {
    EXPECT_FALSE(parse_share(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace inkling
