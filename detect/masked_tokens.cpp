#include "detect/masked_tokens.h"

#include <algorithm>
#include <array>

#include "core/hash.h"
#include "detect/char_class.h"
#include "detect/merge_rules.h"
#include "detect/token_scanner.h"

namespace inkling::detect {
namespace {

// Marks in a packed skeleton. No token has white space or control characters in it.
constexpr char kSpaced = ' ';         // before a token
constexpr char kUnspaced = '\x01';    // before a token
constexpr char kMergedMark = '\x02';  // instead of the text of a merged variable
constexpr char kCutMark = '\x03';     // after the last token: some are missing

}  // namespace

MaskedTokens scan_masked(std::string_view message, const SkeletonOptions& options) {
  std::vector<ScannedToken> scanned;
  scan_tokens(message, options, scanned);
  MaskedTokens tokens;
  tokens.reserve(scanned.size());
  for (const auto& token : scanned)
    tokens.push_back({.text = token.text, .space_before = token.space_before});
  return tokens;
}

bool is_variable(const MaskedToken& token) { return token.text == kVariableToken; }

bool is_constant(const MaskedToken& token) {
  return !is_variable(token) && std::any_of(token.text.begin(), token.text.end(), [](char c) {
    return (char_class(c) & kCharLetter) != 0;
  });
}

bool may_vary(const MaskedToken& token) {
  return !token.kept && is_constant(token) && !is_truth_word(token.text);
}

void mask(MaskedToken& token) {
  token.merged = token.merged || !is_variable(token);
  token.text = kVariableToken;
}

void collapse_variables(MaskedTokens& tokens) {
  std::size_t out = 0;
  std::size_t separators = 0;  // since the last variable, while `open`
  bool open = false;
  for (const auto token : tokens) {
    const bool variable = is_variable(token);
    if (variable && open) {
      out -= separators;
      separators = 0;
      tokens[out - 1].merged = false;  // a list: its place is no single word's any more
      continue;
    }
    const bool separator = open && (token.text == ":" || token.text == ",") &&
                           (separators == 0 || (token.text == ":" && !token.space_before));
    separators = separator ? separators + 1 : 0;
    open = variable || separator;
    tokens[out++] = token;
  }
  tokens.resize(out);
}

std::uint64_t id_of(const MaskedTokens& tokens) {
  std::string joined;
  for (const auto& token : tokens) {
    if (!joined.empty()) joined += ' ';
    joined += token.text;
  }
  return hash_skeleton(joined);
}

std::string pack(const MaskedTokens& tokens, std::size_t max_bytes) {
  std::string packed;
  for (const auto& token : tokens) {
    if (packed.size() + token.text.size() + 1 > max_bytes) return packed + kCutMark;
    packed += token.space_before ? kSpaced : kUnspaced;
    if (token.merged) {
      packed += kMergedMark;
    } else {
      packed += token.text;
    }
  }
  return packed;
}

MaskedTokens unpack(std::string_view packed) {
  MaskedTokens tokens;
  if (packed.ends_with(kCutMark)) return tokens;
  constexpr auto kStarts = std::to_array<char>({kSpaced, kUnspaced});
  while (!packed.empty()) {
    const auto end = packed.find_first_of({kStarts.data(), kStarts.size()}, 1);
    const auto text = packed.substr(1, end == std::string_view::npos ? end : end - 1);
    const bool merged = text.front() == kMergedMark;
    tokens.push_back({.text = merged ? kVariableToken : text,
                      .space_before = packed.front() == kSpaced,
                      .merged = merged});
    packed.remove_prefix(1 + text.size());
  }
  return tokens;
}

bool is_packed(std::string_view packed) {
  if (packed.empty()) return true;
  const auto is_start = [](char c) { return c == kSpaced || c == kUnspaced; };
  if (!is_start(packed.front()) && packed.front() != kCutMark) return false;
  // No empty token: each start is followed by a character of the token.
  for (std::size_t i = 0; i < packed.size(); ++i) {
    if (is_start(packed[i]) && (i + 1 == packed.size() || is_start(packed[i + 1]))) return false;
  }
  return true;
}

std::string spell(std::string_view packed) {
  std::string text;
  for (const char c : packed.substr(packed.empty() ? 0 : 1)) {
    if (c == kUnspaced) continue;
    if (c == kMergedMark) {
      text += kVariableToken;
    } else if (c == kCutMark) {
      text += "...";
    } else {
      text += c;
    }
  }
  return text;
}

SkeletonKeys::SkeletonKeys(const MaskedTokens& tokens) : whole_(tokens.size()) {
  words_.reserve(tokens.size());
  parts_.reserve(tokens.size());
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    words_.push_back(hash_bytes(tokens[i].text));
    parts_.push_back(hash_combine(words_.back(), i));
    whole_ ^= parts_.back();
  }
}

std::uint64_t SkeletonKeys::open(std::size_t i) const {
  constexpr std::uint64_t kOpen = 0x9AE16A3B2F90404FULL;  // stands for the word left out
  return parts_[i] ^ hash_combine(kOpen, i);
}

}  // namespace inkling::detect
