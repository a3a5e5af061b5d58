#pragma once

#include <string>

namespace inkling::app {

struct EvidenceArgs {
  std::string handle;           // "<incident>", "<incident>/ev:<n>"; the incident may be shortened
  std::string store;            // SQLite file; "" = the one in the state directory
  std::string journal;          // directory; "" = the one in the state directory
  std::string state_directory;  // "" = the default
  std::string config;           // of the redaction; "" = defaults
  bool raw = false;             // records as received, not redacted
  bool json = false;
};

// `inkling evidence show`: the facts of an incident, or one of them, with the record each leads to.
int run_evidence_show(const EvidenceArgs& args);

// `inkling evidence verify`: reads the records again, from the journal or from their copies; exit
// code 3 if one is not there or damaged. What is no record is "recorded, not recomputed".
int run_evidence_verify(const EvidenceArgs& args);

}  // namespace inkling::app
