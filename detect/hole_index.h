#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace inkling::detect {

// A token of a skeleton on its way through the merger.
struct MaskedToken {
  std::string_view text;      // into a message, or kVariableToken
  bool space_before = false;  // in the message
  bool merged = false;        // a variable because the index said so, not the scanner
};
using MaskedTokens = std::vector<MaskedToken>;

// Finds skeletons that differ in one word, and decides when that word is a variable.
//
// A hole is a skeleton with one position left out. The index collects the distinct words seen in
// each hole; enough of them and the position is a variable. How many are enough depends on what
// stands around it (docs/components/templates.md). The key of a hole is an XOR of a hash per
// position, so the keys of all holes of a skeleton cost O(1) each.
//
// A pattern is a skeleton in which two or more positions were found to be variables. A new skeleton
// is compared with it in all of them at once; hole by hole it would never match.
// Not thread-safe: one owner.
class HoleIndex {
 public:
  HoleIndex(std::size_t max_holes, std::size_t max_patterns)
      : max_holes_(max_holes), max_patterns_(max_patterns) {}

  // Masks the words that stand where a variable was found before, and collapses lists again.
  void generalise(MaskedTokens& tokens) const;

  // A position found to be a variable, and who had a word there.
  struct Merge {
    std::size_t position = 0;
    std::vector<std::uint32_t> members;
  };
  // Notes the words of a skeleton that belongs to `member`. At most one position is merged at a
  // time, the one with most evidence: merging two at once loses words that decide.
  std::optional<Merge> add(const MaskedTokens& tokens, std::uint32_t member);

  // Notes a skeleton that merging made. True if older skeletons of as many tokens may match it now.
  bool add_pattern(const MaskedTokens& tokens);

  std::size_t size() const { return holes_.size(); }

 private:
  struct Word {
    std::uint32_t hash;  // of the word; collisions only merge one word later
    std::uint32_t member;
  };
  static constexpr std::uint32_t kNoMember = UINT32_MAX;
  struct Hole {
    std::vector<Word> words;                    // distinct, at most kMostWords
    std::uint32_t variable_member = kNoMember;  // whose skeleton has a variable here
    bool merged = false;
    bool all_dotted = true;  // every word so far has a dot inside
  };
  // Keys are hashes already.
  struct KeyHash {
    std::size_t operator()(std::uint64_t key) const { return key; }
  };
  using Positions = std::vector<std::uint16_t>;

  bool mask_hole(MaskedTokens& tokens) const;
  bool mask_pattern(MaskedTokens& tokens) const;

  std::size_t max_holes_;
  std::size_t max_patterns_;
  std::unordered_map<std::uint64_t, Hole, KeyHash> holes_;
  std::unordered_set<std::uint64_t, KeyHash> patterns_;
  // Which positions patterns of that many tokens leave open: few sets, tried one after the other.
  std::unordered_map<std::size_t, std::vector<Positions>> open_positions_;
};

// Makes a word a variable.
void mask(MaskedToken& token);

// Makes adjacent variables, and lists of them, one: "<*> , <*>" is "<*>".
void collapse_variables(MaskedTokens& tokens);

}  // namespace inkling::detect
