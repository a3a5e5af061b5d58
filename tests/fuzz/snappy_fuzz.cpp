// The first byte chooses the format of snappy and the size of the pieces, the rest is the stream.
// Limits hold, and a framed stream at once and in pieces must agree.
#include <cstdint>
#include <string_view>

#include "core/check.h"
#include "core/decompress.h"

using inkling::Encoding;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const bool framed = (data[0] & 1) != 0;
  std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  const inkling::InflateLimits limits{.max_bytes = 1u << 20, .max_ratio = 1000};
  const auto inflater =
      inkling::make_inflater(framed ? Encoding::kSnappyFramed : Encoding::kSnappyBlock);
  inkling::PaddedBuffer whole;
  const bool whole_is_good = inkling::inflate_all(*inflater, rest, whole, limits).has_value();
  INKLING_CHECK(whole.size() <= limits.max_bytes + 1);
  if (!framed) return 0;

  const std::size_t piece = 1 + (data[0] >> 4) * 7u;
  const std::size_t room = 1 + ((data[0] >> 1) & 7u) * 100u;
  inflater->reset();
  inkling::PaddedBuffer pieces;
  bool is_good = true;
  while (pieces.size() <= limits.max_bytes) {
    const std::string_view input = rest.substr(0, piece);
    const std::size_t before = pieces.size();
    const auto used = inflater->inflate(input, pieces, room);
    is_good = used.has_value();
    if (!is_good) break;
    const std::size_t given = pieces.size() - before;
    INKLING_CHECK(*used <= input.size() && given <= room);
    INKLING_CHECK(given == room || *used == input.size());
    rest.remove_prefix(*used);
    if (rest.empty() && given < room) break;
  }
  is_good = is_good && inflater->at_end() && pieces.size() <= limits.max_bytes;
  INKLING_CHECK(is_good == whole_is_good);
  if (is_good) INKLING_CHECK(pieces.view() == whole.view());
  return 0;
}
