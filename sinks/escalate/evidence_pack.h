#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/incident.h"
#include "sinks/escalate/options.h"

namespace inkling::sinks {

// Masks what must not leave: secrets, tokens, addresses. Given by `app`, which knows the rules.
using Redact = std::function<std::string(std::string_view)>;

// Where a fact stands in the pack.
enum class FactSection : std::uint8_t {
  kIncident,
  kService,
  kChange,
  kNode,
  kExonerated,
  kEvidence,
  kExemplar,
  kAlarm,
  kTimeline,
  kMissing,
};
inline constexpr std::size_t kFactSectionCount = 10;
std::string_view fact_section_name(FactSection section);

// One line that a model may cite.
struct Fact {
  std::string handle;  // "ev:3" as in the report; "inc:1", "svc:1", "chg:1", "chg:1.2", "node:1"
  FactSection section = FactSection::kIncident;
  std::string text;        // one line, redacted, without fence marks; its origin is not trusted
  double value = 0;        // what it is worth to who explains the incident, 0..100 (guess)
  bool needed = false;     // told whatever it costs
  std::size_t tokens = 0;  // estimated, as it stands in the prompt
};

// A text that redaction changed before it could leave.
struct RedactionChange {
  std::string handle;
  std::string before;
  std::string after;
};

// Whom a model may name as the cause.
struct SuspectChoice {
  std::string handle;                   // "chg:1", "node:2"
  std::string id;                       // of the Suspect
  std::vector<std::string> names = {};  // that stand for it alone: id, version
  bool exonerated = false;
  bool blamed = false;  // caused or likely, as computed
};

// The small pile of evidence that a model sees. Everything in it is redacted, on one line, bounded.
struct EvidencePack {
  std::string incident;        // id
  std::vector<Fact> facts;     // in the order shown
  std::vector<Fact> left_out;  // had no room, best first
  std::vector<RedactionChange> redactions;
  std::vector<SuspectChoice> suspects;
  std::vector<std::string> services;  // that take part or were changed
  std::size_t tokens = 0;             // estimated, of the facts

  const Fact* find(std::string_view handle) const;
};

// Picks the facts of an incident: those that are needed, then by value per token while there is
// room. The same incident and options give the same pack. Thread-safe if `redact` is.
EvidencePack make_evidence_pack(const Incident& incident, const PackOptions& options,
                                const Redact& redact);

// IP addresses in a text as <ip-1>, <ip-2>, ... by first appearance; keeps count over many texts.
class AddressMask {
 public:
  std::string mask(std::string_view text);

 private:
  std::vector<std::string> seen_;
};

}  // namespace inkling::sinks
