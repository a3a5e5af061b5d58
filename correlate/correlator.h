#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/epoch.h"
#include "core/history.h"
#include "core/incident.h"
#include "core/result.h"
#include "core/state_reader.h"
#include "core/state_writer.h"
#include "correlate/options.h"

namespace inkling::correlate {

// Turns what the detectors say into incidents: groups anomalies and alarms, scores the changes
// before them, rates the services, and follows each incident from opening to resolution. A pure
// function of the epochs and the history; no clock, no file, no network. Not thread-safe: one
// owner, the serial step.
class Correlator {
 public:
  // `history` outlives the correlator; it is asked when an alarm arrives.
  Correlator(const CorrelateOptions& options, HistoryReader& history);
  ~Correlator();

  // Takes an epoch in and returns each incident that was opened, updated or resolved by it, as it
  // is now, in order of event time. With epoch.final all investigations are brought up to date once
  // more.
  std::vector<Incident> on_epoch(const EpochResult& epoch);

  // All incidents that are open or were resolved lately, by onset.
  std::vector<Incident> incidents() const;
  // What each change did to each series of each incident. For `--emit impacts`.
  std::vector<Impact> impacts() const;

  // All that is known, between two epochs, as a section of core/state_writer.h. load(): into a
  // correlator that has seen nothing; its options may be others. kBadInput leaves it half loaded.
  void save(StateWriter& writer) const;
  Result<void> load(StateReader& reader);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace inkling::correlate
