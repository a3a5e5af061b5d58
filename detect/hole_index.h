#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "detect/masked_tokens.h"
#include "detect/merge_rules.h"

namespace inkling::detect {

// Finds skeletons that differ in one word, and decides when that word is a variable.
//
// A hole is a skeleton with one position left out. The index collects the distinct words seen in
// each hole; enough of them (merge_rules.h) and the position is a variable.
//
// A pattern is a skeleton in which two or more positions were found to be variables. A new skeleton
// is compared with it in all of them at once; hole by hole it would never match.
// Not thread-safe: one owner.
class HoleIndex {
 public:
  HoleIndex(std::size_t max_holes, std::size_t max_patterns)
      : max_holes_(max_holes), max_patterns_(max_patterns) {}

  // Masks words that stand where a variable was found before. True if there were any.
  bool generalise(MaskedTokens& tokens) const;

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

  // Of saved state (core/state_fields.h). `members`: how many there are.
  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.holes_, s.patterns_, s.open_positions_);
    for (const auto& [tokens, sets] : s.open_positions_) {
      for (const Positions& positions : sets) {
        for (const std::uint16_t i : positions) a.require(i < tokens, "a position out of range");
      }
    }
  }
  // Whether it speaks of the first `members` only.
  bool has_only(std::size_t members) const;

 private:
  struct Word {
    std::uint32_t hash;
    std::uint32_t member;
    template <class A, class S>
    static void fields(A& a, S& s) {
      a(s.hash, s.member);
    }
  };
  static constexpr std::uint32_t kNoMember = UINT32_MAX;
  struct Hole {
    std::vector<Word> words;                    // distinct, at most kMostWords
    std::uint32_t variable_member = kNoMember;  // whose skeleton has a variable here
    bool merged = false;
    bool all_dotted = true;
    bool all_names = true;
    template <class A, class S>
    static void fields(A& a, S& s) {
      a(s.words, s.variable_member, s.merged, s.all_dotted, s.all_names);
    }
  };
  using Positions = std::vector<std::uint16_t>;

  static void note_word(Hole& hole, std::uint32_t hash, std::string_view word,
                        std::uint32_t member);
  bool mask_hole(MaskedTokens& tokens) const;
  bool mask_pattern(MaskedTokens& tokens) const;

  std::size_t max_holes_;
  std::size_t max_patterns_;
  std::unordered_map<std::uint64_t, Hole, KeyHash> holes_;
  std::unordered_set<std::uint64_t, KeyHash> patterns_;
  // Which positions patterns of that many tokens leave open: few sets, tried one after the other.
  std::unordered_map<std::size_t, std::vector<Positions>> open_positions_;
};

}  // namespace inkling::detect
