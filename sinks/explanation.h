#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/event.h"
#include "core/json.h"
#include "core/json_writer.h"

namespace inkling::sinks {

// One sentence or two that a model said and the evidence supports.
struct ExplainedStatement {
  std::string kind;                   // "headline", "cause", "finding", "next_step", "ruled_out"
  std::string text;                   // cleaned, not yet escaped
  std::vector<std::string> evidence;  // handles
};

// What a language model made of an incident, checked; or why there is nothing of the kind and the
// report stands on its own.
struct Explanation {
  bool by_model = false;
  std::string model;    // id
  std::string reason;   // why there is none: "over_budget", "throttled", ...
  bool reused = false;  // the evidence was equal to that of an earlier answer
  std::vector<ExplainedStatement> statements;
  std::vector<std::pair<std::string, std::uint64_t>> struck;  // by reason, those that occurred
  std::uint64_t input_tokens = 0;                             // without those from or to the cache
  std::uint64_t output_tokens = 0;
  std::uint64_t cache_read_tokens = 0;
  std::uint64_t cache_write_tokens = 0;
  std::uint32_t calls = 0;
  double dollars = 0;  // of all calls for this report; NaN = no price is known
};

void write_explanation(JsonWriter& writer, const Explanation& explanation);
Explanation read_explanation(const JsonValue& value);

// Sections of the reports; texts are escaped here.
std::string explanation_markdown(const Explanation& explanation);
std::string explanation_html(const Explanation& explanation);

}  // namespace inkling::sinks
