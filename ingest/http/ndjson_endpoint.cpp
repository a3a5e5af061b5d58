#include <fmt/format.h>

#include <utility>

#include "ingest/http/body.h"
#include "ingest/http/content_type.h"
#include "ingest/http/endpoints.h"

namespace inkling::ingest {
namespace {

HttpResponse refuse(int status, std::string_view reason) {
  HttpResponse response{.status = status,
                        .content_type = "application/json",
                        .body = fmt::format("{{\"error\":\"{}\"}}\n", reason)};
  if (status == 503 || status == 507) response.headers.emplace_back("Retry-After", "1");
  return response;
}

HttpResponse answer(IntakeOutcome outcome, std::size_t size) {
  switch (outcome) {
    case IntakeOutcome::kDurable:
      break;
    case IntakeOutcome::kFull:
      return refuse(503, "too much is pending");
    case IntakeOutcome::kFailed:
      return refuse(507, "the journal cannot be written");
    case IntakeOutcome::kRefused:
      return refuse(413, "the body is larger than a frame may be");
  }
  return {.status = 200,
          .content_type = "application/json",
          .body = fmt::format("{{\"accepted_bytes\":{}}}\n", size)};
}

// By Content-Type; what says nothing, or something else (GELF, curl's form), is lines of JSON.
Format format_of(std::string_view content_type) {
  const std::string name = parse_content_type(content_type).type;
  if (name == "application/json") return Format::kJsonStream;
  if (name == "text/plain") return Format::kText;
  if (name == "application/msgpack" || name == "application/x-msgpack") {
    return Format::kMsgpackEvents;
  }
  return Format::kNdjson;
}

// What the query says of all records: ?service=checkout&version=1.4.2.
FrameAttributes attributes_of(const HttpRequest& request) {
  FrameAttributes attributes;
  for (const char* name : {"service", "version"}) {
    attributes.add(name, query_parameter(request.query, name));
  }
  return attributes;
}

void take(HttpIntake::Endpoint& endpoint, HttpRequest&& request, HttpReply reply) {
  const BodyCheck check = check_body(request);
  if (check.refusal) {
    endpoint.count_refused(*check.refusal);
    reply(refuse(check.status, check.reason));
    return;
  }
  const std::size_t size = request.body.size();
  endpoint.submit(
      request.client,
      {.format = format_of(request.header("content-type")),
       .encoding = check.encoding,
       .attributes = attributes_of(request),
       .bytes = std::move(request.body)},
      [reply = std::move(reply), size](IntakeOutcome outcome) { reply(answer(outcome, size)); });
}

}  // namespace

void register_ndjson(const EndpointContext& context) {
  HttpIntake::Endpoint& endpoint = context.intake.make_endpoint("ndjson");
  for (const char* method : {"POST", "PUT"}) {
    context.server.add_route({.method = method,
                              .path = "/ingest/ndjson",
                              .handler =
                                  [&endpoint](HttpRequest&& request, HttpReply reply) {
                                    take(endpoint, std::move(request), std::move(reply));
                                  },
                              .guard = plain_guard(context.keys, endpoint)});
  }
}

}  // namespace inkling::ingest
