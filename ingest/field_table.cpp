#include "ingest/field_table.h"

#include <array>

#include "core/hash.h"
#include "ingest/field_names.h"

namespace inkling::ingest {
namespace {

// Added to the rank of a name found inside a container, per container.
constexpr std::uint8_t kContainerPenalty = 64;
// Ranks of built-in names begin here; the user's stay below.
constexpr std::uint8_t kFirstBuiltInRank = 16;
// A name this long is nobody's.
constexpr std::size_t kMaxSegment = 64;

// The hash of a segment without regard to case, "_" and "-"; 0 if it is too long.
std::uint64_t segment_hash(std::string_view segment) {
  std::array<char, kMaxSegment> folded;
  if (segment.size() > folded.size()) return 0;
  std::size_t size = 0;
  for (const char c : segment) {
    // A leading "_" stays, so that "_id" is not "id".
    if ((c == '_' || c == '-') && size > 0) continue;
    folded[size++] = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return hash_bytes({folded.data(), size});
}

std::uint8_t add_rank(std::uint8_t a, std::uint8_t b) {
  return static_cast<std::uint8_t>(a + b > 255 ? 255 : a + b);
}

}  // namespace

FieldTable::FieldTable(const std::vector<std::pair<std::string, FieldRole>>& user_fields) {
  nodes_.resize(2);  // unknown, root
  nodes_[kRoot].meaning.container = false;
  std::array<std::uint8_t, 32> next_rank;
  next_rank.fill(kFirstBuiltInRank);
  for (const KnownField& field : known_fields()) {
    FieldMeaning& meaning = nodes_[insert(field.name)].meaning;
    meaning.hints = static_cast<std::uint16_t>(meaning.hints | field.hints);
    if (field.role == FieldRole::kIgnore || meaning.role != FieldRole::kIgnore) continue;
    meaning.role = field.role;
    meaning.unit = field.unit;
    meaning.weak = field.weak;
    FieldRole family = field.role;
    switch (field.role) {
      case FieldRole::kDurationS:
        meaning.unit = FieldUnit::kSeconds;
        family = FieldRole::kDurationMs;
        break;
      case FieldRole::kDurationUs:
        meaning.unit = FieldUnit::kMicros;
        family = FieldRole::kDurationMs;
        break;
      case FieldRole::kDurationNs:
        meaning.unit = FieldUnit::kNanos;
        family = FieldRole::kDurationMs;
        break;
      default:
        break;
    }
    meaning.role = family;
    meaning.rank = next_rank[static_cast<std::size_t>(family)]++;
  }
  for (const std::string_view name : container_fields()) {
    nodes_[insert(name)].meaning.container = true;
  }
  std::uint8_t user_rank = 0;
  for (const auto& [name, role] : user_fields) {
    FieldMeaning& meaning = nodes_[insert(name)].meaning;
    meaning = FieldMeaning{};
    meaning.role = role;
    if (role == FieldRole::kDurationS) meaning.unit = FieldUnit::kSeconds;
    if (role == FieldRole::kDurationUs) meaning.unit = FieldUnit::kMicros;
    if (role == FieldRole::kDurationNs) meaning.unit = FieldUnit::kNanos;
    if (meaning.unit != FieldUnit::kNone) meaning.role = FieldRole::kDurationMs;
    meaning.rank = user_rank;
    if (user_rank + 1 < kFirstBuiltInRank) ++user_rank;
  }
}

FieldNode FieldTable::insert(std::string_view dotted_name) {
  FieldNode node = kRoot;
  while (true) {
    const std::size_t dot = dotted_name.find('.');
    const std::string_view segment = dotted_name.substr(0, dot);
    const std::uint64_t key = hash_combine(node, segment_hash(segment));
    const auto [place, added] = children_.try_emplace(key, static_cast<FieldNode>(nodes_.size()));
    nodes_[node].has_children = true;
    if (added) nodes_.emplace_back();
    node = place->second;
    if (dot == std::string_view::npos) return node;
    dotted_name.remove_prefix(dot + 1);
  }
}

FieldNode FieldTable::child(FieldNode parent, std::string_view segment) const {
  const auto place = children_.find(hash_combine(parent, segment_hash(segment)));
  return place == children_.end() ? kUnknown : place->second;
}

FieldTable::Match FieldTable::find(FieldNode parent, std::string_view name) const {
  Match match{parent, 0};
  while (true) {
    const std::size_t dot = name.find('.');
    const std::string_view segment = name.substr(0, dot);
    FieldNode next = child(match.node, segment);
    if (next == kUnknown && nodes_[match.node].meaning.container) {
      next = child(kRoot, segment);
      match.penalty = add_rank(match.penalty, kContainerPenalty);
    }
    match.node = next;
    if (next == kUnknown || dot == std::string_view::npos) return match;
    name.remove_prefix(dot + 1);
  }
}

}  // namespace inkling::ingest
