#include "ingest/socket/socket_intake.h"

#include <utility>

#include "core/log.h"

namespace inkling::ingest {
namespace {

// In the order of SocketRefusal.
constexpr const char* kRefusals[] = {"malformed", "too_large", "access", "cut"};

MetricsRegistry::Counter& make(MetricsRegistry& metrics, const std::string& protocol,
                               const char* name, const char* help) {
  return metrics.counter(name, help, {{"protocol", protocol}});
}

}  // namespace

SocketIntake::SocketIntake(const std::string& protocol, Format format, Journal& journal,
                           const Clock& clock, MetricsRegistry& metrics, OriginId first_origin)
    : format_(format),
      journal_(journal),
      clock_(clock),
      origins_(protocol, first_origin,
               metrics.gauge("inkling_ingest_socket_origins", "Client addresses known",
                             {{"protocol", protocol}})),
      accepted_frames_(make(metrics, protocol, "inkling_ingest_socket_accepted_frames_total",
                            "Frames of socket protocols that are durable")),
      accepted_bytes_(make(metrics, protocol, "inkling_ingest_socket_accepted_bytes_total",
                           "Bytes of these frames, as received")),
      waits_(make(metrics, protocol, "inkling_ingest_socket_waits_total",
                  "Times a client was held back because the journal was full")),
      lost_bytes_(make(metrics, protocol, "inkling_ingest_socket_lost_bytes_total",
                       "Bytes received and not kept: the journal was full or failed at the end")),
      failed_(metrics.counter("inkling_ingest_socket_refused_total",
                              "Messages and clients refused, by reason",
                              {{"protocol", protocol}, {"reason", "disk"}})) {
  for (const char* reason : kRefusals) {
    refused_.push_back(&metrics.counter("inkling_ingest_socket_refused_total",
                                        "Messages and clients refused, by reason",
                                        {{"protocol", protocol}, {"reason", reason}}));
  }
}
SocketIntake::~SocketIntake() = default;

SocketOutcome SocketIntake::submit(const std::string& client, std::string_view bytes,
                                   std::string client_key, Done done) {
  ClientOrigins::Origin origin = origins_.of(client);
  IncomingFrame frame;
  frame.origin = origin.id;
  frame.origin_name = std::move(origin.name);
  frame.format = format_;
  frame.arrival = clock_.now();
  frame.client_key = std::move(client_key);
  frame.bytes = PaddedBuffer::copy_of(bytes);
  const std::size_t size = bytes.size();
  const auto taken = journal_.append(
      std::move(frame), [this, done = std::move(done), size](const Result<Position>& position) {
        if (position) {
          accepted_frames_.add();
          accepted_bytes_.add(static_cast<double>(size));
        } else {
          failed_.add();
          lost_bytes_.add(static_cast<double>(size));
        }
        if (done) done(position ? SocketOutcome::kTaken : SocketOutcome::kFailed);
      });
  if (taken) return SocketOutcome::kTaken;
  if (taken.error().code == ErrorCode::kUnavailable) return SocketOutcome::kFull;
  failed_.add();
  return SocketOutcome::kFailed;
}

void SocketIntake::count_refused(SocketRefusal reason) {
  refused_[static_cast<std::size_t>(reason)]->add();
}

}  // namespace inkling::ingest
