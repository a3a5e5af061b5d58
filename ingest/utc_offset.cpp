#include "ingest/utc_offset.h"

#include <algorithm>

#include "ingest/lines/line_zone.h"

namespace inkling::ingest {
namespace {

// Of a text that parse_timestamp() read: whether it is a date that names no zone.
bool is_local(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  constexpr std::size_t kDate = 10;  // "2026-03-01"
  if (text.size() < kDate || (text[4] != '-' && text[4] != '/')) return false;
  // Behind the date come digits, ':', '.', ',' and one of "T", "t", " "; a zone has one of these.
  return text.find_first_of("Zz+-U", kDate) == std::string_view::npos;
}

}  // namespace

std::optional<Duration> parse_utc_offset(std::string_view text) {
  const auto zone = find_zone(text);
  if (!zone || zone->size != text.size() || text.starts_with(' ')) return std::nullopt;
  return std::chrono::seconds(zone->offset_seconds);
}

Duration utc_offset_of(const DecoderOptions& options) {
  return parse_utc_offset(options.utc_offset).value_or(Duration(0));
}

std::optional<Timestamp> parse_local_time(std::string_view text, Duration utc_offset) {
  const auto time = parse_timestamp(text);
  if (!time || utc_offset == Duration(0) || !is_local(text)) return time;
  return *time - utc_offset;
}

}  // namespace inkling::ingest
