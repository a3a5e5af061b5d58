#include "detect/value_shapes.h"

#include <algorithm>

#include "detect/merge_rules.h"

namespace inkling::detect {
namespace {

constexpr std::size_t kMinValues = 2;     // with fewer a hole says the same
constexpr std::size_t kMinConstants = 2;  // beside the values

std::vector<std::size_t> value_positions(const MaskedTokens& tokens) {
  std::vector<std::size_t> positions;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (is_value(tokens, i) && !is_deciding_value(tokens, i) &&
        (is_constant(tokens[i]) || is_variable(tokens[i]))) {
      positions.push_back(i);
    }
  }
  return positions;
}

}  // namespace

bool ValueShapes::add(const MaskedTokens& tokens) {
  const auto positions = value_positions(tokens);
  if (positions.size() < kMinValues) return false;
  const auto constants =
      static_cast<std::size_t>(std::count_if(tokens.begin(), tokens.end(), is_constant));
  const auto constant_values = static_cast<std::size_t>(std::count_if(
      positions.begin(), positions.end(), [&](auto i) { return is_constant(tokens[i]); }));
  if (constants - constant_values < kMinConstants) return false;

  const SkeletonKeys keys(tokens);
  const auto key = keys.without(positions);
  auto found = shapes_.find(key);
  if (found == shapes_.end()) {
    if (shapes_.size() >= max_shapes_) return false;
    found = shapes_.try_emplace(key).first;
    found->second.positions = positions;
    found->second.places.resize(positions.size());
  }
  auto& shape = found->second;
  bool merged = false;
  for (std::size_t p = 0; p < positions.size() && p < shape.places.size(); ++p) {
    auto& place = shape.places[p];
    if (place.merged) continue;
    const auto& token = tokens[positions[p]];
    place.variable_seen = place.variable_seen || is_variable(token);
    const auto word = keys.word(positions[p]);
    if (may_vary(token) &&
        std::find(place.words.begin(), place.words.end(), word) == place.words.end()) {
      place.words.push_back(word);
      place.all_dotted = place.all_dotted && is_dotted(token.text);
    }
    const auto needed = words_needed(
        tokens, positions[p], constants - constant_values,
        {.all_dotted = place.all_dotted, .all_names = true, .variable_seen = place.variable_seen});
    if (place.words.size() < needed) continue;
    place.merged = true;
    place.words = {};
    merged = true;
  }
  return merged;
}

bool ValueShapes::generalise(MaskedTokens& tokens) const {
  if (shapes_.empty()) return false;
  const auto positions = value_positions(tokens);
  if (positions.size() < kMinValues) return false;
  const auto found = shapes_.find(SkeletonKeys(tokens).without(positions));
  if (found == shapes_.end()) return false;
  bool changed = false;
  const auto& places = found->second.places;
  for (std::size_t p = 0; p < positions.size() && p < places.size(); ++p) {
    if (!places[p].merged || !may_vary(tokens[positions[p]])) continue;
    mask(tokens[positions[p]]);
    changed = true;
  }
  if (changed) collapse_variables(tokens);
  return changed;
}

}  // namespace inkling::detect
