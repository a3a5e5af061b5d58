#pragma once

#include <string_view>
#include <vector>

#include "core/history.h"
#include "core/timestamp.h"

namespace inkling::correlate {

// What one observer saw of calls to one service in one window. Names are views into the history.
struct CallSample {
  TimeRange window{};
  std::string_view reporter;  // the service that tells it: the callee itself, or a caller
  std::string_view version;   // of the reporter, "" = not said
  std::string_view caller;    // "" = all callers
  std::string_view callee;
  double requests = kAbsent;  // in the window; absent: not counted
  double failed = kAbsent;    // share of them, 0..1
  double seconds = kAbsent;   // mean duration

  bool is_own_view() const { return reporter == callee; }
};

// A window without a count weighs like so many requests.
inline constexpr double kUncounted = 10;

// All calls a history tells of, by (callee, begin, reporter, caller, version): from metrics of
// requests, failures and durations; from spans; from log records with a status. `history` outlives
// them.
std::vector<CallSample> read_calls(const History& history);

}  // namespace inkling::correlate
