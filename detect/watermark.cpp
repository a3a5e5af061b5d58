#include "detect/watermark.h"

#include <algorithm>

namespace inkling::detect {
namespace {

constexpr Duration kIdle = std::chrono::seconds(30);
constexpr Duration kTooFarBehind = std::chrono::minutes(5);

}  // namespace

void Watermark::note(const Note& note) {
  if (note.is_tick) {
    last_tick_ = std::max(last_tick_, note.arrival);
    return;
  }
  Origin& origin = origins_[note.origin];
  origin.ended = note.ends_origin;
  origin.arrival = std::max(origin.arrival, note.arrival);
  origin.latest = std::max(origin.latest, note.latest);
  latest_ = std::max(latest_, note.latest);
  horizon_ = note.horizon;
}

Timestamp Watermark::current() {
  if (!latest_.is_set()) return watermark_;
  Timestamp least = Timestamp::none();
  for (const auto& [id, origin] : origins_) {
    if (origin.ended || !origin.latest.is_set()) continue;
    const bool replayed = !origin.arrival.is_set();
    if (!replayed) {
      if (last_tick_.is_set() && last_tick_ - origin.arrival > kIdle) continue;
      if (origin.latest < latest_ - kTooFarBehind) continue;
    }
    if (!least.is_set() || origin.latest < least) least = origin.latest;
  }
  if (!least.is_set()) {
    // Nobody to wait for. In a replay files may be left that have not spoken; live, ticks carry
    // time on.
    least = horizon_.is_set() ? horizon_ : std::max(latest_, last_tick_);
  }
  if (horizon_.is_set()) least = std::min(least, horizon_);
  watermark_ = std::max(watermark_, least - lateness_);
  return watermark_;
}

Timestamp Watermark::latest(OriginId origin) const {
  const auto found = origins_.find(origin);
  return found == origins_.end() ? Timestamp::none() : found->second.latest;
}

bool Watermark::has_ended(OriginId origin) const {
  const auto found = origins_.find(origin);
  return found != origins_.end() && found->second.ended;
}

}  // namespace inkling::detect
