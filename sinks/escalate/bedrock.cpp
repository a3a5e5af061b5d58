#include "sinks/escalate/bedrock.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "sinks/aws/http_date.h"
#include "sinks/aws/sigv4.h"
#include "sinks/escape.h"

namespace inkling::sinks {
namespace {

constexpr Duration kMaxPause = std::chrono::seconds(20);
constexpr std::size_t kMaxReply = 4u << 20;

// What a status and the name of an error mean.
struct Meaning {
  NoAnswer reason;
  enum class Again { kNever, kOnce, kPause } again;
};

Meaning meaning_of(unsigned status, std::string_view error) {
  using Again = Meaning::Again;
  if (status == 429 || error.starts_with("Throttling")) {
    return {NoAnswer::kThrottled, Again::kPause};
  }
  if (status == 408 || error == "ModelTimeoutException") return {NoAnswer::kTimedOut, Again::kOnce};
  if (status == 424) return {NoAnswer::kUnavailable, Again::kOnce};
  if (status >= 500) return {NoAnswer::kUnavailable, Again::kPause};
  if (status == 401 || status == 403) return {NoAnswer::kDenied, Again::kNever};
  return {NoAnswer::kInvalid, Again::kNever};
}

// "ThrottlingException" of "ThrottlingException:http://...".
std::string_view error_name(const HttpAnswer& answer) {
  const std::string_view header = answer.header("x-amzn-errortype");
  return header.substr(0, header.find(':'));
}

Duration retry_after(const HttpAnswer& answer) {
  const std::string_view text = answer.header("retry-after");
  unsigned seconds = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (text.empty() || read.ec != std::errc()) return {};
  return std::min<Duration>(std::chrono::seconds(seconds), kMaxPause);
}

}  // namespace

// What one call gave, and whether another makes sense.
struct BedrockInvestigator::Attempt {
  Outcome outcome;
  ConverseReply reply;  // the malformed one, for the second try
  Meaning::Again again = Meaning::Again::kNever;
  bool expired = false;  // credentials
  bool skewed = false;   // clock
  Duration wait{};       // that the service asked for

  void fail_with(Meaning meaning, std::string message) {
    outcome.reason = meaning.reason;
    outcome.message = std::move(message);
    again = meaning.again;
  }
};

BedrockInvestigator::BedrockInvestigator(BedrockOptions options, std::string key,
                                         BedrockContext context)
    : options_(std::move(options)),
      key_(std::move(key)),
      context_(std::move(context)),
      random_(context_.seed) {}

Result<std::unique_ptr<BedrockInvestigator>> BedrockInvestigator::create(BedrockOptions options,
                                                                         std::string key,
                                                                         BedrockContext context) {
  if (options.region.empty()) {
    return fail(ErrorCode::kInvalidArgument,
                "escalate.bedrock.region must be set, or AWS_REGION in the environment");
  }
  std::string endpoint = options.endpoint;
  if (endpoint.empty()) {
    endpoint = fmt::format("https://bedrock-runtime.{}.amazonaws.com", options.region);
  }
  const std::size_t scheme = endpoint.find("://");
  const bool good = scheme != std::string::npos && scheme + 3 < endpoint.size() &&
                    endpoint.find('/', scheme + 3) == std::string::npos;
  if (!good) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("escalate.bedrock.endpoint must be scheme://host[:port]: {}",
                            clean_text(endpoint)));
  }
  if (key.find_first_of("\r\n") != std::string::npos) {
    return fail(ErrorCode::kInvalidArgument, "escalate.bedrock.key must be one line");
  }
  std::unique_ptr<BedrockInvestigator> made(
      new BedrockInvestigator(std::move(options), std::move(key), std::move(context)));
  made->scheme_ = endpoint.substr(0, scheme + 3);
  made->host_ = endpoint.substr(scheme + 3);
  return made;
}

Result<AwsRequest> BedrockInvestigator::sign(const std::string& operation,
                                             const std::string& body) {
  AwsRequest request;
  request.host = host_;
  request.path = fmt::format("/model/{}/{}", percent_encode(options_.model), operation);
  request.body = body;
  request.headers = {{"Content-Type", "application/json"}};
  if (!key_.empty()) {
    request.headers.emplace_back("Authorization", "Bearer " + key_);
    return request;
  }
  INKLING_TRY_ASSIGN(const Credentials credentials, context_.credentials.get());
  const Signature signature =
      sign_v4(request, credentials, {.region = options_.region, .service = "bedrock"},
              context_.clock.now() + clock_offset_);
  request.headers.insert(request.headers.end(), signature.headers.begin(), signature.headers.end());
  return request;
}

void BedrockInvestigator::classify(const HttpAnswer& answer, Attempt& attempt) {
  const std::string error(error_name(answer));
  const auto body = parse_json(answer.body);
  const std::string said =
      body ? clean_text(body->text_of({"message", "Message"}), 200) : std::string();
  attempt.fail_with(
      meaning_of(answer.status, error),
      fmt::format("bedrock answered {} {}: {}", answer.status, clean_text(error, 60), said));
  attempt.wait = retry_after(answer);
  attempt.expired = error == "ExpiredTokenException";
  const bool may_be_skewed = error == "InvalidSignatureException" ||
                             error == "SignatureDoesNotMatch" || error == "RequestTimeTooSkewed";
  const auto date = parse_http_date(answer.header("date"));
  if (may_be_skewed && date) {
    const Duration offset = *date - context_.clock.now();
    attempt.skewed = std::chrono::abs(offset - clock_offset_) > std::chrono::minutes(1);
    if (attempt.skewed) clock_offset_ = offset;
  }
}

