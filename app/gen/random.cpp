#include "app/gen/random.h"

#include <bit>
#include <cmath>

#include "core/hash.h"

namespace inkling::gen {
namespace {

constexpr double kLn2 = 0.693147180559945309417;

std::uint64_t splitmix(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9E3779B97F4A7C15ULL);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

// Whole part towards minus infinity, for |x| < 2^52.
std::int64_t floor_of(double x) {
  const auto truncated = static_cast<std::int64_t>(x);
  return static_cast<double>(truncated) > x ? truncated - 1 : truncated;
}

}  // namespace

Random::Random(std::uint64_t seed) {
  for (auto& word : state_) word = splitmix(seed);
}

Random::Random(std::uint64_t seed, std::string_view purpose)
    : Random(hash_combine(seed, hash_bytes(purpose))) {}

double Random::normal() {
  std::uint32_t sum = 0;
  for (int i = 0; i < 3; ++i) {
    const std::uint64_t bits = next();
    sum += static_cast<std::uint32_t>((bits & 0xFFFF) + ((bits >> 16) & 0xFFFF) +
                                      ((bits >> 32) & 0xFFFF) + (bits >> 48));
  }
  return static_cast<double>(sum) / 65536.0 - 6.0;
}

double Random::exponential(double mean) { return -mean * portable_log(1.0 - uniform()); }

double Random::log_normal(double median, double sigma) {
  return median * portable_exp(sigma * normal());
}

std::uint32_t Random::poisson(double mean) {
  if (!(mean > 0)) return 0;
  if (mean > 30) {
    const double drawn = mean + std::sqrt(mean) * normal() + 0.5;
    return drawn < 0 ? 0 : static_cast<std::uint32_t>(drawn);
  }
  const double limit = portable_exp(-mean);
  std::uint32_t count = 0;
  for (double product = uniform(); product > limit; product *= uniform()) ++count;
  return count;
}

double portable_exp(double x) {
  if (x > 700) x = 700;
  if (x < -700) return 0;
  const std::int64_t power = floor_of(x / kLn2 + 0.5);
  const double r = x - static_cast<double>(power) * kLn2;  // |r| <= ln 2 / 2
  double sum = 1;
  for (int i = 13; i >= 1; --i) sum = 1 + sum * r / i;
  return sum * std::bit_cast<double>(static_cast<std::uint64_t>(power + 1023) << 52);
}

double portable_log(double x) {
  const auto bits = std::bit_cast<std::uint64_t>(x);
  auto exponent = static_cast<std::int64_t>(bits >> 52) - 1023;
  double mantissa = std::bit_cast<double>((bits & 0xFFFFFFFFFFFFFULL) | 0x3FF0000000000000ULL);
  if (mantissa > 1.41421356237309505) {
    mantissa *= 0.5;
    ++exponent;
  }
  // ln m = 2 artanh((m - 1) / (m + 1)); the argument is at most 0.1716 in size.
  const double s = (mantissa - 1) / (mantissa + 1);
  const double square = s * s;
  double sum = 0;
  for (int i = 17; i >= 1; i -= 2) sum = sum * square + 1.0 / i;
  return 2 * s * sum + static_cast<double>(exponent) * kLn2;
}

double cosine_of_turns(double turns) {
  double x = turns - static_cast<double>(floor_of(turns + 0.5));  // -0.5 .. 0.5
  if (x < 0) x = -x;
  const bool mirrored = x > 0.25;  // cos(pi - a) = -cos a
  if (mirrored) x = 0.5 - x;
  const double radians = x * 6.28318530717958647693;
  const double square = radians * radians;
  double sum = 1;
  for (int i = 16; i >= 2; i -= 2) sum = 1 - sum * square / (i * (i - 1));
  return mirrored ? -sum : sum;
}

}  // namespace inkling::gen
