#include "ingest/wire/datadog_decoder.h"

#include <cstring>

#include "ingest/json_cursor.h"
#include "ingest/json_scan.h"
#include "ingest/wire/json_objects.h"

namespace inkling::ingest {
namespace {

// The text of the member "ddtags", as written. Within a string its quotes would be escaped, so the
// name in plain quotes is a key, or a value that no colon follows.
std::string_view find_tags(std::string_view element) {
  constexpr std::string_view kKey = "\"ddtags\"";
  // Not find(), which stops at every quote.
  const void* const found = ::memmem(element.data(), element.size(), kKey.data(), kKey.size());
  if (found == nullptr) return {};
  const auto at = static_cast<std::size_t>(static_cast<const char*>(found) - element.data());
  std::string_view rest = element.substr(at + kKey.size());
  while (!rest.empty() && is_json_space(rest.front())) rest.remove_prefix(1);
  if (rest.empty() || rest.front() != ':') return {};
  const JsonToken token = JsonCursor(rest.substr(1)).value();
  return token.kind == JsonKind::kString ? token.text : std::string_view();
}

}  // namespace

void DatadogDecoder::decode(std::string_view bytes, Batch& batch) {
  for_each_object(bytes, context_.options, batch,
                  [&](std::string_view element, std::uint32_t record) {
                    if (element == "{}") {  // the agent's question whether we are there
                      ++batch.empty_lines;
                      return ParseError::kNone;
                    }
                    read_tags(element, batch);
                    return context_.lines.add_object(element, tags_.envelope(), record, batch);
                  });
}

void DatadogDecoder::read_tags(std::string_view element, Batch& batch) {
  tags_.reset();
  std::string_view tags = unescape_json(find_tags(element), batch.arena);
  while (!tags.empty()) {
    const std::size_t end = tags.find(',');
    const std::string_view tag = tags.substr(0, end);
    if (const std::size_t colon = tag.find(':'); colon != std::string_view::npos) {
      tags_.offer(tag.substr(0, colon), tag.substr(colon + 1));
    }
    if (end == std::string_view::npos) break;
    tags.remove_prefix(end + 1);
  }
}

}  // namespace inkling::ingest
