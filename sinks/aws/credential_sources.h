#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/http_client.h"
#include "core/result.h"
#include "sinks/aws/credentials.h"

namespace inkling::sinks {

// What the sources of credentials look at. Addresses are replaced in tests only.
struct AwsSurroundings {
  // The value of an environment variable; nothing if it is not set or empty.
  std::function<std::optional<std::string>(const std::string& name)> variable;
  std::string region = {};                                   // of STS
  std::string container_endpoint = "http://169.254.170.2";   // of the ECS agent
  std::string metadata_endpoint = "http://169.254.169.254";  // of EC2
  std::string sts_endpoint = {};                             // "" = the regional one
  Duration container_timeout = std::chrono::seconds(2);
  Duration metadata_timeout = std::chrono::seconds(1);
};

// One place credentials may come from: nothing if this place is not set up, an error (which never
// holds a secret) if it is and gives none. Not thread-safe: the client is one thread's.

// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN.
Result<std::optional<Credentials>> environment_credentials(const AwsSurroundings& around);

// AWS_WEB_IDENTITY_TOKEN_FILE with AWS_ROLE_ARN: AssumeRoleWithWebIdentity at STS. The file is read
// each time: it rotates.
Result<std::optional<Credentials>> web_identity_credentials(const AwsSurroundings& around,
                                                            HttpClient& client);

// The profile AWS_PROFILE ("default") of the shared credentials file.
Result<std::optional<Credentials>> shared_file_credentials(const AwsSurroundings& around);

// AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI, of an ECS task or a pod.
Result<std::optional<Credentials>> container_credentials(const AwsSurroundings& around,
                                                         HttpClient& client);

// The role of the EC2 instance, by IMDSv2; never by v1.
Result<std::optional<Credentials>> instance_credentials(const AwsSurroundings& around,
                                                        HttpClient& client);

// The region that the surroundings name: AWS_REGION, AWS_DEFAULT_REGION, or "".
std::string region_of(const AwsSurroundings& around);

}  // namespace inkling::sinks
