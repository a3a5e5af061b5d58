#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "core/http_server.h"
#include "core/json.h"
#include "core/mutex.h"
#include "sinks/aws/credentials.h"

namespace inkling::test {

// How a call is answered.
enum class StandIn : std::uint8_t {
  kAnswer,        // a good one
  kThrottle,      // 429 ThrottlingException
  kModelTimeout,  // 408
  kServerError,   // 500
  kUnavailable,   // 503, Retry-After: 1
  kModelError,    // 424
  kDenied,        // 403 AccessDeniedException
  kExpired,       // 403 ExpiredTokenException
  kWrongForm,     // a tool input that breaks the schema
  kNoTool,        // prose instead of the tool
  kCutOff,        // stopReason max_tokens
  kGuardrail,     // stopReason guardrail_intervened
  kTruncated,     // a body that ends in the middle
  kNever,         // no answer at all: the connection stays open
};

struct StandInOptions {
  std::string region = "us-east-1";
  sinks::Credentials credentials = {.access_key_id = "AKIDEXAMPLE",
                                    .secret_access_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLE",
                                    .session_token = ""};
  std::string bearer_key;  // "" = none is taken
  double throttled = 0;    // share of the calls that are not scripted
  double failing = 0;      // likewise, 500
  Duration latency{};      // of every answer
  std::uint64_t seed = 1;
  Timestamp now = Timestamp::none();  // none() = the real time; requests may be 5 minutes off
  std::uint16_t port = 0;
  std::size_t threads = 1;
};

// Speaks Converse and ConverseStream like Amazon Bedrock and is as strict: the signature (computed
// anew from the request, with the path as AWS encodes it), the time, the headers and the body by
// the service model. Its answers cite facts of the prompt. Thread-safe.
class BedrockStandIn {
 public:
  explicit BedrockStandIn(StandInOptions options);
  ~BedrockStandIn();

  std::string endpoint() const;
  // How the next calls are answered, before chance decides.
  void script(std::vector<StandIn> next);

  struct Seen {
    std::uint64_t calls = 0;
    std::uint64_t answered = 0;
    std::uint64_t refused = 0;          // 400 and 403 by its own judgement
    std::vector<std::string> refusals;  // why, the first 20
    std::string last_body;
    std::string last_model;
  };
  Seen seen() const;

 private:
  struct Delayed;
  void handle(HttpRequest&& request, HttpReply reply);
  std::string check(const HttpRequest& request, std::string& model, std::string& operation);
  std::string check_signature(const HttpRequest& request, const std::string& path) const;
  StandIn choose();
  HttpResponse respond(StandIn kind, const JsonValue& body, bool stream);
  void send(HttpResponse response, HttpReply reply);

  const StandInOptions options_;
  std::unique_ptr<HttpServer> server_;
  std::unique_ptr<Delayed> delayed_;
  mutable Mutex mutex_;
  Seen seen_ INKLING_GUARDED_BY(mutex_);
  std::deque<StandIn> script_ INKLING_GUARDED_BY(mutex_);
  std::mt19937_64 random_ INKLING_GUARDED_BY(mutex_);
  std::vector<HttpReply> kept_ INKLING_GUARDED_BY(mutex_);  // never answered
};

}  // namespace inkling::test
