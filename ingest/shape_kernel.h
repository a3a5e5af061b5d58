#pragma once

#include <emmintrin.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "ingest/shape_node.h"

// The loop of the kernels. Included by one source per instruction set, inside the region that
// switches it on: everything here is private to that source.
namespace inkling::ingest {
namespace {

inline bool is_number_start(char c) { return c == '-' || (c >= '0' && c <= '9'); }

// Behind the last byte that a number may hold.
inline const char* number_end(const char* p, const char* end) {
  while (true) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    const __m128i from_zero = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));
    const __m128i digit = _mm_cmpeq_epi8(_mm_min_epu8(from_zero, _mm_set1_epi8(9)), from_zero);
    const __m128i point = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('.'));
    const __m128i exponent =
        _mm_cmpeq_epi8(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), _mm_set1_epi8('e'));
    const __m128i sign = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('-')),
                                      _mm_cmpeq_epi8(bytes, _mm_set1_epi8('+')));
    const __m128i good = _mm_or_si128(_mm_or_si128(digit, point), _mm_or_si128(exponent, sign));
    const unsigned other = ~static_cast<unsigned>(_mm_movemask_epi8(good)) & 0xFFFFU;
    if (other != 0) return p + __builtin_ctz(other);
    p += sizeof bytes;
    if (p >= end) return end;
  }
}

// Behind a number or a literal, null if there is neither.
inline const char* scalar_end(const char* p, const char* end) {
  if (is_number_start(*p)) return number_end(p + 1, end);
  if (std::memcmp(p, "true", 4) == 0 || std::memcmp(p, "null", 4) == 0) return p + 4;
  return std::memcmp(p, "false", 5) == 0 ? p + 5 : nullptr;
}

// What was found of a string.
template <class Simd>
struct StringEnd {
  const char* quote = nullptr;  // the closing one, null: none, or control characters before it
  bool has_escape = false;
  typename Simd::Bytes seen;  // all bytes looked at, one over the other
};

// Where the string ends that goes on at `p`: a long one, or one with escapes.
template <class Simd>
__attribute__((noinline)) StringEnd<Simd> find_string_end(const char* p, const char* end) {
  StringEnd<Simd> found{.quote = nullptr, .has_escape = false, .seen = Simd::none()};
  while (p < end) {
    const auto bytes = Simd::load(p);
    found.seen = Simd::merge(found.seen, bytes);
    const auto stops = Simd::stops(bytes);
    if (stops == 0) {
      p += sizeof bytes;
      continue;
    }
    p += Simd::first(stops);
    if (*p == '"') found.quote = p;
    if (*p != '\\') return found;
    found.has_escape = true;
    p += 2;
  }
  return found;
}

// True if the line is over at `p`; then `p` is behind what ends it.
inline bool is_line_end(const char* p, const char* end) {
  if (p < end && *p == '\r') ++p;
  return p == end || (p < end && *p == '\n');
}

// The byte at `end` is zero. Nothing that fits or is a value holds a zero, so that only what skips
// bytes must look for the end.
template <class Simd>
ShapeMatch match_shape(ShapeNode* nodes, const char* pool, const char* line, const char* end,
                       ShapeCapture* captures) {
  auto seen = Simd::none();
  ShapeCapture* capture = captures;
  const char* p = line;
  std::size_t index = nodes[0].child;
  while (true) {
    const auto glue = Simd::load_glue(p);
    ShapeNode* node = nodes + index;
    while (!Simd::fits(*node, glue)) {
    next_sibling:
      if (node->sibling == ShapeNode::kNone) return {};
      node = nodes + node->sibling;
    }
    const char* const value = p + node->glue_size;
    const char* at = value;
    if (node->kind != ShapeNode::kPlain) [[unlikely]] {
      if (node->glue_size > ShapeNode::kInline &&
          (static_cast<std::size_t>(end - p) < node->glue_size ||
           std::memcmp(p + ShapeNode::kInline, pool + node->rest,
                       node->glue_size - ShapeNode::kInline) != 0)) {
        goto next_sibling;
      }
      if (node->value == ShapeValue::kEnd) {
        if (!is_line_end(value, end)) goto next_sibling;
        return {.end = value,
                .captures = static_cast<std::uint32_t>(capture - captures),
                .node = static_cast<std::uint16_t>(node - nodes),
                .has_high_bytes = Simd::is_high(seen)};
      }
      if (node->value == ShapeValue::kScalar) {
        at = scalar_end(value, end);
        if (at == nullptr) goto next_sibling;
      }
    }
    bool has_escape = false;
    if (node->value == ShapeValue::kString) {
      const auto bytes = Simd::load(value);
      seen = Simd::merge(seen, bytes);
      const auto stops = Simd::stops(bytes);
      if (stops != 0) at = value + Simd::first(stops);
      if (stops == 0 || *at != '"') [[unlikely]] {
        const StringEnd<Simd> rest = find_string_end<Simd>(value, end);
        if (rest.quote == nullptr) return {};
        seen = Simd::merge(seen, rest.seen);
        has_escape = rest.has_escape;
        at = rest.quote;
      }
    }
    if (node->captured) {
      *capture++ = {.begin = value,
                    .size = static_cast<std::uint32_t>(at - value),
                    .node = static_cast<std::uint16_t>(node - nodes),
                    .is_string = node->value == ShapeValue::kString,
                    .has_escape = has_escape};
    }
    // Where values nearly always have the same size, the processor goes on to the next glue before
    // it knows the end of this value: a branch it predicts takes the place of a chain of loads. The
    // copy keeps the compiler from taking the size found for the size guessed, which it equals.
    const auto size = static_cast<std::uint32_t>(at - value);
    p = at;
    if (node->steady == ShapeNode::kSteady) {
      std::uint64_t guess = node->value_size;
      std::uint64_t copy;
      asm("" : "=r"(copy) : "0"(guess));
      if (copy == size) [[likely]] {
        p = value + guess;
      } else {
        node->steady = 0;
      }
    } else {
      node->steady = node->value_size == size ? static_cast<std::uint8_t>(node->steady + 1) : 0;
      node->value_size = size;
    }
    index = node->child;
  }
}

}  // namespace
}  // namespace inkling::ingest
