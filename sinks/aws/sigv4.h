#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/timestamp.h"
#include "sinks/aws/credentials.h"

namespace inkling::sinks {

// A request to AWS as it will be sent.
struct AwsRequest {
  using Headers = std::vector<std::pair<std::string, std::string>>;

  std::string method = "POST";
  std::string host;        // with the port if it is not the scheme's own
  std::string path = "/";  // percent-encoded, exactly as it goes on the wire
  std::string query = {};  // behind '?', exactly as it goes on the wire
  Headers headers = {};    // without Host, X-Amz-Date and X-Amz-Security-Token
  std::string body = {};
};

struct SigningScope {
  std::string region;
  std::string service;  // the signing name: "bedrock" for bedrock-runtime
};

// A signature and what it was made of.
struct Signature {
  std::string canonical_request;
  std::string signed_headers;  // "content-type;host;x-amz-date"
  std::string signature;       // 64 hex digits
  // To be sent beside the request's own: Authorization, X-Amz-Date, X-Amz-Security-Token.
  AwsRequest::Headers headers;
};

// Signs a request with AWS Signature Version 4: Host, X-Amz-Date, X-Amz-Security-Token and all
// headers of the request but those that proxies and libraries may change. The path is encoded once
// more, as all services but S3 want it. Cost: about 10 us for 10 KB. Thread-safe.
// Source: "Create a signed AWS API request", AWS Identity and Access Management user guide.
Signature sign_v4(const AwsRequest& request, const Credentials& credentials,
                  const SigningScope& scope, Timestamp now);

// Percent-encodes everything but A-Z a-z 0-9 - . _ ~ and the characters of `keep`.
std::string percent_encode(std::string_view text, std::string_view keep = {});

// "20240610T061320Z".
std::string amz_date(Timestamp time);

}  // namespace inkling::sinks
