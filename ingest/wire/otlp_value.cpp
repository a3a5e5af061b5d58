#include "ingest/wire/otlp_value.h"

#include <bit>
#include <charconv>
#include <cstring>
#include <string>

namespace inkling::ingest {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

template <class Number>
std::string_view number_text(Number number, Arena& arena) {
  constexpr std::size_t kMostDigits = 32;  // shortest form of a double: 24
  char* const target = arena.allocate(kMostDigits);
  const auto end = std::to_chars(target, target + kMostDigits, number).ptr;
  const auto size = static_cast<std::size_t>(end - target);
  arena.shrink_last(kMostDigits - size);
  return {target, size};
}

std::string hex(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += kHexDigits[byte >> 4];
    out += kHexDigits[byte & 15];
  }
  return out;
}

}  // namespace

std::string_view join_texts(std::string_view a, std::string_view b, std::string_view c,
                            Arena& arena) {
  char* const target = arena.allocate(a.size() + b.size() + c.size());
  char* at = target;
  for (const std::string_view part : {a, b, c}) {
    if (!part.empty()) std::memcpy(at, part.data(), part.size());
    at += part.size();
  }
  return {target, static_cast<std::size_t>(at - target)};
}

OtlpValue read_otlp_value(std::string_view message) {
  using Kind = OtlpValue::Kind;
  OtlpValue value;
  ProtobufReader reader(message);
  while (reader.next()) {
    // The last one wins, as of any oneof.
    switch (reader.key()) {
      case bytes_key(1):
        value.kind = Kind::kString;
        value.text = reader.bytes();
        break;
      case varint_key(2):
        value.kind = Kind::kBool;
        value.number = reader.number();
        break;
      case varint_key(3):
        value.kind = Kind::kInteger;
        value.number = reader.number();
        break;
      case fixed64_key(4):
        value.kind = Kind::kReal;
        value.number = reader.number();
        break;
      case bytes_key(5):
        value.kind = Kind::kArray;
        value.text = reader.bytes();
        break;
      case bytes_key(6):
        value.kind = Kind::kMap;
        value.text = reader.bytes();
        break;
      case bytes_key(7):
        value.kind = Kind::kBytes;
        value.text = reader.bytes();
        break;
      default:
        break;
    }
  }
  value.good = !reader.failed();
  return value;
}

OtlpAttribute read_otlp_attribute(std::string_view message) {
  OtlpAttribute attribute;
  ProtobufReader reader(message);
  while (reader.next()) {
    if (reader.key() == bytes_key(1)) {
      attribute.key = reader.bytes();
    } else if (reader.key() == bytes_key(2)) {
      attribute.value = read_otlp_value(reader.bytes());
    }
  }
  if (reader.failed()) attribute.value.good = false;
  return attribute;
}

ScalarKind otlp_scalar_kind(const OtlpValue& value) {
  switch (value.kind) {
    case OtlpValue::Kind::kEmpty:
      return ScalarKind::kNull;
    case OtlpValue::Kind::kBool:
      return ScalarKind::kBool;
    case OtlpValue::Kind::kInteger:
    case OtlpValue::Kind::kReal:
      return ScalarKind::kNumber;
    default:
      return ScalarKind::kString;
  }
}

std::string_view otlp_text(const OtlpValue& value, Arena& arena) {
  switch (value.kind) {
    case OtlpValue::Kind::kEmpty:
      return {};
    case OtlpValue::Kind::kString:
      return value.text;
    case OtlpValue::Kind::kBool:
      return value.number != 0 ? "true" : "false";
    case OtlpValue::Kind::kInteger:
      return number_text(static_cast<std::int64_t>(value.number), arena);
    case OtlpValue::Kind::kReal:
      return number_text(std::bit_cast<double>(value.number), arena);
    case OtlpValue::Kind::kBytes:
      return arena.copy(hex(value.text));
    case OtlpValue::Kind::kArray:
    case OtlpValue::Kind::kMap:
      break;
  }
  JsonWriter json;
  write_otlp_json(value, json);
  return arena.copy(json.text());
}

void write_otlp_json(const OtlpValue& value, JsonWriter& out, int depth) {
  if (depth >= kMaxOtlpDepth) {
    out.null();
    return;
  }
  switch (value.kind) {
    case OtlpValue::Kind::kEmpty:
      out.null();
      break;
    case OtlpValue::Kind::kString:
      out.value(value.text);
      break;
    case OtlpValue::Kind::kBool:
      out.value(value.number != 0);
      break;
    case OtlpValue::Kind::kInteger:
      out.value(static_cast<std::int64_t>(value.number));
      break;
    case OtlpValue::Kind::kReal:
      out.value(std::bit_cast<double>(value.number));
      break;
    case OtlpValue::Kind::kBytes:
      out.value(hex(value.text));
      break;
    case OtlpValue::Kind::kArray: {
      out.begin_array();
      ProtobufReader reader(value.text);
      while (reader.next()) {
        if (reader.key() == bytes_key(1)) {
          write_otlp_json(read_otlp_value(reader.bytes()), out, depth + 1);
        }
      }
      out.end_array();
      break;
    }
    case OtlpValue::Kind::kMap:
      out.begin_object();
      for_each_otlp_pair(value, [&](std::string_view key, const OtlpValue& inner) {
        out.key(key);
        write_otlp_json(inner, out, depth + 1);
      });
      out.end_object();
      break;
  }
}

}  // namespace inkling::ingest
