#include "sinks/aws/sigv4.h"

#include <gtest/gtest.h>

#include "core/secrets.h"

namespace inkling::sinks {
namespace {

const Credentials kExample = {.access_key_id = "AKIDEXAMPLE",
                              .secret_access_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                              .session_token = ""};
const Timestamp kNow = Timestamp::from_seconds(1'718'000'000);  // 2024-06-10T06:13:20Z
constexpr std::string_view kBody = R"({"messages":[{"role":"user","content":[{"text":"hi"}]}]})";

AwsRequest converse(std::string path) {
  return {.method = "POST",
          .host = "bedrock-runtime.us-east-1.amazonaws.com",
          .path = std::move(path),
          .headers = {{"Content-Type", "application/json"}},
          .body = std::string(kBody)};
}

std::string line_of(const Signature& signature, std::size_t number) {
  std::size_t begin = 0;
  for (; number > 0; --number) begin = signature.canonical_request.find('\n', begin) + 1;
  return signature.canonical_request.substr(begin,
                                            signature.canonical_request.find('\n', begin) - begin);
}

TEST(SigV4Test, EncodesAnEncodedModelIdOnceMore) {
  const Signature signed_by = sign_v4(converse("/model/us.amazon.nova-pro-v1%3A0/converse"),
                                      kExample, {"us-east-1", "bedrock"}, kNow);
  EXPECT_EQ(line_of(signed_by, 1), "/model/us.amazon.nova-pro-v1%253A0/converse");
  EXPECT_EQ(signed_by.signed_headers, "content-type;host;x-amz-date");
  EXPECT_EQ(sha256_hex(signed_by.canonical_request),
            "108bfbd3e542adcf94273a507d4e7a489f4817d297d6b4f6db216f6d17f4057b");
  EXPECT_EQ(signed_by.signature,
            "03933e505ac2a0ddb1758d1e54af44c3c65693cf14518dfdb0d23c7f8f34d921");
}

TEST(SigV4Test, EncodesARawColon) {
  const Signature signed_by = sign_v4(converse("/model/us.amazon.nova-pro-v1:0/converse"), kExample,
                                      {"us-east-1", "bedrock"}, kNow);
  EXPECT_EQ(line_of(signed_by, 1), "/model/us.amazon.nova-pro-v1%3A0/converse");
  EXPECT_EQ(sha256_hex(signed_by.canonical_request),
            "a278a3a66ca9779c67d48268becd2dd9dcc4021b2287d2576c6fc5a4483b7ebd");
  EXPECT_EQ(signed_by.signature,
            "a7fdd542ad7f235102d232c0e17c86bc06a917efc0b57df9fca633a4904e1303");
}

TEST(SigV4Test, SignsTheTokenAndSortsTheQuery) {
  Credentials temporary = kExample;
  temporary.session_token = "TOK";
  const AwsRequest request = {.method = "GET",
                              .host = "example.us-east-1.amazonaws.com",
                              .path = "/a%20b/",
                              .query = "b=2&a=1%20x&a=0"};
  const Signature signed_by = sign_v4(request, temporary, {"us-east-1", "service"}, kNow);
  EXPECT_EQ(line_of(signed_by, 1), "/a%2520b/");
  EXPECT_EQ(line_of(signed_by, 2), "a=0&a=1%20x&b=2");
  EXPECT_EQ(signed_by.signed_headers, "host;x-amz-date;x-amz-security-token");
  EXPECT_EQ(signed_by.signature,
            "a069b68e8d5ee0a56383fbfd5387e9f599e7142d34cf3e2a39d0e54429aad9b0");
}

TEST(SigV4Test, HashesTheBodyAsItIsSent) {
  EXPECT_EQ(sha256_hex(kBody), "c3335e07d6e89650bf94cb98664be69f8774dbc3198df221f113db0a59ea14f0");
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(SigV4Test, GivesTheHeadersToSend) {
  const Signature signed_by =
      sign_v4(converse("/model/m/converse"), kExample, {"us-east-1", "bedrock"}, kNow);
  const AwsRequest::Headers expected = {
      {"X-Amz-Date", "20240610T061320Z"},
      {"Authorization",
       "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20240610/us-east-1/bedrock/aws4_request, "
       "SignedHeaders=content-type;host;x-amz-date, Signature=" +
           signed_by.signature}};
  EXPECT_EQ(signed_by.headers, expected);
}

TEST(SigV4Test, ResolvesDotSegmentsAndEmptyOnes) {
  const auto path_of = [](std::string path) {
    return line_of(sign_v4({.method = "GET", .host = "h", .path = std::move(path)}, kExample,
                           {"r", "s"}, kNow),
                   1);
  };
  EXPECT_EQ(path_of("/"), "/");
  EXPECT_EQ(path_of(""), "/");
  EXPECT_EQ(path_of("/a/./b/../c"), "/a/c");
  EXPECT_EQ(path_of("//a///b/"), "/a/b/");
  EXPECT_EQ(path_of("/.."), "/");
}

TEST(SigV4Test, LeavesOutHeadersThatChangeOnTheWay) {
  AwsRequest request = converse("/");
  request.headers.emplace_back("User-Agent", "x");
  request.headers.emplace_back("Connection", "close");
  request.headers.emplace_back("X-Amz-Meta", "  two   words ");
  request.headers.emplace_back("x-amz-meta", "again");
  const Signature signed_by = sign_v4(request, kExample, {"r", "s"}, kNow);
  EXPECT_EQ(signed_by.signed_headers, "content-type;host;x-amz-date;x-amz-meta");
  EXPECT_EQ(line_of(signed_by, 6), "x-amz-meta:two words,again");
}

}  // namespace
}  // namespace inkling::sinks
