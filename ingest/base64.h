#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace inkling::ingest {

// Room that `characters` of base64 need at most.
constexpr std::size_t base64_room(std::size_t characters) { return characters / 4 * 3 + 3; }

// Decodes base64 (RFC 4648, the standard or the URL alphabet, with or without padding) to `out`,
// which has base64_room(). Returns how many bytes it gave; nothing if it is no base64, white space
// included. Cost: about four table look-ups for three bytes. Thread-safe.
std::optional<std::size_t> decode_base64(std::string_view text, char* out);

// The same as a string, for what is short.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace inkling::ingest
