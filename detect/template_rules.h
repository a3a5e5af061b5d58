#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/timestamp.h"
#include "detect/masked_tokens.h"
#include "detect/options.h"

namespace inkling::detect {

// What people say of templates, read from the configuration: which words must stay or must become
// variables, what a template is called, and which ones are not to be told for a while. Immutable;
// thread-safe.
class TemplateRules {
 public:
  // kInvalidConfig says which rule is wrong and what was expected.
  static Result<TemplateRules> create(const std::vector<TemplateRule>& rules,
                                      const SkeletonOptions& options);

  bool is_empty() const { return rules_.empty(); }
  // Marks words that must stay and masks those that must not. `id`: of the skeleton, for rules that
  // name one.
  void apply(MaskedTokens& tokens, std::uint64_t id) const;
  // Whether a variable stands where a rule wants its words: a wrong merge that must be undone.
  bool must_split(const MaskedTokens& tokens) const;

  // What holds for a template, of the first rule each: `is_it(id)` says whether the rule's id is
  // an id of the template, `tokens` are those that spell it.
  struct Said {
    std::string_view name;  // "" = none
    bool pinned = false;
    Timestamp muted_until = Timestamp::none();
    std::string_view owner;
    std::string_view reason;
  };
  template <class IsIt>
  Said said_of(const MaskedTokens& tokens, IsIt is_it) const {
    Said said;
    for (const Rule& rule : rules_) {
      if (rule.id != 0 ? is_it(rule.id) : fits(rule, tokens)) add(rule, said);
    }
    return said;
  }

 private:
  // kAny stands for whatever the pattern has <*> for.
  enum class Slot : std::uint8_t { kWord, kAny, kKeep, kVary };
  struct Rule {
    std::uint64_t id = 0;             // or
    std::vector<std::string> tokens;  // as the scanner leaves them
    std::vector<Slot> slots;
    bool pin = false;
    bool mute = false;
    Timestamp until = Timestamp::none();
    std::string name;
    std::string owner;
    std::string reason;
  };
  static bool fits(const Rule& rule, const MaskedTokens& tokens);
  static bool fits_loosely(const Rule& rule, const MaskedTokens& tokens);
  static void add(const Rule& rule, Said& said);

  std::vector<Rule> rules_;
};

}  // namespace inkling::detect
