#include "ingest/wire/msgpack_fields.h"

#include <algorithm>
#include <charconv>

#include "ingest/take_field.h"

namespace inkling::ingest {
namespace {

ScalarKind scalar_kind(MsgpackType type) {
  switch (type) {
    case MsgpackType::kString:
      return ScalarKind::kString;
    case MsgpackType::kBool:
      return ScalarKind::kBool;
    case MsgpackType::kInteger:
    case MsgpackType::kUnsigned:
    case MsgpackType::kFloat:
      return ScalarKind::kNumber;
    default:
      return ScalarKind::kNull;
  }
}

std::int64_t integer_of(const MsgpackValue& value) {
  if (value.type == MsgpackType::kInteger) return value.integer;
  std::int64_t number = 0;
  std::from_chars(value.bytes.data(), value.bytes.data() + value.bytes.size(), number);
  return number;
}

bool says_true(const MsgpackValue& value) {
  return value.type == MsgpackType::kBool ? value.boolean : value.bytes == "true";
}

}  // namespace

MsgpackFields::Outcome MsgpackFields::read(MsgpackReader& reader, std::uint32_t pairs,
                                           RecordFields& record, Arena& arena) {
  record_ = &record;
  arena_ = &arena;
  shipper_ = {};
  next_key_ = 0;
  keys_ = 0;
  const bool good = walk(reader, pairs, FieldTable::kRoot, 0, 0);
  return {.good = good, .too_many_keys = keys_ > max_keys_, .shipper = shipper_};
}

bool MsgpackFields::walk(MsgpackReader& reader, std::uint32_t pairs, FieldNode parent,
                         std::uint8_t penalty, std::uint32_t depth) {
  keys_ += pairs;
  if (keys_ > max_keys_) return false;
  for (std::uint32_t i = 0; i < pairs; ++i) {
    const MsgpackValue key = reader.read();
    if (key.type != MsgpackType::kString) {  // no name: of no use
      if (key.type == MsgpackType::kBad || key.type == MsgpackType::kEnd) return false;
      if (key.type == MsgpackType::kArray || key.type == MsgpackType::kMap) return false;
      if (!reader.skip()) return false;
      continue;
    }
    FieldTable::Match match = find(parent, key.bytes);
    match.penalty = static_cast<std::uint8_t>(std::min(255, match.penalty + penalty));
    const MsgpackReader before = reader;
    const MsgpackValue value = reader.read();
    switch (value.type) {
      case MsgpackType::kBad:
      case MsgpackType::kEnd:
        return false;
      case MsgpackType::kMap:
        if (match.node == FieldTable::kUnknown || depth >= max_depth_) {
          reader = before;
          if (!reader.skip()) return false;
        } else if (!take_map(reader, value, match, depth)) {
          return false;
        }
        break;
      case MsgpackType::kArray:
        if (match.node != FieldTable::kUnknown) record_->hints |= fields_.meaning(match.node).hints;
        reader = before;
        if (!reader.skip()) return false;
        break;
      default:
        if (depth == 0 && take_shipper_field(key.bytes, value)) break;
        if (match.node != FieldTable::kUnknown) take_scalar(value, match);
        break;
    }
  }
  return true;
}

bool MsgpackFields::take_map(MsgpackReader& reader, const MsgpackValue& value,
                             FieldTable::Match match, std::uint32_t depth) {
  const FieldMeaning& meaning = fields_.meaning(match.node);
  record_->hints |= meaning.hints;
  if (meaning.role == FieldRole::kLabels) return take_labels(reader, value.count);
  if (fields_.has_members(match.node)) {
    return walk(reader, value.count, match.node, match.penalty, depth + 1);
  }
  for (std::uint64_t i = 0; i < 2 * std::uint64_t{value.count}; ++i) {
    if (!reader.skip()) return false;
  }
  return true;
}

void MsgpackFields::take_scalar(const MsgpackValue& value, FieldTable::Match match) {
  FieldMeaning meaning = fields_.meaning(match.node);
  record_->hints |= meaning.hints;
  if (!may_count(meaning)) return;
  meaning.rank = static_cast<std::uint8_t>(std::min(255, meaning.rank + match.penalty));
  const Scalar scalar{
      .text = text_of(value), .kind = scalar_kind(value.type), .good = true, .has_escape = false};
  static_cast<void>(take_field(meaning, scalar, *record_, [](FieldValue&) { return true; }));
}

bool MsgpackFields::take_labels(MsgpackReader& reader, std::uint32_t pairs) {
  keys_ += pairs;
  if (keys_ > max_keys_) return false;
  for (std::uint32_t i = 0; i < pairs; ++i) {
    const MsgpackValue key = reader.read();
    if (key.type != MsgpackType::kString) return false;
    const MsgpackReader before = reader;
    const MsgpackValue value = reader.read();
    if (value.type == MsgpackType::kBad || value.type == MsgpackType::kEnd) return false;
    if (value.type == MsgpackType::kArray || value.type == MsgpackType::kMap) {
      reader = before;
      if (!reader.skip()) return false;
      continue;
    }
    const std::string_view text = text_of(value);
    if (!text.empty()) record_->labels.push_back({key.bytes, text});
  }
  return true;
}

bool MsgpackFields::take_shipper_field(std::string_view key, const MsgpackValue& value) {
  if (key == "container_name") {
    shipper_.container_name = value.bytes;
  } else if (key == "ecs_task_definition") {
    shipper_.task_definition = value.bytes;
  } else if (key == "source") {
    shipper_.from_stderr = value.bytes == "stderr";
  } else if (key == "partial_message") {
    shipper_.is_partial = says_true(value);
  } else if (key == "partial_id") {
    shipper_.partial_id = value.bytes;
  } else if (key == "partial_ordinal") {
    shipper_.partial_ordinal = integer_of(value);
  } else if (key == "partial_last") {
    shipper_.is_last_part = says_true(value);
  } else {
    return false;
  }
  return true;
}

FieldTable::Match MsgpackFields::find(FieldNode parent, std::string_view key) {
  if (next_key_ == kPlaces) return fields_.find(parent, key);
  Known& known = known_[next_key_++];
  if (known.parent != parent || known.name != key) {
    known.name = key;
    known.parent = parent;
    known.match = fields_.find(parent, key);
  }
  return known.match;
}

std::string_view MsgpackFields::text_of(const MsgpackValue& value) {
  char digits[32];
  char* end = digits;
  switch (value.type) {
    case MsgpackType::kString:
      return value.bytes;
    case MsgpackType::kBool:
      return value.boolean ? "true" : "false";
    case MsgpackType::kInteger:
      end = std::to_chars(digits, digits + sizeof digits, value.integer).ptr;
      break;
    case MsgpackType::kUnsigned:
      end = std::to_chars(digits, digits + sizeof digits, static_cast<std::uint64_t>(value.integer))
                .ptr;
      break;
    case MsgpackType::kFloat:
      end = std::to_chars(digits, digits + sizeof digits, value.real).ptr;
      break;
    default:
      return {};
  }
  return arena_->copy({digits, static_cast<std::size_t>(end - digits)});
}

}  // namespace inkling::ingest
