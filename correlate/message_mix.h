#pragma once

#include <cstdint>
#include <vector>

#include "core/history.h"
#include "core/level.h"
#include "core/timestamp.h"
#include "correlate/signal.h"

namespace inkling::correlate {

// A message whose share of its service's records is not what it was.
struct MixShift {
  const TemplateHistory* message = nullptr;  // its earliest part; of the history searched
  Level level = Level::kUnknown;             // the worst it was written at
  Timestamp at;                              // since when: begin of a slot
  Timestamp last;                            // end of the last slot it was seen in
  double surprise = 0;                       // in nats, after what the search itself may find
  std::uint64_t before = 0;                  // its records
  std::uint64_t after = 0;
  std::uint64_t all_before = 0;  // records of the service
  std::uint64_t all_after = 0;

  double share_before() const {
    return static_cast<double>(before) / static_cast<double>(all_before);
  }
  double share_after() const { return static_cast<double>(after) / static_cast<double>(all_after); }
};

// For each service the message whose share moved most near `around`, sorted by service.
//
// The statistic of a message is the G-test of (this message, the others) x (before, after), divided
// by the scatter its share shows from slot to slot on either side (at least 1), so that bursty
// messages need more. It is taken at the best split from 3 min before `around` to 1 min after it,
// every minute of distance costing 2 nats; half the logarithm of the number of messages is taken
// off, because the strongest of many is looked for. Shares do not move with traffic: of the
// services that do less because their caller failed, each keeps its mix.
// Cost: O(messages * slots). Source: G-test as in Sokal & Rohlf, "Biometry" (1981);
// quasi-likelihood as in McCullagh & Nelder (1989).
std::vector<MixShift> find_mix_shifts(const std::vector<TemplateHistory>& templates,
                                      Timestamp around);

// Adds what find_mix_shifts() finds to the signals, where the message is not among them already.
void add_mix_signals(Findings& findings, const std::vector<TemplateHistory>& templates,
                     Timestamp around);

}  // namespace inkling::correlate
