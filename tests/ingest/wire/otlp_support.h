#pragma once

#include <string_view>
#include <vector>

#include "tests/support/protobuf_writer.h"

namespace inkling::ingest {

// Builds OTLP messages by the field numbers of opentelemetry-proto.

using Proto = ProtobufWriter;

inline Proto any_text(std::string_view text) { return Proto().text(1, text); }
inline Proto any_integer(std::int64_t number) {
  return Proto().varint(3, static_cast<std::uint64_t>(number));
}
inline Proto key_value(std::string_view key, const Proto& value) {
  return Proto().text(1, key).message(2, value);
}
inline Proto key_text(std::string_view key, std::string_view text) {
  return key_value(key, any_text(text));
}
// A kvlist_value of these pairs.
inline Proto any_map(const std::vector<Proto>& pairs) {
  Proto list;
  for (const Proto& pair : pairs) list.message(1, pair);
  return Proto().message(6, list);
}
inline Proto any_array(const std::vector<Proto>& values) {
  Proto list;
  for (const Proto& value : values) list.message(1, value);
  return Proto().message(5, list);
}

inline Proto resource(const std::vector<Proto>& attributes) {
  Proto out;
  for (const Proto& attribute : attributes) out.message(1, attribute);
  return out;
}

// A request of one resource and one scope: of logs, metrics or traces alike. `items` are log
// records, metrics or spans.
inline Proto request(const Proto& of_resource, const std::vector<Proto>& items) {
  Proto scope;
  scope.message(1, Proto().text(1, "library"));
  for (const Proto& item : items) scope.message(2, item);
  return Proto().message(1, Proto().message(1, of_resource).message(2, scope));
}

}  // namespace inkling::ingest
