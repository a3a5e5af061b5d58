#include "ingest/http/intake.h"

#include <utility>

#include "core/ascii.h"
#include "core/decompress.h"

namespace inkling::ingest {
namespace {

constexpr const char* kRefusedName = "inkling_ingest_http_refused_requests_total";
constexpr const char* kRefusedHelp = "Requests that were not taken, by endpoint and reason";

// In the order of IntakeRefusal and of IntakeOutcome.
constexpr const char* kRefusals[] = {"empty", "encoding", "malformed", "too_large", "access"};
constexpr const char* kOutcomes[] = {"", "full", "disk", "frame_limit"};

IntakeOutcome outcome_of(const Error& error) {
  switch (error.code) {
    case ErrorCode::kUnavailable:
      return IntakeOutcome::kFull;
    case ErrorCode::kInvalidArgument:
      return IntakeOutcome::kRefused;
    default:
      return IntakeOutcome::kFailed;
  }
}

}  // namespace

HttpIntake::HttpIntake(Journal& journal, const Clock& clock, MetricsRegistry& metrics,
                       OriginId first_origin)
    : journal_(journal),
      clock_(clock),
      metrics_(metrics),
      origins_("http", first_origin,
               metrics.gauge("inkling_ingest_http_origins",
                             "Client addresses known to the HTTP endpoints")) {}
HttpIntake::~HttpIntake() = default;

HttpIntake::Endpoint::Endpoint(HttpIntake& intake, const std::string& name)
    : intake_(intake),
      accepted_requests_(intake.metrics_.counter("inkling_ingest_http_accepted_requests_total",
                                                 "Requests whose body is durable",
                                                 {{"endpoint", name}})),
      accepted_bytes_(intake.metrics_.counter("inkling_ingest_http_accepted_bytes_total",
                                              "Bytes of bodies, as received, that are durable",
                                              {{"endpoint", name}})) {
  const auto refused = [&](const char* reason) {
    return &intake_.metrics_.counter(kRefusedName, kRefusedHelp,
                                     {{"endpoint", name}, {"reason", reason}});
  };
  for (const char* reason : kRefusals) refused_.push_back(refused(reason));
  for (const char* reason : kOutcomes) {
    not_kept_.push_back(*reason == '\0' ? nullptr : refused(reason));
  }
}

void HttpIntake::Endpoint::count(IntakeOutcome outcome, std::size_t bytes) {
  if (outcome != IntakeOutcome::kDurable) {
    not_kept_[static_cast<std::size_t>(outcome)]->add();
    return;
  }
  accepted_requests_.add();
  accepted_bytes_.add(static_cast<double>(bytes));
}

void HttpIntake::Endpoint::count_refused(IntakeRefusal reason) {
  refused_[static_cast<std::size_t>(reason)]->add();
}

void HttpIntake::Endpoint::submit(const std::string& client, IntakeFrame frame, Done done) {
  ClientOrigins::Origin origin = intake_.origins_.of(client);
  const std::size_t size = frame.bytes.size();
  IncomingFrame incoming;
  incoming.origin = origin.id;
  incoming.origin_name = std::move(origin.name);
  incoming.format = frame.format;
  incoming.encoding = frame.encoding;
  incoming.arrival = intake_.clock_.now();
  incoming.client_key = std::move(frame.client_key);
  incoming.attributes = frame.attributes.text();
  incoming.bytes = std::move(frame.bytes);
  const Result<void> taken = intake_.journal_.append(
      std::move(incoming), [this, done, size](const Result<Position>& position) {
        const IntakeOutcome outcome =
            position ? IntakeOutcome::kDurable : outcome_of(position.error());
        count(outcome, size);
        done(outcome);
      });
  if (taken) return;
  const IntakeOutcome outcome = outcome_of(taken.error());
  count(outcome, size);
  done(outcome);
}

HttpIntake::Endpoint& HttpIntake::make_endpoint(const std::string& name) {
  endpoints_.push_back(std::unique_ptr<Endpoint>(new Endpoint(*this, name)));
  return *endpoints_.back();
}

std::optional<Encoding> parse_content_encoding(std::string_view text, Encoding snappy) {
  const std::string name = to_lower_ascii(text);
  if (name.empty() || name == "identity") return Encoding::kIdentity;
  if (name == "gzip" || name == "x-gzip") return Encoding::kGzip;
  if (name == "zstd") return Encoding::kZstd;
  if (name == "deflate" || name == "zlib") return Encoding::kDeflate;
  if (name == "snappy" || name == "x-snappy-framed") return snappy;
  return std::nullopt;
}

bool begins_like(Encoding encoding, std::string_view body) {
  if (encoding != Encoding::kGzip && encoding != Encoding::kZstd) return true;
  return detect_encoding(body) == encoding;
}

}  // namespace inkling::ingest