void BedrockInvestigator::take(const ConverseReply& reply, Attempt& attempt) {
  using Again = Meaning::Again;
  attempt.outcome.usage = reply.usage;
  attempt.reply = reply;
  const std::string& stop = reply.stop_reason;
  if (stop == "guardrail_intervened" || stop == "content_filtered") {
    attempt.fail_with({NoAnswer::kGuardrail, Again::kNever}, "a guardrail stepped in");
    return;
  }
  if (stop == "max_tokens" || stop == "model_context_window_exceeded") {
    attempt.fail_with({NoAnswer::kCutOff, Again::kNever},
                      "the answer was cut off; see escalate.bedrock.max_output_tokens");
    return;
  }
  const auto input = parse_json(reply.tool_input);
  auto answer = input ? read_answer(*input)
                      : Result<Answer>(fail(ErrorCode::kBadInput,
                                            "answer: expected a call of the tool with JSON"));
  if (!answer) {
    attempt.fail_with({NoAnswer::kMalformed, Again::kOnce}, answer.error().message);
    return;
  }
  attempt.outcome.answer = std::move(*answer);
}

BedrockInvestigator::Attempt BedrockInvestigator::call(const std::string& operation,
                                                       const std::string& body,
                                                       std::stop_token stop,
                                                       ConverseStreamReader* stream) {
  using Again = Meaning::Again;
  Attempt attempt;
  const auto request = sign(operation, body);
  if (!request) {
    attempt.fail_with({NoAnswer::kDenied, Again::kNever}, request.error().message);
    return attempt;
  }
  HttpCall http;
  http.method = "POST";
  http.url = scheme_ + host_ + request->path;
  http.body = request->body;
  http.stop = stop;
  Result<void> fed;
  if (stream != nullptr) {
    http.on_body = [&](std::string_view bytes) {
      fed = stream->feed(bytes);
      return fed.has_value();
    };
  }
  HttpRequestOptions options = {.timeout = options_.timeout, .max_body_bytes = kMaxReply};
  for (const auto& [name, value] : request->headers) options.headers.push_back(name + ": " + value);
  attempt.outcome.calls = 1;
  const auto begun = context_.clock.monotonic();
  const auto answer = client_.send(http, options);
  if (!answer) {
    const bool slow = context_.clock.monotonic() - begun >= options_.timeout;
    attempt.fail_with(slow ? Meaning{NoAnswer::kTimedOut, Again::kOnce}
                           : Meaning{NoAnswer::kUnavailable, Again::kPause},
                      answer.error().message);
    return attempt;
  }
  if (answer->status != 200) {
    classify(*answer, attempt);
    return attempt;
  }
  auto reply = stream == nullptr ? read_converse_reply(answer->body, "report")
               : fed             ? stream->finish()
                                 : Result<ConverseReply>(fail(Error(fed.error())));
  if (!reply) {
    attempt.fail_with({NoAnswer::kUnavailable, Again::kOnce}, reply.error().message);
    return attempt;
  }
  take(*reply, attempt);
  return attempt;
}

Duration BedrockInvestigator::pause_before(std::uint32_t attempt, Duration asked_for) {
  const std::uint32_t doublings = std::min(attempt, 16u);
  const Duration longest = std::min<Duration>(options_.backoff * (1LL << doublings), kMaxPause);
  std::uniform_int_distribution<std::int64_t> any(0, longest.count());
  return std::max(asked_for, Duration(any(random_)));
}

Outcome BedrockInvestigator::ask(const Prompt& prompt, std::stop_token stop) {
  using Again = Meaning::Again;
  Outcome whole;
  std::string body = converse_body(prompt, options_);
  bool repaired = false;  // each of these once
  bool again_once = false;
  bool renewed = false;
  bool corrected = false;
  for (std::uint32_t number = 1;; ++number) {
    Attempt attempt = call("converse", body, stop, nullptr);
    whole.usage += attempt.outcome.usage;
    whole.calls += attempt.outcome.calls;
    whole.answer = std::move(attempt.outcome.answer);
    whole.reason = attempt.outcome.reason;
    whole.message = std::move(attempt.outcome.message);
    if (stop.stop_requested() && !whole.answer) whole.reason = NoAnswer::kStopped;
    if (whole.answer || stop.stop_requested() || number >= options_.attempts) return whole;
    if (attempt.expired && !std::exchange(renewed, true)) {
      context_.credentials.invalidate();
    } else if (attempt.skewed && !std::exchange(corrected, true)) {
      continue;
    } else if (whole.reason == NoAnswer::kMalformed) {
      if (std::exchange(repaired, true)) return whole;
      const ConverseReply& reply = attempt.reply;
      if (!reply.tool_use_id.empty() && parse_json(reply.tool_input)) {
        body = converse_repair_body(prompt, options_, reply.tool_use_id, reply.tool_input,
                                    whole.message);
      }
    } else if (attempt.again == Again::kOnce) {
      if (std::exchange(again_once, true)) return whole;
    } else if (attempt.again == Again::kPause) {
      context_.pause(pause_before(number - 1, attempt.wait), stop);
    } else {
      return whole;
    }
  }
}

Outcome BedrockInvestigator::ask_streaming(const Prompt& prompt, std::stop_token stop,
                                           std::function<void(std::string_view)> on_text) {
  ConverseStreamReader reader(prompt.tool_name, std::move(on_text));
  return call("converse-stream", converse_body(prompt, options_), stop, &reader).outcome;
}

}  // namespace inkling::sinks
