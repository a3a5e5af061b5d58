#include "core/http_connection.h"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <cstring>
#include <exception>
#include <utility>

#include "core/http_message.h"
#include "core/http_pending_reply.h"
#include "core/log.h"

namespace inkling {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t kHeadRead = 16 * 1024;   // bytes per read of a head
constexpr std::size_t kChunkRead = 64 * 1024;  // bytes per read of a chunked body
constexpr std::size_t kBodyAhead = 1u << 20;   // of a body that is being read
// After the last answer the client's bytes are thrown away for a while: closing a socket with
// unread bytes resets it, and the client may lose the answer.
constexpr auto kLingerTime = std::chrono::seconds(2);
constexpr std::size_t kLingerBytes = 16u << 20;

}  // namespace

HttpConnection::HttpConnection(tcp::socket socket, std::shared_ptr<HttpServerState> state)
    : state_(std::move(state)), stream_(std::move(socket)), timer_(executor()) {
  error_code ec;
  const auto peer = stream_.socket().remote_endpoint(ec);
  if (!ec) client_ = peer.address().to_string();
}

void HttpConnection::serve() {
  if (!state_->tls) return next_request();
  error_code ec;
  stream_.socket().non_blocking(true, ec);
  auto session = state_->tls->accept(stream_.socket().native_handle());
  if (ec || !session) return close();
  phase_ = Phase::kHandshake;
  arm(state_->options.handshake_timeout);
  stream_.handshake(std::move(*session), [self = shared_from_this()](const error_code& error) {
    if (self->phase_ != Phase::kHandshake) return;
    if (!error) return self->next_request();
    self->state_->handshakes_failed.fetch_add(1, std::memory_order_relaxed);
    self->close();
  });
}

void HttpConnection::refuse() {
  refused_ = true;
  respond({.status = 503, .body = "too many connections\n", .headers = {{"Retry-After", "1"}}});
}

void HttpConnection::drain() {
  if (phase_ == Phase::kIdle) close();
}

void HttpConnection::next_request() {
  parser_.emplace(state_->options.max_head_bytes);
  route_ = nullptr;
  keep_alive_ = false;
  is_http11_ = true;
  wants_body_ = true;
  if (!bytes_ready().empty()) {
    phase_ = Phase::kHead;
    arm(state_->options.head_timeout);
    return parse_head();
  }
  if (state_->draining.load()) return close();
  received_ = PaddedBuffer();  // many connections are idle: they keep no buffer
  consumed_ = 0;
  phase_ = Phase::kIdle;
  arm(served_before_ ? state_->options.idle_timeout : state_->options.head_timeout);
  stream_.wait_readable([self = shared_from_this()](const error_code& ec) {
    if (self->phase_ != Phase::kIdle) return;
    if (ec) return self->close();
    self->phase_ = Phase::kHead;
    self->arm(self->state_->options.head_timeout);
    self->read_head();
  });
}

template <class Then>
void HttpConnection::read_some(asio::mutable_buffer target, Then then) {
  stream_.read_some(target,
                    [self = shared_from_this(), then](const error_code& ec, std::size_t size) {
                      if (self->phase_ == Phase::kClosed) return;
                      if (self->timed_out_) return self->reject_and_close(HttpRefusal::kSlow);
                      if (ec) return self->close();
                      then(*self, size);
                    });
}

void HttpConnection::read_head() {
  read_some(make_room(kHeadRead), [](HttpConnection& self, std::size_t size) {
    self.received_.resize(self.received_.size() + size);
    self.parse_head();
  });
}

void HttpConnection::parse_head() {
  const auto progress = parser_->put_head(bytes_ready());
  consume(progress.used);
  switch (progress.step) {
    case HttpRequestParser::Step::kNeedMore:
      return read_head();
    case HttpRequestParser::Step::kRejected:
      return reject_and_close(progress.refusal);
    case HttpRequestParser::Step::kDone:
      return route();
  }
}

void HttpConnection::route() {
  HttpRequest& request = parser_->request();
  request.client = client_;
  is_http11_ = parser_->is_http11();
  wants_body_ = request.method != "HEAD";
  keep_alive_ = parser_->keep_alive();
  const HttpRouter::Match match = state_->router.find(request.method, request.path);
  route_ = match.route;
  allowed_methods_ = match.allowed;
  if (route_ != nullptr) {
    if (!route_->guard) return begin_body();
    std::optional<HttpResponse> refusal = route_->guard(request);
    return refusal ? refuse_by_guard(std::move(*refusal)) : begin_body();
  }
  // A body that is not read makes the connection useless for more.
  if (parser_->has_body()) keep_alive_ = false;
  allowed_methods_.empty() ? reject(HttpRefusal::kPath) : reject(HttpRefusal::kMethod);
}

