#include "ingest/ndjson_decoder.h"

#include <simdjson.h>

#include <cstring>

#include "core/json.h"
#include "ingest/lines.h"
#include "ingest/rare_events.h"
#include "ingest/record_builder.h"
#include "ingest/record_fields.h"
#include "ingest/shape_cache.h"

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

// Reads what kind of scalar a token is; nothing if it cannot be one.
struct Scalar {
  std::string_view text;
  ScalarKind kind = ScalarKind::kNull;
  bool good = false;
};
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

}  // namespace

struct NdjsonDecoder::State {
  State(const DecoderOptions& decoder_options, std::shared_ptr<const FieldTable> table)
      : options(decoder_options), fields(std::move(table)), shapes(fields.get()) {}

  // Walks the members of an object that may mean something.
  ParseError walk(ondemand::object object, FieldNode parent, std::uint32_t depth, const char* end) {
    for (auto next : object) {
      ondemand::field field;
      if (std::move(next).get(field) != simdjson::SUCCESS) return ParseError::kBadJson;
      const ShapeCache::Entry* const known = shapes.find(parent, field.key().raw(), end);
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
      const Scalar scalar = read_scalar(trim_back(token));
      if (!scalar.good) return ParseError::kBadJson;
      if (known->node == FieldTable::kUnknown) continue;
      const ParseError error = take(value, *known, scalar);
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
      if (scalar.kind == ScalarKind::kNull) continue;
      if (scalar.kind == ScalarKind::kString && has_escape(scalar.text)) {
        std::string_view text;
        if (value.get_string().get(text) != simdjson::SUCCESS) return ParseError::kBadJson;
        scalar.text = arena->copy(text);
      }
      record.labels.push_back({{key, static_cast<std::size_t>(quote - key)}, scalar.text});
    }
    return ParseError::kNone;
  }

  // A member that is a scalar with a known name.
  ParseError take(ondemand::value& value, const ShapeCache::Entry& known, const Scalar& scalar) {
    record.hints |= known.meaning.hints;
    FieldRole role = known.meaning.role;
    if (role == FieldRole::kIgnore || role == FieldRole::kLabels) return ParseError::kNone;
    FieldValue field{.text = scalar.text,
                     .kind = scalar.kind,
                     .rank = known.meaning.rank,
                     .unit = known.meaning.unit,
                     .weak = known.meaning.weak};
    if (scalar.kind == ScalarKind::kString) {
      if (has_escape(scalar.text)) {
        if (value.get_string().get(field.text) != simdjson::SUCCESS) return ParseError::kBadJson;
        field.borrowed = true;
      }
      if (role == FieldRole::kStatus &&
          (field.text.empty() || field.text[0] < '0' || field.text[0] > '9')) {
        role = FieldRole::kLevel;  // Datadog's "status":"error"
        field.rank = 255;
        if (parse_level(field.text) == Level::kUnknown) return ParseError::kNone;
      }
      if (field.text.empty() && role != FieldRole::kMessage && role != FieldRole::kMetricValue) {
        return ParseError::kNone;
      }
    } else if (!takes_other_than_text(role, scalar.kind)) {
      return ParseError::kNone;
    }
    record.offer(role, field);
    return ParseError::kNone;
  }

  static bool takes_other_than_text(FieldRole role, ScalarKind kind) {
    switch (role) {
      case FieldRole::kMetricValue:
        return true;
      case FieldRole::kTime:
      case FieldRole::kLevel:
      case FieldRole::kStatus:
      case FieldRole::kDurationMs:
      case FieldRole::kVersion:
      case FieldRole::kTraceId:
        return kind == ScalarKind::kNumber;
      default:
        return false;
    }
  }

  ParseError parse(std::string_view object) {
    record.reset();
    shapes.begin_record();
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
    if (may_be_rare(record)) {
      const RareOutcome outcome = decode_rare(object, number, batch);
      if (outcome.is_rare) return outcome.error;
    }
    return builder.add(record, object, number, batch);
  }

  DecoderOptions options;
  std::shared_ptr<const FieldTable> fields;
  ShapeCache shapes;
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
  const std::uint32_t first = batch.lines;
  batch.lines += for_each_line(bytes, [&](std::string_view line, std::uint32_t number) {
    const std::uint32_t record = first + number;
    if (number == 0) line = without_mark(line);
    if (is_blank(line)) {
      ++batch.empty_lines;
      return;
    }
    const ParseError error = line.size() > state_->options.max_line_bytes
                                 ? ParseError::kOverlong
                                 : state_->decode_object(line, record, batch);
    if (error != ParseError::kNone) batch.broken.push_back({record, error, line});
  });
}

ParseError NdjsonDecoder::decode_object(std::string_view object, std::uint32_t record,
                                        Batch& batch) {
  return state_->decode_object(object, record, batch);
}

}  // namespace inkling::ingest
