#include "detect/tail_probability.h"

#include <algorithm>
#include <cmath>

namespace inkling::detect {
namespace {

// std::lgamma writes a global; this one may run on many threads.
double log_gamma(double x) {
  int sign = 0;
  return ::lgamma_r(x, &sign);
}

// Continued fraction of the incomplete beta function, evaluated by the modified method of Lentz.
double beta_fraction(double a, double b, double x) {
  constexpr double kTiny = 1e-300;
  const auto guard = [](double value) { return std::abs(value) < kTiny ? kTiny : value; };
  double c = 1;
  double d = 1 / guard(1 - (a + b) * x / (a + 1));
  double fraction = d;
  for (int m = 1; m <= 2000; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / guard(1 + even * d);
    c = guard(1 + even / c);
    fraction *= d * c;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / guard(1 + odd * d);
    c = guard(1 + odd / c);
    const double step = d * c;
    fraction *= step;
    if (std::abs(step - 1) < 1e-12) break;
  }
  return fraction;
}

constexpr double kMinDispersion = 1.0001;  // nearer to 1 the formula loses its digits

}  // namespace

double incomplete_beta(double a, double b, double x) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const double log_front =
      log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * std::log(x) + b * std::log1p(-x);
  if (x < (a + 1) / (a + b + 2)) return std::exp(log_front) * beta_fraction(a, b, x) / a;
  return 1 - std::exp(log_front) * beta_fraction(b, a, 1 - x) / b;
}

double negative_binomial_lower(double count, double mean, double dispersion) {
  if (count < 0) return 0;
  const double d = std::max(dispersion, kMinDispersion);
  // Successes until `size` failures; p = chance of the counted thing.
  const double size = mean / (d - 1);
  const double p = 1 - 1 / d;
  return incomplete_beta(size, std::floor(count) + 1, 1 - p);
}

double negative_binomial_upper(double count, double mean, double dispersion) {
  if (count <= 0) return 1;
  const double d = std::max(dispersion, kMinDispersion);
  const double size = mean / (d - 1);
  const double p = 1 - 1 / d;
  return incomplete_beta(std::ceil(count), size, p);
}

}  // namespace inkling::detect
