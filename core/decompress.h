#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "core/frame.h"
#include "core/padded_buffer.h"
#include "core/result.h"

namespace inkling {

// Limits on what a few compressed bytes may become.
struct InflateLimits {
  std::size_t max_bytes = 64u << 20;  // decompressed, per body
  std::size_t max_ratio = 1000;  // decompressed over compressed; checked beyond 1 MiB of output
};

// Turns a stream of compressed bytes into plain ones, piece by piece. gzip: any number of members.
// zstd: any number of frames, window at most 8 MiB. deflate: zlib-wrapped or raw, one stream.
// snappy: core/decompress_snappy.h. Not thread-safe: one owner.
class Inflater {
 public:
  virtual ~Inflater() = default;
  // Decompresses `input` and appends to `output`, at most `output_room` bytes. Returns how much of
  // the input was used. When exactly `output_room` bytes were appended more may be waiting: call
  // again with the rest of the input, also when that is empty. Otherwise all input was used and
  // everything it holds was given. kBadInput if it is no such stream; then reset() comes first.
  virtual Result<std::size_t> inflate(std::string_view input, PaddedBuffer& output,
                                      std::size_t output_room) = 0;
  // True between members: the input may end here.
  virtual bool at_end() const = 0;
  // Forgets the stream, keeps the memory.
  virtual void reset() = 0;
};

// An inflater for an encoding; null for kIdentity.
std::unique_ptr<Inflater> make_inflater(Encoding encoding);

// Decompresses a whole body into `output` (which is cleared first). kBadInput if it is damaged, cut
// short or beyond the limits.
Result<void> inflate_all(Inflater& inflater, std::string_view input, PaddedBuffer& output,
                         const InflateLimits& limits);

// The encoding of a file or body by its first bytes (magic numbers of gzip and zstd).
Encoding detect_encoding(std::string_view first_bytes);

}  // namespace inkling
