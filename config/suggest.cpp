#include "config/suggest.h"

#include <fmt/format.h>

#include <algorithm>

namespace inkling::config {
namespace {

// Longer words are no names of ours: a bound on the work.
constexpr std::size_t kMaxLetters = 64;

// Upper case and "-" are no mistakes worth counting.
char fold(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<char>(c - 'A' + 'a');
  return c == '-' ? '_' : c;
}

// Insertions, deletions, changes and swaps of neighbours that make `a` out of `b`.
// Source: optimal string alignment, a restricted Damerau-Levenshtein distance.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = fold(a[i - 1]) == fold(b[j - 1]);
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && fold(a[i - 1]) == fold(b[j - 2]) && fold(a[i - 2]) == fold(b[j - 1])) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.size()][b.size()];
}

}  // namespace

std::string_view suggest(std::string_view word, const std::vector<std::string_view>& known) {
  if (word.empty() || word.size() > kMaxLetters) return {};
  std::string_view best;
  std::size_t best_distance = kMaxLetters;
  for (const std::string_view candidate : known) {
    const std::size_t steps = distance(word, candidate);
    const std::size_t allowed =
        std::max<std::size_t>(1, std::max(word.size(), candidate.size()) / 3);
    if (steps <= allowed && steps < best_distance) {
      best = candidate;
      best_distance = steps;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known) {
  const std::string_view meant = suggest(word, known);
  return meant.empty() ? "" : fmt::format(", did you mean \"{}\"?", meant);
}

}  // namespace inkling::config
