#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/padded_buffer.h"
#include "core/result.h"
#include "core/timestamp.h"
#include "core/tls_context.h"

namespace inkling {

// Bounds on what a client may do.
struct HttpServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 4319;  // 0 = any free port
  std::size_t threads = 1;
  std::size_t max_connections = 10'000;
  std::size_t max_head_bytes = 16 * 1024;
  std::size_t max_body_bytes = 64u << 20;       // as sent
  std::size_t max_buffered_bytes = 256u << 20;  // all bodies not answered yet
  Duration head_timeout = std::chrono::seconds(10);
  Duration body_timeout = std::chrono::seconds(60);
  Duration idle_timeout = std::chrono::seconds(75);
  TlsOptions tls = {};  // none: plain HTTP. Its protocols are the server's to choose
  Duration handshake_timeout = std::chrono::seconds(10);
};

// One request, complete. Header names are lower case. The body may be moved out.
struct HttpRequest {
  std::string method;
  std::string path;   // percent-decoded, without the query
  std::string query;  // behind '?', as sent
  std::map<std::string, std::string, std::less<>> headers;
  PaddedBuffer body;   // as sent: Content-Encoding is not undone
  std::string client;  // "address" of the peer

  std::string_view header(std::string_view name) const;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
};

// Answers a request, now or later, once, from any thread. If it is destroyed unused the client gets
// 500.
using HttpReply = std::function<void(HttpResponse)>;
using HttpHandler = std::function<void(HttpRequest&&, HttpReply)>;

// Looks at the head of a request before its body is read. An answer refuses the request: it is sent
// and the connection ends if the request has a body. Runs on the server's threads; must not block.
using HttpGuard = std::function<std::optional<HttpResponse>(const HttpRequest& head)>;

// Words an answer that the server gives in place of the handler once the route is known: the body
// is too large (too_large_status), malformed (400) or too slow (408), too much is buffered (503),
// the handler gave none (500; then `head` is empty). The status it returns is the one that is sent.
// Runs on the server's threads; must not block.
using HttpWording = std::function<HttpResponse(int status, const HttpRequest& head)>;

// Who answers `method` at exactly `path`, or below it if the path ends in "/".
struct HttpRoute {
  std::string method = {};
  std::string path = {};
  HttpHandler handler = {};
  HttpGuard guard = {};            // empty: everybody may
  std::size_t max_body_bytes = 0;  // as sent; 0: the server's
  int too_large_status = 413;      // for a body above it; some senders lose their data on 413
  HttpWording wording = {};        // empty: the status in plain text, Retry-After: 1 with a 503
};

// Why a request was answered without reaching a handler. A fixed list: it labels metrics.
enum class HttpRefusal : std::uint8_t {
  kMalformed,
  kPath,
  kMethod,
  kSlow,
  kBodySize,
  kExpectation,
  kHeadSize,
  kTransferCoding,
  kMemory,  // all bodies together are too large
  kGuard,
};
inline constexpr std::array<std::string_view, 10> kHttpRefusalNames = {
    "malformed",   "path",      "method",          "slow",   "body_size",
    "expectation", "head_size", "transfer_coding", "memory", "guard"};
// What is answered; a guard words its own.
inline constexpr std::array<int, 10> kHttpRefusalStatus = {400, 404, 405, 408, 413,
                                                           417, 431, 501, 503, 0};

// HTTP/1.1 with keep-alive on one port, plain or in TLS (Boost.Beast). Requests of a connection are
// answered one after the other, in their order. Requests beyond the limits are answered without
// reaching a handler: 431 head, 413 body (unless the route says otherwise), 408 time, 503
// connections and buffered bytes, 404 no route, 405 other method, 417 and 501 what is not spoken
// here, 400 anything malformed. Counts are in `stats()`. Life-cycle: create, route, start, drain,
// stop. route() before start() only; handlers run on the server's threads and must not block.
// drain() and stop() are called by the owner, not by a handler; stats() and port() by any thread.
class HttpServer {
 public:
  struct Stats {
    std::uint64_t connections_open = 0;
    std::uint64_t connections_total = 0;
    std::uint64_t connections_refused = 0;
    std::uint64_t connections_expired = 0;  // ended without an answer: idle, or they do not read
    std::uint64_t handshakes_failed = 0;    // of TLS; too slow ones as well
    std::uint64_t requests_total = 0;       // answered or given to a handler
    std::uint64_t requests_rejected = 0;    // of these: answered by the limits above
    std::array<std::uint64_t, kHttpRefusalNames.size()> rejected = {};  // by HttpRefusal
    std::uint64_t bytes_received = 0;                                   // of bodies
    std::uint64_t bytes_buffered = 0;                                   // of max_buffered_bytes
    std::optional<TlsContext::Stats> tls = {};
  };

  // kInvalidArgument names the option that is wrong, kIo a file of TLS.
  static Result<std::unique_ptr<HttpServer>> create(const HttpServerOptions& options);
  virtual ~HttpServer() = default;

  virtual void add_route(HttpRoute route) = 0;
  void route(std::string method, std::string path, HttpHandler handler) {
    add_route(
        {.method = std::move(method), .path = std::move(path), .handler = std::move(handler)});
  }
  // Binds and starts to answer. kUnavailable if the port is taken.
  virtual Result<void> start() = 0;
  // The port bound, also when 0 was asked for.
  virtual std::uint16_t port() const = 0;
  // Takes no new connections and ends idle ones; requests under way are answered. Does not wait:
  // stats().connections_open falls to 0.
  virtual void drain() = 0;
  // Ends all connections and joins the threads; replies that come later are ignored. Also called by
  // the destructor. A stopped server cannot be started again.
  virtual void stop() = 0;
  virtual Stats stats() const = 0;
  // Looks at the files of TLS now; else that happens with new connections. From any thread.
  virtual void reload_tls() {}
};

}  // namespace inkling
