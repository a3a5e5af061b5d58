#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/timestamp.h"

namespace inkling::sinks {

// How much of an incident a language model is shown.
struct PackOptions {
  std::uint32_t max_tokens = 3'000;  // estimated, of the evidence alone
  std::uint32_t max_services = 3;    // with what they did
  std::uint32_t max_changes = 3;     // with all their terms
  std::uint32_t max_exonerated = 5;  // with the term that decided
  bool redact_addresses = true;      // IP addresses become <ip-1>, <ip-2>, ...
};

// What a model costs, US dollars per million tokens.
struct ModelPrice {
  std::string model;  // id, or the end of one: "amazon.nova-pro-v1:0" fits "us.amazon.nova-pro-..."
  double input = 0;
  double output = 0;
  double cache_read = 0;
  double cache_write = 0;
};

enum class InvestigatorKind : std::uint8_t {
  kNone,     // no model: the deterministic report
  kBedrock,  // Amazon Bedrock, Converse
};

struct BedrockOptions {
  std::string model = "us.amazon.nova-pro-v1:0";  // model id, inference profile, or ARN of either
  std::string region;                             // "" = AWS_REGION
  std::string endpoint;                           // "" = the region's own
  std::vector<std::string>
      key;                // secret, at most one: bearer API key; else AWS_BEARER_TOKEN_BEDROCK
  std::string guardrail;  // identifier, "" = none
  std::string guardrail_version = "DRAFT";
  std::uint32_t max_output_tokens = 1'200;
  double temperature = 0;
  bool cache_prompt = true;  // a cache point behind the part that is always the same
  Duration timeout = std::chrono::seconds(60);
  std::uint32_t attempts = 3;                         // of one investigation, the first included
  Duration backoff = std::chrono::milliseconds(500);  // doubles with each attempt; jittered
};

// What may be spent. 0 = no limit.
struct BudgetOptions {
  std::uint32_t tokens_per_incident = 20'000;
  double dollars_per_incident = 0.05;
  std::uint64_t tokens_per_day = 5'000'000;
  double dollars_per_day = 10;
};

struct EscalateOptions {
  InvestigatorKind investigator = InvestigatorKind::kNone;
  PackOptions pack;
  BedrockOptions bedrock;
  BudgetOptions budget;
  std::vector<ModelPrice> prices;  // further ones, before the built-in list
  std::uint32_t concurrency = 4;   // investigations at once
  std::uint32_t max_waiting =
      1'000;  // incidents; beyond it the least severe is told without a model
  Duration reuse = std::chrono::hours(6);  // how long an answer holds for equal evidence
  std::uint32_t max_answers = 1'000;       // kept for reuse
};

}  // namespace inkling::sinks
