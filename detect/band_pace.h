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
  // These are times, with least numbers of points.
  float size_rate = 0;                // of the usual sizes of residuals: two weeks
  std::uint32_t first_day = 0;        // points of the first day
  std::uint32_t longest_episode = 0;  // points: what lasts longer may be said again
  std::uint32_t aftermath = 0;        // points in which coming back is no news
  bool is_coarse = false;             // a point stands for twenty minutes or more

  // `index`: of a class of periods, a quarter of an octave wide.
  static const BandPace& at(std::uint8_t index);
  static std::uint8_t index_of(Duration period);
};

}  // namespace inkling::detect
