#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ingest/field_table.h"

namespace inkling::ingest {

// What comes behind the glue of a node.
enum class ShapeValue : std::uint8_t {
  kString,  // the text of a string, up to its closing quote
  kScalar,  // a number, true, false or null
  kEnd,     // nothing: the line is over
};

// A line is glue and values in turn: {"level":" info ","ts": 17 } has three glues (the quotes of a
// string belong to the glue around it) and two values. Lines of one shape share their glue, so a
// shape is a path in a tree whose nodes are glues. Plain data: the kernels read it.
struct alignas(64) ShapeNode {
  static constexpr std::size_t kInline = 32;
  static constexpr std::uint16_t kNone = 0;  // no node; the first one stands before all lines

  char glue[kInline] = {};        // the first bytes, zeroes behind
  std::uint32_t mask = 0;         // a bit for each of these bytes
  std::uint32_t rest = 0;         // where in the pool further bytes begin
  std::uint32_t value_size = 0;   // of the latest value: many have always the same
  std::uint16_t glue_size = 0;    // all of it
  std::uint16_t child = kNone;    // glue that may follow the value
  std::uint16_t sibling = kNone;  // glue that may stand here instead
  std::uint16_t key_size = 0;     // of a label: its name lies so long and so far before the value
  std::uint16_t key_back = 0;
  ShapeValue value = ShapeValue::kEnd;
  bool captured = false;    // the value means something
  std::uint8_t kind = 0;    // kPlain or 0
  std::uint8_t steady = 0;  // how many values in a row had the same size, up to kSteady

  static constexpr std::uint8_t kSteady = 16;

  // A string behind glue that is all inline: the most frequent kind by far.
  static constexpr std::uint8_t kPlain = 1;
};

// A value that means something.
struct ShapeCapture {
  const char* begin = nullptr;
  std::uint32_t size = 0;
  std::uint16_t node = ShapeNode::kNone;
  bool is_string = false;
  bool has_escape = false;
};

// A line has at most so many; others are not learned.
inline constexpr std::size_t kMaxCaptures = 64;

// What a kernel found.
struct ShapeMatch {
  const char* end = nullptr;  // behind the last byte of the line, null = no shape fits
  std::uint32_t captures = 0;
  std::uint16_t node = ShapeNode::kNone;  // the last one: it names the shape
  bool has_high_bytes = false;            // the line may hold bytes beyond ASCII: check its UTF-8
};

// Matches the line at `line` against the shapes. `end`: of the chunk, where a zero
// byte stands; 64 bytes behind it can be read. The line is one that the careful walk takes too: its
// structure was seen before, its strings hold no control characters and end where they should, its
// scalars are such.
using ShapeKernel = ShapeMatch (*)(ShapeNode* nodes, const char* pool, const char* line,
                                   const char* end, ShapeCapture* captures);

ShapeMatch match_shape_sse2(ShapeNode* nodes, const char* pool, const char* line, const char* end,
                            ShapeCapture* captures);
ShapeMatch match_shape_avx2(ShapeNode* nodes, const char* pool, const char* line, const char* end,
                            ShapeCapture* captures);
ShapeMatch match_shape_avx512(ShapeNode* nodes, const char* pool, const char* line, const char* end,
                              ShapeCapture* captures);

// The best one of those this processor has.
ShapeKernel best_shape_kernel();

}  // namespace inkling::ingest
