#include <immintrin.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "ingest/shape_node.h"
#include "ingest/target_region.h"

INKLING_TARGET_BEGIN("avx2,bmi,bmi2")
#include "ingest/shape_kernel.h"

namespace inkling::ingest {
namespace {

// 32 bytes at a time.
struct Avx2 {
  using Bytes = __m256i;

  static Bytes load(const char* p) { return _mm256_loadu_si256(reinterpret_cast<const Bytes*>(p)); }
  static Bytes none() { return _mm256_setzero_si256(); }
  static Bytes merge(Bytes a, Bytes b) { return _mm256_or_si256(a, b); }
  static bool is_high(Bytes seen) { return _mm256_movemask_epi8(seen) != 0; }
  // Quotes, backslashes and control characters. The first two are the only bytes that equal what
  // their low four bits choose from the table.
  static unsigned stops(Bytes bytes) {
    const Bytes table = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(-1, -1, '"', -1, -1, -1, -1, -1, -1, -1, -1, -1, '\\', -1, -1, -1));
    const Bytes quoting = _mm256_cmpeq_epi8(_mm256_shuffle_epi8(table, bytes), bytes);
    const Bytes control = _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, _mm256_set1_epi8(0x1F)), bytes);
    return static_cast<unsigned>(_mm256_movemask_epi8(_mm256_or_si256(quoting, control)));
  }
  static std::size_t first(unsigned mask) { return _tzcnt_u32(mask); }
  static Bytes load_glue(const char* p) { return load(p); }
  static bool fits(const ShapeNode& node, Bytes glue) {
    const auto same =
        static_cast<unsigned>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(load(node.glue), glue)));
    return (~same & node.mask) == 0;
  }
};

}  // namespace

ShapeMatch match_shape_avx2(ShapeNode* nodes, const char* pool, const char* line, const char* end,
                            ShapeCapture* captures) {
  return match_shape<Avx2>(nodes, pool, line, end, captures);
}

}  // namespace inkling::ingest
INKLING_TARGET_END
