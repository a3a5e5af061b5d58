#pragma once

#include <optional>
#include <string_view>

#include "core/timestamp.h"

namespace inkling::sinks {

// Reads the Date header of HTTP, "Mon, 10 Jun 2024 06:13:20 GMT" (RFC 9110, section 5.6.7, the
// form that is to be sent). Nothing if it is none.
std::optional<Timestamp> parse_http_date(std::string_view text);

}  // namespace inkling::sinks
