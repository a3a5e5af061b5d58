#include "ingest/http/access.h"

#include <optional>

#include "core/ascii.h"
#include "core/http_message.h"
#include "ingest/base64.h"

namespace inkling::ingest {
namespace {

// Compares without telling by its time where the texts differ.
bool equal_in_constant_time(std::string_view shown, std::string_view key) {
  // The length of what was shown decides the time, not that of the key.
  unsigned char differs = shown.size() == key.size() ? 0 : 1;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const char other = key.empty() ? '\0' : key[i % key.size()];
    differs = static_cast<unsigned char>(
        differs | (static_cast<unsigned char>(shown[i]) ^ static_cast<unsigned char>(other)));
  }
  return differs == 0;
}

}  // namespace

std::string query_parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    const std::size_t sign = pair.find('=');
    if (form_decode(pair.substr(0, sign)) == name) {
      return sign == std::string_view::npos ? std::string() : form_decode(pair.substr(sign + 1));
    }
    if (end == std::string_view::npos) break;
    query.remove_prefix(end + 1);
  }
  return {};
}

bool AccessKeys::is_ours(std::string_view shown) const {
  bool found = false;
  for (const std::string& key : keys_) found |= equal_in_constant_time(shown, key);
  return found;
}

Access AccessKeys::check(const HttpRequest& head) const {
  if (keys_.empty()) return Access::kGranted;
  bool shown = false;
  bool good = false;
  const auto offer = [&](std::string_view key) {
    if (key.empty()) return;
    shown = true;
    good |= is_ours(key);
  };
  if (const std::string_view header = head.header("authorization"); !header.empty()) {
    const std::size_t space = header.find(' ');
    const std::string_view scheme = header.substr(0, space);
    const std::string_view credential =
        space == std::string_view::npos ? std::string_view() : header.substr(space + 1);
    if (equals_ignoring_case(scheme, "Basic")) {
      const std::string pair = decode_base64(credential).value_or("");
      offer(pair);
      if (const std::size_t colon = pair.find(':'); colon != std::string::npos) {
        offer(std::string_view(pair).substr(colon + 1));
      }
    } else if (equals_ignoring_case(scheme, "ApiKey")) {
      offer(credential);
      offer(decode_base64(credential).value_or(""));
    } else {
      offer(credential);
    }
  }
  for (const char* name : {"x-api-key", "dd-api-key", "x-amz-firehose-access-key"}) {
    offer(head.header(name));
  }
  for (const char* name : {"token", "api_key"}) offer(query_parameter(head.query, name));
  if (good) return Access::kGranted;
  return shown ? Access::kWrong : Access::kMissing;
}

}  // namespace inkling::ingest
