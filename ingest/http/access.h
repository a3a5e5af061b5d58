#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/http_server.h"

namespace inkling::ingest {

// Whether a request may come in.
enum class Access : std::uint8_t {
  kGranted,
  kMissing,  // it shows no key: 401
  kWrong,    // it shows one that is not ours: 403
};

// The keys that open the ingest endpoints; several at once, so that they can be changed one sender
// at a time. No keys: everybody may. Immutable. Thread-safe.
//
// A key is looked for where senders put it: Authorization (Bearer, Basic, ApiKey, Splunk), the
// headers X-API-Key, DD-API-KEY and X-Amz-Firehose-Access-Key, and the query parameters token and
// api_key. For Basic the key is "user:password" or the password alone; for ApiKey (base64) "id:key"
// or as sent. Every configured key is compared, in time that does not depend on its content.
class AccessKeys {
 public:
  explicit AccessKeys(std::vector<std::string> keys = {}) : keys_(std::move(keys)) {}

  Access check(const HttpRequest& head) const;
  bool empty() const { return keys_.empty(); }

 private:
  bool is_ours(std::string_view shown) const;
  std::vector<std::string> keys_;
};

// The value of a query parameter, percent-decoded; "" if it is not there.
std::string query_parameter(std::string_view query, std::string_view name);

}  // namespace inkling::ingest
