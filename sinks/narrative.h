#pragma once

#include <string>
#include <vector>

#include "core/incident.h"

namespace inkling::sinks {

// What the incident most likely comes from, as far as the numbers say.
enum class CauseKind : std::uint8_t {
  kChange,     // one change stands out
  kUndecided,  // changes are in question, none stands out
  kNoChange,   // no change explains it
};

// The answers a person needs first, in words. Plain text, cleaned of control characters and capped,
// not yet escaped. The same incident gives the same words.
struct Narrative {
  std::vector<std::string> broken;    // strongest first
  std::vector<std::string> affected;  // core first
  std::string since;
  CauseKind cause_kind = CauseKind::kNoChange;
  double cause_p = 0;      // of the change, or of "no change"
  std::string cause;       // "Deploy of checkout 2.4.1, 28s before the onset (02:14:02 UTC): ..."
  std::string confidence;  // "very likely (94 %): caused"
  std::vector<std::string> because;    // the terms that speak loudest for it
  std::vector<std::string> next;       // what to do, in order
  std::vector<std::string> ruled_out;  // with the term that decided
};

Narrative narrate(const Incident& incident);

// "almost certain" .. "unlikely".
std::string probability_word(double p);

// The first 12 digits of a commit's hash; other ids cleaned.
std::string short_id(const std::string& id);

// What a change is called in one line: "deploy of checkout 2.4.1", "flag in cart".
std::string change_name(const Suspect& change);

// What an anomaly did: "rose to 18.4 %, expected up to 1.2 %".
std::string describe_anomaly(const Anomaly& anomaly);

// The name of a series for people, cleaned and capped.
std::string series_label(const SeriesRef& series);

// A copy whose numbers are what the JSON report keeps of them (6 significant digits, nothing
// infinite), so that a page rendered from the incident and one rendered from its JSON are equal.
Incident as_reported(Incident incident);

}  // namespace inkling::sinks
