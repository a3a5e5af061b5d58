#include "sinks/aws/sigv4.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "core/http_message.h"
#include "core/secrets.h"

namespace inkling::sinks {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

// Not signed: they change on the way, or belong to one connection.
constexpr std::array<std::string_view, 10> kUnsigned = {
    "authorization", "connection",        "expect",  "keep-alive", "te",
    "trailer",       "transfer-encoding", "upgrade", "user-agent", "x-amzn-trace-id"};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

// Without white space at the ends, runs of it as one space.
std::string collapse_spaces(std::string_view text) {
  std::string out;
  bool pending = false;
  for (const char c : text) {
    if (c == ' ' || (c >= '\t' && c <= '\r')) {
      pending = !out.empty();
      continue;
    }
    if (pending) out.push_back(' ');
    pending = false;
    out.push_back(c);
  }
  return out;
}

// Without dot segments and empty segments, then encoded once more.
std::string canonical_path(std::string_view path) {
  std::vector<std::string_view> kept;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view segment = path.substr(at, end - at);
    if (segment == "..") {
      if (!kept.empty()) kept.pop_back();
    } else if (!segment.empty() && segment != ".") {
      kept.push_back(segment);
    }
    at = end + 1;
  }
  std::string out;
  for (const std::string_view segment : kept) {
    out.push_back('/');
    out += percent_encode(segment);
  }
  if (out.empty() || path.back() == '/') out.push_back('/');
  return out;
}

// Each name and value encoded exactly once.
std::string encode_once(std::string_view text) {
  const auto decoded = percent_decode(text);
  return percent_encode(decoded ? std::string_view(*decoded) : text);
}

std::string canonical_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (std::size_t at = 0; at < query.size();) {
    const std::size_t end = std::min(query.find('&', at), query.size());
    const std::string_view pair = query.substr(at, end - at);
    const std::size_t equals = pair.find('=');
    const bool has_value = equals != std::string_view::npos;
    if (!pair.empty()) {
      pairs.emplace_back(encode_once(pair.substr(0, equals)),
                         has_value ? encode_once(pair.substr(equals + 1)) : std::string());
    }
    at = end + 1;
  }
  std::sort(pairs.begin(), pairs.end());
  std::string out;
  for (const auto& [name, value] : pairs) {
    if (!out.empty()) out.push_back('&');
    out += name + "=" + value;
  }
  return out;
}

}  // namespace

std::string percent_encode(std::string_view text, std::string_view keep) {
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~' ||
                       keep.find(c) != std::string_view::npos;
    if (plain) {
      out.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.push_back('%');
    out.push_back(kDigits[byte >> 4]);
    out.push_back(kDigits[byte & 0x0F]);
  }
  return out;
}

std::string amz_date(Timestamp time) {
  std::string text = format_timestamp(Timestamp::from_seconds(time.ns / 1'000'000'000));
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

Signature sign_v4(const AwsRequest& request, const Credentials& credentials,
                  const SigningScope& scope, Timestamp now) {
  const std::string date = amz_date(now);
  Signature result;
  result.headers.emplace_back("X-Amz-Date", date);
  if (!credentials.session_token.empty()) {
    result.headers.emplace_back("X-Amz-Security-Token", credentials.session_token);
  }
  // By lower-cased name; several of one name are joined by commas in their order.
  std::map<std::string, std::string> headers;
  const auto add = [&](std::string_view name, std::string_view value) {
    std::string key = lower(name);
    if (std::find(kUnsigned.begin(), kUnsigned.end(), key) != kUnsigned.end()) return;
    const auto [at, is_new] = headers.try_emplace(std::move(key), collapse_spaces(value));
    if (!is_new) at->second += "," + collapse_spaces(value);
  };
  add("host", request.host);
  for (const auto& [name, value] : request.headers) add(name, value);
  for (const auto& [name, value] : result.headers) add(name, value);

  std::string lines;
  for (const auto& [name, value] : headers) {
    lines += name + ":" + value + "\n";
    if (!result.signed_headers.empty()) result.signed_headers.push_back(';');
    result.signed_headers += name;
  }
  result.canonical_request = fmt::format(
      "{}\n{}\n{}\n{}\n{}\n{}", request.method, canonical_path(request.path),
      canonical_query(request.query), lines, result.signed_headers, sha256_hex(request.body));

  const std::string day = date.substr(0, 8);
  const std::string credential_scope =
      fmt::format("{}/{}/{}/aws4_request", day, scope.region, scope.service);
  const std::string to_sign = fmt::format("{}\n{}\n{}\n{}", kAlgorithm, date, credential_scope,
                                          sha256_hex(result.canonical_request));
  std::string key = hmac_sha256("AWS4" + credentials.secret_access_key, day);
  key = hmac_sha256(key, scope.region);
  key = hmac_sha256(key, scope.service);
  key = hmac_sha256(key, "aws4_request");
  result.signature = to_hex(hmac_sha256(key, to_sign));
  result.headers.emplace_back("Authorization",
                              fmt::format("{} Credential={}/{}, SignedHeaders={}, Signature={}",
                                          kAlgorithm, credentials.access_key_id, credential_scope,
                                          result.signed_headers, result.signature));
  return result;
}

}  // namespace inkling::sinks
