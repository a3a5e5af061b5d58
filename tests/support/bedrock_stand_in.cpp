#include "tests/support/bedrock_stand_in.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <thread>
#include <utility>

#include "core/check.h"
#include "core/clock.h"
#include "core/json_writer.h"
#include "sinks/aws/sigv4.h"
#include "sinks/escalate/event_stream.h"
#include "sinks/escalate/tokens.h"
#include "tests/support/converse_rules.h"

namespace inkling::test {
namespace {

HttpResponse error_of(int status, std::string_view type, std::string_view message) {
  HttpResponse response;
  response.status = status;
  response.content_type = "application/json";
  response.body = fmt::format("{{\"message\":{}}}", json_quote(message));
  response.headers = {{"x-amzn-ErrorType", fmt::format("{}:http://internal.amazon.com/", type)},
                      {"x-amzn-RequestId", "11111111-2222-3333-4444-555555555555"}};
  return response;
}

std::string_view between(std::string_view text, std::string_view open, std::string_view close) {
  const std::size_t begin = text.find(open);
  if (begin == std::string_view::npos) return {};
  const std::size_t from = begin + open.size();
  return text.substr(from, text.find(close, from) - from);
}

// The text of the fact with that handle in the prompt, or "".
std::string fact_of(std::string_view prompt, std::string_view handle) {
  return std::string(between(prompt, fmt::format("[{}] <<", handle), ">>"));
}

// An answer that repeats facts word for word.
std::string good_input(const JsonValue& body) {
  if (body.find("toolConfig") == nullptr) return "{}";
  const std::string_view prompt =
      body.find("messages")->array()[0].find("content")->array()[0].text_of({"text"});
  const JsonValue* schema =
      body.find("toolConfig", "tools")->array()[0].find("toolSpec", "inputSchema", "json");
  const auto suspects = schema ? schema->find("properties", "suspect", "enum") : nullptr;
  std::string suspect = "none";
  if (suspects != nullptr && !suspects->array().empty()) suspect = suspects->array()[0].text();
  const std::string cause = suspect == "none" ? "inc:4" : suspect;
  const auto quote = [&](std::string_view handle) {
    const std::string text = fact_of(prompt, handle).substr(0, 200);
    return text.substr(0, text.find_last_of(" "));
  };
  JsonWriter w;
  w.begin_object().member("suspect", suspect).key("statements").begin_array();
  for (const auto& [kind, handle] :
       {std::pair<std::string_view, std::string>{"headline", "inc:1"}, {"cause", cause}}) {
    w.begin_object().member("kind", kind).member("text", quote(handle));
    w.key("evidence").begin_array().value(handle).end_array().end_object();
  }
  w.end_array().end_object();
  return w.take();
}

std::string usage_of(const JsonValue& body, std::string_view input) {
  std::size_t tokens = 0;
  for (const JsonValue& message : body.find("messages")->array()) {
    for (const JsonValue& block : message.find("content")->array()) {
      tokens += sinks::estimate_tokens(block.text_of({"text"}));
    }
  }
  const std::size_t output = sinks::estimate_tokens(input);
  return fmt::format(R"({{"inputTokens":{},"outputTokens":{},"totalTokens":{},)"
                     R"("cacheReadInputTokens":0,"cacheWriteInputTokens":0}})",
                     tokens, output, tokens + output);
}

std::string event(std::string_view type, std::string payload) {
  return sinks::encode_stream_message({.headers = {{":event-type", std::string(type)},
                                                   {":content-type", "application/json"},
                                                   {":message-type", "event"}},
                                       .payload = std::move(payload)});
}

}  // namespace

// Answers after a while, from one thread.
struct BedrockStandIn::Delayed {
  using Clock = std::chrono::steady_clock;
  Mutex mutex;
  Condition changed;
  std::multimap<Clock::time_point, std::function<void()>> due INKLING_GUARDED_BY(mutex);
  bool ended INKLING_GUARDED_BY(mutex) = false;
  std::jthread thread{[this] { run(); }};

