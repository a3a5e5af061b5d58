#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/arena.h"
#include "core/json_writer.h"
#include "core/timestamp.h"
#include "ingest/record_fields.h"
#include "ingest/wire/protobuf_reader.h"

namespace inkling::ingest {

// An AnyValue of OTLP, protobuf. Views into its bytes.
struct OtlpValue {
  enum class Kind : std::uint8_t { kEmpty, kString, kBool, kInteger, kReal, kArray, kMap, kBytes };
  Kind kind = Kind::kEmpty;
  std::string_view text;     // kString, kBytes; of kArray and kMap the message
  std::uint64_t number = 0;  // the bits of kBool, kInteger, kReal
  bool good = true;          // false: the bytes are no AnyValue

  bool is_scalar() const { return kind != Kind::kArray && kind != Kind::kMap; }
};
OtlpValue read_otlp_value(std::string_view message);

// A key and its value.
struct OtlpAttribute {
  std::string_view key;
  OtlpValue value;
};
// False as `value.good` if the bytes are no KeyValue.
OtlpAttribute read_otlp_attribute(std::string_view message);

// A value as text: strings as they are, numbers and booleans as JSON writes them, bytes as hex
// digits, arrays and maps as JSON. What is no view into the value is put into the arena.
std::string_view otlp_text(const OtlpValue& value, Arena& arena);
ScalarKind otlp_scalar_kind(const OtlpValue& value);

// Arrays and maps (and whatever is in them) as JSON; deeper than kMaxOtlpDepth as null.
inline constexpr int kMaxOtlpDepth = 32;
void write_otlp_json(const OtlpValue& value, JsonWriter& out, int depth = 0);

// Nanoseconds since 1970 as OTLP writes them: 0 is "not said". Nothing if out of range.
inline std::optional<Timestamp> otlp_time(std::uint64_t unix_nanoseconds) {
  if (unix_nanoseconds == 0) return Timestamp::none();
  if (unix_nanoseconds > static_cast<std::uint64_t>(INT64_MAX)) return std::nullopt;
  return Timestamp::from_ns(static_cast<std::int64_t>(unix_nanoseconds));
}

// Three texts, one behind the other, in the arena.
std::string_view join_texts(std::string_view a, std::string_view b, std::string_view c,
                            Arena& arena);

// Calls visit(key, value) for each pair of a map; false if its bytes are broken.
template <class Visit>
bool for_each_otlp_pair(const OtlpValue& map, Visit&& visit) {
  ProtobufReader reader(map.text);
  bool good = true;
  while (reader.next()) {
    if (reader.key() != bytes_key(1)) continue;
    const OtlpAttribute pair = read_otlp_attribute(reader.bytes());
    good = good && pair.value.good;
    if (pair.value.good) visit(pair.key, pair.value);
  }
  return good && !reader.failed();
}

}  // namespace inkling::ingest
