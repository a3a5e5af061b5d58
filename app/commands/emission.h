#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "app/pipeline.h"
#include "app/replay_args.h"
#include "app/replay_input.h"
#include "sinks/report.h"

namespace inkling::app {

// Writes text to stdout; ends the process with kExitIo if nobody takes it.
void print(std::string_view text);

// Prints the intermediate results of a replay for machines, one JSON object a line. Rows that are
// known when an epoch ends are printed then, the others at the end.
class Emission {
 public:
  // `input` outlives this.
  Emission(EmitKind kind, const ReplayInput& input) : kind_(kind), input_(input) {}

  void take(const EpochResult& epoch);
  void finish(Pipeline& pipeline, const std::vector<Incident>& incidents,
              const sinks::ReportContext& context);

 private:
  void print_verdicts(const EpochResult& epoch) const;
  void print_templates(Pipeline& pipeline) const;

  EmitKind kind_;
  const ReplayInput& input_;
  std::map<std::uint64_t, Anomaly> anomalies_;  // as last told, by id
};

// The incident that counts in scores: the alarm's; without an alarm the one of highest severity,
// then the earliest. Null if there is none.
const Incident* principal_incident(const std::vector<Incident>& incidents);

}  // namespace inkling::app
