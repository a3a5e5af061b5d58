#include "ingest/line_shapes.h"

#include <algorithm>
#include <cstring>

#include "core/json.h"

namespace inkling::ingest {
namespace {

// Remembering pays if each shape learned is met so many times; then learning goes on.
constexpr std::uint64_t kWorth = 8;
constexpr std::uint64_t kFirstRest = 4'096;
constexpr std::uint32_t kMostInVain = 64;  // lines that gave no shape before learning rests
constexpr std::uint64_t kLongestRest = 1u << 20;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// Behind the closing quote of the string that begins at `at`; text.size() if it has none.
std::size_t string_end(std::string_view text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return std::min(at + 1, text.size());
}

std::size_t skip_space(std::string_view text, std::size_t at) {
  while (at < text.size() && is_space(text[at])) ++at;
  return at;
}

}  // namespace

ShapeKernel best_shape_kernel() {
  if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("bmi2")) {
    return match_shape_avx512;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2")) return match_shape_avx2;
  return match_shape_sse2;
}

LineShapes::LineShapes(ShapeKernel kernel) : kernel_(kernel), next_rest_(kFirstRest) { forget(); }

void LineShapes::forget() {
  nodes_.assign(1, ShapeNode{});
  meanings_.assign(1, FieldMeaning{});
  pool_.clear();
  matches_ = learned_ = 0;
}

// Cuts a line, which is JSON, into pieces; false if it cannot be a shape.
bool LineShapes::cut(std::string_view line, std::span<const ShapeMark> marks) {
  pieces_.clear();
  std::size_t glue = 0;  // where the glue under way begins
  std::size_t captured = 0;
  const auto add = [&](std::size_t glue_end, std::size_t token, ShapeValue value) {
    Piece piece{.glue = line.substr(glue, glue_end - glue), .value = value};
    if (captured < marks.size() && marks[captured].begin == line.data() + token) {
      piece.mark = &marks[captured++];
    }
    pieces_.push_back(piece);
  };
  std::size_t at = 0;
  while (at < line.size()) {
    const char c = line[at];
    if (c == '"') {
      const std::size_t end = string_end(line, at);
      const std::size_t next = skip_space(line, end);
      if (next < line.size() && line[next] == ':') {  // a key
        if (line.substr(at, end - at).find('\\') != std::string_view::npos) return false;
      } else {
        add(at + 1, at, ShapeValue::kString);
        glue = end - 1;
      }
      at = end;
    } else if (c == '{' || c == '}' || c == '[' || c == ']' || c == ':' || c == ',' ||
               is_space(c)) {
      ++at;
    } else {
      const std::size_t end = std::min(line.find_first_of(",]} \t\r\n", at), line.size());
      // What follows a scalar must end it: its end is found by its own bytes.
      if (end == line.size()) return false;
      add(at, at, ShapeValue::kScalar);
      glue = at = end;
    }
  }
  pieces_.push_back({.glue = line.substr(glue)});
  if (captured != marks.size() || marks.size() > kMaxCaptures) return false;
  for (const ShapeMark& mark : marks) {
    if (mark.is_label && mark.label.empty()) return false;
  }
  return std::all_of(pieces_.begin(), pieces_.end(), [](const Piece& piece) {
    return !piece.glue.empty() && piece.glue.size() <= kMaxGlue;
  });
}

std::uint16_t LineShapes::find_or_add(std::uint16_t parent, const Piece& piece,
                                      const FieldMeaning& meaning) {
  const std::size_t inline_size = std::min(piece.glue.size(), ShapeNode::kInline);
  const std::string_view rest = piece.glue.substr(inline_size);
  std::uint16_t* link = &nodes_[parent].child;
  std::size_t siblings = 0;
  while (*link != ShapeNode::kNone) {
    ShapeNode& node = nodes_[*link];
    if (node.glue_size == piece.glue.size() && node.value == piece.value &&
        std::memcmp(node.glue, piece.glue.data(), inline_size) == 0 &&
        std::string_view(pool_).substr(node.rest, rest.size()) == rest) {
      return *link;
    }
    if (++siblings == kMaxSiblings) return ShapeNode::kNone;
    link = &node.sibling;
  }
  const auto index = static_cast<std::uint16_t>(nodes_.size());
  *link = index;  // before the node moves with the others
  ShapeNode& node = nodes_.emplace_back();
  std::memcpy(node.glue, piece.glue.data(), inline_size);
  node.mask = inline_size == ShapeNode::kInline ? ~0u : (1u << inline_size) - 1;
  node.glue_size = static_cast<std::uint16_t>(piece.glue.size());
  node.rest = static_cast<std::uint32_t>(pool_.size());
  pool_ += rest;
  node.value = piece.value;
  const bool is_plain = piece.value == ShapeValue::kString && rest.empty();
  node.kind = is_plain ? ShapeNode::kPlain : std::uint8_t{0};
  node.captured = piece.mark != nullptr;
  if (piece.mark && piece.mark->is_label) {
    const char* const value = piece.glue.data() + piece.glue.size();
    node.key_size = static_cast<std::uint16_t>(piece.mark->label.size());
    node.key_back = static_cast<std::uint16_t>(value - piece.mark->label.data());
  }
  meanings_.push_back(meaning);
  return index;
}

void LineShapes::learn(std::string_view line, std::span<const ShapeMark> marks,
                       std::uint16_t hints) {
  if (rest_ > 0) {
    --rest_;
    return;
  }
  if (try_learn(line, marks, hints)) return;
  if (++in_vain_ < kMostInVain) return;
  in_vain_ = 0;
  rest_longer();
}

void LineShapes::rest_longer() {
  rest_ = next_rest_;
  next_rest_ = std::min(2 * next_rest_, kLongestRest);
}

bool LineShapes::try_learn(std::string_view line, std::span<const ShapeMark> marks,
                           std::uint16_t hints) {
  // White space at the end could be taken for a part of the line break.
  if (line.empty() || line.back() != '}' || !cut(line, marks)) return false;
  if (!parse_json(line)) return false;  // what the careful walk skips it does not check
  if (nodes_.size() + pieces_.size() > kMaxNodes || pool_.size() + line.size() > kMaxPool) {
    if (matches_ >= kWorth * learned_) {
      next_rest_ = kFirstRest;
    } else {
      rest_longer();
    }
    forget();
    if (pieces_.size() >= kMaxNodes || line.size() > kMaxPool) return false;
  }
  ++learned_;
  FieldMeaning all;
  all.hints = hints;
  std::uint16_t node = 0;
  for (const Piece& piece : pieces_) {
    const bool is_last = piece.value == ShapeValue::kEnd;
    node = find_or_add(node, piece,
                       is_last ? all : (piece.mark ? piece.mark->meaning : FieldMeaning{}));
    if (node == ShapeNode::kNone) return false;
  }
  return true;
}

}  // namespace inkling::ingest
