#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "detect/skeleton.h"

namespace inkling::detect {

// A token of a skeleton on its way through the merger.
struct MaskedToken {
  std::string_view text;      // into a message, or "<*>"
  bool space_before = false;  // in the message
  bool merged = false;        // a variable because the merger said so, not the scanner
  bool kept = false;          // a word that must stay: a person said so
};
using MaskedTokens = std::vector<MaskedToken>;

MaskedTokens scan_masked(std::string_view message, const SkeletonOptions& options);

bool is_variable(const MaskedToken& token);
// A word with a letter in it.
bool is_constant(const MaskedToken& token);
// A constant that may turn out to be a variable: truth words ("true", "null", "off") never do, nor
// do those that are kept.
bool may_vary(const MaskedToken& token);

// Makes a word a variable.
void mask(MaskedToken& token);
// Makes adjacent variables, and lists of them, one: "<*> , <*>" is "<*>".
void collapse_variables(MaskedTokens& tokens);

// The id of the skeleton these tokens are.
std::uint64_t id_of(const MaskedTokens& tokens);

// A skeleton as one string that keeps its spacing and what was merged; at most about `max_bytes`,
// then it is marked as cut.
std::string pack(const MaskedTokens& tokens, std::size_t max_bytes);
// Views into `packed`; nothing if it was cut.
MaskedTokens unpack(std::string_view packed);
// Whether it is what pack() gives: what unpack() may be given.
bool is_packed(std::string_view packed);
// The same for people: "Connected to <*> in <*>".
std::string spell(std::string_view packed);

// Hashes of a skeleton with some of its words left open: XORs of one hash per position, so that
// each costs O(1) per open position.
class SkeletonKeys {
 public:
  explicit SkeletonKeys(const MaskedTokens& tokens);

  template <class Positions>
  std::uint64_t without(const Positions& positions) const {
    auto key = whole_;
    for (const auto i : positions) key ^= open(i);
    return key;
  }
  std::uint64_t without_one(std::size_t i) const { return whole_ ^ open(i); }
  // Half a hash of the word at `i`. Two words that collide count as one.
  std::uint32_t word(std::size_t i) const { return static_cast<std::uint32_t>(words_[i]); }

 private:
  std::uint64_t open(std::size_t i) const;

  std::uint64_t whole_;
  std::vector<std::uint64_t> words_;
  std::vector<std::uint64_t> parts_;  // word and position
};

// For keys that are hashes already.
struct KeyHash {
  std::size_t operator()(std::uint64_t key) const { return key; }
};

}  // namespace inkling::detect
