#include "ingest/http/elastic_reply.h"

#include <fmt/format.h>

#include <iterator>

#include "core/json_writer.h"
#include "ingest/wire/elastic_bulk.h"

namespace inkling::ingest {
namespace {

// "application/vnd.elasticsearch+json;compatible-with=8" if the request speaks so, else plain JSON.
std::string content_type_for(const HttpRequest& request) {
  for (const char* name : {"accept", "content-type"}) {
    const std::string_view value = request.header(name);
    constexpr std::string_view kVendor = "application/vnd.elasticsearch+";
    constexpr std::string_view kVersion = "compatible-with=";
    if (value.find(kVendor) == std::string_view::npos) continue;
    const std::size_t at = value.find(kVersion);
    if (at == std::string_view::npos) continue;
    const std::string_view number = value.substr(at + kVersion.size());
    const std::size_t digits = std::min<std::size_t>(number.find_first_not_of("0123456789"), 3);
    if (digits > 0 && !number.empty()) {
      return fmt::format("{}json;compatible-with={}", kVendor, number.substr(0, digits));
    }
  }
  return "application/json";
}

// The segments of a path: "/_ilm/policy/x" has three.
std::size_t count_segments(std::string_view path) {
  std::size_t count = 0;
  bool inside = false;
  for (const char c : path) {
    if (c != '/' && !inside) ++count;
    inside = c != '/';
  }
  return count;
}

bool is_below(std::string_view path, std::string_view parent) {
  return path.starts_with(parent) && (path.size() == parent.size() || path[parent.size()] == '/');
}

bool is_setup_path(std::string_view path) {
  for (const std::string_view parent :
       {"/_ilm", "/_index_template", "/_template", "/_component_template", "/_ingest",
        "/_data_stream", "/_alias", "/_aliases", "/_nodes", "/_xpack", "/_security"}) {
    if (is_below(path, parent)) return true;
  }
  return false;
}

// PUT /<index>: make an index. Names of indices are lower case and begin with a letter or digit.
bool is_index_path(std::string_view path) {
  if (count_segments(path) != 1 || path.size() < 2 || path.back() == '/') return false;
  const char first = path[1];
  return (first >= 'a' && first <= 'z') || (first >= '0' && first <= '9') || first == '.';
}

void put_item(std::string& out, const BulkAction& action, std::string_view index,
              std::string_view id) {
  const auto put = std::back_inserter(out);
  fmt::format_to(put, "{{\"{}\":{{\"_index\":\"{}\",\"_id\":\"{}\"", bulk_verb_name(action.verb),
                 index, id);
  if (!action.valid) {
    out += R"(,"status":400,"error":{"type":"document_parsing_exception",)"
           R"("reason":"the action or its document is no JSON object on one line"}}})";
    return;
  }
  switch (action.verb) {
    case BulkVerb::kUpdate:
      out += R"(,"_version":1,"result":"updated","status":200}})";
      break;
    case BulkVerb::kDelete:
      out += R"(,"_version":1,"result":"deleted","status":200}})";
      break;
    default:
      // Also what was there before: a reply made only of 409s is sent again for ever by some.
      out += R"(,"_version":1,"result":"created","status":201}})";
      break;
  }
}

int status_of(const BulkAction& action) {
  if (!action.valid) return 400;
  return action.verb == BulkVerb::kUpdate || action.verb == BulkVerb::kDelete ? 200 : 201;
}

}  // namespace

HttpResponse elastic_reply(int status, std::string body, const HttpRequest& request) {
  HttpResponse response{
      .status = status, .content_type = content_type_for(request), .body = std::move(body)};
  response.headers.emplace_back("X-Elastic-Product", "Elasticsearch");
  if (status == 429 || status == 503) response.headers.emplace_back("Retry-After", "1");
  return response;
}

HttpResponse elastic_error(int status, std::string_view type, std::string_view reason,
                           const HttpRequest& request) {
  const std::string cause =
      fmt::format(R"("type":{},"reason":{})", json_quote(type), json_quote(reason));
  return elastic_reply(
      status,
      fmt::format(R"({{"error":{{"root_cause":[{{{}}}],{}}},"status":{}}})", cause, cause, status),
      request);
}

HttpResponse elastic_refusal(Access access, const HttpRequest& request) {
  const bool missing = access == Access::kMissing;
  HttpResponse response = elastic_error(
      missing ? 401 : 403, "security_exception",
      missing ? "missing authentication credentials" : "the credentials are not known", request);
  if (missing) {
    response.headers.emplace_back("WWW-Authenticate", "Basic realm=\"security\", ApiKey");
  }
  return response;
}

bool is_elastic_path(std::string_view method, std::string_view path) {
  if (path == "/" || path == "/_license" || path == "/_cluster/health") {
    return method == "GET" || method == "HEAD";
  }
  return is_setup_path(path) || (method == "PUT" && is_index_path(path));
}

HttpResponse elastic_handshake(const HttpRequest& request, std::string_view version) {
  const std::string_view path = request.path;
  if (!is_elastic_path(request.method, path)) {
    return elastic_error(404, "resource_not_found_exception", "there is nothing at this path",
                         request);
  }
  if (path == "/") {
    return elastic_reply(
        200,
        fmt::format(
            R"({{"name":"inkling","cluster_name":"inkling","cluster_uuid":"inklinginklinginkling0",)"
            R"("version":{{"number":{},"build_flavor":"default","build_type":"docker",)"
            R"("build_hash":"unknown","build_date":"2024-01-01T00:00:00.000Z",)"
            R"("build_snapshot":false,"lucene_version":"9.11.1",)"
            R"("minimum_wire_compatibility_version":"7.17.0",)"
            R"("minimum_index_compatibility_version":"7.0.0"}},"tagline":"You Know, for Search"}})",
            json_quote(version)),
        request);
  }
  if (path == "/_license") {
    return elastic_reply(200,
                         R"({"license":{"uid":"00000000-0000-0000-0000-000000000000",)"
                         R"("type":"basic","mode":"basic","status":"active",)"
                         R"("expiry_date_in_millis":4000000000000}})",
                         request);
  }
  if (path == "/_cluster/health") {
    return elastic_reply(200,
                         R"({"cluster_name":"inkling","status":"green","timed_out":false,)"
                         R"("number_of_nodes":1,"number_of_data_nodes":1})",
                         request);
  }
  const bool asks = request.method == "GET" || request.method == "HEAD";
  if (asks) return elastic_reply(200, "{}", request);
  if (!is_index_path(path)) return elastic_reply(200, R"({"acknowledged":true})", request);
  return elastic_reply(
      200,
      fmt::format(R"({{"acknowledged":true,"shards_acknowledged":true,"index":{}}})",
                  json_quote(path.substr(1))),
      request);
}

BulkItems make_bulk_items(std::string_view body, std::string_view index,
                          std::uint64_t request_number) {
  BulkItems items;
  const std::string default_index = json_quote(index);  // with its quotes
  const std::string_view default_raw =
      std::string_view(default_index).substr(1, default_index.size() - 2);
  ElasticBulkReader reader(body);
  std::string id;
  while (const auto action = reader.next()) {
    if (items.actions == kMaxBulkActions) {
      items.too_many = true;
      break;
    }
    if (!items.text.empty()) items.text += ',';
    if (items.actions < kMaxFullItems) {
      id.clear();
      if (action->id.empty()) {
        fmt::format_to(std::back_inserter(id), "{:x}-{:x}", request_number, items.actions);
      }
      put_item(items.text, *action, action->index.empty() ? default_raw : action->index,
               action->id.empty() ? std::string_view(id) : action->id);
    } else {
      fmt::format_to(std::back_inserter(items.text), R"({{"{}":{{"status":{}}}}})",
                     bulk_verb_name(action->verb), status_of(*action));
    }
    ++items.actions;
    items.documents += action->valid ? 1 : 0;
    items.errors |= !action->valid;
  }
  return items;
}

std::string make_bulk_reply(const BulkItems& items, std::int64_t took_ms) {
  return fmt::format(R"({{"took":{},"errors":{},"items":[{}]}})", took_ms, items.errors,
                     items.text);
}

}  // namespace inkling::ingest
