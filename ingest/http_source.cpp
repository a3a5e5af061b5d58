#include "ingest/http_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

#include "core/decompress.h"

namespace inkling::ingest {
namespace {

std::optional<Encoding> parse_encoding(std::string_view text) {
  std::string name(text);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (name.empty() || name == "identity") return Encoding::kIdentity;
  if (name == "gzip" || name == "x-gzip") return Encoding::kGzip;
  if (name == "zstd") return Encoding::kZstd;
  return std::nullopt;
}

HttpResponse refuse(int status, std::string_view reason) {
  HttpResponse response{.status = status,
                        .content_type = "application/json",
                        .body = fmt::format("{{\"error\":\"{}\"}}\n", reason)};
  if (status == 503 || status == 507) response.headers.emplace_back("Retry-After", "1");
  return response;
}

constexpr const char* kRefusedName = "inkling_ingest_http_refused_requests_total";
constexpr const char* kRefusedHelp = "Requests to the HTTP source that were not taken, by reason";

}  // namespace

HttpSource::HttpSource(Journal& journal, const Clock& clock, MetricsRegistry& metrics,
                       OriginId first_origin)
    : journal_(journal),
      clock_(clock),
      first_origin_(first_origin),
      accepted_requests_(metrics.counter("inkling_ingest_http_accepted_requests_total",
                                         "Requests whose body is durable")),
      accepted_bytes_(metrics.counter("inkling_ingest_http_accepted_bytes_total",
                                      "Bytes of bodies, as received, that are durable")),
      refused_empty_(metrics.counter(kRefusedName, kRefusedHelp, {{"reason", "empty"}})),
      refused_encoding_(metrics.counter(kRefusedName, kRefusedHelp, {{"reason", "encoding"}})),
      refused_full_(metrics.counter(kRefusedName, kRefusedHelp, {{"reason", "full"}})),
      refused_disk_(metrics.counter(kRefusedName, kRefusedHelp, {{"reason", "disk"}})),
      origins_open_(metrics.gauge("inkling_ingest_http_origins",
                                  "Client addresses known to the HTTP source")) {}

void HttpSource::register_routes(HttpServer& server) {
  server.route("POST", "/ingest/ndjson", [this](HttpRequest&& request, HttpReply reply) {
    take(std::move(request), std::move(reply));
  });
}

void HttpSource::take(HttpRequest&& request, HttpReply reply) {
  const auto encoding = parse_encoding(request.header("content-encoding"));
  if (!encoding) {
    refused_encoding_.add();
    reply(refuse(415, "Content-Encoding must be identity, gzip or zstd"));
    return;
  }
  if (request.body.size() == 0) {
    refused_empty_.add();
    reply(refuse(400, "the body is empty"));
    return;
  }
  if (*encoding != Encoding::kIdentity && detect_encoding(request.body.view()) != *encoding) {
    refused_encoding_.add();
    reply(refuse(400, "the body is not what Content-Encoding says"));
    return;
  }
  Origin origin = origin_of(request.client);
  const std::size_t size = request.body.size();
  IncomingFrame frame;
  frame.origin = origin.id;
  frame.origin_name = std::move(origin.name);
  frame.format = Format::kNdjson;
  frame.encoding = *encoding;
  frame.arrival = clock_.now();
  frame.bytes = std::move(request.body);

  const auto refuse_for = [this](const Error& error) {
    if (error.code == ErrorCode::kUnavailable) {
      refused_full_.add();
      return refuse(503, "too much is pending");
    }
    refused_disk_.add();
    return refuse(507, "the journal cannot be written");
  };
  const Result<void> taken = journal_.append(
      std::move(frame), [this, reply, refuse_for, size](const Result<Position>& position) {
        if (!position) return reply(refuse_for(position.error()));
        accepted_requests_.add();
        accepted_bytes_.add(static_cast<double>(size));
        reply({.status = 200,
               .content_type = "application/json",
               .body = fmt::format("{{\"accepted_bytes\":{}}}\n", size)});
      });
  if (!taken) reply(refuse_for(taken.error()));
}

HttpSource::Origin HttpSource::origin_of(const std::string& client) {
  MutexLock lock(mutex_);
  auto found = origins_.find(client);
  if (found == origins_.end()) {
    if (origins_.size() >= kMaxOrigins) {
      return {first_origin_ + static_cast<OriginId>(kMaxOrigins), "http others"};
    }
    found = origins_.emplace(client, first_origin_ + static_cast<OriginId>(origins_.size())).first;
    origins_open_.set(static_cast<double>(origins_.size()));
  }
  return {found->second, "http " + client};
}

}  // namespace inkling::ingest
