#include "ingest/shape_kernel.h"
#include "ingest/shape_node.h"

namespace inkling::ingest {
namespace {

// Sixteen bytes at a time: what every x86-64 has.
struct Sse2 {
  using Bytes = __m128i;
  struct Glue {
    __m128i low;
    __m128i high;
  };

  static Bytes load(const char* p) { return _mm_loadu_si128(reinterpret_cast<const Bytes*>(p)); }
  static Bytes none() { return _mm_setzero_si128(); }
  static Bytes merge(Bytes a, Bytes b) { return _mm_or_si128(a, b); }
  static bool is_high(Bytes seen) { return _mm_movemask_epi8(seen) != 0; }
  // Quotes, backslashes and control characters.
  static unsigned stops(Bytes bytes) {
    const Bytes quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    const Bytes backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    const Bytes control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1F)), bytes);
    return static_cast<unsigned>(
        _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, backslash), control)));
  }
  static std::size_t first(unsigned mask) { return static_cast<std::size_t>(__builtin_ctz(mask)); }
  static Glue load_glue(const char* p) { return {load(p), load(p + sizeof(Bytes))}; }
  static bool fits(const ShapeNode& node, const Glue& glue) {
    const Glue wanted = load_glue(node.glue);
    const auto low = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(wanted.low, glue.low)));
    const auto high =
        static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(wanted.high, glue.high)));
    return (~(low | high << 16) & node.mask) == 0;
  }
};

}  // namespace

ShapeMatch match_shape_sse2(ShapeNode* nodes, const char* pool, const char* line, const char* end,
                            ShapeCapture* captures) {
  return match_shape<Sse2>(nodes, pool, line, end, captures);
}

}  // namespace inkling::ingest
