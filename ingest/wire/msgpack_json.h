#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/json.h"

namespace inkling::ingest {

// One MessagePack value as a tree, for what is rare. Extensions become null, texts that are not
// UTF-8 stay as they are. Nothing if it is cut short or nests deeper than 32.
std::optional<JsonValue> msgpack_to_json(std::string_view bytes);

// The same value as MessagePack.
std::string json_to_msgpack(const JsonValue& value);

}  // namespace inkling::ingest
