#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/http_server.h"
#include "ingest/http/access.h"

namespace inkling::ingest {

// What Splunk's event collector answers; the numbers are on the wire. Codes 1 (token disabled), 7
// (incorrect index), 19 and 20 are never ours to say.
enum class SplunkCode : std::uint8_t {
  kSuccess = 0,
  kTokenRequired = 2,
  kInvalidAuthorization = 3,
  kInvalidToken = 4,
  kNoData = 5,
  kInvalidFormat = 6,
  kInternalError = 8,
  kBusy = 9,
  kNoChannel = 10,
  kInvalidChannel = 11,
  kNoEvent = 12,
  kBlankEvent = 13,
  kAckDisabled = 14,
  kHealthy = 17,
  kUnhealthy = 18,
};

// {"text":...,"code":n} with the code's status; Retry-After with a 503.
HttpResponse splunk_reply(SplunkCode code);
// The same with the id of an acknowledgement, or the number of the event that is wrong.
HttpResponse splunk_success(std::optional<std::uint64_t> ack_id);
HttpResponse splunk_invalid_event(SplunkCode code, std::uint64_t number);

// The answer to who may not come in.
HttpResponse splunk_refusal(Access access, const HttpRequest& head);

}  // namespace inkling::ingest
