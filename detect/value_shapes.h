#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "detect/masked_tokens.h"

namespace inkling::detect {

// Finds variables among the values of messages with several `key=value` pairs. Their values differ
// in many combinations, so that no hole of a single word fills up; but what one key had as values
// can be counted whatever the others have. A shape is a skeleton with all its values left out. Not
// thread-safe: one owner.
class ValueShapes {
 public:
  explicit ValueShapes(std::size_t max_shapes) : max_shapes_(max_shapes) {}

  // Notes the values of a skeleton. True if one of the places has become a variable: skeletons of
  // as many tokens may be less general now than they could.
  bool add(const MaskedTokens& tokens);

  // Masks words that are a variable in this shape. True if there were any.
  bool generalise(MaskedTokens& tokens) const;

  // Of saved state (core/state_fields.h).
  template <class A, class S>
  static void fields(A& a, S& s) {
    a(s.shapes_);
  }

 private:
  struct Place {
    std::vector<std::uint32_t> words;  // distinct, at most kMostWords
    bool merged = false;
    bool all_dotted = true;
    bool variable_seen = false;
    template <class A, class S>
    static void fields(A& a, S& s) {
      a(s.words, s.merged, s.all_dotted, s.variable_seen);
    }
  };
  struct Shape {
    std::vector<std::size_t> positions;
    std::vector<Place> places;  // one per position
    template <class A, class S>
    static void fields(A& a, S& s) {
      a(s.positions, s.places);
    }
  };

  std::size_t max_shapes_;
  std::unordered_map<std::uint64_t, Shape, KeyHash> shapes_;
};

}  // namespace inkling::detect
