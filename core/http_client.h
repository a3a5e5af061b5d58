#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"
#include "core/timestamp.h"

namespace inkling {

struct HttpRequestOptions {
  std::vector<std::string> headers = {};  // "Accept: text/plain"
  Duration timeout = std::chrono::seconds(10);
  std::size_t max_body_bytes = 16u << 20;  // after decompression
};

// A request with a method and a body.
struct HttpCall {
  std::string method = "GET";
  std::string url;
  std::string body = {};
  // Takes the body of a reply of status 200 as it comes, instead of HttpAnswer::body. False ends
  // the transfer.
  std::function<bool(std::string_view)> on_body = {};
  std::stop_token stop = {};  // ends the transfer within a second
};

struct HttpAnswer {
  unsigned status = 0;
  std::string content_type;                                  // "" = not said
  std::string body;                                          // decompressed
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case; send() only

  // The first header of that name (lower case), or "".
  std::string_view header(std::string_view name) const;
};

// Makes requests over http and https, one at a time, over connections that are kept: HTTP/2 where
// TLS agrees on it, else HTTP/1.1. No redirects, no proxies, no other protocols; certificates are
// verified. gzip is asked for and taken off. Not thread-safe: one per thread.
class HttpClient {
 public:
  HttpClient();
  ~HttpClient();
  HttpClient(HttpClient&&) noexcept;
  HttpClient& operator=(HttpClient&&) noexcept;

  // kUnavailable if no whole reply came within the time-out, kBadInput if it is too large. A reply
  // of any status is a reply.
  Result<HttpAnswer> get(const std::string& url, const HttpRequestOptions& options);

  // The same with any method; the path goes out exactly as it is written.
  Result<HttpAnswer> send(const HttpCall& call, const HttpRequestOptions& options);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace inkling
