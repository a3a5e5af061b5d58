// The first byte chooses the encoding and the size of the pieces, the rest is the stream. The whole
// stream at once and the stream in pieces must agree.
#include <algorithm>
#include <cstdint>
#include <string_view>

#include "core/check.h"
#include "core/decompress.h"

using inkling::Encoding;

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
