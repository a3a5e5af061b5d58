#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/field_table.h"
#include "ingest/shape_node.h"

namespace inkling::ingest {

// A value of a line that means something, as the careful walk met it.
struct ShapeMark {
  const char* begin = nullptr;  // of its token, the quote of a string included
  FieldMeaning meaning;
  bool is_label = false;
  std::string_view label;  // then its name
};

// Remembers the shapes of lines that were understood, so that the next line of a known shape is
// read by comparing bytes with what stood between the values before, and nothing else.
//
// A shape is only learned from a line that is JSON by the strict parser, and only fits lines that
// the careful walk takes as well and reads in the same way. Whether a line fits changes its cost
// and nothing else. Bounded: kMaxNodes pieces between values. When they are used up all is
// forgotten; if remembering did not pay, learning rests for a while. Not thread-safe: one per
// decoder.
class LineShapes {
 public:
  explicit LineShapes(ShapeKernel kernel = best_shape_kernel());

  // Matches the line that begins at `line`; at `end` stands a zero byte, and 64 bytes behind it
  // can be read. The captures are valid until the next call.
  ShapeMatch match(const char* line, const char* end) {
    if (nodes_[0].child == ShapeNode::kNone) return {};
    const ShapeMatch found = kernel_(nodes_.data(), pool_.data(), line, end, captures_.data());
    matches_ += found.end != nullptr ? 1 : 0;
    return found;
  }
  const ShapeCapture& capture(std::size_t i) const { return captures_[i]; }

  // What the captured value of a node means.
  const FieldMeaning& meaning(std::uint16_t node) const { return meanings_[node]; }
  bool is_label(const ShapeCapture& capture) const { return nodes_[capture.node].key_size != 0; }
  std::string_view label(const ShapeCapture& capture) const {
    const ShapeNode& node = nodes_[capture.node];
    return {capture.begin - node.key_back, node.key_size};
  }
  // All hints of the names in a shape, told by its last node.
  std::uint16_t hints(std::uint16_t last_node) const { return meanings_[last_node].hints; }

  // Learns the shape of a line that the careful walk understood. `marks`: in order; `hints`: of all
  // names.
  void learn(std::string_view line, std::span<const ShapeMark> marks, std::uint16_t hints);

  std::size_t nodes() const { return nodes_.size(); }

 private:
  static constexpr std::size_t kMaxNodes = 2048;
  static constexpr std::size_t kMaxPool = 64 * 1024;  // bytes of glue beyond the inline ones
  static constexpr std::size_t kMaxGlue = 1024;
  static constexpr std::size_t kMaxSiblings = 16;

  struct Piece {
    std::string_view glue;
    ShapeValue value = ShapeValue::kEnd;  // what follows
    const ShapeMark* mark = nullptr;      // of the value, null: it means nothing
  };
  bool cut(std::string_view line, std::span<const ShapeMark> marks);
  std::uint16_t find_or_add(std::uint16_t parent, const Piece& piece, const FieldMeaning& meaning);
  bool try_learn(std::string_view line, std::span<const ShapeMark> marks, std::uint16_t hints);
  void rest_longer();
  void forget();

  ShapeKernel kernel_;
  std::vector<ShapeNode> nodes_;
  std::vector<FieldMeaning> meanings_;  // by node; of the last one of a shape: all its hints
  std::string pool_;
  std::array<ShapeCapture, kMaxCaptures> captures_;
  std::vector<Piece> pieces_;  // scratch
  std::uint64_t matches_ = 0;  // since all was forgotten
  std::uint64_t learned_ = 0;
  std::uint32_t in_vain_ = 0;    // lines that gave no shape, since the latest rest
  std::uint64_t rest_ = 0;       // lines to let pass before learning again
  std::uint64_t next_rest_ = 0;  // how many the next time
};

}  // namespace inkling::ingest
