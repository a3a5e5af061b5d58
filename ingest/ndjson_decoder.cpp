#include "ingest/ndjson_decoder.h"

#include <simdjson.h>

#include <cstring>

#include "core/check.h"
#include "core/json.h"
#include "ingest/line_shapes.h"
#include "ingest/lines.h"
#include "ingest/rare_events.h"
#include "ingest/record_builder.h"
#include "ingest/record_fields.h"
#include "ingest/shape_cache.h"
#include "ingest/take_field.h"
#include "ingest/utc_offset.h"

namespace inkling::ingest {
namespace {

namespace ondemand = simdjson::ondemand;

// A token may be followed by white space up to the next one.
std::string_view trim_back(std::string_view token) {
  std::size_t size = token.size();
  while (size > 0) {
    const char c = token[size - 1];
    if (c != ' ' && c != '\t' && c != '\n' && c != '\r') break;
    --size;
  }
  return token.substr(0, size);
}

bool has_escape(std::string_view text) {
  return !text.empty() && std::memchr(text.data(), '\\', text.size()) != nullptr;
}

// Reads what kind of scalar a token is; not good if it cannot be one.
Scalar read_scalar(std::string_view token) {
  switch (token[0]) {
    case '"':
      // The closing quote is certain unless something other than white space follows it.
      if (token.size() < 2 || token.back() != '"') return {};
      return {token.substr(1, token.size() - 2), ScalarKind::kString, true};
    case 't':
      return {token, ScalarKind::kBool, token == "true"};
    case 'f':
      return {token, ScalarKind::kBool, token == "false"};
    case 'n':
      return {token, ScalarKind::kNull, token == "null"};
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
      return {token, ScalarKind::kNumber, true};
    default:
      return {};
  }
}

bool is_utf8(const ShapeMatch& match, const char* line) {
  return !match.has_high_bytes ||
         simdjson::validate_utf8(line, static_cast<std::size_t>(match.end - line));
}

}  // namespace

struct NdjsonDecoder::State {
  State(const DecoderOptions& decoder_options, std::shared_ptr<const FieldTable> table)
      : options(decoder_options),
        utc_offset(utc_offset_of(options)),
        fields(std::move(table)),
        keys(fields.get()),
        builder(utc_offset) {
    const auto error = simdjson::get_active_implementation()->create_dom_parser_implementation(
        PaddedBuffer::kPadding, 1, strings);
    INKLING_CHECK(error == simdjson::SUCCESS);
  }

  // Walks the members of an object that may mean something.
  ParseError walk(ondemand::object object, FieldNode parent, std::uint32_t depth, const char* end) {
    for (auto next : object) {
      ondemand::field field;
      if (std::move(next).get(field) != simdjson::SUCCESS) return ParseError::kBadJson;
      if (++key_count > options.max_keys) return ParseError::kOverlong;
      const ShapeCache::Entry* const known = keys.find(parent, field.key().raw(), end);
      if (!known) return ParseError::kBadJson;
      ondemand::value& value = field.value();
      const std::string_view token = value.raw_json_token();
      if (token.empty()) return ParseError::kBadJson;
      if (token[0] == '{') {
        if (known->node == FieldTable::kUnknown) continue;
        const ParseError error = enter(value, *known, depth, end);
        if (error != ParseError::kNone) return error;
        continue;
      }
      if (token[0] == '[') {
        record.hints |= known->meaning.hints;
        continue;
      }
      Scalar scalar = read_scalar(trim_back(token));
      if (!scalar.good) return ParseError::kBadJson;
      if (known->node == FieldTable::kUnknown) continue;
      record.hints |= known->meaning.hints;
      if (!may_count(known->meaning)) continue;
      scalar.has_escape = scalar.kind == ScalarKind::kString && has_escape(scalar.text);
      mark({.begin = token.data(), .meaning = known->meaning, .label = {}});
      const ParseError error = take_field(known->meaning, scalar, record, [&](FieldValue& taken) {
        taken.borrowed = true;
        return value.get_string().get(taken.text) == simdjson::SUCCESS;
      });
      if (error != ParseError::kNone) return error;
    }
    return ParseError::kNone;
  }

