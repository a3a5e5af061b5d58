#include "core/http_client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <mutex>
#include <utility>

namespace inkling {
namespace {

struct Collected {
  std::string body;
  std::size_t limit = 0;
  bool too_large = false;
};

std::size_t collect(char* bytes, std::size_t size, std::size_t count, void* target) {
  auto& collected = *static_cast<Collected*>(target);
  const std::size_t length = size * count;
  if (collected.body.size() + length > collected.limit) {
    collected.too_large = true;
    return 0;  // ends the transfer
  }
  collected.body.append(bytes, length);
  return length;
}

void start_library() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

}  // namespace

struct HttpClient::State {
  State() {
    start_library();
    handle = curl_easy_init();
  }
  ~State() { curl_easy_cleanup(handle); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  CURL* handle = nullptr;
};

HttpClient::HttpClient() : state_(std::make_unique<State>()) {}
HttpClient::~HttpClient() = default;
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;

Result<HttpAnswer> HttpClient::get(const std::string& url, const HttpRequestOptions& options) {
  CURL* const handle = state_->handle;
  if (handle == nullptr) return fail(ErrorCode::kUnavailable, "http client: out of memory");
  curl_easy_reset(handle);  // keeps its connections
  Collected collected{.body = {}, .limit = options.max_body_bytes};
  curl_slist* headers = nullptr;
  for (const std::string& header : options.headers) {
    headers = curl_slist_append(headers, header.c_str());
  }
  const auto timeout = std::chrono::ceil<std::chrono::milliseconds>(options.timeout).count();
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "inkling");
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout));
  curl_easy_setopt(handle, CURLOPT_ACCEPT_ENCODING, "gzip");
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, collect);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &collected);
  const CURLcode done = curl_easy_perform(handle);
  curl_slist_free_all(headers);
  if (collected.too_large) {
    return fail(ErrorCode::kBadInput,
                fmt::format("reply of {} is larger than {} bytes", url, options.max_body_bytes));
  }
  if (done != CURLE_OK) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("no reply from {}: {}", url, curl_easy_strerror(done)));
  }
  HttpAnswer answer;
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<unsigned>(status);
  const char* type = nullptr;
  if (curl_easy_getinfo(handle, CURLINFO_CONTENT_TYPE, &type) == CURLE_OK && type != nullptr) {
    answer.content_type = type;
  }
  answer.body = std::move(collected.body);
  return answer;
}

}  // namespace inkling
