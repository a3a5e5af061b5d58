#pragma once

#include "core/history.h"
#include "correlate/signal.h"

namespace inkling::correlate {

struct LookBackOptions {
  double least_deviation = 6.0;  // in scales; weaker ones are "quiet"
  std::size_t least_points = 8;  // shorter series are not judged
  std::size_t plot_points = 240;
};

// Judges every series of a re-read range by robust deviation, without warm-up: finds its earliest
// change point, compares what lies before and after. Rates and ratios from single log lines are
// left to the messages: a message of level warn or above that is new in the range is a signal if
// its silence before was no accident (surprise -n ln(1-f) >= 3, f = share of the range before its
// first occurrence). `calls` and messages that name another service give edges elsewhere.
Findings judge_history(const History& history, const LookBackOptions& options = {});

}  // namespace inkling::correlate
