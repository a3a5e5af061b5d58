#include <atomic>
#include <memory>
#include <utility>

#include "ingest/http/body.h"
#include "ingest/http/elastic_reply.h"
#include "ingest/http/endpoints.h"

namespace inkling::ingest {
namespace {

constexpr std::string_view kBulk = "/_bulk";

bool is_bulk_path(std::string_view path) { return path.ends_with(kBulk); }

// "logs" of "/logs/_bulk", "" of "/_bulk".
std::string_view index_of(std::string_view path) {
  path.remove_suffix(kBulk.size());
  if (!path.empty()) path.remove_prefix(1);
  return path.substr(0, path.find('/'));  // "/logs/_doc/_bulk" of old clients
}

class ElasticEndpoint {
 public:
  explicit ElasticEndpoint(const EndpointContext& context)
      : endpoint_(context.intake.make_endpoint("elasticsearch")),
        clock_(context.intake.clock()),
        keys_(context.keys),
        version_(context.options.elastic_version),
        limits_(inflate_limits(context.options)),
        requests_(static_cast<std::uint64_t>(clock_.now().ns)) {}

  // Also keeps bodies that nobody wants from being read.
  std::optional<HttpResponse> guard(const HttpRequest& head) {
    const bool is_bulk = (head.method == "POST" || head.method == "PUT") && is_bulk_path(head.path);
    if (!is_bulk && !is_elastic_path(head.method, head.path)) {
      return elastic_handshake(head, version_);
    }
    const Access access = keys_.check(head);
    if (access == Access::kGranted) return std::nullopt;
    endpoint_.count_refused(IntakeRefusal::kAccess);
    return elastic_refusal(access, head);
  }

  void handle(HttpRequest&& request, HttpReply reply) {
    if (request.method == "GET" || request.method == "HEAD" || !is_bulk_path(request.path)) {
      return reply(elastic_handshake(request, version_));
    }
    const BodyCheck check = check_body(request);
    if (check.refusal) {
      endpoint_.count_refused(*check.refusal);
      return reply(elastic_error(check.status, "parse_exception", check.reason, request));
    }
    BulkItems items;
    {
      const PlainBody body = read_body(request, check.encoding, limits_);
      if (body.refusal) return reply(refuse(*body.refusal, request));
      items = make_bulk_items(body.text, index_of(request.path), requests_.fetch_add(1));
    }
    if (items.too_many) return reply(refuse(IntakeRefusal::kTooLarge, request));
    if (items.documents == 0) return reply(refuse(IntakeRefusal::kMalformed, request));
    submit(std::move(request), check.encoding, std::move(items), std::move(reply));
  }

  HttpResponse word(int status, const HttpRequest& head) const {
    if (status == 413) {
      return elastic_error(413, "content_too_large_exception", "the body is too large", head);
    }
    // What one of us cannot hold now is asked for again.
    if (status == 503) return overloaded(head);
    return elastic_error(status, "parse_exception", "the request cannot be read", head);
  }

 private:
  HttpResponse refuse(IntakeRefusal reason, const HttpRequest& request) {
    endpoint_.count_refused(reason);
    switch (reason) {
      case IntakeRefusal::kTooLarge:
        return elastic_error(413, "content_too_large_exception", "the body is too large", request);
      case IntakeRefusal::kMalformed:
        return elastic_error(400, "illegal_argument_exception",
                             "malformed action/metadata line [1]: no action is understood",
                             request);
      default:
        return elastic_error(400, "parse_exception", "the body cannot be decompressed", request);
    }
  }

  static HttpResponse overloaded(const HttpRequest& request) {
    return elastic_error(429, "es_rejected_execution_exception",
                         "rejected execution: too much is pending", request);
  }

  void submit(HttpRequest&& request, Encoding encoding, BulkItems items, HttpReply reply) {
    const Timestamp begun = clock_.now();
    IntakeFrame frame{.format = Format::kElasticBulk, .encoding = encoding};
    frame.bytes = std::move(request.body);
    const std::string client = request.client;
    auto head = std::make_shared<const HttpRequest>(std::move(request));
    auto made = std::make_shared<const BulkItems>(std::move(items));
    endpoint_.submit(client, std::move(frame),
                     [this, head, made, begun, reply = std::move(reply)](IntakeOutcome outcome) {
                       reply(answer(outcome, *head, *made, begun));
                     });
  }

  HttpResponse answer(IntakeOutcome outcome, const HttpRequest& head, const BulkItems& items,
                      Timestamp begun) const {
    switch (outcome) {
      case IntakeOutcome::kDurable:
        break;
      case IntakeOutcome::kFull:
        return overloaded(head);
      case IntakeOutcome::kFailed:
        return elastic_error(503, "unavailable_shards_exception", "the journal cannot be written",
                             head);
      case IntakeOutcome::kRefused:
        return elastic_error(413, "content_too_large_exception", "the body is too large", head);
    }
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(clock_.now() - begun);
    return elastic_reply(200, make_bulk_reply(items, took.count()), head);
  }

  HttpIntake::Endpoint& endpoint_;
  const Clock& clock_;
  const AccessKeys& keys_;
  const std::string version_;
  const InflateLimits limits_;
  std::atomic<std::uint64_t> requests_;  // only distinguishes, so in any order
};

}  // namespace

void register_elastic(const EndpointContext& context) {
  const auto elastic = std::make_shared<ElasticEndpoint>(context);
  const HttpHandler handler = [elastic](HttpRequest&& request, HttpReply reply) {
    elastic->handle(std::move(request), std::move(reply));
  };
  const HttpGuard guard = [elastic](const HttpRequest& head) { return elastic->guard(head); };
  const HttpWording wording = [elastic](int status, const HttpRequest& head) {
    return elastic->word(status, head);
  };
  // Names of indices are everybody's, so "/" is asked for whatever no other route has.
  for (const char* method : {"GET", "POST", "PUT"}) {
    context.server.add_route(
        {.method = method, .path = "/", .handler = handler, .guard = guard, .wording = wording});
  }
}

}  // namespace inkling::ingest
