#include "correlate/line_pairs.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <set>
#include <tuple>

#include "correlate/text_tokens.h"

namespace inkling::correlate {
namespace {

constexpr double kAlike = 0.5;
constexpr std::size_t kMaxLines = 200;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || is_digit(c);
}

struct Unit {
  std::string_view text;
  double seconds;
};

// Seconds of the unit behind a number, e.g. " * time.Millisecond" or "ms".
std::optional<Unit> unit_at(std::string_view rest) {
  static constexpr std::array kUnits = {Unit{"time.Millisecond", 1e-3},
                                        Unit{"time.Microsecond", 1e-6},
                                        Unit{"time.Second", 1},
                                        Unit{"time.Minute", 60},
                                        Unit{"time.Hour", 3600},
                                        Unit{"ms", 1e-3},
                                        Unit{"us", 1e-6},
                                        Unit{"min", 60},
                                        Unit{"sec", 1},
                                        Unit{"s", 1},
                                        Unit{"m", 60},
                                        Unit{"h", 3600}};
  std::size_t at = 0;
  while (at < rest.size() && (rest[at] == ' ' || rest[at] == '*')) ++at;
  const bool multiplied = rest.substr(0, at).find('*') != std::string_view::npos;
  for (const Unit& unit : kUnits) {
    if (!rest.substr(at).starts_with(unit.text)) continue;
    const std::size_t end = at + unit.text.size();
    if (end < rest.size() && is_name(rest[end])) continue;
    if (unit.text.starts_with("time.") ? multiplied : at == 0) {
      return Unit{rest.substr(0, end), unit.seconds};
    }
  }
  return std::nullopt;
}

// The identifier before a place, names of types skipped ("LIMIT: int = 3" -> LIMIT).
std::string key_before(std::string_view line, std::size_t at) {
  static constexpr std::array<std::string_view, 8> kTypes = {"int",    "long", "float", "double",
                                                             "number", "str",  "auto",  "uint"};
  std::size_t end = at;
  for (;;) {
    while (end > 0 && !is_name(line[end - 1])) --end;
    std::size_t begin = end;
    while (begin > 0 && is_name(line[begin - 1])) --begin;
    const std::string_view key = line.substr(begin, end - begin);
    if (begin == 0 || std::find(kTypes.begin(), kTypes.end(), key) == kTypes.end()) {
      return std::string(key);
    }
    end = begin;
  }
}

std::set<std::string> plain_words(std::string_view line) {
  std::string unquoted;
  char quote = 0;
  for (const char c : line) {
    if (quote != 0) {
      if (c == quote) quote = 0;
      continue;
    }
    if (c == '"' || c == '\'' || c == '`') {
      quote = c;
      continue;
    }
    unquoted.push_back(c);
  }
  std::set<std::string> words;
  for (std::string& word : split_words(unquoted)) {
    if (!is_digit(word[0])) words.insert(std::move(word));
  }
  return words;
}

double likeness(const std::set<std::string>& a, const std::set<std::string>& b) {
  if (a.empty() && b.empty()) return 0;
  std::size_t shared = 0;
  for (const std::string& word : a) shared += b.contains(word) ? 1 : 0;
  return static_cast<double>(shared) / static_cast<double>(a.size() + b.size() - shared);
}

// Same key in two settings: the pair, whatever the values.
std::string setting_key(const DiffLine& line) {
  if (line.kind != LineKind::kConfig) return {};
  return line.text.substr(0, line.text.find_first_of(":="));
}

}  // namespace

