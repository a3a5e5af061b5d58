#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/http_request_parser.h"
#include "core/http_server_state.h"
#include "core/http_stream.h"

namespace inkling {

// Private to the HTTP server. One connection: a loop of head, body, handler, answer. Everything
// runs on the socket's strand; answers are posted to it.
class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  HttpConnection(boost::asio::ip::tcp::socket socket, std::shared_ptr<HttpServerState> state);

  boost::asio::ip::tcp::socket::executor_type executor() { return stream_.socket().get_executor(); }
  void serve();
  void refuse();
  void drain();
  void respond(HttpResponse response);
  // The handler let go of its reply.
  void respond_without_answer();

 private:
  enum class Phase { kHandshake, kIdle, kHead, kBody, kHandling, kWriting, kLinger, kClosed };

  void next_request();
  void read_head();
  void parse_head();
  void route();
  void begin_body();
  void go_on_with_body();
  void read_body();
  void parse_chunks();
  void dispatch();
  void reject(HttpRefusal reason);
  // The answer of that status as the route words it.
  HttpResponse word(int status, const HttpRequest& head);
  void refuse_by_guard(HttpResponse response);
  void reject_and_close(HttpRefusal reason);
  void linger();
  void discard();
  void close();

  void arm(Duration timeout);
  void on_timeout();
  bool hold_bytes(std::size_t total);
  bool hold_body();
  void count_refusal(HttpRefusal reason);

  std::string_view bytes_ready() const { return received_.view().substr(consumed_); }
  void consume(std::size_t size) { consumed_ += size; }
  // Room for more bytes behind those that are ready.
  boost::asio::mutable_buffer make_room(std::size_t size);
  // Reads into `target` and goes on with `then(*this, bytes)`, unless time ran out or the client
  // left. No composed operations: a cancel that falls between two of their reads would be lost.
  template <class Then>
  void read_some(boost::asio::mutable_buffer target, Then then);

  const std::shared_ptr<HttpServerState> state_;
  HttpStream stream_;
  boost::asio::steady_timer timer_;
  std::string client_;

  Phase phase_ = Phase::kIdle;
  bool timed_out_ = false;
  bool refused_ = false;
  bool served_before_ = false;
  PaddedBuffer received_;     // may hold the next requests as well
  std::size_t consumed_ = 0;  // bytes of it that were used

  // Of the request under way.
  std::optional<HttpRequestParser> parser_;
  const HttpRoute* route_ = nullptr;
  std::string allowed_methods_;
  std::size_t held_bytes_ = 0;  // our part of bytes_buffered
  bool keep_alive_ = false;
  bool is_http11_ = true;
  bool wants_body_ = true;  // false: HEAD

  std::string response_head_;
  std::string response_body_;
  std::size_t discarded_ = 0;
};

// Serves a connection until it ends. The socket's executor is a strand. The state keeps it alive.
void serve_http_connection(boost::asio::ip::tcp::socket socket,
                           const std::shared_ptr<HttpServerState>& state);

// Answers 503 and ends the connection.
void refuse_http_connection(boost::asio::ip::tcp::socket socket,
                            const std::shared_ptr<HttpServerState>& state);

// Ends the connection if no request is under way, else after that request. From any thread.
void drain_http_connection(const std::shared_ptr<HttpConnection>& connection);

}  // namespace inkling
