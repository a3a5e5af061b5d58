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

constexpr std::uint64_t kHoleHash = 0x9AE16A3B2F90404FULL;  // stands for the word left out

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& list) {
  return std::any_of(list.begin(), list.end(), [word](std::string_view candidate) {
    return word.size() == candidate.size() &&
           std::equal(word.begin(), word.end(), candidate.begin(),
                      [](char a, char b) { return (a | 0x20) == b; });
  });
}

bool is_variable(const ScannedToken& token) { return token.text == kVariableToken; }
bool is_constant(const ScannedToken& token) {
  return !is_variable(token) && std::any_of(token.text.begin(), token.text.end(), [](char c) {
    return (char_class(c) & kCharLetter) != 0;
  });
}

// The words of a skeleton and the keys of its holes.
class Keys {
 public:
  explicit Keys(const std::vector<ScannedToken>& tokens) : whole_(tokens.size()) {
    parts_.reserve(tokens.size());
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      words_.push_back(hash_bytes(tokens[i].text));
      parts_.push_back(hash_combine(words_.back(), i));
      whole_ ^= parts_.back();
    }
  }
  std::uint64_t hole(std::size_t i) const {
    return whole_ ^ parts_[i] ^ hash_combine(kHoleHash, i);
  }
  std::uint32_t word(std::size_t i) const { return static_cast<std::uint32_t>(words_[i]); }

 private:
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

Place describe(const std::vector<ScannedToken>& tokens, std::size_t i, std::size_t constants) {
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

void HoleIndex::generalise(std::vector<ScannedToken>& tokens) const {
  for (bool changed = true; changed;) {
    changed = false;
    const Keys keys(tokens);
    for (std::size_t i = 0; i < tokens.size() && !changed; ++i) {
      if (!is_constant(tokens[i]) || is_one_of(tokens[i].text, kTruthWords)) continue;
      const auto found = holes_.find(keys.hole(i));
      if (found == holes_.end() || !found->second.merged) continue;
      tokens[i].text = kVariableToken;
      collapse_variables(tokens);
      changed = true;
    }
  }
}

std::optional<HoleIndex::Merge> HoleIndex::add(const std::vector<ScannedToken>& tokens,
                                               std::uint32_t member) {
  const Keys keys(tokens);
  const auto constants =
      static_cast<std::size_t>(std::count_if(tokens.begin(), tokens.end(), is_constant));
  Hole* best = nullptr;
  std::size_t best_position = 0;
  double best_evidence = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const bool variable = is_variable(tokens[i]);
    if (!variable && (constants < 2 || !is_constant(tokens[i]))) continue;
    if (!variable && is_one_of(tokens[i].text, kTruthWords)) continue;
    const auto key = keys.hole(i);
    auto found = holes_.find(key);
    if (found == holes_.end()) {
      if (full()) continue;
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
    if (hole.variable_member != kNoMember && place.constants >= 3) needed = kWordsBesideVariable;
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

void collapse_variables(std::vector<ScannedToken>& tokens) {
  std::size_t out = 0;
  std::size_t after_variable = 0;  // separators since the last variable, if `open`
  bool open = false;
  for (const auto token : tokens) {
    const bool variable = is_variable(token);
    if (variable && open) {
      out -= after_variable;
      after_variable = 0;
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