void HttpConnection::begin_body() {
  if (!parser_->has_body()) return dispatch();
  const std::size_t limit =
      route_->max_body_bytes > 0 ? route_->max_body_bytes : state_->options.max_body_bytes;
  if (!parser_->limit_body(limit)) return reject_and_close(HttpRefusal::kBodySize);
  if (const auto length = parser_->body_length()) {
    if (!hold_body()) return reject_and_close(HttpRefusal::kMemory);
    PaddedBuffer& body = parser_->request().body;
    body.reserve(*length);
    const std::string_view ready = bytes_ready().substr(0, *length);
    body.append(ready);
    consume(ready.size());
  }
  phase_ = Phase::kBody;
  arm(state_->options.body_timeout);
  const bool client_waits = bytes_ready().empty() && parser_->request().body.size() == 0;
  if (!parser_->expects_continue() || !client_waits) return go_on_with_body();
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  response_head_ = kContinue;
  response_body_.clear();
  stream_.write(response_head_, response_body_, [self = shared_from_this()](const error_code& ec) {
    if (self->phase_ == Phase::kClosed) return;
    if (ec || self->timed_out_) return self->close();
    self->go_on_with_body();
  });
}

void HttpConnection::go_on_with_body() { parser_->body_length() ? read_body() : parse_chunks(); }

void HttpConnection::read_body() {
  PaddedBuffer& body = parser_->request().body;
  const std::size_t length = *parser_->body_length();
  if (body.size() == length) return dispatch();
  // Straight into its final place.
  read_some(asio::buffer(body.data() + body.size(), length - body.size()),
            [](HttpConnection& self, std::size_t size) {
              PaddedBuffer& filled = self.parser_->request().body;
              filled.resize(filled.size() + size);
              if (!self.hold_body()) return self.reject_and_close(HttpRefusal::kMemory);
              self.read_body();
            });
}

void HttpConnection::parse_chunks() {
  const auto progress = parser_->put_chunks(bytes_ready());
  consume(progress.used);
  switch (progress.step) {
    case HttpRequestParser::Step::kRejected:
      return reject_and_close(progress.refusal);
    case HttpRequestParser::Step::kDone:
      return dispatch();
    case HttpRequestParser::Step::kNeedMore:
      break;
  }
  if (!hold_bytes(parser_->chunked_bytes())) return reject_and_close(HttpRefusal::kMemory);
  read_some(make_room(kChunkRead), [](HttpConnection& self, std::size_t size) {
    self.received_.resize(self.received_.size() + size);
    self.parse_chunks();
  });
}

void HttpConnection::dispatch() {
  phase_ = Phase::kHandling;
  timer_.cancel();
  HttpRequest& request = parser_->request();
  state_->requests_total.fetch_add(1, std::memory_order_relaxed);
  state_->bytes_received.fetch_add(request.body.size(), std::memory_order_relaxed);
  try {
    route_->handler(std::move(request), make_http_reply(state_, weak_from_this()));
  } catch (const std::exception& error) {
    // The reply went away unused: respond_without_answer().
    log_error(std::string("an HTTP handler threw: ") + error.what());
  }
}

// What the guard of a route answers.
void HttpConnection::refuse_by_guard(HttpResponse response) {
  count_refusal(HttpRefusal::kGuard);
  if (parser_->has_body()) keep_alive_ = false;
  respond(std::move(response));
}

void HttpConnection::reject_and_close(HttpRefusal reason) {
  keep_alive_ = false;
  reject(reason);
}

void HttpConnection::reject(HttpRefusal reason) {
  count_refusal(reason);
  const int status = kHttpRefusalStatus[static_cast<std::size_t>(reason)];
  respond(word(status, parser_->request()));
}

void HttpConnection::respond_without_answer() { respond(word(500, HttpRequest())); }

HttpResponse HttpConnection::word(int status, const HttpRequest& head) {
  if (route_ != nullptr && status == 413) status = route_->too_large_status;
  if (route_ != nullptr && route_->wording) {
    try {
      return route_->wording(status, head);
    } catch (const std::exception& error) {
      log_error(std::string("the wording of an HTTP route threw: ") + error.what());
    }
  }
  HttpResponse response{.status = status, .body = std::to_string(status) + "\n"};
  if (status == 405) response.headers.emplace_back("Allow", allowed_methods_);
  if (status == 429 || status == 503) response.headers.emplace_back("Retry-After", "1");
  return response;
}

void HttpConnection::respond(HttpResponse response) {
  if (phase_ == Phase::kClosed) return;
  phase_ = Phase::kWriting;
  if (state_->draining.load()) keep_alive_ = false;
  response_head_ = format_http_head(response, {.http11 = is_http11_, .keep_alive = keep_alive_});
  const bool no_body =
      !wants_body_ || response.status < 200 || response.status == 204 || response.status == 304;
  response_body_ = no_body ? std::string() : std::move(response.body);
  arm(state_->options.body_timeout);
  stream_.write(response_head_, response_body_, [self = shared_from_this()](const error_code& ec) {
    if (self->phase_ == Phase::kClosed) return;
    if (ec) return self->close();
    self->hold_bytes(0);
    self->served_before_ = true;
    self->keep_alive_ ? self->next_request() : self->linger();
  });
}

