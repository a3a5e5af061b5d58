#include <fmt/format.h>

#include <utility>

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

void take(HttpIntake::Endpoint& endpoint, HttpRequest&& request, HttpReply reply) {
  const auto encoding = parse_content_encoding(request.header("content-encoding"));
  if (!encoding) {
    endpoint.count_refused(IntakeRefusal::kEncoding);
    reply(refuse(415, "Content-Encoding must be identity, gzip, zstd, deflate or snappy"));
    return;
  }
  if (request.body.size() == 0) {
    endpoint.count_refused(IntakeRefusal::kEmpty);
    reply(refuse(400, "the body is empty"));
    return;
  }
  if (!begins_like(*encoding, request.body.view())) {
    endpoint.count_refused(IntakeRefusal::kEncoding);
    reply(refuse(400, "the body is not what Content-Encoding says"));
    return;
  }
  const std::size_t size = request.body.size();
  endpoint.submit(
      request.client,
      {.format = Format::kNdjson, .encoding = *encoding, .bytes = std::move(request.body)},
      [reply = std::move(reply), size](IntakeOutcome outcome) { reply(answer(outcome, size)); });
}

}  // namespace

void register_ndjson(const EndpointContext& context) {
  HttpIntake::Endpoint& endpoint = context.intake.make_endpoint("ndjson");
  context.server.add_route({.method = "POST",
                            .path = "/ingest/ndjson",
                            .handler =
                                [&endpoint](HttpRequest&& request, HttpReply reply) {
                                  take(endpoint, std::move(request), std::move(reply));
                                },
                            .guard = plain_guard(context.keys, endpoint)});
}

}  // namespace inkling::ingest
