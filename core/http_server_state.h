#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>

#include "core/http_router.h"
#include "core/http_server.h"
#include "core/mutex.h"

namespace inkling {

class HttpConnection;

// Private to the HTTP server: shared by the server, its connections and the replies not given yet;
// a reply may outlive the server, so this does not own anything of Asio's.
struct HttpServerState {
  explicit HttpServerState(const HttpServerOptions& server_options) : options(server_options) {}

  const HttpServerOptions options;
  std::unique_ptr<TlsContext> tls;  // null: plain HTTP; constant once the server is made
  HttpRouter router;                // constant once the server runs

  // Counts and one flag; relaxed, because nothing else is published through them.
  std::atomic<std::uint64_t> connections_open{0};
  std::atomic<std::uint64_t> connections_total{0};
  std::atomic<std::uint64_t> connections_refused{0};
  std::atomic<std::uint64_t> refusals_open{0};
  std::atomic<std::uint64_t> requests_total{0};
  std::atomic<std::uint64_t> connections_expired{0};
  std::atomic<std::uint64_t> handshakes_failed{0};
  std::array<std::atomic<std::uint64_t>, kHttpRefusalNames.size()> rejected{};  // by HttpRefusal
  std::atomic<std::uint64_t> bytes_received{0};
  std::atomic<std::uint64_t> bytes_buffered{0};
  std::atomic<bool> draining{false};

  Mutex mutex;
  bool running INKLING_GUARDED_BY(mutex) = false;  // replies reach connections only while it is set
  std::map<const HttpConnection*, std::shared_ptr<HttpConnection>> connections
      INKLING_GUARDED_BY(mutex);
};

}  // namespace inkling
