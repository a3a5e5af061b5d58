// The sections topology and correlate.
#include <chrono>

#include "config/option_table.h"

namespace inkling::config {
namespace {

using namespace std::chrono_literals;

OptionList topology_edge(correlate::TopologyEdge& edge) {
  return {
      required(text("caller", edge.caller, "The service that calls.")),
      required(text("callee", edge.callee, "The service that is called.")),
  };
}

}  // namespace

OptionList topology_options(Config& config) {
  auto& correlate = config.correlate;
  return {
      list("calls", correlate.topology, topology_edge, "Calls that are known beforehand."),
      text_list("user_facing", correlate.user_facing,
                "Services that users call directly: their trouble is more severe."),
      integer("max_edges", correlate.max_edges, between(1, 10'000'000),
              "Calls remembered; the one not seen for longest is forgotten first."),
  };
}

OptionList correlate_options(Config& config) {
  auto& correlate = config.correlate;
  return {
      share("prior_change", correlate.prior_change, strictly_between(0, 1),
            "Probability, before anything is known, that some change is to blame."),
      duration("ramp", correlate.ramp, between(0s, 6h),
               "A deploy may show its effect this much before or after its time."),
      duration(
          "decay", correlate.decay, between(1s, 24h * 7),
          "The longer after a change, the less likely it is the cause: constant of the decay."),
      duration("change_window", correlate.change_window, between(1min, 24h * 90),
               "Older changes are no suspects."),
      duration("join_gap", correlate.join_gap, between(1s, 24h),
               "Anomalies this far apart count half for belonging together."),
      share("join_threshold", correlate.join_threshold, between(0, 1),
            "An anomaly joins an incident from this weight on."),
      duration("quiet_to_resolve", correlate.quiet_to_resolve, between(10s, 24h * 7),
               "Time without anomalies until an incident is resolved."),
      duration("alarm_hold", correlate.alarm_hold, between(10s, 24h * 7),
               "How long an alarm counts whose sender never says that it is over."),
      number("severe_strength", correlate.severe_strength, between(0, 1),
             "One anomaly this strong opens an incident alone."),
      duration("look_back", correlate.look_back, between(0s, 24h * 30),
               "What is read again before an alarm."),
      size("look_back_bytes", correlate.look_back_bytes, between(0, 64.0 * (1 << 30)),
           "At most this much of it."),
      size("look_back_memory", correlate.look_back_memory, between(0, 4.0 * (1 << 30)),
           "For digests of the latest frames, which need not be read again then."),
      integer("silent_look_backs_per_hour", correlate.silent_look_backs_per_hour, between(0, 3'600),
              "Incidents without an alarm are read again as well, at most this many an hour."),
      integer("change_checks_per_hour", correlate.change_checks_per_hour, between(0, 3'600),
              "Changes are looked at once each for what they moved, at most this many an hour."),
      integer("max_impacts", correlate.max_impacts, between(0, 10'000'000),
              "What changes moved, remembered; the oldest is forgotten first."),
      integer("max_open_incidents", correlate.max_open_incidents, between(1, 1'000'000),
              "Beyond it new ones are refused until one is resolved."),
      integer("max_resolved_incidents", correlate.max_resolved_incidents, between(0, 1'000'000),
              "Remembered; the oldest is forgotten first."),
      integer("max_changes", correlate.max_changes, between(1, 10'000'000),
              "Changes remembered; the oldest is forgotten first."),
      integer("max_members", correlate.max_members, between(1, 100'000),
              "Anomalies listed per incident."),
      integer("max_suspects", correlate.max_suspects, between(1, 10'000),
              "Changes listed per incident."),
      integer("max_sightings", correlate.max_sightings, between(1, 10'000'000),
              "New templates remembered; the oldest is forgotten first."),
      integer("max_counts", correlate.max_counts, between(1, 100'000'000),
              "Counts per service, version and 10 s remembered."),
  };
}

}  // namespace inkling::config