  ~Delayed() {
    MutexLock lock(mutex);
    ended = true;
    changed.notify_all();
  }
  void run() {
    for (;;) {
      std::function<void()> task;
      {
        MutexLock lock(mutex);
        while (!ended && (due.empty() || due.begin()->first > Clock::now())) {
          if (due.empty()) {
            changed.wait(mutex);
          } else {
            changed.wait_for(mutex, due.begin()->first - Clock::now());
          }
        }
        if (ended) return;
        task = std::move(due.begin()->second);
        due.erase(due.begin());
      }
      task();
    }
  }
  void add(Duration delay, std::function<void()> task) {
    MutexLock lock(mutex);
    due.emplace(Clock::now() + delay, std::move(task));
    changed.notify_all();
  }
};

BedrockStandIn::BedrockStandIn(StandInOptions options)
    : options_(std::move(options)), delayed_(std::make_unique<Delayed>()), random_(options_.seed) {
  HttpServerOptions server;
  server.port = options_.port;
  server.threads = options_.threads;
  auto made = HttpServer::create(server);
  INKLING_CHECK(made.has_value());
  server_ = std::move(*made);
  server_->route("POST", "/model/", [this](HttpRequest&& request, HttpReply reply) {
    handle(std::move(request), std::move(reply));
  });
  INKLING_CHECK(server_->start().has_value());
}

BedrockStandIn::~BedrockStandIn() {
  server_->stop();
  delayed_.reset();
}

std::string BedrockStandIn::endpoint() const {
  return fmt::format("http://127.0.0.1:{}", server_->port());
}

void BedrockStandIn::script(std::vector<StandIn> next) {
  MutexLock lock(mutex_);
  script_.assign(next.begin(), next.end());
}

BedrockStandIn::Seen BedrockStandIn::seen() const {
  MutexLock lock(mutex_);
  return seen_;
}

StandIn BedrockStandIn::choose() {
  MutexLock lock(mutex_);
  if (!script_.empty()) {
    const StandIn next = script_.front();
    script_.pop_front();
    return next;
  }
  const double chance = std::uniform_real_distribution<double>(0, 1)(random_);
  if (chance < options_.throttled) return StandIn::kThrottle;
  if (chance < options_.throttled + options_.failing) return StandIn::kServerError;
  return StandIn::kAnswer;
}

std::string BedrockStandIn::check_signature(const HttpRequest& request,
                                            const std::string& path) const {
  const std::string_view authorization = request.header("authorization");
  if (authorization.starts_with("Bearer ")) {
    const bool good =
        !options_.bearer_key.empty() && authorization.substr(7) == options_.bearer_key;
    return good ? "" : "the bearer key is not valid";
  }
  const std::string_view names = between(authorization, "SignedHeaders=", ",");
  const std::string date(request.header("x-amz-date"));
  std::string iso = date;
  if (iso.size() != 16) return "X-Amz-Date is missing";
  iso.insert(13, ":").insert(11, ":").insert(6, "-").insert(4, "-");
  const auto time = parse_timestamp(iso);
  const Timestamp now = options_.now.is_set() ? options_.now : SystemClock().now();
  if (!time || std::chrono::abs(*time - now) > std::chrono::minutes(5)) {
    return "Signature expired";
  }
  sinks::AwsRequest again;
  again.method = request.method;
  again.host = std::string(request.header("host"));
  again.path = path;
  again.query = request.query;
  again.body = std::string(request.body.view());
  for (const std::string_view needed : {"host", "x-amz-date"}) {
    if (names.find(needed) == std::string_view::npos) return "a header must be signed";
  }
  for (const auto& [name, value] : request.headers) {
    const bool is_signed =
        (";" + std::string(names) + ";").find(";" + name + ";") != std::string::npos;
    if (name.starts_with("x-amz-") && !is_signed) return "all x-amz- headers must be signed";
    if (is_signed && name != "host" && name != "x-amz-date" && name != "x-amz-security-token") {
      again.headers.emplace_back(name, value);
    }
  }
  const auto expected = sinks::sign_v4(again, options_.credentials,
                                       {.region = options_.region, .service = "bedrock"}, *time);
  return expected.headers.back().second == authorization
             ? ""
             : "The request signature we calculated does not match";
}

std::string BedrockStandIn::check(const HttpRequest& request, std::string& model,
                                  std::string& operation) {
  const std::size_t last = request.path.rfind('/');
  const std::string_view prefix = "/model/";
  if (last <= prefix.size()) return "path";
  model = request.path.substr(prefix.size(), last - prefix.size());
  operation = request.path.substr(last + 1);
  if (operation != "converse" && operation != "converse-stream") return "operation";
  // The id is one segment of the path: everything else in it is encoded.
  return check_signature(request,
                         fmt::format("/model/{}/{}", sinks::percent_encode(model), operation));
}

HttpResponse BedrockStandIn::respond(StandIn kind, const JsonValue& body, bool stream) {
  switch (kind) {
    case StandIn::kThrottle:
      return error_of(429, "ThrottlingException", "Too many requests");
    case StandIn::kModelTimeout:
      return error_of(408, "ModelTimeoutException", "The model took too long");
    case StandIn::kServerError:
      return error_of(500, "InternalServerException", "Something broke");
    case StandIn::kUnavailable: {
      HttpResponse response = error_of(503, "ServiceUnavailableException", "Busy");
      response.headers.emplace_back("Retry-After", "1");
      return response;
    }
    case StandIn::kModelError:
      return error_of(424, "ModelErrorException", "The model failed");
    case StandIn::kDenied:
      return error_of(403, "AccessDeniedException", "You don't have access to the model");
    case StandIn::kExpired:
      return error_of(403, "ExpiredTokenException", "The security token is expired");
    default:
      break;
  }
  std::string input = good_input(body);
  std::string_view stop = "tool_use";
  if (kind == StandIn::kWrongForm) input = R"({"suspect":"chg:1","statements":"none"})";
  if (kind == StandIn::kCutOff) stop = "max_tokens";
  if (kind == StandIn::kGuardrail) stop = "guardrail_intervened";
  const std::string usage = usage_of(body, input);
  HttpResponse response;
  if (stream) {
    response.content_type = "application/vnd.amazon.eventstream";
    response.body = event("messageStart", R"({"role":"assistant"})");
    response.body += event("contentBlockStart",
                           R"({"start":{"toolUse":{"toolUseId":"tooluse_1","name":"report"}},)"
                           R"("contentBlockIndex":0})");
    for (std::size_t at = 0; at < input.size(); at += 40) {
      response.body +=
          event("contentBlockDelta", fmt::format(R"({{"delta":{{"toolUse":{{"input":{}}}}},)"
                                                 R"("contentBlockIndex":0}})",
                                                 json_quote(input.substr(at, 40))));
    }
    response.body += event("contentBlockStop", R"({"contentBlockIndex":0})");
    response.body += event("messageStop", fmt::format(R"({{"stopReason":"{}"}})", stop));
    response.body +=
        event("metadata", fmt::format(R"({{"usage":{},"metrics":{{"latencyMs":1}}}})", usage));
  } else {
    const std::string block =
        kind == StandIn::kNoTool || kind == StandIn::kGuardrail
            ? R"({"text":"I would rather talk."})"
            : fmt::format(R"({{"toolUse":{{"toolUseId":"tooluse_1","name":"report",)"
                          R"("input":{}}}}})",
                          input);
    response.content_type = "application/json";
    response.body = fmt::format(R"({{"output":{{"message":{{"role":"assistant","content":[{}]}}}},)"
                                R"("stopReason":"{}","usage":{},"metrics":{{"latencyMs":1}}}})",
                                block, stop, usage);
  }
  if (kind == StandIn::kTruncated) response.body.resize(response.body.size() / 2);
  return response;
}

void BedrockStandIn::send(HttpResponse response, HttpReply reply) {
  if (options_.latency == Duration{}) {
    reply(std::move(response));
    return;
  }
  delayed_->add(options_.latency,
                [reply = std::move(reply), response = std::move(response)] { reply(response); });
}

void BedrockStandIn::handle(HttpRequest&& request, HttpReply reply) {
  std::string model;
  std::string operation;
  std::string problem = check(request, model, operation);
  int status = 403;
  std::string type = "InvalidSignatureException";
  const auto body = parse_json(request.body.view());
  if (problem.empty()) {
    status = 400;
    type = "ValidationException";
    if (request.header("content-type") != "application/json") problem = "Content-Type";
    if (problem.empty() && !body) problem = "the body is no JSON";
    if (problem.empty()) problem = converse_problem(*body);
  }
  {
    MutexLock lock(mutex_);
    ++seen_.calls;
    seen_.last_model = model;
    seen_.last_body = request.body.view();
    if (!problem.empty()) {
      ++seen_.refused;
      if (seen_.refusals.size() < 20) seen_.refusals.push_back(problem);
    }
  }
  if (!problem.empty()) {
    reply(error_of(status, type, problem));
    return;
  }
  const StandIn kind = choose();
  if (kind == StandIn::kNever) {
    MutexLock lock(mutex_);
    kept_.push_back(std::move(reply));
    return;
  }
  const bool has_tool = body->find("toolConfig") != nullptr;
  HttpResponse response =
      respond(has_tool ? kind : StandIn::kNoTool, *body, operation == "converse-stream");
  if (response.status == 200) {
    MutexLock lock(mutex_);
    ++seen_.answered;
  }
  send(std::move(response), std::move(reply));
}

}  // namespace inkling::test
