#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/result.h"

namespace inkling {

// A whole JSON document as a tree that owns its strings; for documents read once, never on the hot
// path.
class JsonValue {
 public:
  using Array = std::vector<JsonValue>;
  using Object = std::vector<std::pair<std::string, JsonValue>>;  // in the order written
  using Storage = std::variant<std::nullptr_t, bool, std::int64_t, std::uint64_t, double,
                               std::string, Array, Object>;

  JsonValue() = default;
  explicit JsonValue(Storage storage) : storage_(std::move(storage)) {}

  bool is_null() const { return std::holds_alternative<std::nullptr_t>(storage_); }
  bool is_string() const { return std::holds_alternative<std::string>(storage_); }
  bool is_number() const;
  bool is_bool() const { return std::holds_alternative<bool>(storage_); }
  bool is_array() const { return std::holds_alternative<Array>(storage_); }
  bool is_object() const { return std::holds_alternative<Object>(storage_); }

  // The string, or "" if it is none.
  std::string_view text() const;
  // The number as a double, or NaN if it is none.
  double number() const;
  // The whole number, or `otherwise` if it is none or has a fraction.
  std::int64_t integer(std::int64_t otherwise = 0) const;
  bool boolean(bool otherwise = false) const;
  // The elements; empty if it is no array / no object.
  const Array& array() const;
  const Object& object() const;

  // The first member of that name, or null.
  const JsonValue* find(std::string_view name) const;
  // The same along a path of names: find("data", "alarm", "name").
  template <class... Names>
  const JsonValue* find(std::string_view first, Names... rest) const {
    const JsonValue* member = find(first);
    return member ? member->find(rest...) : nullptr;
  }
  // The text of the first of these members that is a string, or "".
  std::string_view text_of(std::initializer_list<std::string_view> names) const;

 private:
  Storage storage_ = nullptr;
};

// Parses one document. kBadInput with the reason if it is not JSON, nests deeper than 512, or has
// something behind it. Of members with the same name find() gives the first. Thread-safe.
Result<JsonValue> parse_json(std::string_view text);

}  // namespace inkling
