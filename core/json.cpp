#include "core/json.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace inkling {
namespace {

JsonValue convert(const simdjson::dom::element& element) {
  using Type = simdjson::dom::element_type;
  switch (element.type()) {
    case Type::ARRAY: {
      JsonValue::Array array;
      const simdjson::dom::array items = element.get_array().value_unsafe();
      for (const auto item : items) array.push_back(convert(item));
      return JsonValue(std::move(array));
    }
    case Type::OBJECT: {
      JsonValue::Object object;
      const simdjson::dom::object fields = element.get_object().value_unsafe();
      for (const auto field : fields) {
        object.emplace_back(std::string(field.key), convert(field.value));
      }
      return JsonValue(std::move(object));
    }
    case Type::INT64:
      return JsonValue(element.get_int64().value_unsafe());
    case Type::UINT64:
      return JsonValue(element.get_uint64().value_unsafe());
    case Type::DOUBLE:
      return JsonValue(element.get_double().value_unsafe());
    case Type::STRING:
      return JsonValue(std::string(element.get_string().value_unsafe()));
    case Type::BOOL:
      return JsonValue(element.get_bool().value_unsafe());
    case Type::NULL_VALUE:
      break;
  }
  return JsonValue();
}

}  // namespace

bool JsonValue::is_number() const {
  return std::holds_alternative<std::int64_t>(storage_) ||
         std::holds_alternative<std::uint64_t>(storage_) ||
         std::holds_alternative<double>(storage_);
}

std::string_view JsonValue::text() const {
  const auto* string = std::get_if<std::string>(&storage_);
  return string ? std::string_view(*string) : std::string_view();
}

double JsonValue::number() const {
  if (const auto* i = std::get_if<std::int64_t>(&storage_)) return static_cast<double>(*i);
  if (const auto* u = std::get_if<std::uint64_t>(&storage_)) return static_cast<double>(*u);
  if (const auto* d = std::get_if<double>(&storage_)) return *d;
  return std::numeric_limits<double>::quiet_NaN();
}

std::int64_t JsonValue::integer(std::int64_t otherwise) const {
  if (const auto* i = std::get_if<std::int64_t>(&storage_)) return *i;
  if (const auto* d = std::get_if<double>(&storage_)) {
    if (std::trunc(*d) == *d && std::abs(*d) < 9e15) return static_cast<std::int64_t>(*d);
  }
  return otherwise;
}

bool JsonValue::boolean(bool otherwise) const {
  const auto* b = std::get_if<bool>(&storage_);
  return b ? *b : otherwise;
}

const JsonValue::Array& JsonValue::array() const {
  static const Array kEmpty;
  const auto* array = std::get_if<Array>(&storage_);
  return array ? *array : kEmpty;
}

const JsonValue::Object& JsonValue::object() const {
  static const Object kEmpty;
  const auto* object = std::get_if<Object>(&storage_);
  return object ? *object : kEmpty;
}

const JsonValue* JsonValue::find(std::string_view name) const {
  for (const auto& [key, value] : object()) {
    if (key == name) return &value;
  }
  return nullptr;
}

std::string_view JsonValue::text_of(std::initializer_list<std::string_view> names) const {
  for (const std::string_view name : names) {
    const JsonValue* member = find(name);
    if (member && member->is_string()) return member->text();
  }
  return {};
}

Result<JsonValue> parse_json(std::string_view text) {
  simdjson::dom::parser parser;
  // convert() recurses as deep as the document nests, so the depth is bounded here.
  constexpr std::size_t kMaxDepth = 512;
  if (parser.allocate(std::max<std::size_t>(text.size(), 64), kMaxDepth) != simdjson::SUCCESS) {
    return fail(ErrorCode::kBadInput, "not a JSON document: it is too large");
  }
  auto document = parser.parse(simdjson::padded_string(text));
  if (document.error() != simdjson::SUCCESS) {
    return fail(ErrorCode::kBadInput,
                fmt::format("not a JSON document: {}", simdjson::error_message(document.error())));
  }
  return convert(document.value_unsafe());
}

}  // namespace inkling