  // A member that is an object.
  ParseError enter(ondemand::value& value, const ShapeCache::Entry& known, std::uint32_t depth,
                   const char* end) {
    const FieldNode node = known.node;  // the entry may be reused below
    const bool is_labels = known.meaning.role == FieldRole::kLabels;
    record.hints |= known.meaning.hints;
    if (!is_labels && !known.has_members) return ParseError::kNone;
    if (depth >= options.max_depth) return ParseError::kTooDeep;
    ondemand::object members;
    if (value.get_object().get(members) != simdjson::SUCCESS) return ParseError::kBadJson;
    return is_labels ? take_labels(members, end) : walk(members, node, depth + 1, end);
  }

  ParseError take_labels(ondemand::object object, const char* end) {
    for (auto next : object) {
      ondemand::field field;
      if (std::move(next).get(field) != simdjson::SUCCESS) return ParseError::kBadJson;
      if (++key_count > options.max_keys) return ParseError::kOverlong;
      const char* const key = field.key().raw();
      const char* quote = key;
      while (quote < end && *quote != '"') quote += *quote == '\\' ? 2 : 1;
      if (quote >= end) return ParseError::kBadJson;
      ondemand::value& value = field.value();
      const std::string_view token = value.raw_json_token();
      if (token.empty()) return ParseError::kBadJson;
      if (token[0] == '{' || token[0] == '[') continue;
      Scalar scalar = read_scalar(trim_back(token));
      if (!scalar.good) return ParseError::kBadJson;
      const std::string_view name(key, static_cast<std::size_t>(quote - key));
      mark({.begin = token.data(), .meaning = {}, .is_label = true, .label = name});
      if (scalar.kind == ScalarKind::kNull) continue;
      if (scalar.kind == ScalarKind::kString && has_escape(scalar.text)) {
        std::string_view text;
        if (value.get_string().get(text) != simdjson::SUCCESS) return ParseError::kBadJson;
        scalar.text = arena->copy(text);
      }
      record.labels.push_back({name, scalar.text});
    }
    return ParseError::kNone;
  }

  // One more than a shape may have says that this is none.
  void mark(const ShapeMark& value) {
    if (marks.size() <= kMaxCaptures) marks.push_back(value);
  }

  ParseError parse(std::string_view object) {
    record.reset();
    marks.clear();
    key_count = 0;
    keys.begin_record();
    if (parser.capacity() < object.size()) {
      // Doubling, so that ever longer lines do not allocate each time.
      const std::size_t capacity = std::max(object.size(), 2 * parser.capacity());
      if (parser.allocate(capacity, options.max_depth) != simdjson::SUCCESS) {
        return ParseError::kBadJson;
      }
    }
    ondemand::document document;
    const simdjson::padded_string_view padded(object.data(), object.size(),
                                              object.size() + PaddedBuffer::kPadding);
    if (parser.iterate(padded).get(document) != simdjson::SUCCESS) return ParseError::kBadJson;
    ondemand::object root;
    if (const auto error = document.get_object().get(root); error != simdjson::SUCCESS) {
      const bool is_json = error == simdjson::INCORRECT_TYPE && parse_json(object).has_value();
      return is_json ? ParseError::kNotAnObject : ParseError::kBadJson;
    }
    const ParseError error = walk(root, FieldTable::kRoot, 0, object.data() + object.size());
    if (error != ParseError::kNone) return error;
    const char* behind = nullptr;  // something after the object
    if (document.current_location().get(behind) == simdjson::SUCCESS) return ParseError::kBadJson;
    return ParseError::kNone;
  }

  ParseError decode_object(std::string_view object, std::uint32_t number, Batch& batch) {
    arena = &batch.arena;
    const ParseError error = parse(object);
    if (error != ParseError::kNone) return error;
    return add(object, number, batch);
  }

  // Decodes a line as an object and remembers its shape.
  ParseError decode_line(std::string_view line, std::uint32_t number, Batch& batch) {
    arena = &batch.arena;
    const ParseError error = parse(line);
    if (error != ParseError::kNone) return error;
    shapes.learn(line, marks, record.hints);
    return add(line, number, batch);
  }

  // Adds the event that `record` tells.
  ParseError add(std::string_view object, std::uint32_t number, Batch& batch) {
    if (may_be_rare(record)) {
      const RareOutcome outcome = decode_rare(object, number, utc_offset, batch);
      if (outcome.is_rare) return outcome.error;
    }
    return builder.add(record, object, number, batch);
  }

