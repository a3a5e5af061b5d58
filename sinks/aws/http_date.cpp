#include "sinks/aws/http_date.h"

#include <fmt/format.h>

#include <string>

namespace inkling::sinks {

std::optional<Timestamp> parse_http_date(std::string_view text) {
  // "Mon, 10 Jun 2024 06:13:20 GMT"
  constexpr std::size_t kLength = 29;
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (text.size() != kLength || text.substr(3, 2) != ", " || text.substr(25) != " GMT") {
    return std::nullopt;
  }
  const std::size_t month = kMonths.find(text.substr(8, 3));
  if (month == std::string_view::npos || month % 3 != 0) return std::nullopt;
  return parse_timestamp(fmt::format("{}-{:02}-{}T{}Z", text.substr(12, 4), month / 3 + 1,
                                     text.substr(5, 2), text.substr(17, 8)));
}

}  // namespace inkling::sinks
