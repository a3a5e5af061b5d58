#include "detect/screen.h"

#include <fmt/format.h>
#include <re2/re2.h>
#include <re2/set.h>

#include <algorithm>
#include <array>

#include "detect/redaction.h"

namespace inkling::detect {
namespace {

RE2::Options re2_options() {
  RE2::Options options;
  options.set_encoding(RE2::Options::EncodingLatin1);  // bytes: log lines need not be UTF-8
  options.set_log_errors(false);
  options.set_max_mem(64 << 20);
  return options;
}

struct Redaction {
  std::unique_ptr<RE2> pattern;
  std::string mask;  // "[name]"
  bool luhn = false;
  int group = 0;  // what is masked
};

// How many bytes of `text` (digits with single blanks or dashes between) are a card number: the
// first number, or the first ones if they are grouped as on cards (4-4-4-4, 4-6-5). So a number
// beside it hides nothing. 0 = it does not begin with one.
std::size_t card_size(std::string_view text) {
  std::array<std::size_t, 4> widths{};
  std::size_t begin = 0;
  for (std::size_t group = 0; group < widths.size() && begin < text.size(); ++group) {
    const std::size_t end = std::min(text.find_first_of(" -", begin), text.size());
    widths[group] = end - begin;
    const bool grouped = widths == std::array<std::size_t, 4>{4, 4, 4, 4} ||
                         widths == std::array<std::size_t, 4>{4, 6, 5, 0};
    if ((group == 0 || grouped) && passes_luhn(text.substr(0, end))) return end;
    begin = end + 1;
  }
  return 0;
}

// Where behind the first number a card may begin: at the blank before four digits or more.
std::size_t next_start(std::string_view text) {
  std::size_t gap = text.find_first_of(" -");
  while (gap < text.size()) {
    const std::size_t end = std::min(text.find_first_of(" -", gap + 1), text.size());
    if (end - gap > 4) return gap;
    gap = end;
  }
  return text.size();
}

// Appends `text` to `out` with all matches of the redaction masked; false if there was none.
bool mask_all(const Redaction& redaction, std::string_view text, std::string& out) {
  const re2::StringPiece input(text.data(), text.size());
  re2::StringPiece groups[2];
  std::size_t from = 0;
  std::size_t tried = 0;  // end of the digits tried as a card number so far
  bool masked = false;
  const auto keep_until = [&](std::size_t end) {
    out.append(text, from, end - from);
    from = end;
  };
  while (from < text.size() && redaction.pattern->Match(input, from, text.size(), RE2::UNANCHORED,
                                                        groups, redaction.group + 1)) {
    // A group that took no part in the match has no place: then it is the whole match.
    const re2::StringPiece& found = groups[redaction.group];
    const re2::StringPiece& secret = found.data() == nullptr ? groups[0] : found;
    const auto begin = static_cast<std::size_t>(secret.data() - text.data());
    std::size_t size = secret.size();
    if (size == 0) {  // an empty match masks nothing; go on behind the next byte
      keep_until(std::min(begin + 1, text.size()));
      continue;
    }
    if (redaction.luhn) {
      const std::size_t end = begin + size;
      const std::string_view digits(secret.data(), size);
      size = card_size(digits);
      // All of it, however grouped, is tried once: again from each number of a table of numbers
      // most of the table would pass by chance.
      if (size == 0 && begin >= tried) {
        tried = end;
        if (passes_luhn(digits)) size = digits.size();
      }
      if (size == 0) {  // the first number is no part of a card; perhaps the next begins one
        keep_until(begin + next_start(digits));
        continue;
      }
    }
    keep_until(begin);
    out += redaction.mask;
    masked = true;
    from = begin + size;
  }
  if (from < text.size()) out.append(text, from);
  return masked;
}

}  // namespace

struct Screen::State {
  // Of the user's rules; index in `rules` = index in the set.
  std::vector<ScreenRule> rules;
  std::unique_ptr<RE2::Set> set;                            // null without rules
  std::vector<std::unique_ptr<Redaction>> rule_redactions;  // by rule, null unless it redacts
  std::vector<Redaction> defaults;
  std::vector<std::uint64_t> matches;
  std::vector<int> hits;  // scratch
  bool matched = false;   // a rule, in the record screened last
  std::string text;       // scratch
  std::string next;       // scratch