  // Decodes a line of a known shape.
  ParseError decode_known(const ShapeMatch& match, std::string_view line, std::uint32_t number,
                          Batch& batch) {
    arena = &batch.arena;
    record.reset();
    record.hints = shapes.hints(match.node);
    for (std::uint32_t i = 0; i < match.captures; ++i) {
      const ShapeCapture& value = shapes.capture(i);
      Scalar scalar{.text = {value.begin, value.size},
                    .kind = scalar_kind(value),
                    .good = true,
                    .has_escape = value.has_escape};
      const auto unescaped = [&](auto& taken) { return unescape(value, taken.text); };
      if (shapes.is_label(value)) {
        if (scalar.kind == ScalarKind::kNull) continue;
        if (scalar.has_escape && !unescaped(scalar)) return ParseError::kBadJson;
        record.labels.push_back({shapes.label(value), scalar.text});
        continue;
      }
      const ParseError error = take_field(shapes.meaning(value.node), scalar, record, unescaped);
      if (error != ParseError::kNone) return error;
    }
    return add(line, number, batch);
  }

  static ScalarKind scalar_kind(const ShapeCapture& value) {
    if (value.is_string) return ScalarKind::kString;
    switch (*value.begin) {
      case 't':
      case 'f':
        return ScalarKind::kBool;
      case 'n':
        return ScalarKind::kNull;
      default:
        return ScalarKind::kNumber;
    }
  }

  // Sets `text` to the string without its escapes, in the arena; false if one of them is none.
  bool unescape(const ShapeCapture& value, std::string_view& text) {
    char* const target = arena->allocate(value.size + PaddedBuffer::kPadding);
    auto* const begin = reinterpret_cast<std::uint8_t*>(target);
    const std::uint8_t* const end =
        strings->parse_string(reinterpret_cast<const std::uint8_t*>(value.begin), begin);
    const auto size = end ? static_cast<std::size_t>(end - begin) : 0;
    arena->shrink_last(value.size + PaddedBuffer::kPadding - size);
    text = {target, size};
    return end != nullptr;
  }

  DecoderOptions options;
  const Duration utc_offset;
  std::shared_ptr<const FieldTable> fields;
  LineShapes shapes;
  std::unique_ptr<simdjson::internal::dom_parser_implementation> strings;  // knows escapes
  ShapeCache keys;
  std::vector<ShapeMark> marks;  // of the record that was walked
  std::uint32_t key_count = 0;   // likewise, so far
  ondemand::parser parser;
  RecordFields record;
  RecordBuilder builder;
  Arena* arena = nullptr;  // of the batch being filled
};

NdjsonDecoder::NdjsonDecoder(const DecoderOptions& options,
                             std::shared_ptr<const FieldTable> fields)
    : state_(std::make_unique<State>(options, std::move(fields))) {}
NdjsonDecoder::~NdjsonDecoder() = default;
NdjsonDecoder::NdjsonDecoder(NdjsonDecoder&&) noexcept = default;
NdjsonDecoder& NdjsonDecoder::operator=(NdjsonDecoder&&) noexcept = default;

void NdjsonDecoder::decode(std::string_view bytes, Batch& batch) {
  State& state = *state_;
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  const bool is_closed = *end == '\0';
  while (at < end) {
    const std::uint32_t record = batch.lines++;
    const ShapeMatch match = is_closed ? state.shapes.match(at, end) : ShapeMatch{};
    std::string_view line;
    ParseError error = ParseError::kNone;
    if (match.end && is_utf8(match, at)) {
      line = {at, static_cast<std::size_t>(match.end - at)};
      at = behind_line(match.end, end);
      error = line.size() > state.options.max_line_bytes
                  ? ParseError::kOverlong
                  : state.decode_known(match, line, record, batch);
    } else {
      line = line_at_front({at, static_cast<std::size_t>(end - at)});
      const bool is_first = at == bytes.data();
      at = behind_line(line.data() + line.size(), end);
      if (is_first) line = without_mark(line);
      if (is_blank(line)) {
        ++batch.empty_lines;
        continue;
      }
      error = line.size() > state.options.max_line_bytes ? ParseError::kOverlong
                                                         : state.decode_line(line, record, batch);
    }
    if (error != ParseError::kNone) batch.broken.push_back({record, error, line});
  }
}

ParseError NdjsonDecoder::decode_object(std::string_view object, std::uint32_t record,
                                        Batch& batch) {
  return state_->decode_object(object, record, batch);
}

}  // namespace inkling::ingest
