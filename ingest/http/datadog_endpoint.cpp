#include <fmt/format.h>

#include <utility>

#include "ingest/http/body.h"
#include "ingest/http/endpoints.h"

namespace inkling::ingest {
namespace {

constexpr std::string_view kLegacyPath = "/v1/input/";

HttpResponse refuse(int status, std::string_view title, std::string_view detail) {
  HttpResponse response{
      .status = status,
      .content_type = "application/json",
      .body = fmt::format(R"({{"errors":[{{"status":"{}","title":"{}","detail":"{}"}}]}})", status,
                          title, detail)};
  if (status == 429 || status == 503) response.headers.emplace_back("Retry-After", "1");
  return response;
}

HttpResponse say_nothing(int status) {
  return {.status = status, .content_type = "application/json", .body = "{}"};
}

HttpResponse answer(IntakeOutcome outcome) {
  switch (outcome) {
    case IntakeOutcome::kDurable:
      break;
    case IntakeOutcome::kFull:
      return refuse(429, "Too Many Requests", "too much is pending");
    case IntakeOutcome::kFailed:
      return refuse(503, "Service Unavailable", "the journal cannot be written");
    case IntakeOutcome::kRefused:
      return refuse(413, "Payload Too Large", "the body is larger than a frame may be");
  }
  return say_nothing(202);
}

// Old clients put the key into the path: /v1/input/<key>.
std::optional<HttpResponse> guard(const AccessKeys& keys, HttpIntake::Endpoint& endpoint,
                                  const HttpRequest& head) {
  Access access = keys.check(head);
  if (access == Access::kMissing && head.path.starts_with(kLegacyPath)) {
    HttpRequest shown;
    shown.headers["dd-api-key"] = head.path.substr(kLegacyPath.size());
    access = keys.check(shown);
  }
  if (access == Access::kGranted) return std::nullopt;
  endpoint.count_refused(IntakeRefusal::kAccess);
  return access == Access::kMissing ? refuse(401, "Unauthorized", "an API key is required")
                                    : refuse(403, "Forbidden", "the API key is not known");
}

void take(HttpIntake::Endpoint& endpoint, HttpRequest&& request, HttpReply reply) {
  const BodyCheck check = check_body(request);
  if (check.refusal) {
    endpoint.count_refused(*check.refusal);
    const bool unknown = check.status == 415;
    return reply(
        refuse(check.status, unknown ? "Unsupported Media Type" : "Bad Request", check.reason));
  }
  if (check.encoding == Encoding::kIdentity) {
    const std::string_view body = request.body.view();
    // What the agent sends to see whether we are there.
    if (body == "{}" || body == "[]") return reply(say_nothing(202));
    const std::size_t first = body.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos || (body[first] != '[' && body[first] != '{')) {
      endpoint.count_refused(IntakeRefusal::kMalformed);
      return reply(refuse(400, "Bad Request", "the body is neither an array nor an object"));
    }
  }
  endpoint.submit(request.client,
                  {.format = Format::kDatadogLogs,
                   .encoding = check.encoding,
                   .bytes = std::move(request.body)},
                  [reply = std::move(reply)](IntakeOutcome outcome) { reply(answer(outcome)); });
}

}  // namespace

void register_datadog(const EndpointContext& context) {
  HttpIntake::Endpoint& endpoint = context.intake.make_endpoint("datadog");
  const HttpGuard may_enter = [&keys = context.keys, &endpoint](const HttpRequest& head) {
    return guard(keys, endpoint, head);
  };
  for (const char* path : {"/api/v2/logs", "/v1/input", "/v1/input/"}) {
    context.server.add_route({.method = "POST",
                              .path = path,
                              .handler =
                                  [&endpoint](HttpRequest&& request, HttpReply reply) {
                                    take(endpoint, std::move(request), std::move(reply));
                                  },
                              .guard = may_enter});
  }
  context.server.add_route(
      {.method = "GET",
       .path = "/api/v1/validate",
       .handler = [](HttpRequest&&, const HttpReply& reply) { reply(say_nothing(200)); },
       .guard = may_enter});
}

}  // namespace inkling::ingest
