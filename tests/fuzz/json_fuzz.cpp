// A document that can be read can be written, and reads the same again.
#include <cstdint>
#include <string>
#include <string_view>

#include "core/check.h"
#include "core/json.h"
#include "core/json_writer.h"

namespace {

void write(inkling::JsonWriter& writer, const inkling::JsonValue& value) {
  if (value.is_object()) {
    writer.begin_object();
    for (const auto& [name, member] : value.object()) {
      writer.key(name);
      write(writer, member);
    }
    writer.end_object();
  } else if (value.is_array()) {
    writer.begin_array();
    for (const auto& element : value.array()) write(writer, element);
    writer.end_array();
  } else if (value.is_string()) {
    writer.value(value.text());
  } else if (value.is_bool()) {
    writer.value(value.boolean());
  } else if (value.is_number()) {
    writer.value(value.number());
  } else {
    writer.null();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto value = inkling::parse_json(text);
  if (value) {
    inkling::JsonWriter first;
    write(first, *value);
    const auto again = inkling::parse_json(first.text());
    INKLING_CHECK(again.has_value());
    inkling::JsonWriter second;
    write(second, *again);
    INKLING_CHECK(first.text() == second.text());
  }
  // Any bytes at all become a valid string.
  const std::string quoted = inkling::json_quote(text);
  INKLING_CHECK(inkling::parse_json(quoted).has_value());
  return 0;
}
