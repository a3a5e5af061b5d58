#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

#include "ingest/http/body.h"
#include "ingest/http/content_type.h"
#include "ingest/http/endpoints.h"
#include "ingest/wire/remote_write_reader.h"

namespace inkling::ingest {
namespace {

// Which message a Content-Type names; nothing if it is none that is spoken here. Without "proto" it
// is 1.0.
std::optional<Format> message_format(const HttpRequest& request) {
  const ContentType content = parse_content_type(request.header("content-type"), "proto");
  if (content.type != "application/x-protobuf") return std::nullopt;
  if (content.parameter == "io.prometheus.write.v2.Request") return Format::kRemoteWriteV2;
  if (content.parameter.empty() || content.parameter == "prometheus.WriteRequest") {
    return Format::kRemoteWriteV1;
  }
  return std::nullopt;
}

// Blocks of snappy are what the protocol speaks; senders that leave the header out mean it as well.
std::optional<Encoding> body_encoding(const HttpRequest& request) {
  const std::string_view header = request.header("content-encoding");
  if (header.empty()) return Encoding::kSnappyBlock;
  const auto encoding = parse_content_encoding(header, Encoding::kSnappyBlock);
  const bool is_spoken = encoding == Encoding::kSnappyBlock || encoding == Encoding::kZstd;
  return is_spoken ? encoding : std::nullopt;
}

// 2.0 is told what was written, whatever the status; without these headers a sender falls back to
// 1.0 after a success.
void add_written(Format format, const RemoteWriteCheck& written, HttpResponse& response) {
  if (format != Format::kRemoteWriteV2) return;
  const auto add = [&](const char* name, std::uint64_t count) {
    response.headers.emplace_back(name, fmt::format("{}", count));
  };
  add("X-Prometheus-Remote-Write-Samples-Written", written.samples);
  add("X-Prometheus-Remote-Write-Histograms-Written", written.histograms);
  add("X-Prometheus-Remote-Write-Exemplars-Written", written.exemplars);
}

HttpResponse refuse(int status, std::string_view reason) {
  HttpResponse response{.status = status, .body = fmt::format("{}\n", reason)};
  if (status == 503) response.headers.emplace_back("Retry-After", "1");
  return response;
}

// Once the frame is durable, or is not.
HttpResponse answer(Format format, IntakeOutcome outcome, const RemoteWriteCheck& check) {
  switch (outcome) {
    case IntakeOutcome::kDurable:
      break;
    case IntakeOutcome::kFull:
      return refuse(503, "too much is pending");
    case IntakeOutcome::kFailed:
      return refuse(503, "the journal cannot be written");
    case IntakeOutcome::kRefused:
      return refuse(413, "the body is larger than a frame may be");
  }
  HttpResponse response{.status = 204};
  if (check.refused > 0) {
    response =
        refuse(400, fmt::format("{} samples were not written: {}", check.refused, check.fault));
  }
  add_written(format, check, response);
  return response;
}

void take(HttpIntake::Endpoint& endpoint, const InflateLimits& limits, HttpRequest&& request,
          HttpReply reply) {
  const auto format = message_format(request);
  if (!format) {
    endpoint.count_refused(IntakeRefusal::kMalformed);
    reply(refuse(415,
                 "Content-Type must be application/x-protobuf, proto=prometheus.WriteRequest or "
                 "proto=io.prometheus.write.v2.Request"));
    return;
  }
  const auto encoding = body_encoding(request);
  if (!encoding) {
    endpoint.count_refused(IntakeRefusal::kEncoding);
    reply(refuse(415, "Content-Encoding must be snappy"));
    return;
  }
  const auto refuse_all = [&](IntakeRefusal refusal, std::string_view reason) {
    endpoint.count_refused(refusal);
    HttpResponse response = refuse(400, reason);
    add_written(*format, {}, response);
    reply(std::move(response));
  };
  const PlainBody body = read_body(request, *encoding, limits);
  if (body.refusal) {
    refuse_all(*body.refusal, "the body is not what Content-Encoding says, or too large");
    return;
  }
  const RemoteWriteCheck check = check_remote_write(*format, body.text);
  if (!check.decodable) {
    refuse_all(IntakeRefusal::kMalformed, check.fault);
    return;
  }
  if (check.samples + check.histograms == 0) {  // nothing to keep: metadata, say
    reply(answer(*format, IntakeOutcome::kDurable, check));
    return;
  }
  endpoint.submit(request.client,
                  {.format = *format, .encoding = *encoding, .bytes = std::move(request.body)},
                  [reply = std::move(reply), format = *format, check](IntakeOutcome outcome) {
                    reply(answer(format, outcome, check));
                  });
}

// What the server answers by itself: senders drop what gets a 4xx.
HttpResponse word(int status, const HttpRequest&) {
  if (status == 408 || status >= 500) return refuse(503, "try again");
  return refuse(status, status == 413 ? "the body is too large" : "the request is malformed");
}

}  // namespace

void register_remote_write(const EndpointContext& context) {
  HttpIntake::Endpoint& endpoint = context.intake.make_endpoint("remote_write");
  const InflateLimits limits = inflate_limits(context.options);
  context.server.add_route({.method = "POST",
                            .path = "/api/v1/write",
                            .handler =
                                [&endpoint, limits](HttpRequest&& request, HttpReply reply) {
                                  take(endpoint, limits, std::move(request), std::move(reply));
                                },
                            .guard = plain_guard(context.keys, endpoint),
                            .wording = word});
}

}  // namespace inkling::ingest
