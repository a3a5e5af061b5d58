#include <immintrin.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "ingest/shape_node.h"
#include "ingest/target_region.h"

INKLING_TARGET_BEGIN("avx2,bmi,bmi2,avx512f,avx512bw,avx512vl")
#include "ingest/shape_kernel.h"

namespace inkling::ingest {
namespace {

// 64 bytes at a time: most strings need one look.
struct Avx512 {
  using Bytes = __m512i;

  static Bytes load(const char* p) { return _mm512_loadu_si512(p); }
  static Bytes none() { return _mm512_setzero_si512(); }
  static Bytes merge(Bytes a, Bytes b) { return _mm512_or_si512(a, b); }
  static bool is_high(Bytes seen) { return _mm512_movepi8_mask(seen) != 0; }
  // Quotes, backslashes and control characters. The first two are the only bytes that equal what
  // their low four bits choose from the table.
  static std::uint64_t stops(Bytes bytes) {
    const Bytes table = _mm512_maskz_broadcast_i32x4(
        0xFFFF, _mm_setr_epi8(-1, -1, '"', -1, -1, -1, -1, -1, -1, -1, -1, -1, '\\', -1, -1, -1));
    return _mm512_cmpeq_epi8_mask(_mm512_shuffle_epi8(table, bytes), bytes) |
           _mm512_cmplt_epu8_mask(bytes, _mm512_set1_epi8(0x20));
  }
  static std::size_t first(std::uint64_t mask) { return _tzcnt_u64(mask); }
  static __m256i load_glue(const char* p) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
  }
  static bool fits(const ShapeNode& node, __m256i glue) {
    return _mm256_mask_cmpneq_epi8_mask(node.mask, load_glue(node.glue), glue) == 0;
  }
};

}  // namespace

ShapeMatch match_shape_avx512(ShapeNode* nodes, const char* pool, const char* line, const char* end,
                              ShapeCapture* captures) {
  return match_shape<Avx512>(nodes, pool, line, end, captures);
}

}  // namespace inkling::ingest
INKLING_TARGET_END
