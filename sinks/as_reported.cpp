#include <cmath>
#include <cstdlib>

#include "core/json_writer.h"
#include "sinks/narrative.h"

namespace inkling::sinks {
namespace {

double rounded(double value) {
  return std::isfinite(value) ? std::strtod(format_number(value).c_str(), nullptr) : kAbsent;
}

void round_points(std::vector<BandPoint>& points) {
  for (BandPoint& p : points) {
    p.value = rounded(p.value);
    p.low = rounded(p.low);
    p.high = rounded(p.high);
  }
}

void round_suspects(std::vector<Suspect>& suspects) {
  for (Suspect& s : suspects) {
    s.p = rounded(s.p);
    s.log_odds = rounded(s.log_odds);
    for (SuspectTerm& term : s.terms) term.log_odds = rounded(term.log_odds);
  }
}

}  // namespace

Incident as_reported(Incident incident) {
  for (AffectedService& s : incident.services) s.deviation = rounded(s.deviation);
  for (Anomaly& a : incident.anomalies) {
    a.strength = rounded(a.strength);
    a.raw = rounded(a.raw);
    a.peak = rounded(a.peak);
    a.expected_low = rounded(a.expected_low);
    a.expected_high = rounded(a.expected_high);
    round_points(a.history);
  }
  for (Alarm& a : incident.alarms) {
    a.threshold = rounded(a.threshold);
    a.observed = rounded(a.observed);
  }
  round_suspects(incident.changes);
  round_suspects(incident.nodes);
  incident.p_no_change = rounded(incident.p_no_change);
  for (Evidence& e : incident.evidence) round_points(e.plot);
  return incident;
}

}  // namespace inkling::sinks
