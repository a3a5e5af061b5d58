#include "ingest/wire/msgpack_json.h"

#include <bit>
#include <utility>

#include "ingest/wire/msgpack.h"

namespace inkling::ingest {
namespace {

// The whole value was scanned before, so it is bounded and sound.
JsonValue read_tree(MsgpackReader& reader) {
  const MsgpackValue value = reader.read();
  switch (value.type) {
    case MsgpackType::kBool:
      return JsonValue(value.boolean);
    case MsgpackType::kInteger:
      return JsonValue(value.integer);
    case MsgpackType::kUnsigned:
      return JsonValue(static_cast<std::uint64_t>(value.integer));
    case MsgpackType::kFloat:
      return JsonValue(value.real);
    case MsgpackType::kString:
      return JsonValue(std::string(value.bytes));
    case MsgpackType::kArray: {
      JsonValue::Array array;
      for (std::uint32_t i = 0; i < value.count; ++i) array.push_back(read_tree(reader));
      return JsonValue(std::move(array));
    }
    case MsgpackType::kMap: {
      JsonValue::Object object;
      for (std::uint32_t i = 0; i < value.count; ++i) {
        const JsonValue key = read_tree(reader);
        JsonValue member = read_tree(reader);
        object.emplace_back(std::string(key.text()), std::move(member));
      }
      return JsonValue(std::move(object));
    }
    default:
      return JsonValue();
  }
}

void put_number(std::string& out, unsigned char first, std::uint64_t value, int bytes) {
  out.push_back(static_cast<char>(first));
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(value >> shift));
  }
}

void put_tree(std::string& out, const JsonValue& value) {
  if (value.is_string()) {
    put_number(out, 0xDB, value.text().size(), 4);
    out += value.text();
  } else if (value.is_array()) {
    put_number(out, 0xDD, value.array().size(), 4);
    for (const JsonValue& element : value.array()) put_tree(out, element);
  } else if (value.is_object()) {
    put_number(out, 0xDF, value.object().size(), 4);
    for (const auto& [name, member] : value.object()) {
      put_number(out, 0xDB, name.size(), 4);
      out += name;
      put_tree(out, member);
    }
  } else if (value.is_bool()) {
    out.push_back(static_cast<char>(value.boolean() ? 0xC3 : 0xC2));
  } else if (!value.is_number()) {
    out.push_back(static_cast<char>(0xC0));
  } else if (const std::int64_t whole = value.integer(-1); whole != -1 || value.number() == -1.0) {
    put_number(out, 0xD3, static_cast<std::uint64_t>(whole), 8);
  } else {
    put_number(out, 0xCB, std::bit_cast<std::uint64_t>(value.number()), 8);
  }
}

}  // namespace

std::optional<JsonValue> msgpack_to_json(std::string_view bytes) {
  MsgpackReader reader(bytes);
  if (MsgpackReader(bytes).raw().empty()) return std::nullopt;
  return read_tree(reader);
}

std::string json_to_msgpack(const JsonValue& value) {
  std::string out;
  put_tree(out, value);
  return out;
}

}  // namespace inkling::ingest
