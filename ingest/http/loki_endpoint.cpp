#include <memory>
#include <utility>

#include "ingest/http/body.h"
#include "ingest/http/endpoints.h"

namespace inkling::ingest {
namespace {

HttpResponse say(int status, std::string_view text) {
  HttpResponse response{.status = status, .body = std::string(text) + "\n"};
  if (status == 429 || status == 503) response.headers.emplace_back("Retry-After", "1");
  return response;
}

HttpResponse answer(IntakeOutcome outcome) {
  switch (outcome) {
    case IntakeOutcome::kDurable:
      break;
    case IntakeOutcome::kFull:
      return say(429, "too much is pending");
    case IntakeOutcome::kFailed:
      return say(503, "the journal cannot be written");
    case IntakeOutcome::kRefused:
      return say(413, "the body is larger than a frame may be");
  }
  return {.status = 204, .content_type = ""};
}

HttpResponse refuse_access(Access access) {
  HttpResponse response = access == Access::kMissing ? say(401, "no credentials")
                                                     : say(403, "the credentials are not known");
  if (access == Access::kMissing) {
    response.headers.emplace_back("WWW-Authenticate", "Basic realm=\"loki\"");
  }
  return response;
}

void take(HttpIntake::Endpoint& endpoint, HttpRequest&& request, HttpReply reply) {
  const auto refuse = [&](IntakeRefusal reason, int status, std::string_view text) {
    endpoint.count_refused(reason);
    reply(say(status, text));
  };
  const bool is_json =
      request.header("content-type").find("application/json") != std::string_view::npos;
  BodyCheck check = check_body(request, Encoding::kSnappyBlock);
  if (check.refusal) return refuse(*check.refusal, check.status, check.reason);
  if (is_json) {
    const std::size_t first = request.body.view().find_first_not_of(" \t\r\n");
    const bool is_object =
        first != std::string_view::npos && request.body.view().substr(first, 1) == "{";
    if (check.encoding == Encoding::kIdentity && !is_object) {
      return refuse(IntakeRefusal::kMalformed, 400, "the body is no JSON object");
    }
  } else if (check.encoding == Encoding::kIdentity) {
    check.encoding = Encoding::kSnappyBlock;  // so it is by definition, without a header
  }
  endpoint.submit(request.client,
                  {.format = is_json ? Format::kLokiJson : Format::kLokiProto,
                   .encoding = check.encoding,
                   .bytes = std::move(request.body)},
                  [reply = std::move(reply)](IntakeOutcome outcome) { reply(answer(outcome)); });
}

}  // namespace

void register_loki(const EndpointContext& context) {
  HttpIntake::Endpoint& endpoint = context.intake.make_endpoint("loki");
  for (const char* path : {"/loki/api/v1/push", "/api/prom/push"}) {
    context.server.add_route(
        {.method = "POST",
         .path = path,
         .handler = [&endpoint](
                        HttpRequest&& request,
                        HttpReply reply) { take(endpoint, std::move(request), std::move(reply)); },
         .guard = worded_guard(context.keys, endpoint, [](Access access, const HttpRequest&) {
           return refuse_access(access);
         })});
  }
  context.server.route("GET", "/ready", [](HttpRequest&&, const HttpReply& reply) {
    reply({.status = 200, .body = "ready\n"});
  });
}

}  // namespace inkling::ingest
