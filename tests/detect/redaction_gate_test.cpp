// The gate in front of the default redactions looks at blocks of 16 bytes: what it looks for may
// lie anywhere in them, across two of them, or in texts shorter than one.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "detect/redaction.h"

namespace inkling::detect {
namespace {

TEST(RedactionGateTest, OpensForEveryKindOfSecretAtEveryPlace) {
  const std::vector<std::string> secrets = {
      "pwd:x",
      "password=x",
      "API-Key: x",
      "client_secret='x'",
      "Credentials:x",
      "Bearer 0123456789ab",
      "basic QWxhZGRpbjpvcGVu",
      "AKIAABCDEFGHIJKLMNOP",
      "ASIAABCDEFGHIJKLMNOP",
      "ghp_0123456789abcdef",
      "github_pat_0123456789abcdef",
      "xoxb-0123456789abcdef",
      "sk_live_0123456789abcdef",
      "sk-0123456789abcdef",
      "eyJhbGciOi.eyJzdWIiOi.c2ln",
      "a@b.io",
      "4111 1111 1111 1111",
      "4111111111111",
  };
  for (const std::string& secret : secrets) {
    SCOPED_TRACE(secret);
    for (std::size_t before = 0; before < 40; ++before) {
      EXPECT_TRUE(may_need_redaction(std::string(before, '.') + secret));
      EXPECT_TRUE(may_need_redaction(std::string(before, '.') + secret + " done"));
    }
  }
}

TEST(RedactionGateTest, LooksThroughLongTextsToTheirEnd) {
  EXPECT_FALSE(may_need_redaction(std::string(10000, '.')));
  EXPECT_TRUE(may_need_redaction(std::string(10000, '.') + "a@b.io"));
  EXPECT_TRUE(may_need_redaction(std::string(10000, '.') + "4111111111111111"));
}

TEST(RedactionGateTest, StaysShutForNumbersInPieces) {
  EXPECT_FALSE(may_need_redaction("GET /carts/7bac11e28863 200 8.6 ms"));
  EXPECT_FALSE(may_need_redaction("from 10.0.17.4 port 40112/tcp, 1024 bytes, 17 frames"));
}

}  // namespace
}  // namespace inkling::detect
