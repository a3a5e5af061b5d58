#pragma once

#include <deque>
#include <vector>

#include "core/event.h"
#include "core/history.h"
#include "core/incident.h"
#include "core/timestamp.h"
#include "correlate/impact.h"
#include "correlate/options.h"

namespace inkling::correlate {

// Looks at what each change moved, once enough time has passed after it, whether or not anything
// was found wrong: the series around it are read again, and those of the same time of day on up to
// seven earlier days. Bounded by `change_checks_per_hour` of event time; of more changes at once
// the latest are looked at, the others are counted. Not thread-safe: one owner.
class ReleaseWatch {
 public:
  explicit ReleaseWatch(const CorrelateOptions& options)
      : per_hour_(options.change_checks_per_hour), max_impacts_(options.max_impacts) {}

  // Deploys, rollbacks, flags, configuration, migrations; other kinds are not looked at.
  void add(const Change& change);
  // Looks at what is due. With `final` at everything: nothing more will come.
  void look(Timestamp now, bool final, HistoryReader& history);

  // Of the changes looked at lately, the latest last.
  const std::deque<Impact>& impacts() const { return impacts_; }
  std::uint64_t skipped() const { return skipped_; }

  // Of saved state (core/state_fields.h).
  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.pending_, s.looks_, s.impacts_, s.skipped_);
  }

 private:
  std::uint32_t per_hour_;
  std::size_t max_impacts_;
  std::deque<ChangeMoment> pending_;  // by time
  std::deque<Timestamp> looks_;       // of the last hour
  std::deque<Impact> impacts_;
  std::uint64_t skipped_ = 0;
};

}  // namespace inkling::correlate
