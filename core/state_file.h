#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/result.h"

namespace inkling {

// Learned state in a file: "INKSTATE", version (4 bytes), length and CRC32C of what it holds, then
// that as one zstd frame. docs/formats.md.

// Larger state is refused when read.
inline constexpr std::size_t kMaxStateBytes = std::size_t{1} << 30;

// Writes beside the target (mode 0600) and renames: a reader sees the old file or the new one,
// whole. kIo names the file.
Result<void> write_state_file(const std::string& path, std::string_view state);

// What write_state_file() was given. kNotFound if there is no file; kBadInput says what is wrong
// with it.
Result<std::string> read_state_file(const std::string& path);

}  // namespace inkling