void HttpConnection::linger() {
  phase_ = Phase::kLinger;
  if (!stream_.finish_sending()) return close();
  arm(kLingerTime);
  discard();
}

void HttpConnection::discard() {
  consume(bytes_ready().size());
  stream_.read_some(make_room(kHeadRead),
                    [self = shared_from_this()](const error_code& ec, std::size_t size) {
                      if (self->phase_ == Phase::kClosed) return;
                      self->discarded_ += size;
                      if (ec || self->discarded_ > kLingerBytes) return self->close();
                      self->discard();
                    });
}

void HttpConnection::close() {
  if (phase_ == Phase::kClosed) return;
  phase_ = Phase::kClosed;
  timer_.cancel();
  stream_.close();
  hold_bytes(0);
  if (refused_) {
    state_->refusals_open.fetch_sub(1, std::memory_order_relaxed);
    return;
  }
  const auto self = shared_from_this();  // not destroyed under the lock
  MutexLock lock(state_->mutex);
  if (state_->connections.erase(this) > 0) {
    state_->connections_open.fetch_sub(1, std::memory_order_relaxed);
  }
}

void HttpConnection::arm(Duration timeout) {
  timed_out_ = false;
  timer_.expires_after(timeout);
  timer_.async_wait([self = shared_from_this()](const error_code& ec) {
    if (ec || self->timer_.expiry() > std::chrono::steady_clock::now()) return;  // set anew
    self->on_timeout();
  });
}

void HttpConnection::on_timeout() {
  switch (phase_) {
    case Phase::kHead:
    case Phase::kBody:
      timed_out_ = true;  // the read under way ends now, and its handler answers 408
      stream_.cancel();
      break;
    case Phase::kHandshake:
      state_->handshakes_failed.fetch_add(1, std::memory_order_relaxed);
      return close();
    case Phase::kIdle:
    case Phase::kWriting:
      state_->connections_expired.fetch_add(1, std::memory_order_relaxed);
      return close();
    case Phase::kLinger:
      return close();
    case Phase::kHandling:
    case Phase::kClosed:
      break;
  }
}

asio::mutable_buffer HttpConnection::make_room(std::size_t size) {
  const std::string_view left = bytes_ready();
  if (consumed_ > 0) {
    std::memmove(received_.data(), left.data(), left.size());
    received_.resize(left.size());
    consumed_ = 0;
  }
  received_.reserve(received_.size() + size);
  return {received_.data() + received_.size(), size};
}

// Makes `total` our part of the bytes all connections hold; false if that is too much.
bool HttpConnection::hold_bytes(std::size_t total) {
  const std::size_t before = std::exchange(held_bytes_, total);
  if (total <= before) {
    state_->bytes_buffered.fetch_sub(before - total, std::memory_order_relaxed);
    return true;
  }
  const std::size_t more = total - before;
  return state_->bytes_buffered.fetch_add(more, std::memory_order_relaxed) + more <=
         state_->options.max_buffered_bytes;
}

// Counts the body under way as it comes, not as it is announced: who announces much and sends
// little takes no memory, and keeps nobody else from sending.
bool HttpConnection::hold_body() {
  const std::size_t so_far = parser_->request().body.size();
  return hold_bytes(std::min(*parser_->body_length(), so_far + kBodyAhead));
}

void HttpConnection::count_refusal(HttpRefusal reason) {
  state_->requests_total.fetch_add(1, std::memory_order_relaxed);
  state_->rejected[static_cast<std::size_t>(reason)].fetch_add(1, std::memory_order_relaxed);
}

void serve_http_connection(tcp::socket socket, const std::shared_ptr<HttpServerState>& state) {
  const auto connection = std::make_shared<HttpConnection>(std::move(socket), state);
  state->connections_open.fetch_add(1, std::memory_order_relaxed);
  {
    MutexLock lock(state->mutex);
    state->connections.emplace(connection.get(), connection);
  }
  asio::dispatch(connection->executor(), [connection] { connection->serve(); });
}

void refuse_http_connection(tcp::socket socket, const std::shared_ptr<HttpServerState>& state) {
  const auto connection = std::make_shared<HttpConnection>(std::move(socket), state);
  state->refusals_open.fetch_add(1, std::memory_order_relaxed);
  asio::dispatch(connection->executor(), [connection] { connection->refuse(); });
}

void drain_http_connection(const std::shared_ptr<HttpConnection>& connection) {
  asio::post(connection->executor(), [connection] { connection->drain(); });
}

}  // namespace inkling
