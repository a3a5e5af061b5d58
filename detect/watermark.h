#pragma once

#include <cstdint>
#include <unordered_map>

#include "core/frame.h"
#include "core/timestamp.h"

namespace inkling::detect {

// Decides up to when event time is complete: the least of the live origins' latest times, less the
// lateness allowed. An origin is not waited for once it ended, once it was idle for 30 s of ticks,
// or while it is more than 5 minutes behind the foremost one. Not thread-safe: one owner.
class Watermark {
 public:
  explicit Watermark(Duration lateness) : lateness_(lateness) {}

  // What a chunk says about its origin.
  struct Note {
    OriginId origin = 0;
    Timestamp latest = Timestamp::none();   // latest time found in it
    Timestamp arrival = Timestamp::none();  // none() in file replay
    Timestamp horizon = Timestamp::none();  // core/frame.h
    bool is_tick = false;
    bool ends_origin = false;
  };
  void note(const Note& note);

  // Never goes back. none() until any time is known.
  Timestamp current();

  // Latest time of an origin; none() if it has not spoken of time.
  Timestamp latest(OriginId origin) const;
  bool has_ended(OriginId origin) const;
  // Latest time of all.
  Timestamp latest() const { return latest_; }

  // Of saved state (core/state_fields.h).
  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.origins_, s.latest_, s.horizon_, s.last_tick_, s.watermark_);
  }

 private:
  struct Origin {
    Timestamp latest = Timestamp::none();
    Timestamp arrival = Timestamp::none();
    bool ended = false;
    template <class A, class S>
    static void fields(A& a, S& s) {
      a(s.latest, s.arrival, s.ended);
    }
  };
  Duration lateness_;
  std::unordered_map<OriginId, Origin> origins_;
  Timestamp latest_ = Timestamp::none();
  Timestamp horizon_ = Timestamp::none();
  Timestamp last_tick_ = Timestamp::none();
  Timestamp watermark_ = Timestamp::none();
};

}  // namespace inkling::detect
