#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/frame.h"
#include "core/padded_buffer.h"
#include "core/result.h"

namespace inkling::ingest {

// The plain bytes of a file (or of standard input), read forward: whoever reads says with release()
// what will not be asked for again. Not thread-safe: one owner.
class ReplayInput {
 public:
  virtual ~ReplayInput() = default;

  // Reads up to `size` bytes from `offset` to the end of `target`. Returns how many: fewer only at
  // the end of the input. kIo and kBadInput name the file.
  virtual Result<std::size_t> read(std::uint64_t offset, std::size_t size,
                                   PaddedBuffer& target) = 0;
  // Nothing before `offset` will be read again.
  virtual void release(std::uint64_t offset) = 0;
  // Bytes of the file read so far, as they lie on disk.
  virtual std::uint64_t disk_bytes() const = 0;
};

struct OpenedInput {
  std::unique_ptr<ReplayInput> input;
  Encoding encoding = Encoding::kIdentity;
  std::uint64_t bytes = 0;  // on disk, 0 for standard input
};

// Opens a file, or standard input for "-"; gzip and zstd are told by their first bytes.
// kNotFound or kIo if it cannot be opened.
Result<OpenedInput> open_replay_input(const std::string& path);

}  // namespace inkling::ingest
