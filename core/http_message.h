#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/http_server.h"

namespace inkling {

// Undoes percent-encoding; '+' stays. Nothing if an escape is broken or gives a NUL byte.
std::optional<std::string> percent_decode(std::string_view text);

// The same for a name or value of a query or form: '+' is a space, and a broken escape stays as it
// is.
std::string form_decode(std::string_view text);

// Path (percent-decoded) and query (as sent) of a request target.
struct HttpTarget {
  std::string path;
  std::string query;
};

// Reads "/path?query" or "http://host/path?query". Nothing if it is neither.
std::optional<HttpTarget> parse_http_target(std::string_view target);

// How the answer is framed on its connection.
struct HttpFraming {
  bool http11 = true;  // the version the client speaks
  bool keep_alive = true;
};

// Status line and header lines of a response, the empty line included. Headers that would break the
// framing (line ends in name or value) are left out.
std::string format_http_head(const HttpResponse& response, HttpFraming framing);

}  // namespace inkling
