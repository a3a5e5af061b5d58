#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>

#include "core/json.h"
#include "core/json_writer.h"
#include "ingest/http/body.h"
#include "ingest/http/endpoints.h"
#include "ingest/json_cursor.h"

namespace inkling::ingest {
namespace {

constexpr std::size_t kMaxKeyBytes = 1024;  // of a client key in the journal

// What can be told of a delivery without looking into its records.
struct Delivery {
  bool good = false;
  std::string request_id;
};

Delivery look_at(std::string_view body) {
  Delivery found;
  bool has_records = false;
  JsonCursor cursor(body);
  if (!cursor.begin_object()) return found;
  while (const auto key = cursor.next_key()) {
    const JsonToken token = cursor.value();
    if (*key == "requestId" && token.kind == JsonKind::kString) found.request_id = token.text;
    if (*key == "records") has_records = token.kind == JsonKind::kArray;
  }
  found.good = has_records && cursor.at_end();
  return found;
}

// {"commonAttributes":{"service":"checkout"}} of the header.
FrameAttributes read_common_attributes(std::string_view header) {
  FrameAttributes attributes;
  const auto document = header.empty() ? fail(ErrorCode::kNotFound, "") : parse_json(header);
  const JsonValue* const pairs = document ? document->find("commonAttributes") : nullptr;
  if (pairs == nullptr) return attributes;
  for (const auto& [name, value] : pairs->object()) attributes.add(name, value.text());
  return attributes;
}

class FirehoseEndpoint {
 public:
  explicit FirehoseEndpoint(const EndpointContext& context)
      : endpoint_(context.intake.make_endpoint("firehose")), clock_(context.intake.clock()) {
    limits_.max_bytes = kMaxFirehoseBytes;
    limits_.max_ratio = context.options.max_inflate_ratio;
  }

  HttpIntake::Endpoint& counts() { return endpoint_; }

  void take(HttpRequest&& request, const HttpReply& reply) {
    std::string request_id(request.header("x-amz-firehose-request-id"));
    const auto refuse = [&](IntakeRefusal reason, int status, std::string_view message) {
      endpoint_.count_refused(reason);
      reply(say(status, request_id, message));
    };
    const BodyCheck check = check_body(request);
    if (check.refusal) return refuse(*check.refusal, check.status, check.reason);
    {
      const PlainBody body = read_body(request, check.encoding, limits_);
      if (body.refusal) return refuse(*body.refusal, 400, "the body cannot be decompressed");
      const Delivery delivery = look_at(body.text);
      if (request_id.empty()) request_id = delivery.request_id;
      if (!delivery.good) {
        return refuse(IntakeRefusal::kMalformed, 400, "the body is no delivery of records");
      }
    }
    IntakeFrame frame{.format = Format::kFirehose, .encoding = check.encoding};
    if (request_id.size() <= kMaxKeyBytes) frame.client_key = request_id;
    frame.attributes = read_common_attributes(request.header("x-amz-firehose-common-attributes"));
    frame.bytes = std::move(request.body);
    endpoint_.submit(
        request.client, std::move(frame),
        [this, request_id, reply](IntakeOutcome outcome) { reply(answer(outcome, request_id)); });
  }

  // `message`: what is wrong, "" = nothing.
  HttpResponse say(int status, std::string_view request_id, std::string_view message) const {
    JsonWriter writer;
    writer.begin_object();
    writer.member("requestId", request_id);
    writer.member("timestamp", clock_.now().ns / 1'000'000);
    if (!message.empty()) writer.member("errorMessage", message);
    writer.end_object();
    HttpResponse response{
        .status = status, .content_type = "application/json", .body = writer.take()};
    if (status == 503) response.headers.emplace_back("Retry-After", "1");
    return response;
  }

 private:
  HttpResponse answer(IntakeOutcome outcome, std::string_view request_id) const {
    switch (outcome) {
      case IntakeOutcome::kDurable:
        return say(200, request_id, "");
      case IntakeOutcome::kFull:
        return say(503, request_id, "too much is pending");
      case IntakeOutcome::kFailed:
        return say(503, request_id, "the journal cannot be written");
      case IntakeOutcome::kRefused:
        break;
    }
    return say(400, request_id, "the delivery cannot be taken");
  }

  HttpIntake::Endpoint& endpoint_;
  const Clock& clock_;
  InflateLimits limits_;
};

}  // namespace

void register_firehose(const EndpointContext& context) {
  const auto firehose = std::make_shared<FirehoseEndpoint>(context);
  const auto word = [firehose](int status, const HttpRequest& head, std::string_view message) {
    return firehose->say(status, head.header("x-amz-firehose-request-id"), message);
  };
  context.server.add_route(
      {.method = "POST",
       .path = "/ingest/firehose",
       .handler = [firehose](HttpRequest&& request,
                             const HttpReply& reply) { firehose->take(std::move(request), reply); },
       .guard = worded_guard(context.keys, firehose->counts(),
                             [word](Access access, const HttpRequest& head) {
                               const bool missing = access == Access::kMissing;
                               return word(missing ? 401 : 403, head,
                                           missing ? "an access key is required"
                                                   : "the access key is not known");
                             }),
       .max_body_bytes = kMaxFirehoseBytes,
       .too_large_status = 400,  // 413 would lose the batch, without a copy in the error bucket
       .wording =
           [word](int status, const HttpRequest& head) {
             return word(status, head, "the request cannot be taken");
           }});
}

}  // namespace inkling::ingest
