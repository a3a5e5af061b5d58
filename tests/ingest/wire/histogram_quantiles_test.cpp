#include "ingest/wire/histogram_quantiles.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace inkling::ingest {
namespace {

double explicit_quantile(std::vector<std::uint64_t> counts, std::vector<double> bounds, double q,
                         double min = kAbsent, double max = kAbsent) {
  return quantile(ExplicitHistogram{.counts = counts, .bounds = bounds, .min = min, .max = max}, q);
}

TEST(HistogramQuantilesTest, InterpolatesInsideTheBucket) {
  EXPECT_DOUBLE_EQ(explicit_quantile({0, 10, 0}, {10, 20}, 0.5), 15);
  EXPECT_DOUBLE_EQ(explicit_quantile({5, 5, 0}, {10, 20}, 0.5), 10);
  EXPECT_DOUBLE_EQ(explicit_quantile({4, 0, 0}, {10, 20}, 0.5), 5);
}

TEST(HistogramQuantilesTest, KnowsTheEndsByMinimumAndMaximum) {
  EXPECT_DOUBLE_EQ(explicit_quantile({0, 0, 10}, {10, 20}, 0.5), 20);
  EXPECT_DOUBLE_EQ(explicit_quantile({0, 0, 10}, {10, 20}, 0.5, kAbsent, 40), 30);
  EXPECT_DOUBLE_EQ(explicit_quantile({10, 0, 0}, {10, 20}, 0.5, 8), 9);
  EXPECT_DOUBLE_EQ(explicit_quantile({10, 0, 0}, {-10, 20}, 0.5), -10);
  EXPECT_DOUBLE_EQ(explicit_quantile({10, 0}, {10}, 0.9, kAbsent, 4), 4);
}

TEST(HistogramQuantilesTest, GivesNothingWhereNothingIsKnown) {
  EXPECT_TRUE(std::isnan(explicit_quantile({}, {}, 0.5)));
  EXPECT_TRUE(std::isnan(explicit_quantile({0, 0}, {1}, 0.5)));
  EXPECT_TRUE(std::isnan(explicit_quantile({5}, {}, 0.5)));
  EXPECT_TRUE(std::isnan(explicit_quantile({1, 2, 3}, {1}, 0.5)));  // counts and bounds differ
  EXPECT_TRUE(std::isnan(quantile(ExponentialHistogram{}, 0.5)));
}

TEST(HistogramQuantilesTest, ReadsNegativeAndZeroBuckets) {
  const std::vector<std::uint64_t> negative = {10};  // [-2, -1) at scale 0
  const std::vector<std::uint64_t> positive = {10};  // (1, 2]
  const ExponentialHistogram histogram{
      .zero_count = 20, .positive = {0, positive}, .negative = {0, negative}};
  EXPECT_DOUBLE_EQ(quantile(histogram, 0.125), -std::exp2(0.5));
  EXPECT_DOUBLE_EQ(quantile(histogram, 0.5), 0);
  EXPECT_DOUBLE_EQ(quantile(histogram, 0.875), std::exp2(0.5));
}

TEST(HistogramQuantilesTest, StaysWithinTheBucketOfTheTrueQuantile) {
  std::mt19937_64 random(7);
  std::lognormal_distribution<double> latency(3.0, 1.0);
  for (int round = 0; round < 50; ++round) {
    std::vector<double> values(1000);
    for (double& value : values) value = latency(random);
    std::sort(values.begin(), values.end());
    // Scale 3: buckets grow by 2^(1/8), 9 %.
    std::vector<std::uint64_t> counts(400);
    const std::int64_t offset = -100;
    for (const double value : values) {
      const auto index = static_cast<std::int64_t>(std::ceil(std::log2(value) * 8)) - 1;
      ++counts[static_cast<std::size_t>(index - offset)];
    }
    const ExponentialHistogram histogram{.scale = 3, .positive = {offset, counts}};
    for (const double q : {0.01, 0.5, 0.9, 0.99}) {
      const double exact = values[static_cast<std::size_t>(std::ceil(q * 1000)) - 1];
      EXPECT_NEAR(quantile(histogram, q) / exact, 1.0, 0.0906) << "round " << round << " q " << q;
    }
  }
}

TEST(HistogramQuantilesTest, SurvivesAnyNumbers) {
  std::mt19937_64 random(9);
  for (int round = 0; round < 20'000; ++round) {
    std::vector<std::uint64_t> counts(random() % 5);
    std::vector<double> bounds(random() % 5);
    for (auto& count : counts) count = random() % 3 == 0 ? UINT64_MAX : random() % 4;
    for (double& bound : bounds) bound = std::bit_cast<double>(random());
    const double q = static_cast<double>(random() % 101) / 100;
    const double a = explicit_quantile(counts, bounds, q, std::bit_cast<double>(random()));
    const double b =
        quantile(ExponentialHistogram{.scale = static_cast<std::int32_t>(random()),
                                      .zero_count = random(),
                                      .positive = {static_cast<std::int32_t>(random()), counts},
                                      .negative = {static_cast<std::int32_t>(random()), counts}},
                 q);
    EXPECT_FALSE(std::isinf(a));
    EXPECT_FALSE(std::isinf(b));
  }
}

}  // namespace
}  // namespace inkling::ingest
