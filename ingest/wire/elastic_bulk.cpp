#include "ingest/wire/elastic_bulk.h"

#include "ingest/json_cursor.h"
#include "ingest/json_scan.h"
#include "ingest/lines.h"

namespace inkling::ingest {
namespace {

std::optional<BulkVerb> parse_verb(std::string_view name) {
  for (const BulkVerb verb :
       {BulkVerb::kIndex, BulkVerb::kCreate, BulkVerb::kUpdate, BulkVerb::kDelete}) {
    if (name == bulk_verb_name(verb)) return verb;
  }
  return std::nullopt;
}

// Reads {"create":{"_index":"logs","_id":"7"}}.
std::optional<BulkAction> parse_action(std::string_view line) {
  JsonCursor cursor(line);
  if (!cursor.begin_object()) return std::nullopt;
  const auto name = cursor.next_key();
  if (!name) return std::nullopt;
  const auto verb = parse_verb(*name);
  if (!verb || !cursor.begin_object()) return std::nullopt;
  BulkAction action;
  action.verb = *verb;
  while (const auto key = cursor.next_key()) {
    const JsonToken token = cursor.value();
    const bool is_name = token.kind == JsonKind::kString || token.kind == JsonKind::kNumber;
    if (is_name && *key == "_index") action.index = token.text;
    if (is_name && *key == "_id") action.id = token.text;
  }
  if (cursor.next_key() || cursor.failed() || !cursor.at_end()) return std::nullopt;
  return action;
}

// What an update updates to: {"doc":{...}} or {"script":...,"upsert":{...}}; empty if neither.
std::string_view find_updated(std::string_view line) {
  JsonCursor cursor(line);
  std::string_view document;
  if (!cursor.begin_object()) return {};
  while (const auto key = cursor.next_key()) {
    const JsonToken token = cursor.value();
    if (token.kind != JsonKind::kObject) continue;
    if (*key == "doc" || (*key == "upsert" && document.empty())) document = token.text;
  }
  return cursor.failed() ? std::string_view() : document;
}

}  // namespace

std::string_view bulk_verb_name(BulkVerb verb) {
  constexpr std::string_view kNames[] = {"index", "create", "update", "delete"};
  return kNames[static_cast<std::size_t>(verb)];
}

std::string_view ElasticBulkReader::next_line() {
  while (!rest_.empty()) {
    const std::size_t end = rest_.find('\n');
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    if (!is_blank(line)) return line;
  }
  return {};
}

std::optional<BulkAction> ElasticBulkReader::next() {
  const std::string_view line = next_line();
  if (line.empty()) return std::nullopt;
  BulkAction action;
  if (const auto parsed = parse_action(line)) {
    action = *parsed;
  } else {
    action.valid = false;
  }
  action.text = line;
  if (!action.valid || action.verb == BulkVerb::kDelete) return action;
  const std::string_view source = next_line();
  if (!source.empty()) {
    action.text = {line.data(),
                   static_cast<std::size_t>(source.data() + source.size() - line.data())};
  }
  const bool sound = is_one_object(source);
  if (sound) action.document = action.verb == BulkVerb::kUpdate ? find_updated(source) : source;
  action.valid = !action.document.empty();
  return action;
}

}  // namespace inkling::ingest
