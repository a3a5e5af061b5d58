#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/clock.h"
#include "core/http_server.h"
#include "core/metrics.h"
#include "core/mutex.h"
#include "ingest/journal.h"

namespace inkling::ingest {

// Takes log and metric lines over HTTP: POST /ingest/ndjson, as identity, gzip or zstd
// (Content-Encoding). A body goes into the journal as received, and is answered once it is durable:
//
//   200 {"accepted_bytes":n}   durable; n = bytes as received
//   400                        empty, or it does not begin like the encoding it claims
//   415                        other Content-Encoding
//   503 + Retry-After          too much is pending; send it again
//   507                        the disk failed; nothing of it is kept
//
// Whether a compressed body can be read to its end is not tried here: it is decompressed once, by
// the decoder, within its limits, and what cannot be read is counted and kept there. Thread-safe.
// Outlives the server, and every frame it gave to the journal that is not answered yet.
class HttpSource {
 public:
  // Each client address is an origin of its own up to this many; later ones share one.
  static constexpr std::size_t kMaxOrigins = 1024;

  // Ids of origins are first_origin .. first_origin + kMaxOrigins. Everything outlives the source.
  HttpSource(Journal& journal, const Clock& clock, MetricsRegistry& metrics, OriginId first_origin);

  // Adds the route. Before the server starts.
  void register_routes(HttpServer& server);

 private:
  struct Origin {
    OriginId id = 0;
    std::string name;
  };
  void take(HttpRequest&& request, HttpReply reply);
  Origin origin_of(const std::string& client);

  Journal& journal_;
  const Clock& clock_;
  const OriginId first_origin_;

  MetricsRegistry::Counter& accepted_requests_;
  MetricsRegistry::Counter& accepted_bytes_;
  MetricsRegistry::Counter& refused_empty_;
  MetricsRegistry::Counter& refused_encoding_;
  MetricsRegistry::Counter& refused_full_;
  MetricsRegistry::Counter& refused_disk_;
  MetricsRegistry::Gauge& origins_open_;

  Mutex mutex_;
  std::unordered_map<std::string, OriginId> origins_ INKLING_GUARDED_BY(mutex_);
};

}  // namespace inkling::ingest
