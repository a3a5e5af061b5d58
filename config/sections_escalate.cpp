// The section escalate.
#include <chrono>

#include "config/option_table.h"

namespace inkling::config {

using namespace std::chrono_literals;

namespace {

OptionList model_price(sinks::ModelPrice& price) {
  return {
      required(text("model", price.model, "Id of the model, or the end of it.")),
      number("input", price.input, at_least(0), "US dollars per million tokens."),
      number("output", price.output, at_least(0), "Likewise."),
      number("cache_read", price.cache_read, at_least(0), "Likewise, read from the prompt cache."),
      number("cache_write", price.cache_write, at_least(0), "Likewise, written to it."),
  };
}

OptionList bedrock_options(sinks::BedrockOptions& bedrock) {
  return {
      text("model", bedrock.model, "Model id, inference profile, or ARN of either."),
      text("region", bedrock.region, "Empty: AWS_REGION."),
      text("endpoint", bedrock.endpoint, "scheme://host[:port]; empty: that of the region."),
      secret(text_list("key", bedrock.key,
                       "Bearer API key, as a reference such as ${secret:file/run/secrets/key}. "
                       "Empty: AWS_BEARER_TOKEN_BEDROCK, else requests are signed.")),
      text("guardrail", bedrock.guardrail, "Identifier of a guardrail; empty: none."),
      text("guardrail_version", bedrock.guardrail_version, "A number, or DRAFT."),
      integer("max_output_tokens", bedrock.max_output_tokens, between(100, 32'000),
              "Of one answer."),
      number("temperature", bedrock.temperature, between(0, 1), "0: the most likely words."),
      boolean("cache_prompt", bedrock.cache_prompt,
              "Marks the part of the prompt that is always the same as fit for caching."),
      duration("timeout", bedrock.timeout, between(1s, 1h), "Of one call."),
      integer("attempts", bedrock.attempts, between(1, 10), "Calls of one investigation, at most."),
      duration("backoff", bedrock.backoff, between(10ms, 20s),
               "Longest pause before the second call; doubles with each further one."),
  };
}

}  // namespace

OptionList escalate_options(Config& config) {
  auto& escalate = config.escalate;
  return {
      choice("investigator", escalate.investigator,
             Words<sinks::InvestigatorKind>{{"none", sinks::InvestigatorKind::kNone},
                                            {"bedrock", sinks::InvestigatorKind::kBedrock}},
             "Who explains incidents; none: the report stands on its numbers and nothing leaves "
             "the process."),
      integer("concurrency", escalate.concurrency, between(1, 1'000), "Investigations at once."),
      integer("max_waiting", escalate.max_waiting, between(1, 1'000'000),
              "Incidents that wait; beyond it the least severe is told without a model."),
      duration("reuse", escalate.reuse, between(0s, 7 * 24h),
               "How long an answer holds for equal evidence."),
      integer("max_answers", escalate.max_answers, between(1, 1'000'000), "Kept for that."),
      section("pack", "How much of an incident is shown to a model.",
              {integer("max_tokens", escalate.pack.max_tokens, between(200, 100'000),
                       "Estimated, of the facts."),
               integer("max_services", escalate.pack.max_services, between(1, 100),
                       "With what they did."),
               integer("max_changes", escalate.pack.max_changes, between(1, 100),
                       "With all their terms."),
               integer("max_exonerated", escalate.pack.max_exonerated, between(0, 100),
                       "With the term that decided."),
               boolean("redact_addresses", escalate.pack.redact_addresses,
                       "IP addresses become <ip-1>, <ip-2>, ...")}),
      section("bedrock", "Amazon Bedrock.", bedrock_options(escalate.bedrock)),
      section(
          "budget", "What may be spent, checked before each call; 0: no limit.",
          {integer("tokens_per_incident", escalate.budget.tokens_per_incident, between(0, 1e9),
                   "Of all its investigations."),
           number("dollars_per_incident", escalate.budget.dollars_per_incident, at_least(0),
                  "US dollars."),
           integer("tokens_per_day", escalate.budget.tokens_per_day, between(0, 1e12),
                   "A day begins at 00:00 UTC."),
           number("dollars_per_day", escalate.budget.dollars_per_day, at_least(0), "US dollars.")}),
      list("prices", escalate.prices, model_price,
           "What models cost; common ones are known as of 2026-06."),
  };
}

}  // namespace inkling::config
