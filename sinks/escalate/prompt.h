#pragma once

#include <string>
#include <string_view>

#include "sinks/escalate/evidence_pack.h"
#include "sinks/escalate/options.h"

namespace inkling::sinks {

// What a model is asked.
struct Prompt {
  std::string system;       // the same for all incidents, so that it can be cached
  std::string user;         // the evidence, each fact on one line inside a fence
  std::string tool_name;    // the one tool it must answer through
  std::string tool_schema;  // JSON Schema; only handles and suspects of the pack are allowed
  std::size_t tokens = 0;   // estimated, of all of it
  std::string fingerprint;  // 16 hex digits: equal for evidence that is equal
};

Prompt make_prompt(const EvidencePack& pack);

// The body of a Converse request: the exact bytes that are sent.
std::string converse_body(const Prompt& prompt, const BedrockOptions& options);

// The same once more after an answer that was none: what was wrong with it is told.
std::string converse_repair_body(const Prompt& prompt, const BedrockOptions& options,
                                 std::string_view tool_use_id, std::string_view tool_input,
                                 std::string_view problem);

}  // namespace inkling::sinks
