#include <fmt/format.h>
#include <gmock/gmock.h>

#include "ingest/http/elastic_reply.h"
#include "tests/ingest/http/endpoint_support.h"
#include "tests/support/compress.h"

namespace inkling::ingest {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::StartsWith;

constexpr std::string_view kBody =
    "{\"create\":{\"_index\":\"logs-app\",\"_id\":\"x1\"}}\n{\"message\":\"boom\"}\n";
constexpr std::string_view kReply =
    R"({"took":0,"errors":false,"items":[{"create":{"_index":"logs-app","_id":"x1","_version":1,"result":"created","status":201}}]})";

class ElasticEndpointTest : public EndpointTest {
 protected:
  ElasticEndpointTest() { open(register_elastic); }

  std::shared_ptr<Answers> get(std::string path, std::string method = "GET") {
    // As the router does.
    HttpRequest request = make_request(method == "HEAD" ? "GET" : method, std::move(path), "");
    return send(std::move(request));
  }
  std::shared_ptr<Answers> bulk(std::string_view body, std::string_view encoding = "",
                                std::string path = "/_bulk") {
    HttpRequest request = make_request("POST", std::move(path), body);
    request.headers["content-type"] = "application/x-ndjson";
    if (!encoding.empty()) request.headers["content-encoding"] = encoding;
    return send(std::move(request));
  }
};

// Every reply has it; clients refuse one without it.
void expect_product(const std::shared_ptr<Answers>& answers) {
  ASSERT_EQ(answers->given.size(), 1u);
  EXPECT_THAT(answers->given[0].headers, Contains(Pair("X-Elastic-Product", "Elasticsearch")));
}

TEST_F(ElasticEndpointTest, EsBulkSuccessIs200WithItems) {
  const auto answers = bulk(kBody);
  EXPECT_TRUE(answers->given.empty());  // not before the commit
  commit();
  EXPECT_EQ(status_of(answers), 200);
  EXPECT_EQ(body_of(answers), kReply);
  EXPECT_EQ(answers->given[0].content_type, "application/json");
  expect_product(answers);
  EXPECT_EQ(journal_.frames.at(0).format, Format::kElasticBulk);
  EXPECT_EQ(journal_.frames.at(0).bytes.view(), kBody);
}

TEST_F(ElasticEndpointTest, EsBulkOverloadIs429ForTheWholeRequest) {
  journal_.refusal = ErrorCode::kUnavailable;
  const auto answers = bulk(kBody);
  EXPECT_EQ(status_of(answers), 429);
  EXPECT_THAT(body_of(answers), HasSubstr(R"("type":"es_rejected_execution_exception")"));
  EXPECT_THAT(answers->given[0].headers, Contains(Pair("Retry-After", "1")));
  expect_product(answers);
}

TEST_F(ElasticEndpointTest, EsBulkLosesDataOnItemErrorsSoOnlyUndecodableDocumentsHaveThem) {
  const auto answers = bulk(
      "{\"create\":{}}\n{\"message\":\"a\"}\n{\"index\":{\"_id\":\"7\"}}\n{\"message\":\n"
      "{\"create\":{}}\n{\"nothing\":\"known\"}\n");
  commit();
  EXPECT_EQ(status_of(answers), 200);
  EXPECT_THAT(body_of(answers),
              AllOf(HasSubstr(R"("errors":true,"items":[)"),
                    HasSubstr(R"({"index":{"_index":"","_id":"7","status":400,"error":{"type":)")));
  std::size_t taken = 0;
  for (std::size_t at = 0; (at = body_of(answers).find("\"status\":201", at)) != std::string::npos;
       ++at) {
    ++taken;
  }
  EXPECT_EQ(taken, 2u);
}

TEST_F(ElasticEndpointTest, ADiskFailureAsksToComeAgain) {
  const auto answers = bulk(kBody);
  journal_.pending.at(0)(fail(ErrorCode::kIo, "disk"));
  EXPECT_EQ(status_of(answers), 503);
  expect_product(answers);
}

TEST_F(ElasticEndpointTest, HasAnItemForEachActionInOrder) {
  const auto answers = bulk(
      "{\"index\":{}}\n{\"a\":1}\n{\"update\":{\"_id\":\"2\"}}\n{\"doc\":{\"a\":1}}\n"
      "{\"delete\":{\"_id\":\"3\",\"_index\":\"other\"}}\n",
      "", "/logs/_bulk");
  commit();
  const std::string body = body_of(answers);
  EXPECT_THAT(body,
              StartsWith(R"({"took":0,"errors":false,"items":[{"index":{"_index":"logs","_id":")"));
  EXPECT_THAT(
      body,
      HasSubstr(
          R"(,{"update":{"_index":"logs","_id":"2","_version":1,"result":"updated","status":200}})"
          R"(,{"delete":{"_index":"other","_id":"3","_version":1,"result":"deleted","status":200}}]})"));
}

TEST_F(ElasticEndpointTest, ReportsWhatCameTwiceAsCreated) {
  const auto first = bulk(kBody);
  const auto second = bulk(kBody);
  commit(0);
  commit(1);
  EXPECT_EQ(body_of(first), kReply);
  EXPECT_EQ(body_of(second), kReply);
}

TEST_F(ElasticEndpointTest, ReadsCompressedBodies) {
  std::size_t i = 0;
  for (const auto& [encoding, body] :
       {std::pair("gzip", gzip(kBody)), std::pair("gzip", gzip_in_two(kBody)),
        std::pair("zstd", zstd(kBody)), std::pair("deflate", deflate_zlib(kBody))}) {
    const auto answers = bulk(body, encoding);
    commit(i);
    EXPECT_EQ(body_of(answers), kReply) << encoding;
    EXPECT_EQ(journal_.frames.at(i++).bytes.view(), body);
  }
}

TEST_F(ElasticEndpointTest, RefusesWhatIsNoBulkRequest) {
  EXPECT_EQ(status_of(bulk("")), 400);
  EXPECT_EQ(status_of(bulk("nonsense\n")), 400);
  EXPECT_EQ(status_of(bulk(gzip(kBody).substr(0, 20), "gzip")), 400);
  EXPECT_EQ(status_of(bulk(kBody, "br")), 415);
  EXPECT_EQ(status_of(bulk("{}", "gzip")), 400);
  const auto answers = bulk("nonsense");
  EXPECT_EQ(body_of(answers),
            R"({"error":{"root_cause":[{"type":"illegal_argument_exception","reason":"malformed )"
            R"(action/metadata line [1]: no action is understood"}],"type":)"
            R"("illegal_argument_exception","reason":"malformed action/metadata line [1]: no )"
            R"(action is understood"},"status":400})");
  expect_product(answers);
  EXPECT_TRUE(journal_.frames.empty());
}

