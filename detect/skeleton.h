#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace inkling::detect {

struct SkeletonOptions {
  std::uint32_t max_message_bytes = 8'192;  // a longer message is cut first
  std::uint32_t max_tokens = 256;           // further tokens are one variable; at most 512
};

// The skeleton id of a message: 64-bit hash of what one scan leaves when variables are masked, the
// same on every machine, always. Never 0. A pure function; allocates nothing; thread-safe. Cost and
// rules: docs/components/templates.md.
std::uint64_t skeleton_id(std::string_view message, const SkeletonOptions& options);

// The skeleton as tokens, in words and delimiters; a variable is "<*>". For the merger and for
// people. Its hash is skeleton_id() of the same message. Views into `message` or static text.
void skeleton_tokens(std::string_view message, const SkeletonOptions& options,
                     std::vector<std::string_view>& tokens);

// A token and how the message spaced it.
struct ScannedToken {
  std::string_view text;      // into the message, or "<*>"
  bool space_before = false;  // white space before it
};
// The same tokens with their spacing.
void scan_tokens(std::string_view message, const SkeletonOptions& options,
                 std::vector<ScannedToken>& tokens);

// The id of a skeleton given as its tokens joined by single spaces.
std::uint64_t hash_skeleton(std::string_view skeleton);

}  // namespace inkling::detect
