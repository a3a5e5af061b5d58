#pragma once

#include <cstddef>
#include <string_view>

#include "detect/masked_tokens.h"

namespace inkling::detect {

// How many distinct words make a position of a skeleton a variable, and which words count. Pure;
// thread-safe. What each rule is worth: docs/components/templates.md.

inline constexpr std::size_t kMostWords = 12;  // more are never needed
inline constexpr std::size_t kNeverEnough = SIZE_MAX;

// "true", "null", "off": says something by itself and is no variable.
bool is_truth_word(std::string_view word);
// A word with a dot inside, as names of classes, packages, files and hosts have.
bool is_dotted(std::string_view word);
// May be the name of somebody or something after a role noun: no "user logged in", "host is down".
bool may_be_name(std::string_view word);
// A position whose word is the value of a key: `key=value`, `key="value"`.
bool is_value(const MaskedTokens& tokens, std::size_t position);
// The same, and the key says that the value decides what the message means: `state=FAILED`.
bool is_deciding_value(const MaskedTokens& tokens, std::size_t position);

// What is known of the words seen in one place.
struct PlaceWords {
  bool all_dotted = true;
  bool all_names = true;
  bool variable_seen = false;  // the scanner found a variable in the same place
};
// `other_constants`: words of the skeleton that stay when the position becomes a variable.
std::size_t words_needed(const MaskedTokens& tokens, std::size_t position,
                         std::size_t other_constants, const PlaceWords& words);

}  // namespace inkling::detect
