// Signs the requests on standard input, one JSON object a line, and prints each Authorization
// header: what other signers are compared with.
#include <cstdio>
#include <iostream>
#include <string>

#include "core/json.h"
#include "sinks/aws/sigv4.h"

int main() {
  using namespace inkling;
  std::string line;
  while (std::getline(std::cin, line)) {
    const auto row = parse_json(line);
    if (!row) return 1;
    const auto text = [&](const char* name) { return std::string(row->text_of({name})); };
    sinks::AwsRequest request = {.method = text("method"),
                                 .host = text("host"),
                                 .path = text("path"),
                                 .query = text("query"),
                                 .body = text("body")};
    if (const JsonValue* headers = row->find("headers")) {
      for (const JsonValue& pair : headers->array()) {
        request.headers.emplace_back(pair.array().at(0).text(), pair.array().at(1).text());
      }
    }
    const sinks::Credentials credentials = {.access_key_id = text("key"),
                                            .secret_access_key = text("secret"),
                                            .session_token = text("token")};
    const auto now = Timestamp::from_seconds(row->find("time")->integer());
    const auto signature =
        sinks::sign_v4(request, credentials, {text("region"), text("service")}, now);
    std::puts(signature.headers.back().second.c_str());
  }
}
