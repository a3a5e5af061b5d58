#include "detect/hole_index.h"

#include <algorithm>
#include <string_view>

namespace inkling::detect {
namespace {

// Sets of open positions kept per number of tokens.
constexpr std::size_t kMaxPositionSets = 64;

}  // namespace

bool HoleIndex::generalise(MaskedTokens& tokens) const {
  bool changed = false;
  while (mask_hole(tokens) || mask_pattern(tokens)) {
    collapse_variables(tokens);
    changed = true;
  }
  return changed;
}

bool HoleIndex::mask_hole(MaskedTokens& tokens) const {
  const SkeletonKeys keys(tokens);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!may_vary(tokens[i])) continue;
    const auto found = holes_.find(keys.without_one(i));
    if (found == holes_.end() || !found->second.merged) continue;
    mask(tokens[i]);
    return true;
  }
  return false;
}

bool HoleIndex::mask_pattern(MaskedTokens& tokens) const {
  const auto sets = open_positions_.find(tokens.size());
  if (sets == open_positions_.end()) return false;
  const SkeletonKeys keys(tokens);
  for (const auto& positions : sets->second) {
    const auto fits = [&](std::size_t i) { return is_variable(tokens[i]) || may_vary(tokens[i]); };
    const auto varies = [&](std::size_t i) { return may_vary(tokens[i]); };
    if (!std::all_of(positions.begin(), positions.end(), fits) ||
        std::none_of(positions.begin(), positions.end(), varies) ||
        !patterns_.contains(keys.without(positions))) {
      continue;
    }
    for (const auto i : positions) mask(tokens[i]);
    return true;
  }
  return false;
}

bool HoleIndex::add_pattern(const MaskedTokens& tokens) {
  Positions positions;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].merged) positions.push_back(static_cast<std::uint16_t>(i));
  }
  if (positions.size() < 2 || patterns_.size() >= max_patterns_) return false;
  auto& sets = open_positions_[tokens.size()];
  if (std::find(sets.begin(), sets.end(), positions) == sets.end()) {
    if (sets.size() >= kMaxPositionSets) return false;
    sets.push_back(positions);
  }
  return patterns_.insert(SkeletonKeys(tokens).without(positions)).second;
}

bool HoleIndex::has_only(std::size_t members) const {
  return std::all_of(holes_.begin(), holes_.end(), [&](const auto& element) {
    const Hole& hole = element.second;
    const bool is_sound = hole.variable_member == kNoMember || hole.variable_member < members;
    return is_sound && std::all_of(hole.words.begin(), hole.words.end(),
                                   [&](const Word& word) { return word.member < members; });
  });
}

void HoleIndex::note_word(Hole& hole, std::uint32_t hash, std::string_view word,
                          std::uint32_t member) {
  const auto same = [hash](const Word& other) { return other.hash == hash; };
  if (hole.words.size() >= kMostWords || std::any_of(hole.words.begin(), hole.words.end(), same)) {
    return;
  }
  hole.words.push_back({hash, member});
  hole.all_dotted = hole.all_dotted && is_dotted(word);
  hole.all_names = hole.all_names && may_be_name(word);
}

std::optional<HoleIndex::Merge> HoleIndex::add(const MaskedTokens& tokens, std::uint32_t member) {
  const SkeletonKeys keys(tokens);
  const auto constants =
      static_cast<std::size_t>(std::count_if(tokens.begin(), tokens.end(), is_constant));
  Hole* best = nullptr;
  std::size_t best_position = 0;
  double best_evidence = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const bool variable = is_variable(tokens[i]);
    const auto others = variable ? constants : constants - 1;
    if (!variable && (!may_vary(tokens[i]) || others == 0)) continue;
    const auto key = keys.without_one(i);
    auto found = holes_.find(key);
    if (found == holes_.end()) {
      if (holes_.size() >= max_holes_) continue;
      found = holes_.try_emplace(key).first;
    }
    Hole& hole = found->second;
    if (hole.merged) continue;
    if (!variable) {
      note_word(hole, keys.word(i), tokens[i].text, member);
    } else if (hole.variable_member == kNoMember) {
      hole.variable_member = member;
    }
    const auto needed = words_needed(tokens, i, others,
                                     {.all_dotted = hole.all_dotted,
                                      .all_names = hole.all_names,
                                      .variable_seen = hole.variable_member != kNoMember});
    const double evidence = static_cast<double>(hole.words.size()) / static_cast<double>(needed);
    if (evidence < 1 || evidence <= best_evidence) continue;
    best = &hole;  // stays valid: unordered_map never moves its nodes
    best_position = i;
    best_evidence = evidence;
  }
  if (best == nullptr) return std::nullopt;

  Merge merge{.position = best_position, .members = {}};
  for (const auto& word : best->words) merge.members.push_back(word.member);
  if (best->variable_member != kNoMember) merge.members.push_back(best->variable_member);
  best->merged = true;
  best->words = {};
  return merge;
}

}  // namespace inkling::detect
