#include "core/http_client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <cctype>
#include <mutex>
#include <utility>

namespace inkling {
namespace {

struct Collected {
  CURL* handle = nullptr;
  const HttpCall* call = nullptr;
  HttpAnswer answer = {};
  std::size_t size = 0;
  std::size_t limit = 0;
  bool too_large = false;
  bool ended = false;  // by who takes the body
};

std::size_t collect(char* bytes, std::size_t size, std::size_t count, void* target) {
  auto& collected = *static_cast<Collected*>(target);
  const std::size_t length = size * count;
  collected.size += length;
  if (collected.size > collected.limit) {
    collected.too_large = true;
    return 0;  // ends the transfer
  }
  long status = 0;
  curl_easy_getinfo(collected.handle, CURLINFO_RESPONSE_CODE, &status);
  if (collected.call->on_body && status == 200) {
    collected.ended = !collected.call->on_body({bytes, length});
    return collected.ended ? 0 : length;
  }
  collected.answer.body.append(bytes, length);
  return length;
}

// One header line with its line end. A reply has at most kMaxHeaders of them.
std::size_t collect_header(char* bytes, std::size_t size, std::size_t count, void* target) {
  static constexpr std::size_t kMaxHeaders = 200;
  auto& headers = static_cast<Collected*>(target)->answer.headers;
  const std::string_view line(bytes, size * count);
  if (line.starts_with("HTTP/")) headers.clear();  // after an interim reply
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || headers.size() == kMaxHeaders) return line.size();
  std::string name(line.substr(0, colon));
  for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  std::string_view value = line.substr(colon + 1);
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!value.empty() && is_space(value.front())) value.remove_prefix(1);
  while (!value.empty() && is_space(value.back())) value.remove_suffix(1);
  headers.emplace_back(std::move(name), value);
  return line.size();
}

// How messages name the target of a call: of other methods than GET the path may be a secret.
std::string shown_url(const HttpCall& call) {
  if (call.method == "GET") return call.url;
  const std::size_t host = call.url.find("://");
  if (host == std::string::npos) return "(no url)";
  return call.url.substr(0, call.url.find_first_of("/?", host + 3));
}

int watch(void* target, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Collected*>(target)->call->stop.stop_requested() ? 1 : 0;
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

std::string_view HttpAnswer::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

Result<HttpAnswer> HttpClient::get(const std::string& url, const HttpRequestOptions& options) {
  HttpCall call;
  call.url = url;
  return send(call, options);
}

Result<HttpAnswer> HttpClient::send(const HttpCall& call, const HttpRequestOptions& options) {
  CURL* const handle = state_->handle;
  if (handle == nullptr) return fail(ErrorCode::kUnavailable, "http client: out of memory");
  curl_easy_reset(handle);  // keeps its connections
  Collected collected{.handle = handle, .call = &call, .limit = options.max_body_bytes};
  curl_slist* headers = nullptr;
  for (const std::string& header : options.headers) {
    headers = curl_slist_append(headers, header.c_str());
  }
  const auto timeout = std::chrono::ceil<std::chrono::milliseconds>(options.timeout).count();
  curl_easy_setopt(handle, CURLOPT_URL, call.url.c_str());
  curl_easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L);
  if (call.method != "GET") {
    headers = curl_slist_append(headers, "Expect:");  // no round trip before the body
    curl_easy_setopt(handle, CURLOPT_POST, 1L);
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, call.method.c_str());
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, call.body.data());
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(call.body.size()));
  }
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS);
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "inkling");
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout));
  curl_easy_setopt(handle, CURLOPT_ACCEPT_ENCODING, "gzip");
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, collect);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &collected);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, collect_header);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, &collected);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, watch);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &collected);
  const CURLcode done = curl_easy_perform(handle);
  curl_slist_free_all(headers);
  if (collected.too_large) {
    return fail(ErrorCode::kBadInput, fmt::format("reply of {} is larger than {} bytes",
                                                  shown_url(call), options.max_body_bytes));
  }
  if (done != CURLE_OK && !collected.ended) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("no reply from {}: {}", shown_url(call), curl_easy_strerror(done)));
  }
  HttpAnswer& answer = collected.answer;
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<unsigned>(status);
  const char* type = nullptr;
  if (curl_easy_getinfo(handle, CURLINFO_CONTENT_TYPE, &type) == CURLE_OK && type != nullptr) {
    answer.content_type = type;
  }
  return std::move(answer);
}

}  // namespace inkling
