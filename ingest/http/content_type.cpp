#include "ingest/http/content_type.h"

#include "core/ascii.h"

namespace inkling::ingest {
namespace {

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

ContentType parse_content_type(std::string_view header, std::string_view parameter) {
  ContentType found;
  std::size_t end = header.find(';');
  found.type = to_lower_ascii(trim(header.substr(0, end)));
  while (end != std::string_view::npos && !parameter.empty()) {
    header.remove_prefix(end + 1);
    end = header.find(';');
    const std::string_view pair = header.substr(0, end);
    const std::size_t sign = pair.find('=');
    if (sign == std::string_view::npos || to_lower_ascii(trim(pair.substr(0, sign))) != parameter)
      continue;
    std::string_view value = trim(pair.substr(sign + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
      value = value.substr(1, value.size() - 2);
    }
    found.parameter = value;
    break;
  }
  return found;
}

}  // namespace inkling::ingest