TEST_F(ElasticEndpointTest, ABodyThatGrowsBeyondTheLimitIsSplitBySenders) {
  options_.max_inflated_bytes = 100;
  server_.routes.clear();
  open(register_elastic);
  EXPECT_EQ(status_of(bulk(gzip(std::string(kBody) + std::string(200, ' ')), "gzip")), 413);
}

TEST_F(ElasticEndpointTest, AnswersTheHandshakesOfClients) {
  options_.elastic_version = "9.1.0";
  server_.routes.clear();
  open(register_elastic);
  const auto root = get("/");
  EXPECT_EQ(status_of(root), 200);
  EXPECT_THAT(body_of(root),
              AllOf(HasSubstr(R"("version":{"number":"9.1.0","build_flavor":"default")"),
                    HasSubstr(R"("tagline":"You Know, for Search")")));
  expect_product(root);
  EXPECT_EQ(status_of(get("/", "HEAD")), 200);
  EXPECT_THAT(body_of(get("/_license?human=false")),
              HasSubstr(R"("type":"basic","mode":"basic","status":"active")"));
  EXPECT_EQ(body_of(get("/_xpack")), "{}");
  EXPECT_EQ(status_of(get("/_cluster/health")), 200);
  EXPECT_EQ(body_of(get("/_nodes/http")), "{}");
}

