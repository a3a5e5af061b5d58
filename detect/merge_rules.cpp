#include "detect/merge_rules.h"

#include <algorithm>
#include <array>

namespace inkling::detect {
namespace {

constexpr std::size_t kWordsInGeneral = 6;
constexpr std::size_t kWordsOfValue = 4;  // after `=`, in quotes, or dotted names
constexpr std::size_t kWordsAfterRole = 3;
constexpr std::size_t kWordsBesideVariable = 2;

constexpr auto kRoleNouns =
    std::to_array<std::string_view>({"account", "client", "domain", "host", "hostname", "node",
                                     "peer", "server", "user", "username"});
constexpr auto kTruthWords = std::to_array<std::string_view>(
    {"disabled", "enabled", "false", "nil", "no", "none", "null", "off", "on", "true", "yes"});
constexpr auto kNoNames = std::to_array<std::string_view>(
    {"and",  "as",    "at",      "by",   "can",  "cannot", "could", "did",   "does",
     "down", "error", "for",     "from", "had",  "has",    "id",    "in",    "is",
     "lost", "name",  "not",     "of",   "or",   "out",    "sent",  "ready", "timeout",
     "to",   "up",    "unknown", "was",  "will", "with",   "left"});
constexpr auto kDecidingKeys = std::to_array<std::string_view>(
    {"action", "cause",    "code",  "error",     "event",   "kind",  "level",
     "method", "mode",     "op",    "operation", "outcome", "phase", "reason",
     "result", "severity", "stage", "state",     "status",  "type"});

// Whether the word is in the lower-case list, whatever its case.
template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& list) {
  return std::any_of(list.begin(), list.end(), [word](std::string_view candidate) {
    return word.size() == candidate.size() &&
           std::equal(word.begin(), word.end(), candidate.begin(),
                      [](char a, char b) { return (a | 0x20) == b; });
  });
}

bool is_quote(std::string_view token) { return token == "\"" || token == "'"; }

}  // namespace

bool is_truth_word(std::string_view word) { return is_one_of(word, kTruthWords); }

bool is_dotted(std::string_view word) {
  const auto dot = word.find('.', 1);
  return dot != std::string_view::npos && dot + 1 < word.size();
}

bool may_be_name(std::string_view word) {
  return !word.ends_with("ed") && !word.ends_with("ing") && !is_one_of(word, kNoNames);
}

bool is_value(const MaskedTokens& tokens, std::size_t position) {
  if (position < 2) return false;
  if (tokens[position - 1].text == "=") return true;
  return is_quote(tokens[position - 1].text) && tokens[position - 2].text == "=";
}

bool is_deciding_value(const MaskedTokens& tokens, std::size_t position) {
  if (!is_value(tokens, position)) return false;
  const auto key = tokens[position - 1].text == "=" ? position - 2 : position - 3;
  return key < tokens.size() && is_one_of(tokens[key].text, kDecidingKeys);
}

std::size_t words_needed(const MaskedTokens& tokens, std::size_t position,
                         std::size_t other_constants, const PlaceWords& words) {
  if (other_constants == 0) return kNeverEnough;
  const std::string_view before = position == 0 ? std::string_view{} : tokens[position - 1].text;
  const bool role = words.all_names && is_one_of(before, kRoleNouns);
  if (words.variable_seen) {
    if (other_constants >= 2 && (role || words.all_dotted)) return 1;
    if (other_constants >= 3) return kWordsBesideVariable;
  }
  if (position == 0 || other_constants < 2) return kMostWords;
  if (is_deciding_value(tokens, position)) return kMostWords;
  if (role) return kWordsAfterRole;
  if (before == "=" || is_quote(before) || words.all_dotted) return kWordsOfValue;
  return kWordsInGeneral;
}

}  // namespace inkling::detect
