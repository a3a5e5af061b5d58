#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "detect/masked_tokens.h"

namespace inkling::detect {

// Finds skeletons that differ in two or three words at once, as those with two names do: hardly two
// of them share one of the names, so that no hole of a single word fills up. Compares a skeleton
// with the latest ones of as many tokens. It takes many different words in each of the places to
// make them variables; states and verbs, which decide what a message means, are few. Cost: about 10
// us per skeleton. Not thread-safe: one owner.
class ScatterIndex {
 public:
  explicit ScatterIndex(std::size_t max_skeletons) : max_skeletons_(max_skeletons) {}

  // Notes a skeleton. The positions found to be variables, none mostly.
  std::vector<std::size_t> add(const MaskedTokens& tokens);

  // Of saved state (core/state_fields.h).
  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.skeletons_, s.by_length_);
    for (const auto& [size, length] : s.by_length_) {
      a.require(size > 0 && length.words.size() % size == 0 &&
                    (length.next == 0 || length.next < length.words.size() / size),
                "skeletons of another length");
    }
  }

 private:
  struct Length {
    std::vector<std::uint32_t> words;  // of the skeletons noted, one after the other
    std::size_t next = 0;              // the skeleton to be replaced next, once it is full
    template <class A, class S>
    static void fields(A& a, S& s) {
      a(s.words, s.next);
    }
  };

  std::size_t max_skeletons_;
  std::size_t skeletons_ = 0;
  std::unordered_map<std::size_t, Length> by_length_;
};

}  // namespace inkling::detect
