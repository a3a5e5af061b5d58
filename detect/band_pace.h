#pragma once

#include <array>
#include <cstdint>

#include "core/timestamp.h"

namespace inkling::detect {

// How fast the band detector remembers and forgets at one sampling period. A memory is neither so
// many points nor so many hours: half-lives grow with the 0.57th power of the period, which is what
// series sampled once a minute and series sampled once an hour agree on (docs/components/
// band_detector.md). Immutable.
struct BandPace {
  static constexpr std::size_t kHorizons = 4;

  std::array<float, kHorizons> record_decay{};  // per point
  std::uint16_t silence = 0;                    // points, after something was said
  float level_rate = 0;                         // of the mean magnitude of the values

  // `index`: of a class of periods, a quarter of an octave wide.
  static const BandPace& at(std::uint8_t index);
  static std::uint8_t index_of(Duration period);
};

}  // namespace inkling::detect