  // Masks in `text`; false if nothing was masked.
  bool run(const Redaction& redaction) {
    next.clear();
    if (!mask_all(redaction, text, next)) return false;
    text.swap(next);
    return true;
  }

  bool run_defaults() {
    bool masked = false;
    for (const Redaction& redaction : defaults) masked |= run(redaction);
    return masked;
  }
};

Screen::Screen(std::unique_ptr<State> state) : state_(std::move(state)) {}
Screen::~Screen() = default;
Screen::Screen(Screen&&) noexcept = default;
Screen& Screen::operator=(Screen&&) noexcept = default;

Result<Screen> Screen::create(const ScreenOptions& options) {
  auto state = std::make_unique<State>();
  state->rules = options.rules;
  state->matches.resize(options.rules.size());
  if (!options.rules.empty()) {
    state->set = std::make_unique<RE2::Set>(re2_options(), RE2::UNANCHORED);
  }
  for (const ScreenRule& rule : options.rules) {
    std::string error;
    if (state->set->Add(rule.pattern, &error) < 0) {
      return fail(ErrorCode::kInvalidConfig,
                  fmt::format("screen rule \"{}\": RE2 does not take the pattern: {}: {}",
                              rule.name, error, rule.pattern));
    }
    std::unique_ptr<Redaction> redaction;
    if (rule.action == ScreenAction::kRedact) {
      redaction = std::make_unique<Redaction>();
      redaction->pattern = std::make_unique<RE2>(rule.pattern, re2_options());
      redaction->mask = "[" + rule.name + "]";
      redaction->group = redaction->pattern->NumberOfCapturingGroups() > 0 ? 1 : 0;
    }
    state->rule_redactions.push_back(std::move(redaction));
  }
  if (state->set && !state->set->Compile()) {
    return fail(ErrorCode::kInvalidConfig,
                "screen rules: together they need more than 64 MiB; use fewer or simpler patterns");
  }
  if (options.redact_defaults) {
    for (const RedactionPattern& pattern : kDefaultRedactions) {
      Redaction redaction;
      redaction.pattern = std::make_unique<RE2>(
          re2::StringPiece(pattern.pattern.data(), pattern.pattern.size()), re2_options());
      INKLING_CHECK(redaction.pattern->ok());
      redaction.mask = fmt::format("[{}]", pattern.name);
      redaction.luhn = pattern.luhn;
      redaction.group = 1;
      state->defaults.push_back(std::move(redaction));
    }
  }
  return Screen(std::move(state));
}

Screen::Outcome Screen::apply(LogRecord& record, Arena& arena) {
  State& s = *state_;
  bool masked = false;
  bool copied = false;
  bool dropped = false;
  const std::string_view message = record.message;
  // Whether any rule matches is asked first: the list of those that do costs an allocation.
  const re2::StringPiece text(message.data(), message.size());
  s.matched = s.set && s.set->Match(text, nullptr) && s.set->Match(text, &s.hits);
  if (s.matched) {
    bool kept = false;
    for (const int hit : s.hits) {
      const auto index = static_cast<std::size_t>(hit);
      ++s.matches[index];
      const ScreenRule& rule = s.rules[index];
      switch (rule.action) {
        case ScreenAction::kDrop:
          dropped = true;
          break;
        case ScreenAction::kKeep:
          kept = true;
          break;
        case ScreenAction::kTag:
          break;
        case ScreenAction::kRoute:
          record.route = rule.value;
          break;  // the rules outlive all batches
        case ScreenAction::kRedact:
          if (!copied) s.text.assign(message);
          copied = true;
          masked |= s.run(*s.rule_redactions[index]);
          break;
      }
    }
    if (dropped && !kept) return Outcome::kDropped;
  }
  if (!s.defaults.empty() && may_need_redaction(message)) {
    if (!copied) s.text.assign(message);
    masked |= s.run_defaults();
  }
  if (!masked) return Outcome::kKept;
  record.message = arena.copy(s.text);
  return Outcome::kRedacted;
}

std::string Screen::redact(std::string_view text) {
  State& s = *state_;
  s.text.assign(text);
  for (const auto& redaction : s.rule_redactions) {
    if (redaction) s.run(*redaction);
  }
  if (!s.defaults.empty() && may_need_redaction(s.text)) s.run_defaults();
  return s.text;
}

bool Screen::matched() const { return state_->matched; }

const std::vector<std::uint64_t>& Screen::matches() const { return state_->matches; }

}  // namespace inkling::detect
