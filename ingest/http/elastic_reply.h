#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/http_server.h"
#include "ingest/http/access.h"

namespace inkling::ingest {

// What Elasticsearch says in its replies; every one carries X-Elastic-Product, without which
// clients refuse it.
HttpResponse elastic_reply(int status, std::string body, const HttpRequest& request);

// {"error":{"root_cause":[...],"type":...,"reason":...},"status":...}, and Retry-After with 429.
HttpResponse elastic_error(int status, std::string_view type, std::string_view reason,
                           const HttpRequest& request);

// The answer to who may not come in.
HttpResponse elastic_refusal(Access access, const HttpRequest& request);

// The answer to the paths that clients ask before they send: GET / and the set-up of licences,
// templates, life cycles and pipelines, of which nothing is needed here. 404 if it is none.
HttpResponse elastic_handshake(const HttpRequest& request, std::string_view version);

// True if the path is one of Elasticsearch's that elastic_handshake answers.
bool is_elastic_path(std::string_view method, std::string_view path);

// What was made of a _bulk body: the items of the reply, and what they say together.
struct BulkItems {
  std::string text;           // items separated by commas
  std::size_t actions = 0;    // lines that should be one, sound or not
  std::size_t documents = 0;  // that can be taken
  bool errors = false;
  bool too_many = false;  // more than kMaxBulkActions
};
inline constexpr std::size_t kMaxBulkActions = 1'000'000;
// Beyond this many each item has its status only, so that the reply stays small.
inline constexpr std::size_t kMaxFullItems = 100'000;

// Makes the items for a body. `index`: of actions that name none. `request_number`: makes the ids
// of documents that have none.
BulkItems make_bulk_items(std::string_view body, std::string_view index,
                          std::uint64_t request_number);

// Beats and Fluent Bit match "errors":false,"items":[ as it stands, so the order is fixed.
std::string make_bulk_reply(const BulkItems& items, std::int64_t took_ms);

}  // namespace inkling::ingest
