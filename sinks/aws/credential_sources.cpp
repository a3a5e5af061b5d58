#include "sinks/aws/credential_sources.h"

#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "core/json.h"
#include "sinks/aws/sigv4.h"

namespace inkling::sinks {
namespace {

constexpr std::size_t kMaxFile = 1u << 20;

std::string variable_of(const AwsSurroundings& around, const char* name) {
  return around.variable(name).value_or("");
}

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

Result<std::string> read_whole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text(kMaxFile, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.gcount() == 0 && !in.eof()) {
    return fail(ErrorCode::kIo, fmt::format("credentials: file cannot be read: {}", path));
  }
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

// Of the JSON that the ECS agent and the instance metadata give. The reply itself is never shown.
Result<std::optional<Credentials>> read_reply(std::string_view source, const HttpAnswer& answer) {
  if (answer.status != 200) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("credentials: {} answered {}", source, answer.status));
  }
  const auto reply = parse_json(answer.body);
  if (!reply) {
    return fail(ErrorCode::kBadInput, fmt::format("credentials: {} gave no JSON", source));
  }
  Credentials found;
  found.access_key_id = reply->text_of({"AccessKeyId"});
  found.secret_access_key = reply->text_of({"SecretAccessKey"});
  found.session_token = reply->text_of({"Token", "SessionToken"});
  if (found.access_key_id.empty() || found.secret_access_key.empty()) {
    return fail(ErrorCode::kBadInput, fmt::format("credentials: {} gave no key", source));
  }
  const auto expires = parse_timestamp(reply->text_of({"Expiration"}));
  if (expires) found.expires = *expires;
  return std::optional(std::move(found));
}

// The text of an XML element that has no attributes, or "".
std::string_view element(std::string_view xml, std::string_view name) {
  const std::size_t begin = xml.find(fmt::format("<{}>", name));
  if (begin == std::string_view::npos) return {};
  const std::size_t text = begin + name.size() + 2;
  const std::size_t end = xml.find(fmt::format("</{}>", name), text);
  return end == std::string_view::npos ? std::string_view() : xml.substr(text, end - text);
}

// Plain http only to where the network is the host's own.
bool may_ask(std::string_view url) {
  if (url.starts_with("https://")) return true;
  if (!url.starts_with("http://")) return false;
  std::string_view host = url.substr(7);
  host = host.substr(0, host.find_first_of("/?#"));
  if (host.find('@') != std::string_view::npos) return false;
  if (host.starts_with('[')) {
    host = host.substr(0, host.find(']') + 1);
    return host == "[::1]" || host == "[fd00:ec2::23]";
  }
  host = host.substr(0, host.find(':'));
  return host == "localhost" || host == "127.0.0.1" || host == "169.254.170.2" ||
         host == "169.254.170.23";
}

Result<std::string> container_token(const AwsSurroundings& around) {
  std::string token = variable_of(around, "AWS_CONTAINER_AUTHORIZATION_TOKEN");
  if (const auto file = around.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")) {
    INKLING_TRY_ASSIGN(token, read_whole(*file));
    while (token.ends_with('\n') || token.ends_with('\r')) token.pop_back();
  }
  if (token.find_first_of("\r\n") != std::string::npos) {
    return fail(ErrorCode::kInvalidArgument,
                "credentials: the container authorization token must be one line");
  }
  return token;
}

}  // namespace

Result<std::optional<Credentials>> environment_credentials(const AwsSurroundings& around) {
  Credentials found = {.access_key_id = variable_of(around, "AWS_ACCESS_KEY_ID"),
                       .secret_access_key = variable_of(around, "AWS_SECRET_ACCESS_KEY"),
                       .session_token = variable_of(around, "AWS_SESSION_TOKEN")};
  if (found.access_key_id.empty()) return std::optional<Credentials>();
  if (found.secret_access_key.empty()) {
    return fail(ErrorCode::kInvalidArgument,
                "credentials: AWS_ACCESS_KEY_ID is set, expected AWS_SECRET_ACCESS_KEY as well");
  }
  return std::optional(std::move(found));
}

Result<std::optional<Credentials>> shared_file_credentials(const AwsSurroundings& around) {
  const bool is_named = around.variable("AWS_SHARED_CREDENTIALS_FILE").has_value() ||
                        around.variable("AWS_PROFILE").has_value();
  std::string path = variable_of(around, "AWS_SHARED_CREDENTIALS_FILE");
  if (path.empty()) {
    const auto home = around.variable("HOME");
    if (!home) return std::optional<Credentials>();
    path = *home + "/.aws/credentials";
  }
  const std::string profile = around.variable("AWS_PROFILE").value_or("default");
  const auto text = read_whole(path);
  if (!text) {
    if (is_named) return fail(Error(text.error()));
    return std::optional<Credentials>();
  }
  Credentials found;
  bool inside = false;
  std::istringstream lines(*text);
  for (std::string line; std::getline(lines, line);) {
    const std::string_view row = trim(line);
    if (row.starts_with('[')) {
      inside = trim(row.substr(1, row.find(']') - 1)) == profile;
      continue;
    }
    const std::size_t equals = row.find('=');
    if (!inside || row.starts_with('#') || row.starts_with(';') || equals == std::string_view::npos)
      continue;
    const std::string_view name = trim(row.substr(0, equals));
    const std::string_view value = trim(row.substr(equals + 1));
    if (name == "aws_access_key_id") found.access_key_id = value;
    if (name == "aws_secret_access_key") found.secret_access_key = value;
    if (name == "aws_session_token") found.session_token = value;
  }
  if (!found.access_key_id.empty() && !found.secret_access_key.empty()) {
    return std::optional(std::move(found));
  }
  if (!is_named) return std::optional<Credentials>();
  return fail(ErrorCode::kNotFound,
              fmt::format("credentials: {} has no keys for profile {}", path, profile));
}

