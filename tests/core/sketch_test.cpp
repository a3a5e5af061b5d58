#include "core/sketch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace inkling {
namespace {

TEST(SketchTest, KnowsValuesWithinOneSixtyFourth) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> exponent(-20, 44);
  for (int i = 0; i < 20'000; ++i) {
    const double value = std::exp2(exponent(random));
    const double known = Sketch::bin_value(Sketch::bin_of(value));
    ASSERT_LE(std::abs(known - value), value / 64) << value;
  }
}

TEST(SketchTest, OrdersBinsAsValues) {
  std::uint16_t last = 0;
  for (double value = 0x1p-22; value < 0x1p46; value *= 1.01) {
    const std::uint16_t bin = Sketch::bin_of(value);
    ASSERT_GE(bin, last);
    ASSERT_LT(bin, Sketch::kBins);
    last = bin;
  }
}

TEST(SketchTest, PutsWhatIsOutsideIntoTheNearestBin) {
  EXPECT_EQ(Sketch::bin_of(0.0), 0);
  EXPECT_EQ(Sketch::bin_of(-5.0), 0);
  EXPECT_EQ(Sketch::bin_of(std::nan("")), 0);
  EXPECT_EQ(Sketch::bin_of(1e-300), 0);
  EXPECT_EQ(Sketch::bin_of(std::numeric_limits<double>::infinity()), Sketch::kBins - 1);
  EXPECT_EQ(Sketch::bin_of(1e300), Sketch::kBins - 1);
}

TEST(SketchTest, AgreesWithSortedValues) {
  std::mt19937_64 random(2);
  std::lognormal_distribution<double> latency(3, 1);
  std::vector<double> values;
  Sketch sketch;
  for (int i = 0; i < 5000; ++i) {
    values.push_back(latency(random));
    sketch.add(Sketch::bin_of(values.back()));
  }
  std::sort(values.begin(), values.end());
  for (const double q : {0.0, 0.001, 0.25, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    const auto rank = std::max<std::size_t>(1, static_cast<std::size_t>(std::ceil(q * 5000)));
    const double exact = values[rank - 1];
    EXPECT_EQ(sketch.quantile(q), Sketch::bin_value(Sketch::bin_of(exact))) << q;
  }
}

TEST(SketchTest, MergesInAnyOrderToTheSame) {
  std::mt19937_64 random(3);
  Sketch parts[3];
  Sketch whole;
  for (int i = 0; i < 3000; ++i) {
    const auto bin = static_cast<std::uint16_t>(random() % Sketch::kBins);
    parts[i % 3].add(bin, 2);
    whole.add(bin, 2);
  }
  Sketch forward;
  for (const Sketch& part : parts) forward.merge(part);
  Sketch backward;
  for (int i = 2; i >= 0; --i) backward.merge(parts[i]);
  EXPECT_EQ(whole.count(), 6000u);
  for (double q = 0; q <= 1; q += 0.01) {
    EXPECT_EQ(forward.quantile(q), whole.quantile(q));
    EXPECT_EQ(backward.quantile(q), whole.quantile(q));
  }
}

TEST(SketchTest, IsEmptyAfterClear) {
  Sketch sketch;
  sketch.add(100);
  sketch.clear();
  EXPECT_EQ(sketch.count(), 0u);
  EXPECT_EQ(sketch.quantile(0.5), 0.0);
}

}  // namespace
}  // namespace inkling