std::vector<Quantity> quantities_of(std::string_view line) {
  std::vector<Quantity> found;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (!is_digit(line[i])) continue;
    const bool in_name = i > 0 && (is_name(line[i - 1]) || line[i - 1] == '.');
    const bool behind_hyphen = i > 1 && line[i - 1] == '-' && is_name(line[i - 2]);
    if (in_name || behind_hyphen) {  // part of a name, a version or an id
      while (i + 1 < line.size() && (is_name(line[i + 1]) || line[i + 1] == '.')) ++i;
      continue;
    }
    std::size_t end = i;
    std::string digits;
    while (end < line.size() && (is_digit(line[end]) || line[end] == '.' || line[end] == '_')) {
      if (line[end] != '_') digits.push_back(line[end]);
      ++end;
    }
    if (std::count(digits.begin(), digits.end(), '.') > 1) {  // a version or an address
      i = end;
      continue;
    }
    Quantity quantity;
    quantity.key = key_before(line, i);
    const bool negative = i > 0 && line[i - 1] == '-';
    quantity.value = std::strtod(digits.c_str(), nullptr) * (negative ? -1 : 1);
    std::size_t text_end = end;
    if (const std::optional<Unit> unit = unit_at(line.substr(end))) {
      quantity.value *= unit->seconds;
      quantity.is_duration = true;
      text_end += unit->text.size();
    }
    quantity.text = std::string(line.substr(i, text_end - i));
    found.push_back(std::move(quantity));
    i = text_end - 1;
  }
  return found;
}

std::vector<std::string> literals_of(std::string_view line) {
  std::vector<std::string> found;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char quote = line[i];
    if (quote != '"' && quote != '\'' && quote != '`') continue;
    const std::size_t end = line.find(quote, i + 1);
    if (end == std::string_view::npos) break;
    const std::string_view text = line.substr(i + 1, end - i - 1);
    const auto letters = std::count_if(text.begin(), text.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    });
    if (letters >= 2 && text.find_first_of(" %{") == std::string_view::npos) {
      found.emplace_back(text);
    }
    i = end;
  }
  return found;
}

std::vector<std::string> calls_of(std::string_view line) {
  static constexpr std::array<std::string_view, 9> kNoCalls = {
      "if", "for", "while", "switch", "func", "catch", "return", "sizeof", "function"};
  std::vector<std::string> found;
  for (std::size_t i = 1; i < line.size(); ++i) {
    if (line[i] != '(' || !is_name(line[i - 1])) continue;
    std::string name = key_before(line, i);
    if (std::find(kNoCalls.begin(), kNoCalls.end(), name) == kNoCalls.end()) {
      found.push_back(std::move(name));
    }
  }
  return found;
}

std::vector<LinePair> pair_lines(const std::vector<DiffLine>& lines) {
  struct Side {
    const DiffLine* line;
    std::set<std::string> words;
  };
  std::vector<Side> removed;
  std::vector<Side> added;
  for (const DiffLine& line : lines) {
    if (line.kind == LineKind::kComment || line.kind == LineKind::kLogging) continue;
    std::vector<Side>& side = line.added ? added : removed;
    if (side.size() < kMaxLines) side.push_back({&line, plain_words(line.text)});
  }
  std::vector<std::tuple<double, std::size_t, std::size_t>>
      candidates;  // -likeness, removed, added
  for (std::size_t i = 0; i < removed.size(); ++i) {
    for (std::size_t j = 0; j < added.size(); ++j) {
      const std::string key = setting_key(*removed[i].line);
      const bool same_key = !key.empty() && key == setting_key(*added[j].line);
      const double alike = same_key ? 1.0 : likeness(removed[i].words, added[j].words);
      if (alike >= kAlike) candidates.emplace_back(-alike, i, j);
    }
  }
  std::sort(candidates.begin(), candidates.end());
  std::vector<bool> removed_taken(removed.size());
  std::vector<bool> added_taken(added.size());
  std::vector<LinePair> pairs;
  for (const auto& [unlike, i, j] : candidates) {
    if (removed_taken[i] || added_taken[j]) continue;
    removed_taken[i] = added_taken[j] = true;
    pairs.push_back({removed[i].line, added[j].line});
  }
  return pairs;
}

}  // namespace inkling::correlate
