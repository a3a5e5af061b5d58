#include "detect/tail_probability.h"

#include <gtest/gtest.h>

#include <cmath>

namespace inkling::detect {
namespace {

// Log of the probability of exactly k, from the definition.
double log_pmf(int k, double mean, double dispersion) {
  const double size = mean / (dispersion - 1);
  const double p = 1 - 1 / dispersion;
  return std::lgamma(k + size) - std::lgamma(size) - std::lgamma(k + 1.0) + size * std::log1p(-p) +
         k * std::log(p);
}
double upper_sum(int count, double mean, double dispersion) {
  double sum = 0;
  for (int k = count + 5000; k >= count; --k) sum += std::exp(log_pmf(k, mean, dispersion));
  return sum;
}
double lower_sum(int count, double mean, double dispersion) {
  double sum = 0;
  for (int k = 0; k <= count; ++k) sum += std::exp(log_pmf(k, mean, dispersion));
  return sum;
}

TEST(TailProbabilityTest, IncompleteBetaHasItsClosedForms) {
  EXPECT_DOUBLE_EQ(incomplete_beta(2, 3, 0), 0);
  EXPECT_DOUBLE_EQ(incomplete_beta(2, 3, 1), 1);
  EXPECT_NEAR(incomplete_beta(1, 1, 0.3), 0.3, 1e-12);           // uniform
  EXPECT_NEAR(incomplete_beta(2, 3, 0.4), 0.5248, 1e-12);        // polynomial
  EXPECT_NEAR(incomplete_beta(0.5, 0.5, 0.25), 1.0 / 3, 1e-12);  // 2/pi asin(sqrt x)
  EXPECT_NEAR(incomplete_beta(7, 7, 0.5), 0.5, 1e-12);           // symmetry
  EXPECT_NEAR(incomplete_beta(4, 1, 0.5), 0.0625, 1e-12);        // x^a
  EXPECT_NEAR(incomplete_beta(1, 5, 0.2), 1 - 0.32768, 1e-12);   // 1 - (1-x)^b
}

TEST(TailProbabilityTest, AgreesWithExactSums) {
  for (const double mean : {0.1, 1.0, 7.5, 60.0}) {
    for (const double dispersion : {1.5, 2.2, 6.0}) {
      for (const int count : {1, 2, 5, 20, 60, 150}) {
        SCOPED_TRACE(testing::Message() << mean << " " << dispersion << " " << count);
        const double upper = upper_sum(count, mean, dispersion);
        const double lower = lower_sum(count, mean, dispersion);
        EXPECT_NEAR(negative_binomial_upper(count, mean, dispersion), upper, 1e-6 * upper);
        EXPECT_NEAR(negative_binomial_lower(count, mean, dispersion), lower, 1e-6 * lower);
      }
    }
  }
}

TEST(TailProbabilityTest, TailsAreOneTogether) {
  for (const int count : {1, 10, 100}) {
    EXPECT_NEAR(negative_binomial_upper(count, 12, 3) + negative_binomial_lower(count - 1, 12, 3),
                1, 1e-9);
  }
  EXPECT_EQ(negative_binomial_upper(0, 12, 3), 1);
  EXPECT_EQ(negative_binomial_lower(-1, 12, 3), 0);
}

TEST(TailProbabilityTest, WithoutDispersionItIsAPoisson) {
  // P(X >= 10), mean 3: 1 - sum e^-3 3^k / k!.
  double below = 0;
  for (int k = 0; k < 10; ++k) below += std::exp(-3 + k * std::log(3.0) - std::lgamma(k + 1.0));
  EXPECT_NEAR(negative_binomial_upper(10, 3, 1), 1 - below, 1e-3 * (1 - below));
}

// Against the normal distribution, to which all of them tend.
TEST(TailProbabilityTest, HoldsForLargeCounts) {
  for (const double mean : {1e4, 1e6, 1e8}) {
    for (const double dispersion : {1.0, 2.2, 20.0}) {
      for (const double sigmas : {0.5, 1.0, 3.0, 5.0}) {
        SCOPED_TRACE(testing::Message() << mean << " " << dispersion << " " << sigmas);
        const double sigma = std::sqrt(mean * dispersion);
        const double normal = 0.5 * std::erfc(sigmas / std::sqrt(2.0));
        // The skewness moves the tails by less than this, as a share of log10.
        const double room = 0.05 + 30 * dispersion / std::sqrt(mean * dispersion);
        EXPECT_NEAR(std::log10(negative_binomial_upper(mean + sigmas * sigma, mean, dispersion)),
                    std::log10(normal), room);
        EXPECT_NEAR(std::log10(negative_binomial_lower(mean - sigmas * sigma, mean, dispersion)),
                    std::log10(normal), room);
      }
    }
  }
}

TEST(TailProbabilityTest, FallsWithTheCountDownToVerySmall) {
  double last = 1;
  for (double count = 10; count < 3000; count += 10) {
    const double now = negative_binomial_upper(count, 5, 2.2);
    ASSERT_LE(now, last) << count;
    last = now;
  }
  EXPECT_LT(last, 1e-200);
}

}  // namespace
}  // namespace inkling::detect
