#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sinks/escalate/answer.h"
#include "sinks/escalate/evidence_pack.h"

namespace inkling::sinks {

// Why something was struck out. A fixed list: it labels metrics.
enum class StrikeReason : std::uint8_t {
  kHandle,   // cites a fact that does not exist
  kNumber,   // a number that no cited fact holds, or only for another service or measure
  kName,     // a service, version, commit, person or product that no cited fact names
  kQuote,    // a quotation that no cited fact holds
  kSuspect,  // a suspect that is not listed, is exonerated, or is not the one that is explained
  kForeign,  // tool calls, markup, links, commands, talk about instructions
};
inline constexpr std::array<std::string_view, 6> kStrikeReasons = {"handle", "number",  "name",
                                                                   "quote",  "suspect", "foreign"};

struct Strike {
  StrikeReason reason = StrikeReason::kName;
  std::size_t statement = 0;  // index in the answer
  std::string what;           // the handle, number, name or words
};

// An answer with everything struck out that the evidence does not support.
struct CheckedAnswer {
  std::string suspect;                // "none" if it was struck
  std::vector<Statement> statements;  // without those that were struck
  std::vector<Strike> strikes;

  // The one of that kind, or null: struck.
  const Statement* find(StatementKind kind) const;
  // Whether it can stand in place of the deterministic words: headline and cause are left.
  bool usable() const;
};

// Checks each sentence against the facts its statement cites: its numbers (to the precision they
// are written in; percent and shares, ms and s are the same; a number belongs to the service and
// the measure named with it), names (what looks like an identifier, words the evidence uses as
// names, capitalised words and known products) and quotations. What fails takes its sentence with
// it; a statement without any sentence or citation is gone. Thread-safe.
CheckedAnswer check_answer(const Answer& answer, const EvidencePack& pack);

}  // namespace inkling::sinks
