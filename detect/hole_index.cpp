#include "detect/hole_index.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/hash.h"
#include "detect/char_class.h"
#include "detect/token_scanner.h"

namespace inkling::detect {
namespace {

// Distinct words that make a position a variable.
constexpr std::size_t kWordsInGeneral = 6;
constexpr std::size_t kWordsOfValue = 4;  // after `=`, in quotes, or dotted names
constexpr std::size_t kWordsAfterRole = 3;
constexpr std::size_t kMostWords = 12;           // the first word, or one of the last constants
constexpr std::size_t kWordsBesideVariable = 2;  // a variable was seen in the same place

constexpr auto kRoleNouns =
    std::to_array<std::string_view>({"account", "client", "domain", "host", "hostname", "login",
                                     "node", "peer", "server", "user", "username"});
// Words that say something by themselves: they never make a variable.
constexpr auto kTruthWords = std::to_array<std::string_view>(
    {"disabled", "enabled", "false", "no", "none", "null", "nil", "off", "on", "true", "yes"});

// Sets of open positions kept per number of tokens.
constexpr std::size_t kMaxPositionSets = 64;

constexpr std::uint64_t kHoleHash = 0x9AE16A3B2F90404FULL;  // stands for the word left out

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& list) {
  return std::any_of(list.begin(), list.end(), [word](std::string_view candidate) {
    return word.size() == candidate.size() &&
           std::equal(word.begin(), word.end(), candidate.begin(),
                      [](char a, char b) { return (a | 0x20) == b; });
  });
}

bool is_variable(const MaskedToken& token) { return token.text == kVariableToken; }
bool is_constant(const MaskedToken& token) {
  return !is_variable(token) && std::any_of(token.text.begin(), token.text.end(), [](char c) {
    return (char_class(c) & kCharLetter) != 0;
  });
}

bool may_vary(const MaskedToken& token) {
  return is_constant(token) && !is_one_of(token.text, kTruthWords);
}

// The words of a skeleton and the keys of its holes.
class Keys {
 public:
  explicit Keys(const MaskedTokens& tokens) : whole_(tokens.size()) {
    parts_.reserve(tokens.size());
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      words_.push_back(hash_bytes(tokens[i].text));
      parts_.push_back(hash_combine(words_.back(), i));
      whole_ ^= parts_.back();
    }
  }
  // Of the skeleton without the word at `i`.
  std::uint64_t hole(std::size_t i) const { return whole_ ^ open(i); }
  template <class Positions>
  std::uint64_t pattern(const Positions& positions) const {
    auto key = whole_;
    for (const auto i : positions) key ^= open(i);
    return key;
  }
  std::uint32_t word(std::size_t i) const { return static_cast<std::uint32_t>(words_[i]); }

 private:
  std::uint64_t open(std::size_t i) const { return parts_[i] ^ hash_combine(kHoleHash, i); }

  std::uint64_t whole_;
  std::vector<std::uint64_t> words_;
  std::vector<std::uint64_t> parts_;
};

struct Place {
  std::size_t constants = 0;  // others in the skeleton
  bool first = false;
  bool value = false;
  bool role = false;
};

Place describe(const MaskedTokens& tokens, std::size_t i, std::size_t constants) {
  Place place{.constants = constants - 1, .first = i == 0};
  if (i == 0) return place;
  const auto before = tokens[i - 1].text;
  place.value = before == "=" || before == "\"" || before == "'";
  place.role = is_one_of(before, kRoleNouns);
  return place;
}

std::size_t words_needed(const Place& place, bool all_dotted) {
  if (place.first || place.constants < 2) return kMostWords;
  if (place.role) return kWordsAfterRole;
  if (place.value || all_dotted) return kWordsOfValue;
  return kWordsInGeneral;
}

bool is_dotted(std::string_view word) {
  const auto dot = word.find('.', 1);
  return dot != std::string_view::npos && dot + 1 < word.size();
}

}  // namespace

void HoleIndex::generalise(MaskedTokens& tokens) const {
  while (mask_hole(tokens) || mask_pattern(tokens)) collapse_variables(tokens);
}

bool HoleIndex::mask_hole(MaskedTokens& tokens) const {
  const Keys keys(tokens);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!may_vary(tokens[i])) continue;
    const auto found = holes_.find(keys.hole(i));
    if (found == holes_.end() || !found->second.merged) continue;
    mask(tokens[i]);
    return true;
  }
  return false;
}

bool HoleIndex::mask_pattern(MaskedTokens& tokens) const {
  const auto sets = open_positions_.find(tokens.size());
  if (sets == open_positions_.end()) return false;
  const Keys keys(tokens);
  for (const auto& positions : sets->second) {
    const auto fits = [&](std::size_t i) { return is_variable(tokens[i]) || may_vary(tokens[i]); };
    const auto varies = [&](std::size_t i) { return may_vary(tokens[i]); };
    if (!std::all_of(positions.begin(), positions.end(), fits) ||
        std::none_of(positions.begin(), positions.end(), varies) ||
        !patterns_.contains(keys.pattern(positions))) {
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
  return patterns_.insert(Keys(tokens).pattern(positions)).second;
}

std::optional<HoleIndex::Merge> HoleIndex::add(const MaskedTokens& tokens, std::uint32_t member) {
  const Keys keys(tokens);
  const auto constants =
      static_cast<std::size_t>(std::count_if(tokens.begin(), tokens.end(), is_constant));
  Hole* best = nullptr;
  std::size_t best_position = 0;
  double best_evidence = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const bool variable = is_variable(tokens[i]);
    if (!variable && (constants < 2 || !may_vary(tokens[i]))) continue;
    const auto key = keys.hole(i);
    auto found = holes_.find(key);
    if (found == holes_.end()) {
      if (holes_.size() >= max_holes_) continue;
      found = holes_.try_emplace(key).first;
    }
    Hole& hole = found->second;
    if (hole.merged) continue;
    if (variable) {
      if (hole.variable_member == kNoMember) hole.variable_member = member;
    } else {
      const auto word = keys.word(i);
      const auto same = [word](const Word& other) { return other.hash == word; };
      if (std::none_of(hole.words.begin(), hole.words.end(), same) &&
          hole.words.size() < kMostWords) {
        hole.words.push_back({word, member});
        hole.all_dotted = hole.all_dotted && is_dotted(tokens[i].text);
      }
    }
    const auto place = describe(tokens, i, variable ? constants + 1 : constants);
    if (place.constants == 0) continue;
    auto needed = words_needed(place, hole.all_dotted);
    if (hole.variable_member != kNoMember) {
      if (place.constants >= 3) needed = kWordsBesideVariable;
      if (place.constants >= 2 && (place.role || hole.all_dotted)) needed = 1;
    }
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

void mask(MaskedToken& token) {
  token.merged = token.merged || !is_variable(token);
  token.text = kVariableToken;
}

void collapse_variables(MaskedTokens& tokens) {
  std::size_t out = 0;
  std::size_t after_variable = 0;  // separators since the last variable, if `open`
  bool open = false;
  for (const auto token : tokens) {
    const bool variable = is_variable(token);
    if (variable && open) {
      out -= after_variable;
      after_variable = 0;
      tokens[out - 1].merged = false;  // a list: its place is no single word's any more
      continue;
    }
    const bool separator = open && (token.text == ":" || token.text == ",") &&
                           (after_variable == 0 || (token.text == ":" && !token.space_before));
    after_variable = separator ? after_variable + 1 : 0;
    open = variable || separator;
    tokens[out++] = token;
  }
  tokens.resize(out);
}

}  // namespace inkling::detect
