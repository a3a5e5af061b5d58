#include "correlate/fingerprint.h"

namespace inkling::correlate {

std::string fingerprint(const Incident& incident) {
  std::string text(severity_name(incident.severity));
  text += incident_state_name(incident.state);
  text += format_timestamp(incident.onset);
  for (const Anomaly& anomaly : incident.anomalies) {
    text += std::to_string(anomaly.id) + (anomaly.open ? "o" : "c");
  }
  for (const Alarm& alarm : incident.alarms) text += alarm.id + (alarm.resolved ? "r" : "f");
  for (const Suspect& suspect : incident.changes) {
    if (suspect.p < 0.05) continue;
    text += suspect.id + std::string(suspect_verdict_name(suspect.verdict));
  }
  for (const Suspect& suspect : incident.nodes) {
    if (suspect.p >= 0.1) text += suspect.id;
  }
  return text;
}

}  // namespace inkling::correlate
