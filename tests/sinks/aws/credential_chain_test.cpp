#include "sinks/aws/credential_chain.h"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>

#include "core/http_server.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temp_directory.h"

namespace inkling::sinks {
namespace {

const Timestamp kNow = Timestamp::from_seconds(1'718'000'000);

class CredentialChainTest : public ::testing::Test {
 protected:
  void SetUp() override {
    HttpServerOptions options;
    options.port = 0;
    auto made = HttpServer::create(options);
    ASSERT_TRUE(made.has_value());
    server_ = std::move(*made);
  }
  void TearDown() override { server_->stop(); }

  std::string start() {
    EXPECT_TRUE(server_->start().has_value());
    return "http://127.0.0.1:" + std::to_string(server_->port());
  }
  // Counts its calls and gives keys named after their number, valid for an hour.
  void serve_keys(const std::string& path) {
    server_->route("GET", path, [this](HttpRequest&& request, HttpReply reply) {
      last_ = std::move(request);
      const int number = ++calls_;
      if (failing_) {
        reply({.status = 403, .body = "{}"});
        return;
      }
      reply({.body = R"({"Code":"Success","AccessKeyId":"AK)" + std::to_string(number) +
                     R"(","SecretAccessKey":"S","Token":"T","Expiration":")" +
                     format_timestamp(clock_.now() + std::chrono::hours(1)) + R"("})"});
    });
  }
  AwsSurroundings around() {
    AwsSurroundings a;
    a.variable = [this](const std::string& name) -> std::optional<std::string> {
      const auto at = variables_.find(name);
      if (at == variables_.end()) return std::nullopt;
      return at->second;
    };
    a.container_endpoint = a.metadata_endpoint = "http://127.0.0.1:1";  // nobody
    return a;
  }

  ManualClock clock_{kNow};
  std::map<std::string, std::string> variables_;
  std::unique_ptr<HttpServer> server_;
  std::atomic<int> calls_ = 0;
  std::atomic<bool> failing_ = false;
  HttpRequest last_;
  TempDirectory folder_;
};

TEST_F(CredentialChainTest, TakesTheEnvironmentFirst) {
  variables_ = {{"AWS_ACCESS_KEY_ID", "AK"},
                {"AWS_SECRET_ACCESS_KEY", "SK"},
                {"AWS_SESSION_TOKEN", "TK"},
                {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/x"}};
  CredentialChain chain(around(), clock_);
  const auto found = chain.get();
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->access_key_id + found->secret_access_key + found->session_token, "AKSKTK");
  EXPECT_EQ(chain.source(), "environment");
}

TEST_F(CredentialChainTest, ReadsTheProfileAskedFor) {
  write_file(folder_.file("credentials"),
             "# mine\n[default]\naws_access_key_id = A1\naws_secret_access_key=B1\n\n"
             "[ops]\naws_access_key_id=A2\naws_secret_access_key = B2\naws_session_token = C2\n");
  variables_ = {{"AWS_SHARED_CREDENTIALS_FILE", folder_.file("credentials")},
                {"AWS_PROFILE", "ops"}};
  CredentialChain chain(around(), clock_);
  const auto found = chain.get();
  ASSERT_TRUE(found.has_value()) << found.error().message;
  EXPECT_EQ(found->access_key_id + found->secret_access_key + found->session_token, "A2B2C2");
  EXPECT_EQ(chain.source(), "shared file");
}

TEST_F(CredentialChainTest, NamesTheProfileThatIsMissing) {
  write_file(folder_.file("credentials"), "[default]\naws_access_key_id = A1\n");
  variables_ = {{"AWS_SHARED_CREDENTIALS_FILE", folder_.file("credentials")}};
  CredentialChain chain(around(), clock_);
  const auto found = chain.get();
  ASSERT_FALSE(found.has_value());
  EXPECT_NE(found.error().message.find("no keys for profile default"), std::string::npos);
}

TEST_F(CredentialChainTest, AsksStsWithTheTokenOfTheFile) {
  std::string body;
  server_->route("POST", "/", [&](HttpRequest&& request, HttpReply reply) {
    body = std::string(request.body.view());
    reply({.body = "<R><Credentials><AccessKeyId>AKW</AccessKeyId><SecretAccessKey>SKW"
                   "</SecretAccessKey><SessionToken>TKW</SessionToken><Expiration>"
                   "2024-06-10T07:13:20Z</Expiration></Credentials></R>"});
  });
  AwsSurroundings a = around();
  a.sts_endpoint = start();
  write_file(folder_.file("token"), "ey.J+w\n");
  variables_ = {{"AWS_WEB_IDENTITY_TOKEN_FILE", folder_.file("token")},
                {"AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/r"}};
  CredentialChain chain(a, clock_);
  const auto found = chain.get();
  ASSERT_TRUE(found.has_value()) << found.error().message;
  EXPECT_EQ(found->session_token, "TKW");
  EXPECT_EQ(found->expires, kNow + std::chrono::hours(1));
  EXPECT_EQ(body,
            "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A"
            "111122223333%3Arole%2Fr&RoleSessionName=inkling&WebIdentityToken=ey.J%2Bw");
}

TEST_F(CredentialChainTest, AsksTheContainerAgentWithItsToken) {
  serve_keys("/v2/credentials/x");
  const std::string address = start();
  write_file(folder_.file("token"), "pod-token\n");
  variables_ = {{"AWS_CONTAINER_CREDENTIALS_FULL_URI", address + "/v2/credentials/x"},
                {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", folder_.file("token")}};
  CredentialChain chain(around(), clock_);
  ASSERT_TRUE(chain.get().has_value());
  EXPECT_EQ(last_.header("authorization"), "pod-token");
  EXPECT_EQ(chain.source(), "container");
}

TEST_F(CredentialChainTest, SendsNoTokenToAStranger) {
  const auto refuses = [&](const std::string& url) {
    variables_ = {{"AWS_CONTAINER_CREDENTIALS_FULL_URI", url}};
    HttpClient client;
    const auto found = container_credentials(around(), client);
    return !found && found.error().code == ErrorCode::kInvalidArgument;
  };
  EXPECT_TRUE(refuses("http://example.com/x"));
  EXPECT_TRUE(refuses("http://127.0.0.1@example.com/x"));
  EXPECT_TRUE(refuses("http://127.0.0.1.example.com/x"));
  EXPECT_TRUE(refuses("ftp://127.0.0.1/x"));
}

TEST_F(CredentialChainTest, AsksTheInstanceByVersionTwo) {
  std::string ttl;
  server_->route("PUT", "/latest/api/token", [&](HttpRequest&& request, HttpReply reply) {
    ttl = std::string(request.header("x-aws-ec2-metadata-token-ttl-seconds"));
    reply({.body = "IMDS-TOKEN"});
  });
  server_->route("GET", "/latest/meta-data/iam/security-credentials/",
                 [](HttpRequest&&, HttpReply reply) { reply({.body = "my-role\n"}); });
  serve_keys("/latest/meta-data/iam/security-credentials/my-role");
  AwsSurroundings a = around();
  a.metadata_endpoint = start();
  CredentialChain chain(a, clock_);
  const auto found = chain.get();
  ASSERT_TRUE(found.has_value()) << found.error().message;
  EXPECT_EQ(found->access_key_id, "AK1");
  EXPECT_EQ(last_.header("x-aws-ec2-metadata-token"), "IMDS-TOKEN");
  EXPECT_EQ(ttl, "21600");
  EXPECT_EQ(chain.source(), "instance");
}

TEST_F(CredentialChainTest, SaysWhereItLookedWhenThereAreNone) {
  variables_ = {{"AWS_EC2_METADATA_DISABLED", "true"}};
  CredentialChain chain(around(), clock_);
  const auto found = chain.get();
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().code, ErrorCode::kNotFound);
}

TEST_F(CredentialChainTest, RefreshesBeforeTheEndAndKeepsTheOldOnesMeanwhile) {
  serve_keys("/x");
  variables_ = {{"AWS_CONTAINER_CREDENTIALS_FULL_URI", start() + "/x"}};
  CredentialChain chain(around(), clock_);
  const auto key = [&] {
    const auto found = chain.get();
    return found ? found->access_key_id : found.error().message;
  };
  EXPECT_EQ(key(), "AK1");
  clock_.advance(std::chrono::minutes(40));
  EXPECT_EQ(key(), "AK1");
  failing_ = true;
  clock_.advance(std::chrono::minutes(8));  // 12 minutes before the end
  EXPECT_EQ(key(), "AK1");
  EXPECT_EQ(calls_, 2);
  EXPECT_EQ(key(), "AK1");  // no new try within 30 s
  EXPECT_EQ(calls_, 2);
  failing_ = false;
  clock_.advance(std::chrono::seconds(31));
  EXPECT_EQ(key(), "AK3");
  failing_ = true;
  clock_.advance(std::chrono::hours(2));
  EXPECT_EQ(key(), "credentials: the container agent answered 403");
}

}  // namespace
}  // namespace inkling::sinks
