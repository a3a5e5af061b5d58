#include "ingest/http/splunk_reply.h"

#include <fmt/format.h>

#include "core/ascii.h"

namespace inkling::ingest {
namespace {

struct Wording {
  int status = 500;
  std::string_view text;
};

Wording wording_of(SplunkCode code) {
  switch (code) {
    case SplunkCode::kSuccess:
      return {200, "Success"};
    case SplunkCode::kTokenRequired:
      return {401, "Token is required"};
    case SplunkCode::kInvalidAuthorization:
      return {401, "Invalid authorization"};
    case SplunkCode::kInvalidToken:
      return {403, "Invalid token"};
    case SplunkCode::kNoData:
      return {400, "No data"};
    case SplunkCode::kInvalidFormat:
      return {400, "Invalid data format"};
    case SplunkCode::kInternalError:
      return {500, "Internal server error"};
    case SplunkCode::kBusy:
      return {503, "Server is busy"};
    case SplunkCode::kNoChannel:
      return {400, "Data channel is missing"};
    case SplunkCode::kInvalidChannel:
      return {400, "Invalid data channel"};
    case SplunkCode::kNoEvent:
      return {400, "Event field is required"};
    case SplunkCode::kBlankEvent:
      return {400, "Event field cannot be blank"};
    case SplunkCode::kAckDisabled:
      return {400, "ACK is disabled"};
    case SplunkCode::kHealthy:
      return {200, "HEC is healthy"};
    case SplunkCode::kUnhealthy:
      return {503, "HEC is unhealthy, queues are full"};
  }
  return {};
}

// `more`: further members, with a comma in front.
HttpResponse make_reply(SplunkCode code, std::string_view more) {
  const Wording wording = wording_of(code);
  HttpResponse response{.status = wording.status,
                        .content_type = "application/json",
                        .body = fmt::format(R"({{"text":"{}","code":{}{}}})", wording.text,
                                            static_cast<int>(code), more)};
  if (wording.status == 503) response.headers.emplace_back("Retry-After", "1");
  return response;
}

bool begins_with_word(std::string_view header, std::string_view word) {
  return header.size() > word.size() && header[word.size()] == ' ' &&
         equals_ignoring_case(header.substr(0, word.size()), word);
}

}  // namespace

HttpResponse splunk_reply(SplunkCode code) { return make_reply(code, ""); }

HttpResponse splunk_success(std::optional<std::uint64_t> ack_id) {
  return make_reply(SplunkCode::kSuccess, ack_id ? fmt::format(R"(,"ackId":{})", *ack_id) : "");
}

HttpResponse splunk_invalid_event(SplunkCode code, std::uint64_t number) {
  return make_reply(code, fmt::format(R"(,"invalid-event-number":{})", number));
}

HttpResponse splunk_refusal(Access access, const HttpRequest& head) {
  const std::string_view header = head.header("authorization");
  if (access == Access::kMissing && header.empty()) {
    return splunk_reply(SplunkCode::kTokenRequired);
  }
  const bool is_ours =
      header.empty() || begins_with_word(header, "splunk") || begins_with_word(header, "basic");
  return splunk_reply(access == Access::kWrong && is_ours ? SplunkCode::kInvalidToken
                                                          : SplunkCode::kInvalidAuthorization);
}

}  // namespace inkling::ingest
