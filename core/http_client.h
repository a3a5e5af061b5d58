#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/timestamp.h"

namespace inkling {

struct HttpRequestOptions {
  std::vector<std::string> headers = {};  // "Accept: text/plain"
  Duration timeout = std::chrono::seconds(10);
  std::size_t max_body_bytes = 16u << 20;  // after decompression
};

struct HttpAnswer {
  unsigned status = 0;
  std::string content_type;  // "" = not said
  std::string body;          // decompressed
};

// Makes requests over http and https, one at a time, over connections that are kept. No redirects,
// no proxies, no other protocols; certificates are verified. gzip is asked for and taken off. Not
// thread-safe: one per thread.
class HttpClient {
 public:
  HttpClient();
  ~HttpClient();
  HttpClient(HttpClient&&) noexcept;
  HttpClient& operator=(HttpClient&&) noexcept;

  // kUnavailable if no whole reply came within the time-out, kBadInput if it is too large. A reply
  // of any status is a reply.
  Result<HttpAnswer> get(const std::string& url, const HttpRequestOptions& options);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace inkling
