#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace inkling::detect {

struct SkeletonOptions {
  std::uint32_t max_message_bytes = 8'192;  // a longer message is cut first
  std::uint32_t max_tokens = 256;           // further tokens are one variable
};

// The skeleton id of a message: 64-bit hash of what one scan leaves when variables are masked, the
// same on every machine, always. A pure function; allocates nothing; thread-safe. Cost and rules:
// docs/components/templates.md.
std::uint64_t skeleton_id(std::string_view message, const SkeletonOptions& options);

// The skeleton as tokens, in words and delimiters; a variable is "<*>". For the merger and for
// people. Its hash is skeleton_id() of the same message. Views into `message` or static text.
void skeleton_tokens(std::string_view message, const SkeletonOptions& options,
                     std::vector<std::string_view>& tokens);

}  // namespace inkling::detect
