#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "core/http_server.h"

namespace inkling {

// Reads one request out of the bytes of a connection; does no I/O. Private to the HTTP server.
// Usage: put_head() until it says kDone; then, if has_body(): limit_body(), and either the caller
// moves body_length() bytes into request().body itself (so that they are copied once only), or, for
// a chunked body, put_chunks() until it says kDone. Not thread-safe: one owner.
class HttpRequestParser {
 public:
  enum class Step { kNeedMore, kDone, kRejected };
  struct Progress {
    std::size_t used = 0;  // bytes that need not be given again
    Step step = Step::kNeedMore;
    HttpRefusal refusal = HttpRefusal::kMalformed;  // why, if it is rejected
  };

  explicit HttpRequestParser(std::size_t max_head_bytes);
  ~HttpRequestParser();

  // Rejects as malformed, for its size, an expectation or a coding. Give all bytes received and not
  // used yet.
  Progress put_head(std::string_view bytes);
  // Sets the most a body may have; false if the head already announces more.
  bool limit_body(std::size_t max_bytes);
  // Rejects as malformed, or for the size of the body or of a trailer.
  Progress put_chunks(std::string_view bytes);

  HttpRequest& request() { return request_; }
  bool has_body() const;
  // As announced by Content-Length; nothing for chunked bodies.
  std::optional<std::size_t> body_length() const;
  // Of a chunked body, so far.
  std::size_t chunked_bytes() const;
  bool expects_continue() const { return expects_continue_; }
  bool keep_alive() const { return keep_alive_; }
  bool is_http11() const { return is_http11_; }

 private:
  std::optional<HttpRefusal> take_head();

  struct Parser;  // Beast's
  std::unique_ptr<Parser> parser_;
  const std::size_t max_head_bytes_;
  HttpRequest request_;
  std::size_t head_bytes_ = 0;
  bool expects_continue_ = false;
  bool keep_alive_ = false;
  bool is_http11_ = true;
};

}  // namespace inkling
