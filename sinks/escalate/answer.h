#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "core/result.h"

namespace inkling::sinks {

enum class StatementKind : std::uint8_t { kHeadline, kCause, kFinding, kNextStep, kRuledOut };
inline constexpr std::array<std::string_view, 5> kStatementKinds = {"headline", "cause", "finding",
                                                                    "next_step", "ruled_out"};

// Bounds on an answer; also in the schema the model is given.
inline constexpr int kMaxStatements = 15;
inline constexpr int kMaxCitations = 8;
inline constexpr int kMaxStatementBytes = 500;

// One thing a model says, and the facts it says that it rests on.
struct Statement {
  StatementKind kind = StatementKind::kFinding;
  std::string text;
  std::vector<std::string> evidence;  // handles as given: whether they exist is the firewall's
};

// What a model answered: of the right form, not yet checked against the evidence.
struct Answer {
  std::string suspect;  // a handle, or "none"
  std::vector<Statement> statements;
};

// Reads the input of the tool call. kBadInput says what is wrong with its form, for people and for
// the model's second try: a member that is missing, unknown or of another type, a bound exceeded,
// not exactly one headline and one cause. Texts are cleaned of control characters. Thread-safe.
Result<Answer> read_answer(const JsonValue& input);

}  // namespace inkling::sinks
