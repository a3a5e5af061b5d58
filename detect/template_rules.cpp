#include "detect/template_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace inkling::detect {
namespace {

// Words that stand for the marks of a pattern while it is scanned: letters only, so that they stay.
constexpr std::string_view kKeepWord = "zzinklingkeepzz";
constexpr std::string_view kVaryWord = "zzinklingvaryzz";
constexpr std::string_view kAnyWord = "0";  // a variable, as digits are

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

// Sixteen hex digits.
std::optional<std::uint64_t> parse_id(std::string_view text) {
  constexpr std::size_t kDigits = 16;
  std::uint64_t id = 0;
  if (text.size() != kDigits) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id, 16);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return id;
}

}  // namespace

Result<TemplateRules> TemplateRules::create(const std::vector<TemplateRule>& rules,
                                            const SkeletonOptions& options) {
  TemplateRules result;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const TemplateRule& given = rules[i];
    const auto wrong = [&](std::string_view what) {
      return fail(ErrorCode::kInvalidConfig,
                  fmt::format("{}: rule {} of templates, \"{}\"", what, i, given.match));
    };
    Rule rule;
    rule.pin = given.pin;
    rule.mute = given.mute;
    rule.name = given.name;
    rule.owner = given.owner;
    rule.reason = given.reason;
    if (const auto id = parse_id(given.match)) {
      rule.id = *id;
    } else {
      std::string text = replace_all(given.match, "<*>", kAnyWord);
      text = replace_all(std::move(text), "<keep>", kKeepWord);
      text = replace_all(std::move(text), "<vary>", kVaryWord);
      for (const MaskedToken& token : scan_masked(text, options)) {
        rule.slots.push_back(token.text == kKeepWord   ? Slot::kKeep
                             : token.text == kVaryWord ? Slot::kVary
                             : is_variable(token)      ? Slot::kAny
                                                       : Slot::kWord);
        rule.tokens.emplace_back(token.text);
      }
    }
    const bool forces = std::any_of(rule.slots.begin(), rule.slots.end(), [](Slot slot) {
      return slot == Slot::kKeep || slot == Slot::kVary;
    });
    if (rule.id == 0 && rule.slots.empty()) {
      return wrong("match must be the id of a template or its text with <*>");
    }
    if (!forces && !rule.pin && !rule.mute && rule.name.empty()) {
      return wrong("match needs pin, mute, name, or <keep> or <vary> in it");
    }
    if (rule.mute) {
      const auto until = parse_timestamp(given.until);
      if (!until) return wrong("until must be a time like 2026-03-03T12:00:00Z for a mute");
      if (rule.owner.empty() || rule.reason.empty()) return wrong("mute needs owner and reason");
      rule.until = *until;
    }
    result.rules_.push_back(std::move(rule));
  }
  return result;
}

bool TemplateRules::fits(const Rule& rule, const MaskedTokens& tokens) {
  if (rule.slots.empty() || rule.slots.size() != tokens.size()) return false;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (rule.slots[i] == Slot::kWord && rule.tokens[i] != tokens[i].text) return false;
    const bool open = is_variable(tokens[i]) || is_constant(tokens[i]);
    if (rule.slots[i] != Slot::kWord && !open) return false;
  }
  return true;
}

void TemplateRules::add(const Rule& rule, Said& said) {
  if (said.name.empty()) said.name = rule.name;
  said.pinned = said.pinned || rule.pin;
  if (!rule.mute || said.muted_until.is_set()) return;
  said.muted_until = rule.until;
  said.owner = rule.owner;
  said.reason = rule.reason;
}

void TemplateRules::apply(MaskedTokens& tokens, std::uint64_t id) const {
  bool masked = false;
  for (const Rule& rule : rules_) {
    if (rule.id != 0 && rule.id != id) continue;
    if (rule.id == 0 && !fits(rule, tokens)) continue;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      const Slot slot = rule.id != 0 ? Slot::kWord : rule.slots[i];
      if (slot == Slot::kVary) {
        mask(tokens[i]);
        masked = true;
      } else if (slot == Slot::kKeep || (slot == Slot::kWord && rule.pin)) {
        tokens[i].kept = true;
      }
    }
  }
  if (masked) collapse_variables(tokens);
}

bool TemplateRules::must_split(const MaskedTokens& tokens) const {
  return std::any_of(rules_.begin(), rules_.end(), [&](const Rule& rule) {
    if (!fits_loosely(rule, tokens)) return false;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      const bool kept = rule.slots[i] == Slot::kKeep || (rule.slots[i] == Slot::kWord && rule.pin);
      if (kept && tokens[i].merged) return true;
    }
    return false;
  });
}

// The same where a word of the rule may have become a variable by merging.
bool TemplateRules::fits_loosely(const Rule& rule, const MaskedTokens& tokens) {
  if (rule.slots.empty() || rule.slots.size() != tokens.size()) return false;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const bool word = rule.slots[i] == Slot::kWord;
    if (word && rule.tokens[i] != tokens[i].text && !tokens[i].merged) return false;
  }
  return true;
}

}  // namespace inkling::detect