Result<std::optional<Credentials>> web_identity_credentials(const AwsSurroundings& around,
                                                            HttpClient& client) {
  const auto file = around.variable("AWS_WEB_IDENTITY_TOKEN_FILE");
  const auto role = around.variable("AWS_ROLE_ARN");
  if (!file || !role) return std::optional<Credentials>();
  INKLING_TRY_ASSIGN(const std::string token, read_whole(*file));
  const std::string session = around.variable("AWS_ROLE_SESSION_NAME").value_or("inkling");
  HttpCall call;
  call.method = "POST";
  const std::string region = around.region.empty() ? region_of(around) : around.region;
  call.url = around.sts_endpoint.empty() ? fmt::format("https://sts.{}.amazonaws.com/", region)
                                         : around.sts_endpoint + "/";
  call.body = fmt::format(
      "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn={}&RoleSessionName={}"
      "&WebIdentityToken={}",
      percent_encode(*role), percent_encode(session), percent_encode(trim(token)));
  INKLING_TRY_ASSIGN(
      const HttpAnswer answer,
      client.send(call, {.headers = {"Content-Type: application/x-www-form-urlencoded"}}));
  if (answer.status != 200) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("credentials: STS answered {} {}", answer.status,
                            element(answer.body, "Code").substr(0, 64)));
  }
  Credentials found;
  found.access_key_id = element(answer.body, "AccessKeyId");
  found.secret_access_key = element(answer.body, "SecretAccessKey");
  found.session_token = element(answer.body, "SessionToken");
  if (const auto expires = parse_timestamp(element(answer.body, "Expiration"))) {
    found.expires = *expires;
  }
  if (found.access_key_id.empty() || found.secret_access_key.empty()) {
    return fail(ErrorCode::kBadInput, "credentials: STS gave no key");
  }
  return std::optional(std::move(found));
}

Result<std::optional<Credentials>> container_credentials(const AwsSurroundings& around,
                                                         HttpClient& client) {
  const auto relative = around.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  const auto full = around.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  if (!relative && !full) return std::optional<Credentials>();
  HttpRequestOptions options = {.headers = {"Accept: application/json"},
                                .timeout = around.container_timeout,
                                .max_body_bytes = kMaxFile};
  const std::string url = relative ? around.container_endpoint + *relative : *full;
  if (!relative && !may_ask(url)) {
    return fail(ErrorCode::kInvalidArgument,
                "credentials: AWS_CONTAINER_CREDENTIALS_FULL_URI must be https, or http to this "
                "host or the agent");
  }
  INKLING_TRY_ASSIGN(const std::string token, container_token(around));
  if (!token.empty()) options.headers.push_back("Authorization: " + token);
  static constexpr int kTries = 3;
  for (int attempt = 1;; ++attempt) {
    const auto answer = client.get(url, options);
    const bool again = !answer || answer->status >= 500 || answer->status == 429;
    if (again && attempt < kTries) continue;
    if (!answer) return fail(Error(answer.error()));
    return read_reply("the container agent", *answer);
  }
}

Result<std::optional<Credentials>> instance_credentials(const AwsSurroundings& around,
                                                        HttpClient& client) {
  if (variable_of(around, "AWS_EC2_METADATA_DISABLED") == "true") {
    return std::optional<Credentials>();
  }
  const std::string base = around.metadata_endpoint + "/latest/";
  HttpRequestOptions options = {.headers = {"X-aws-ec2-metadata-token-ttl-seconds: 21600"},
                                .timeout = around.metadata_timeout,
                                .max_body_bytes = kMaxFile};
  HttpCall call;
  call.method = "PUT";
  call.url = base + "api/token";
  const auto token = client.send(call, options);
  if (!token || token->status != 200) return std::optional<Credentials>();  // not on EC2
  options.headers = {"X-aws-ec2-metadata-token: " + std::string(trim(token->body))};
  const std::string roles = base + "meta-data/iam/security-credentials/";
  INKLING_TRY_ASSIGN(const HttpAnswer list, client.get(roles, options));
  const std::string_view names = trim(list.body);
  const std::string role(names.substr(0, names.find('\n')));
  if (list.status != 200 || role.empty()) {
    return fail(ErrorCode::kNotFound, "credentials: the instance has no role");
  }
  INKLING_TRY_ASSIGN(const HttpAnswer answer, client.get(roles + role, options));
  return read_reply("the instance metadata", answer);
}

std::string region_of(const AwsSurroundings& around) {
  const std::string region = variable_of(around, "AWS_REGION");
  return region.empty() ? variable_of(around, "AWS_DEFAULT_REGION") : region;
}

}  // namespace inkling::sinks
