#include "correlate/robust_deviation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace inkling::correlate {
namespace {

TEST(RobustDeviationTest, QuantilesInterpolate) {
  const std::vector<double> values = {4, 1, 3, 2};
  EXPECT_DOUBLE_EQ(median(values), 2.5);
  EXPECT_DOUBLE_EQ(quantile(values, 0), 1);
  EXPECT_DOUBLE_EQ(quantile(values, 1), 4);
  EXPECT_DOUBLE_EQ(interquartile_range(values), 1.5);
  EXPECT_TRUE(std::isnan(median({})));
}

TEST(RobustDeviationTest, ScaleTakesTheWidestOfNoiseLevelAndFleet) {
  EXPECT_DOUBLE_EQ(robust_scale(5, 100, 10, 50), 5);   // own noise
  EXPECT_DOUBLE_EQ(robust_scale(1, 100, 10, 50), 2);   // 2 % of the level
  EXPECT_DOUBLE_EQ(robust_scale(1, 10, 100, 50), 15);  // 15 % of the fleet's IQR
  EXPECT_DOUBLE_EQ(robust_scale(0, 0, NAN, 50), 1);    // constant at 0: 2 % of the range
  EXPECT_DOUBLE_EQ(robust_scale(NAN, 0, NAN, 0), 1);
}

TEST(RobustDeviationTest, CountsScalesToTheNinetiethPercentile) {
  const std::vector<double> pre = {9, 10, 11};
  const std::vector<double> post = {30, 30, 30, 30};
  EXPECT_DOUBLE_EQ(robust_deviation(pre, post, 2), 10);
  EXPECT_TRUE(std::isnan(robust_deviation({}, post, 2)));
}

TEST(RobustDeviationTest, FleetFloorKeepsANearlyConstantSeriesFromWinning) {
  const std::vector<double> pre = {1.000, 1.001, 1.000};
  const std::vector<double> post = {1.1, 1.1, 1.1};
  const double alone = robust_deviation(pre, post, robust_scale(0.001, 1, NAN, 0.1));
  const double in_fleet = robust_deviation(pre, post, robust_scale(0.001, 1, 10, 0.1));
  EXPECT_GT(alone, 4);
  EXPECT_LT(in_fleet, 0.1);
}

TEST(RobustDeviationTest, NoiseOfDifferencesIgnoresAStep) {
  std::mt19937_64 random(7);
  std::normal_distribution<double> normal(0, 1);
  std::vector<double> flat(2000);
  for (double& value : flat) value = normal(random);
  std::vector<double> stepped = flat;
  for (std::size_t i = 1000; i < stepped.size(); ++i) stepped[i] += 500;
  EXPECT_NEAR(noise_iqr(flat), 1.349, 0.1);
  EXPECT_NEAR(noise_iqr(stepped), noise_iqr(flat), 0.02);
}

TEST(RobustDeviationTest, QuietEndDoesNotHideTheNoiseBeforeIt) {
  std::vector<double> values;
  for (int i = 0; i < 60; ++i) values.push_back(100 + (i * 37 % 11));
  const double noise = noise_before_change(values);
  for (int i = 0; i < 200; ++i) values.push_back(0);
  EXPECT_GT(noise_before_change(values), 0.5 * noise);
  EXPECT_LT(noise_iqr(values), 0.1 * noise);
}

TEST(RobustDeviationTest, ResidualRatioIsOneWithoutAChange) {
  const std::vector<double> before = {9, 10, 11, 10, 9, 11};
  EXPECT_NEAR(residual_ratio(before, before), 1, 1e-9);
  EXPECT_GT(residual_ratio(before, std::vector<double>{20, 21, 19}), 8);
  EXPECT_TRUE(std::isnan(residual_ratio(before, std::vector<double>{1, 2})));
}

}  // namespace
}  // namespace inkling::correlate
