#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>

#include "core/json_writer.h"
#include "ingest/http/body.h"
#include "ingest/http/content_type.h"
#include "ingest/http/endpoints.h"
#include "ingest/wire/frame_limits.h"
#include "ingest/wire/otlp_check.h"
#include "ingest/wire/otlp_json.h"

namespace inkling::ingest {
namespace {

// One of the three paths.
struct Signal {
  const char* path;
  const char* name;  // of the endpoint in metrics
  Format protobuf;
  Format json;
  const char* rejected;  // member of partialSuccess
};
constexpr Signal kSignals[] = {
    {"/v1/logs", "otlp_logs", Format::kOtlpLogs, Format::kOtlpLogsJson, "rejectedLogRecords"},
    {"/v1/metrics", "otlp_metrics", Format::kOtlpMetrics, Format::kOtlpMetricsJson,
     "rejectedDataPoints"},
    {"/v1/traces", "otlp_traces", Format::kOtlpTraces, Format::kOtlpTracesJson, "rejectedSpans"},
};

constexpr const char* kProtobufType = "application/x-protobuf";
constexpr const char* kJsonType = "application/json";

// Codes of google.rpc.Status.
enum RpcCode : int {
  kInvalidArgument = 3,
  kPermissionDenied = 7,
  kResourceExhausted = 8,
  kUnavailable = 14,
  kUnauthenticated = 16,
};

RpcCode rpc_code(int status) {
  switch (status) {
    case 401:
      return kUnauthenticated;
    case 403:
      return kPermissionDenied;
    case 413:
      return kResourceExhausted;
    case 503:
      return kUnavailable;
    default:
      return kInvalidArgument;
  }
}

bool is_json(const HttpRequest& request) {
  return parse_content_type(request.header("content-type")).type == kJsonType;
}

// A varint field and a bytes field of a protobuf message.
std::string varint_field(char field, std::uint64_t value) {
  std::string out(1, static_cast<char>(field << 3));
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  return out += static_cast<char>(value);
}
std::string bytes_field(char field, std::string_view bytes) {
  std::string out = varint_field(field, bytes.size());
  out[0] = static_cast<char>(field << 3 | 2);
  return out.append(bytes);
}

// google.rpc.Status in the encoding of the request.
HttpResponse refuse(bool json, int status, std::string_view reason) {
  HttpResponse response{.status = status};
  if (json) {
    response.content_type = kJsonType;
    response.body = JsonWriter()
                        .begin_object()
                        .member("code", static_cast<int>(rpc_code(status)))
                        .member("message", reason)
                        .end_object()
                        .take();
  } else {
    response.content_type = kProtobufType;
    response.body =
        varint_field(1, static_cast<std::uint64_t>(rpc_code(status))) + bytes_field(2, reason);
  }
  if (status == 503) response.headers.emplace_back("Retry-After", "1");
  if (status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

// ExportLogsServiceResponse and its sisters: empty unless something was refused.
HttpResponse accept(bool json, const Signal& signal, std::uint64_t refused) {
  constexpr std::string_view kReason = "records that are no messages, or with a time out of range";
  HttpResponse response{.status = 200, .content_type = json ? kJsonType : kProtobufType};
  if (json) {
    response.body = refused == 0
                        ? "{}"
                        : fmt::format(R"({{"partialSuccess":{{"{}":"{}","errorMessage":"{}"}}}})",
                                      signal.rejected, refused, kReason);
  } else if (refused > 0) {
    response.body = bytes_field(1, varint_field(1, refused) + bytes_field(2, kReason));
  }
  return response;
}

HttpResponse answer(bool json, const Signal& signal, IntakeOutcome outcome, std::uint64_t refused) {
  switch (outcome) {
    case IntakeOutcome::kDurable:
      return accept(json, signal, refused);
    case IntakeOutcome::kFull:
      return refuse(json, 503, "too much is pending");
    case IntakeOutcome::kFailed:
      return refuse(json, 503, "the journal cannot be written");
    case IntakeOutcome::kRefused:
      break;
  }
  return refuse(json, 413, "the body is larger than a frame may be");
}

// What is wrong with a body, before it is taken.
struct Verdict {
  std::optional<IntakeRefusal> refusal = {};
  int status = 200;
  std::string_view reason = {};
  OtlpCheck check = {};
};

Verdict judge(const HttpRequest& request, Format format, Encoding encoding,
              const InflateLimits& limits) {
  const PlainBody body = read_body(request, encoding, limits);
  if (body.refusal == IntakeRefusal::kTooLarge) {
    return {IntakeRefusal::kTooLarge, 413, "the body is too large once decompressed"};
  }
  if (body.refusal) return {body.refusal, 400, "the body is not what Content-Encoding says"};
  OtlpCheck check;
  if (const auto protobuf = otlp_protobuf_format(format)) {
    OtlpJson json;
    const OtlpJson::Message message = json.to_protobuf(format, body.text);
    if (message.whole) check = check_otlp(*protobuf, message.bytes);
  } else {
    check = check_otlp(format, body.text);
  }
  if (!check.decodable) {
    return {IntakeRefusal::kMalformed, 400, "the body is no export request"};
  }
  const bool is_traces = format == Format::kOtlpTraces || format == Format::kOtlpTracesJson;
  if (check.records > (is_traces ? kMaxFrameSpans : kMaxFrameRecords)) {
    return {IntakeRefusal::kTooLarge, 413, "the request holds too many records"};
  }
  return {.check = check};
}

void take(HttpIntake::Endpoint& endpoint, const Signal& signal, const InflateLimits& limits,
          HttpRequest&& request, HttpReply reply) {
  const std::string type = parse_content_type(request.header("content-type")).type;
  const bool json = type == kJsonType;
  const auto encoding = parse_content_encoding(request.header("content-encoding"));
  if (!json && type != kProtobufType) {
    endpoint.count_refused(IntakeRefusal::kMalformed);
    reply(refuse(false, 415, "Content-Type must be application/x-protobuf or application/json"));
    return;
  }
  if (!encoding) {
    endpoint.count_refused(IntakeRefusal::kEncoding);
    reply(refuse(json, 415,
                 "Content-Encoding must be identity, gzip, zstd, deflate or snappy (framed)"));
    return;
  }
  const Format format = json ? signal.json : signal.protobuf;
  const Verdict verdict = judge(request, format, *encoding, limits);
  if (verdict.refusal) {
    endpoint.count_refused(*verdict.refusal);
    reply(refuse(json, verdict.status, verdict.reason));
    return;
  }
  const std::uint64_t refused = verdict.check.refused;
  if (verdict.check.records == 0) {  // nothing to keep
    reply(accept(json, signal, refused));
    return;
  }
  endpoint.submit(request.client,
                  {.format = format, .encoding = *encoding, .bytes = std::move(request.body)},
                  [reply = std::move(reply), json, &signal, refused](IntakeOutcome outcome) {
                    reply(answer(json, signal, outcome, refused));
                  });
}

HttpGuard guard(const AccessKeys& keys, HttpIntake::Endpoint& endpoint) {
  return [&keys, &endpoint](const HttpRequest& head) -> std::optional<HttpResponse> {
    const Access access = keys.check(head);
    if (access == Access::kGranted) return std::nullopt;
    endpoint.count_refused(IntakeRefusal::kAccess);
    return access == Access::kMissing ? refuse(is_json(head), 401, "a key is required")
                                      : refuse(is_json(head), 403, "the key is not known");
  };
}

// What the server answers by itself. SDKs drop the data on 408 and 500.
HttpResponse word(int status, const HttpRequest& head) {
  switch (status) {
    case 413:
      return refuse(is_json(head), 413, "the body is too large");
    case 408:
    case 500:
    case 503:
      return refuse(is_json(head), 503, "try again");
    default:
      return refuse(is_json(head), status, "the request is malformed");
  }
}

}  // namespace

void register_otlp(const EndpointContext& context) {
  const InflateLimits limits = inflate_limits(context.options);
  for (const Signal& signal : kSignals) {
    HttpIntake::Endpoint& endpoint = context.intake.make_endpoint(signal.name);
    context.server.add_route(
        {.method = "POST",
         .path = signal.path,
         .handler =
             [&endpoint, &signal, limits](HttpRequest&& request, HttpReply reply) {
               take(endpoint, signal, limits, std::move(request), std::move(reply));
             },
         .guard = guard(context.keys, endpoint),
         .wording = word});
  }
}

}  // namespace inkling::ingest
