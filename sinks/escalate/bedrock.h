#pragma once

#include <functional>
#include <memory>
#include <random>
#include <string>

#include "core/clock.h"
#include "core/http_client.h"
#include "core/result.h"
#include "sinks/aws/credential_chain.h"
#include "sinks/aws/sigv4.h"
#include "sinks/escalate/converse_reply.h"
#include "sinks/escalate/investigator.h"
#include "sinks/escalate/options.h"

namespace inkling::sinks {

// What a Bedrock investigator needs from its surroundings. All outlives it.
struct BedrockContext {
  CredentialChain& credentials;
  const Clock& clock;
  // Waits, or ends early on a stop request.
  std::function<void(Duration, std::stop_token)> pause;
  std::uint64_t seed = 0;  // of the jitter
};

// Asks a model on Amazon Bedrock through Converse. Connections are kept; requests are signed by
// SigV4 or carry a bearer key. Tried again with exponential, fully jittered pauses (or what
// Retry-After says): throttling, 5xx, no connection; once: time-outs of the model, an error of the
// model, an answer of the wrong form (which is told), expired credentials, a clock that is wrong.
// Not thread-safe: one per thread.
class BedrockInvestigator final : public Investigator {
 public:
  // kInvalidArgument without a region. `key` is the bearer key, "" = sign.
  static Result<std::unique_ptr<BedrockInvestigator>> create(BedrockOptions options,
                                                             std::string key,
                                                             BedrockContext context);

  Outcome ask(const Prompt& prompt, std::stop_token stop) override;

  // The same through ConverseStream, in one attempt: `on_text` sees the parts of the answer as
  // they come, unchecked.
  Outcome ask_streaming(const Prompt& prompt, std::stop_token stop,
                        std::function<void(std::string_view)> on_text);

 private:
  struct Attempt;
  BedrockInvestigator(BedrockOptions options, std::string key, BedrockContext context);

  Attempt call(const std::string& operation, const std::string& body, std::stop_token stop,
               ConverseStreamReader* stream);
  Result<AwsRequest> sign(const std::string& operation, const std::string& body);
  void classify(const HttpAnswer& answer, Attempt& attempt);
  // Whether the reply is an answer; else says why not.
  void take(const ConverseReply& reply, Attempt& attempt);
  Duration pause_before(std::uint32_t attempt, Duration asked_for);

  const BedrockOptions options_;
  const std::string key_;
  const BedrockContext context_;
  std::string scheme_;
  std::string host_;
  HttpClient client_;
  Duration clock_offset_{};  // of the service against ours, once it complained
  std::mt19937_64 random_;
};

}  // namespace inkling::sinks
