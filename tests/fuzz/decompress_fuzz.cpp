// The first byte chooses the encoding and the size of the pieces, the rest is the stream. The whole
// stream at once, the stream in pieces and the decoder that keeps its own window must agree.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/check.h"
#include "core/decompress.h"
#include "core/decompress_segments.h"

using inkling::Encoding;

namespace {

// What ZstdSegments makes of a stream, up to `most` bytes; nothing if it refuses it.
struct Segments {
  bool good = false;
  std::string text;
};
Segments read_segments(std::string_view stream, std::size_t piece, std::size_t most) {
  inkling::ZstdSegments segments;
  Segments result;
  while (!stream.empty() && result.text.size() <= most) {
    const std::string_view input = stream.substr(0, piece);
    const auto step = segments.step(input);
    if (!step) return result;
    INKLING_CHECK(step->used <= input.size());
    INKLING_CHECK(!step->made.empty() || step->used == input.size());
    result.text += step->made;
    stream.remove_prefix(step->used);
  }
  result.good = segments.at_end() && result.text.size() <= most;
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Encoding encoding = (data[0] & 1) != 0 ? Encoding::kGzip : Encoding::kZstd;
  const std::size_t piece = 1 + (data[0] >> 4) * 7u;
  const std::size_t room = 1 + ((data[0] >> 1) & 7u) * 100u;
  std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  const inkling::InflateLimits limits{.max_bytes = 1u << 20, .max_ratio = 1000};

  const auto inflater = inkling::make_inflater(encoding);
  inkling::PaddedBuffer whole;
  const bool whole_is_good = inkling::inflate_all(*inflater, rest, whole, limits).has_value();
  INKLING_CHECK(whole.size() <= limits.max_bytes + 1);

  if (encoding == Encoding::kZstd) {
    const Segments segments = read_segments(rest, piece, limits.max_bytes);
    INKLING_CHECK(segments.good == whole_is_good);
    if (whole_is_good) INKLING_CHECK(segments.text == whole.view());
  }

  inflater->reset();
  inkling::PaddedBuffer pieces;
  bool is_good = true;
  while (is_good && pieces.size() <= limits.max_bytes) {
    const std::string_view input = rest.substr(0, piece);
    const std::size_t before = pieces.size();
    const auto used = inflater->inflate(input, pieces, room);
    is_good = used.has_value();
    if (!is_good) break;
    INKLING_CHECK(*used <= input.size());
    INKLING_CHECK(pieces.size() - before <= room);
    if (pieces.size() - before < room) INKLING_CHECK(*used == input.size());
    rest.remove_prefix(*used);
    if (rest.empty() && pieces.size() - before < room) break;
  }
  is_good = is_good && inflater->at_end() && pieces.size() <= limits.max_bytes;
  INKLING_CHECK(is_good == whole_is_good);
  if (is_good) INKLING_CHECK(pieces.view() == whole.view());
  return 0;
}
