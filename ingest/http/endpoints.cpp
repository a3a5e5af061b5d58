#include "ingest/http/endpoints.h"

#include <utility>

namespace inkling::ingest {

void register_endpoints(const EndpointContext& context) {
  register_ndjson(context);
  register_otlp(context);
  register_remote_write(context);
  register_elastic(context);
  register_loki(context);
  register_splunk(context);
  register_datadog(context);
  register_firehose(context);
}

HttpGuard worded_guard(const AccessKeys& keys, HttpIntake::Endpoint& endpoint,
                       AccessWording wording) {
  return [&keys, &endpoint,
          wording = std::move(wording)](const HttpRequest& head) -> std::optional<HttpResponse> {
    const Access access = keys.check(head);
    if (access == Access::kGranted) return std::nullopt;
    endpoint.count_refused(IntakeRefusal::kAccess);
    return wording(access, head);
  };
}

HttpGuard plain_guard(const AccessKeys& keys, HttpIntake::Endpoint& endpoint) {
  return worded_guard(keys, endpoint, [](Access access, const HttpRequest&) {
    const bool missing = access == Access::kMissing;
    HttpResponse response{.status = missing ? 401 : 403,
                          .content_type = "application/json",
                          .body = missing ? "{\"error\":\"a key is required\"}\n"
                                          : "{\"error\":\"the key is not known\"}\n"};
    if (missing) response.headers.emplace_back("WWW-Authenticate", "Bearer");
    return response;
  });
}

}  // namespace inkling::ingest
