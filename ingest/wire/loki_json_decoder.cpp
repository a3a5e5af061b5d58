#include "ingest/wire/loki_json_decoder.h"

#include <charconv>
#include <optional>

#include "ingest/json_scan.h"
#include "ingest/lines.h"
#include "ingest/wire/loki_labels.h"

namespace inkling::ingest {
namespace {

// Nanoseconds as text, or RFC 3339 in the legacy form.
std::optional<Timestamp> read_time(const JsonToken& token) {
  if (token.kind != JsonKind::kString && token.kind != JsonKind::kNumber) return std::nullopt;
  std::int64_t ns = 0;
  const char* const end = token.text.data() + token.text.size();
  const auto [rest, error] = std::from_chars(token.text.data(), end, ns);
  if (error == std::errc() && rest == end) return Timestamp::from_ns(ns);
  return parse_timestamp(token.text);
}

struct Entry {
  JsonToken time;
  JsonToken line;
  std::string_view metadata;  // an object, or empty
};

// Reads ["<ns>","line",{...}] or {"ts":...,"line":...,"structuredMetadata":{...}}.
Entry split_entry(std::string_view text) {
  Entry entry;
  JsonCursor cursor(text);
  if (cursor.begin_array()) {
    for (int i = 0; cursor.next_element(); ++i) {
      const JsonToken token = cursor.value();
      if (i == 0) entry.time = token;
      if (i == 1) entry.line = token;
      if (i == 2 && token.kind == JsonKind::kObject) entry.metadata = token.text;
    }
  } else if (cursor.begin_object()) {
    while (const auto key = cursor.next_key()) {
      const JsonToken token = cursor.value();
      if (*key == "ts" || *key == "timestamp") entry.time = token;
      if (*key == "line") entry.line = token;
      if (*key == "structuredMetadata" && token.kind == JsonKind::kObject) {
        entry.metadata = token.text;
      }
    }
  }
  return cursor.failed() ? Entry{} : entry;
}

}  // namespace

void LokiJsonDecoder::decode(std::string_view bytes, Batch& batch) {
  JsonCursor cursor(without_mark(bytes));
  bool found = false;
  if (cursor.begin_object()) {
    while (const auto key = cursor.next_key()) {
      if (*key == "streams" && cursor.begin_array()) {
        found = true;
        while (cursor.next_element()) read_stream(cursor, batch);
      } else {
        cursor.value();
      }
    }
  }
  if (found && cursor.at_end()) return;
  batch.broken.push_back({batch.lines++, ParseError::kBadJson, cursor.rest()});
}

void LokiJsonDecoder::read_stream(JsonCursor& cursor, Batch& batch) {
  labels_.reset();
  if (!cursor.begin_object()) {
    const JsonToken token = cursor.value();
    if (!cursor.failed()) {
      batch.broken.push_back({batch.lines++, ParseError::kUnknownShape, token.text});
    }
    return;
  }
  bool has_labels = false;
  std::string_view early;  // entries that came before the labels
  while (const auto key = cursor.next_key()) {
    if (*key == "stream" || *key == "labels") {
      read_labels(cursor, labels_, batch);
      has_labels = true;
    } else if (*key == "values" || *key == "entries") {
      if (has_labels) {
        read_entries(cursor, batch);
      } else {
        early = cursor.value().text;
      }
    } else {
      cursor.value();
    }
  }
  if (early.empty()) return;
  JsonCursor entries(early);
  read_entries(entries, batch);
}

void LokiJsonDecoder::read_labels(JsonCursor& cursor, EnvelopeFields& fields, Batch& batch) {
  if (cursor.begin_object()) {
    while (const auto key = cursor.next_key()) {
      const JsonToken token = cursor.value();
      if (token.kind != JsonKind::kString) continue;
      fields.offer(unescape_json(*key, batch.arena), unescape_json(token.text, batch.arena));
    }
    return;
  }
  const JsonToken token = cursor.value();
  if (token.kind == JsonKind::kString) {
    read_loki_labels(unescape_json(token.text, batch.arena), batch.arena, fields);
  }
}

void LokiJsonDecoder::read_entries(JsonCursor& cursor, Batch& batch) {
  if (!cursor.begin_array()) {
    cursor.value();
    return;
  }
  while (cursor.next_element()) {
    const JsonToken entry = cursor.value();
    if (cursor.failed()) return;
    const std::uint32_t record = batch.lines++;
    const ParseError error = read_entry(entry.text, record, batch);
    if (error != ParseError::kNone) batch.broken.push_back({record, error, entry.text});
  }
}

ParseError LokiJsonDecoder::read_entry(std::string_view text, std::uint32_t record, Batch& batch) {
  const Entry entry = split_entry(text);
  if (entry.line.kind != JsonKind::kString) return ParseError::kUnknownShape;
  const auto time = read_time(entry.time);
  if (!time) return ParseError::kBadTime;
  const std::string_view line = unescape_json(entry.line.text, batch.arena);
  if (is_blank(line)) {
    ++batch.empty_lines;
    return ParseError::kNone;
  }
  Envelope envelope = labels_.envelope();
  if (entry.metadata.size() > 2) {
    EnvelopeFields fields = labels_;
    JsonCursor metadata(entry.metadata);
    read_labels(metadata, fields, batch);
    envelope = fields.envelope();
  }
  envelope.time = *time;
  return context_.lines.add(line, envelope, record, batch);
}

}  // namespace inkling::ingest
