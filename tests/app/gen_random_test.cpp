#include <gtest/gtest.h>

#include <cmath>

#include "app/gen/random.h"

namespace inkling::gen {
namespace {

TEST(RandomTest, DrawsTheSameNumbersForASeedForEver) {
  // Fixed so that data made from a seed can be made again by a later version.
  Random random(42);
  const std::uint64_t first = random.next();
  const std::uint64_t second = random.next();
  EXPECT_EQ(first, 1546998764402558742ULL);
  EXPECT_EQ(second, 6990951692964543102ULL);
}

TEST(RandomTest, GivesEachPurposeItsOwnStream) {
  EXPECT_NE(Random(1, "traffic").next(), Random(1, "metrics").next());
}

TEST(RandomTest, ComputesElementaryFunctionsToTwelveDigits) {
  for (double x = -30; x < 30; x += 0.37) {
    EXPECT_NEAR(portable_exp(x) / std::exp(x), 1, 1e-12) << x;
    EXPECT_NEAR(cosine_of_turns(x), std::cos(x * 2 * M_PI), 1e-11) << x;
  }
  for (double x = 1e-9; x < 1e9; x *= 1.7) EXPECT_NEAR(portable_log(x), std::log(x), 1e-11) << x;
}

TEST(RandomTest, DrawsDistributionsWithTheirMoments) {
  Random random(7);
  constexpr int kDraws = 200'000;
  double normal_sum = 0;
  double normal_squares = 0;
  double exponential_sum = 0;
  double small_poisson = 0;
  double large_poisson = 0;
  int below_median = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double normal = random.normal();
    normal_sum += normal;
    normal_squares += normal * normal;
    exponential_sum += random.exponential(3);
    small_poisson += random.poisson(0.7);
    large_poisson += random.poisson(80);
    if (random.log_normal(20, 0.5) < 20) ++below_median;
  }
  EXPECT_NEAR(normal_sum / kDraws, 0, 0.01);
  EXPECT_NEAR(normal_squares / kDraws, 1, 0.02);
  EXPECT_NEAR(exponential_sum / kDraws, 3, 0.04);
  EXPECT_NEAR(small_poisson / kDraws, 0.7, 0.01);
  EXPECT_NEAR(large_poisson / kDraws, 80, 0.1);
  EXPECT_NEAR(below_median / static_cast<double>(kDraws), 0.5, 0.01);
}

}  // namespace
}  // namespace inkling::gen
