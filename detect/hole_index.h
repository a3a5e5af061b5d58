#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "detect/skeleton.h"

namespace inkling::detect {

// Finds skeletons that differ in one word, and decides when that word is a variable.
//
// A hole is a skeleton with one position left out. The index collects the distinct words seen in
// each hole; enough of them and the position is a variable. How many are enough depends on what
// stands around it (docs/components/templates.md). The key of a hole is an XOR of a hash per
// position, so the keys of all holes of a skeleton cost O(1) each. Not thread-safe: one owner.
class HoleIndex {
 public:
  explicit HoleIndex(std::size_t max_holes) : max_holes_(max_holes) {}

  // Masks the words that stand where a variable was found before, and collapses lists again.
  void generalise(std::vector<ScannedToken>& tokens) const;

  // A position found to be a variable, and who had a word there.
  struct Merge {
    std::size_t position = 0;
    std::vector<std::uint32_t> members;
  };
  // Notes the words of a skeleton that belongs to `member`. At most one position is merged at a
  // time, the one with most evidence: merging two at once loses words that decide.
  std::optional<Merge> add(const std::vector<ScannedToken>& tokens, std::uint32_t member);

  std::size_t size() const { return holes_.size(); }
  bool full() const { return holes_.size() >= max_holes_; }

 private:
  struct Word {
    std::uint32_t hash;  // of the word; collisions only merge one word earlier
    std::uint32_t member;
  };
  static constexpr std::uint32_t kNoMember = UINT32_MAX;
  struct Hole {
    std::vector<Word> words;                    // distinct, at most kMostWords
    std::uint32_t variable_member = kNoMember;  // whose skeleton has a variable here
    bool merged = false;
    bool all_dotted = true;  // every word so far has a dot inside
  };

  std::unordered_map<std::uint64_t, Hole> holes_;
  std::size_t max_holes_;
};

// Makes adjacent variables, and lists of them, one: "<*> , <*>" is "<*>".
void collapse_variables(std::vector<ScannedToken>& tokens);

}  // namespace inkling::detect
