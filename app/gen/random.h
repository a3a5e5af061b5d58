#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace inkling::gen {

// Pseudo-random numbers and their distributions, the same bytes on every machine: only integer
// arithmetic, IEEE + - * / and sqrt, no libm (whose last digit differs between versions) and no
// std:: distributions (whose algorithms are not specified).
// Compilers choose the order in which arguments are evaluated: draw at most once per call.
// Source: Blackman, Vigna (2018), xoshiro256**, seeded by splitmix64. Not thread-safe: one owner.
class Random {
 public:
  explicit Random(std::uint64_t seed);
  // An independent stream: one part of the shop drawing more numbers leaves the others alone.
  Random(std::uint64_t seed, std::string_view purpose);

  std::uint64_t next() {
    const std::uint64_t result = rotate_left(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = rotate_left(state_[3], 45);
    return result;
  }
  // In [0, 1).
  double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }
  double between(double low, double high) { return low + (high - low) * uniform(); }
  // In [0, bound), bound >= 1. The bias of the multiply-shift is below 2^-32.
  std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>(((next() >> 32) * bound) >> 32);
  }
  bool chance(double probability) { return uniform() < probability; }
  // Standard normal as the sum of twelve 16-bit uniforms (Irwin-Hall): ends at +-6.
  double normal();
  double exponential(double mean);
  // exp(sigma * normal) times the median.
  double log_normal(double median, double sigma);
  // Number of events in a window that expects `mean`; above 30 by the normal approximation.
  std::uint32_t poisson(double mean);

 private:
  static constexpr std::uint64_t rotate_left(std::uint64_t x, int k) {
    return (x << k) | (x >> (64 - k));
  }
  std::array<std::uint64_t, 4> state_;
};

// e^x, ln x and cos(2 pi x) from basic arithmetic, to about 1e-12; x of portable_log must be
// positive and normal.
double portable_exp(double x);
double portable_log(double x);
double cosine_of_turns(double turns);

}  // namespace inkling::gen