TEST_F(ElasticEndpointTest, AnswersTheSetUpOfTemplatesAndLifeCycles) {
  for (const char* path : {"/_ilm/policy/filebeat", "/_index_template/filebeat-8.15.0",
                           "/_template/x", "/_component_template/x", "/_ingest/pipeline/x",
                           "/_data_stream/x", "/_alias/x", "/_aliases"}) {
    const auto asked = get(path);
    EXPECT_EQ(status_of(asked), 200) << path;
    expect_product(asked);
    EXPECT_EQ(body_of(send(make_request("PUT", path, "{}"))), R"({"acknowledged":true})") << path;
  }
  EXPECT_EQ(body_of(send(make_request("PUT", "/filebeat-8.15.0", "{}"))),
            R"({"acknowledged":true,"shards_acknowledged":true,"index":"filebeat-8.15.0"})");
}

TEST_F(ElasticEndpointTest, HasNothingAtOtherPaths) {
  EXPECT_EQ(status_of(get("/nothing")), 404);
  EXPECT_EQ(status_of(get("/favicon.ico")), 404);
  EXPECT_EQ(status_of(send(make_request("POST", "/nothing", "{}"))), 404);
  EXPECT_EQ(status_of(send(make_request("PUT", "/Nothing/at/all", "{}"))), 404);
}

TEST_F(ElasticEndpointTest, EchoesTheCompatibleMediaType) {
  const auto answers = send(make_request(
      "POST", "/_bulk", kBody,
      {{"content-type", "application/vnd.elasticsearch+x-ndjson; compatible-with=8"}}));
  commit();
  EXPECT_EQ(answers->given.at(0).content_type,
            "application/vnd.elasticsearch+json;compatible-with=8");
  const auto root = send(make_request(
      "GET", "/", "", {{"accept", "application/vnd.elasticsearch+json;compatible-with=9"}}));
  EXPECT_EQ(root->given.at(0).content_type, "application/vnd.elasticsearch+json;compatible-with=9");
}

TEST_F(EndpointTest, ElasticAsksForAKeyInItsOwnWords) {
  open(register_elastic, {"secret", "id:key"});
  const auto missing = send(make_request("GET", "/", ""));
  EXPECT_EQ(status_of(missing), 401);
  EXPECT_THAT(body_of(missing), HasSubstr(R"("type":"security_exception")"));
  expect_product(missing);
  const auto wrong = send(make_request("POST", "/_bulk", kBody, {{"authorization", "Basic eDp5"}}));
  EXPECT_EQ(status_of(wrong), 403);
  expect_product(wrong);
  // user:secret, and base64(id:key)
  EXPECT_EQ(
      status_of(send(make_request("GET", "/", "", {{"authorization", "Basic dXNlcjpzZWNyZXQ="}}))),
      200);
  EXPECT_EQ(status_of(send(make_request("GET", "/", "", {{"authorization", "ApiKey aWQ6a2V5"}}))),
            200);
}

TEST(ElasticReplyTest, ManyActionsHaveShortItems) {
  std::string body;
  for (std::size_t i = 0; i < kMaxFullItems + 1; ++i) body += "{\"delete\":{}}\n";
  const BulkItems items = make_bulk_items(body, "", 1);
  EXPECT_EQ(items.actions, kMaxFullItems + 1);
  EXPECT_THAT(items.text, ::testing::EndsWith(R"(,{"delete":{"status":200}})"));
  EXPECT_FALSE(items.too_many);
}

}  // namespace
}  // namespace inkling::ingest
