#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "sinks/escalate/answer.h"
#include "sinks/escalate/prompt.h"
#include "sinks/escalate/usage.h"

namespace inkling::sinks {

// Why there is no answer. A fixed list: it labels metrics.
enum class NoAnswer : std::uint8_t {
  kNone,         // there is one
  kThrottled,    // 429 to the last attempt
  kTimedOut,     // the model or the network was too slow
  kUnavailable,  // no connection, 5xx
  kDenied,       // no access to the model, no or wrong credentials
  kInvalid,      // the request is refused: model id, region, size
  kMalformed,    // the answer has not the form that was asked for, also after a second try
  kGuardrail,    // a guardrail or content filter stepped in
  kCutOff,       // it did not fit its tokens
  kStopped,      // the program ends
  kOverBudget,   // it would cost too much: not asked
  kStruck,       // it said nothing that the evidence supports
  kCrowded,      // too many incidents wait
};
inline constexpr std::array<std::string_view, 13> kNoAnswerNames = {
    "none",      "throttled", "timed_out", "unavailable", "denied", "invalid", "malformed",
    "guardrail", "cut_off",   "stopped",   "over_budget", "struck", "crowded"};

// What became of one investigation.
struct Outcome {
  std::optional<Answer> answer;  // not yet checked
  NoAnswer reason = NoAnswer::kNone;
  std::string message;  // what went wrong, for people; holds no secret
  Usage usage;          // of all calls, also those without an answer
  std::uint32_t calls = 0;
};

// Somebody who explains an incident from its evidence. Not thread-safe: one per thread.
class Investigator {
 public:
  virtual ~Investigator() = default;
  // Blocks until there is an answer or none to be had; returns soon once `stop` is requested.
  virtual Outcome ask(const Prompt& prompt, std::stop_token stop) = 0;
};

}  // namespace inkling::sinks
