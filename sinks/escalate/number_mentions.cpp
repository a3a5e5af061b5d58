#include "sinks/escalate/number_mentions.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>

namespace inkling::sinks {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_word(char c) { return is_digit(c) || is_letter(c) || c == '_'; }

struct UnitWord {
  std::string_view word;
  NumberUnit unit;
  double scale;
};
// Longest first where one begins another.
constexpr std::array<UnitWord, 22> kUnits = {{{"percent", NumberUnit::kShare, 0.01},
                                              {"%", NumberUnit::kShare, 0.01},
                                              {"milliseconds", NumberUnit::kSeconds, 1e-3},
                                              {"millisecond", NumberUnit::kSeconds, 1e-3},
                                              {"seconds", NumberUnit::kSeconds, 1},
                                              {"second", NumberUnit::kSeconds, 1},
                                              {"minutes", NumberUnit::kSeconds, 60},
                                              {"minute", NumberUnit::kSeconds, 60},
                                              {"hours", NumberUnit::kSeconds, 3600},
                                              {"hour", NumberUnit::kSeconds, 3600},
                                              {"days", NumberUnit::kSeconds, 86400},
                                              {"day", NumberUnit::kSeconds, 86400},
                                              {"secs", NumberUnit::kSeconds, 1},
                                              {"mins", NumberUnit::kSeconds, 60},
                                              {"sec", NumberUnit::kSeconds, 1},
                                              {"min", NumberUnit::kSeconds, 60},
                                              {"ms", NumberUnit::kSeconds, 1e-3},
                                              {"us", NumberUnit::kSeconds, 1e-6},
                                              {"s", NumberUnit::kSeconds, 1},
                                              {"m", NumberUnit::kSeconds, 60},
                                              {"h", NumberUnit::kSeconds, 3600},
                                              {"d", NumberUnit::kSeconds, 86400}}};

struct MeasureWord {
  std::string_view word;
  Measure measure;
};
constexpr std::array<MeasureWord, 19> kMeasures = {{{"error", Measure::kErrors},
                                                    {"5xx", Measure::kErrors},
                                                    {"fail", Measure::kErrors},
                                                    {"latency", Measure::kLatency},
                                                    {"p50", Measure::kLatency},
                                                    {"p90", Measure::kLatency},
                                                    {"p95", Measure::kLatency},
                                                    {"p99", Measure::kLatency},
                                                    {"response time", Measure::kLatency},
                                                    {"duration", Measure::kLatency},
                                                    {"slow", Measure::kLatency},
                                                    {"request rate", Measure::kRate},
                                                    {"requests per second", Measure::kRate},
                                                    {"requests a second", Measure::kRate},
                                                    {"per second", Measure::kRate},
                                                    {"throughput", Measure::kRate},
                                                    {"traffic", Measure::kRate},
                                                    {"log rate", Measure::kRate},
                                                    {"queries per second", Measure::kRate}}};

struct MeasureAt {
  std::size_t begin;
  Measure measure;
};

std::vector<MeasureAt> find_measures(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  std::vector<MeasureAt> found;
  for (const MeasureWord& word : kMeasures) {
    for (std::size_t at = lower.find(word.word); at != std::string::npos;
         at = lower.find(word.word, at + 1)) {
      if (at == 0 || !is_word(lower[at - 1])) found.push_back({at, word.measure});
    }
  }
  std::sort(found.begin(), found.end(),
            [](const MeasureAt& a, const MeasureAt& b) { return a.begin < b.begin; });
  return found;
}

Measure measure_at(const std::vector<MeasureAt>& measures, std::size_t place) {
  Measure nearest = Measure::kNone;
  for (const MeasureAt& measure : measures) {
    if (measure.begin > place && nearest != Measure::kNone) break;
    nearest = measure.measure;
    if (measure.begin > place) break;
  }
  return nearest;
}

// One pass over a text.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text), measures_(find_measures(text)) {}

  std::vector<NumberMention> scan() {
    while (at_ < text_.size()) {
      if (!is_word(text_[at_])) {
        ++at_;
        continue;
      }
      const std::size_t begin = at_;
      if (!is_digit(text_[at_]) || !(clock() || duration() || number())) skip_word(begin);
    }
    return std::move(found_);
  }

 private:
  char at(std::size_t index) const { return index < text_.size() ? text_[index] : ' '; }

  // Past an identifier: letters, digits and signs that join them.
  void skip_word(std::size_t begin) {
    std::size_t end = begin;
    while (end < text_.size() &&
           (is_word(text_[end]) ||
            ((text_[end] == '.' || text_[end] == '-') && is_word(at(end + 1))))) {
      ++end;
    }
    const std::string_view word = text_.substr(begin, end - begin);
    if (is_digit(word.front()) && std::count(word.begin(), word.end(), '.') >= 2) version_ = word;
    at_ = std::max(end, begin + 1);
  }

  void add(std::size_t begin, std::size_t end, double shown, double scale, double step,
           NumberUnit unit) {
    NumberMention mention;
    mention.value = shown * scale;
    mention.shown = shown;
    mention.tolerance = step * scale / 2 * (1 + 1e-9);
    mention.unit = unit;
    mention.measure = unit == NumberUnit::kClock ? Measure::kNone : measure_at(measures_, begin);
    mention.version = version_;
    mention.begin = begin;
    mention.text = text_.substr(begin, end - begin);
    found_.push_back(mention);
    at_ = end;
  }

  // 02:14:30 or 02:14.
  bool clock() {
    const auto two = [&](std::size_t i) { return is_digit(at(i)) && is_digit(at(i + 1)); };
    const auto value = [&](std::size_t i) { return 10.0 * (at(i) - '0') + (at(i + 1) - '0'); };
    if (!two(at_) || at(at_ + 2) != ':' || !two(at_ + 3)) return false;
    const bool has_seconds = at(at_ + 5) == ':' && two(at_ + 6);
    const std::size_t end = at_ + (has_seconds ? 8 : 5);
    if (is_word(at(end))) return false;
    double seconds = 3600 * value(at_) + 60 * value(at_ + 3);
    if (has_seconds) seconds += value(at_ + 6);
    // "02:14" stands for the whole minute that it begins.
    add(at_, end, seconds, 1, has_seconds ? 0 : 120, NumberUnit::kClock);
    return true;
  }

  // 1m30s, 28s, 250ms: digits and units without spaces, at least one of them.
  bool duration() {
    std::size_t place = at_;
    double seconds = 0;
    double step = 0;
    int parts = 0;
    while (is_digit(at(place))) {
      std::size_t end = place;
      while (is_digit(at(end))) ++end;
      const UnitWord* unit = unit_at(end, true);
      if (unit == nullptr || unit->unit != NumberUnit::kSeconds) break;
      double value = 0;
      std::from_chars(text_.data() + place, text_.data() + end, value);
      seconds += value * unit->scale;
      step = unit->scale;
      place = end + unit->word.size();
      ++parts;
    }
    if (parts < 2 || is_word(at(place))) return false;
    add(at_, place, seconds, 1, step, NumberUnit::kSeconds);
    return true;
  }

  // The unit word that stands at a place; `joined`: more may follow without a space.
  const UnitWord* unit_at(std::size_t place, bool joined) const {
    if (place >= text_.size()) return nullptr;
    for (const UnitWord& unit : kUnits) {
      if (text_.substr(place, unit.word.size()) != unit.word) continue;
      const char after = at(place + unit.word.size());
      if (unit.word == "%" || !is_word(after) || (joined && is_digit(after))) return &unit;
    }
    return nullptr;
  }

  bool number() {
    std::string digits;
    std::size_t end = at_;
    int decimals = 0;
    bool has_point = false;
    while (end < text_.size()) {
      const char c = text_[end];
      const bool thousands = c == ',' && is_digit(at(end + 1)) && is_digit(at(end + 2)) &&
                             is_digit(at(end + 3)) && !is_digit(at(end + 4)) && !has_point;
      if (is_digit(c)) {
        digits.push_back(c);
        decimals += has_point ? 1 : 0;
      } else if (c == '.' && is_digit(at(end + 1)) && !has_point) {
        digits.push_back(c);
        has_point = true;
      } else if (!thousands) {
        break;
      }
      ++end;
    }
    if (at(end) == '.' && is_word(at(end + 1))) return false;                     // 2.4.1
    if (at(end) == '-' && is_digit(at(end + 1)) && end - at_ == 4) return false;  // a date
    double shown = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), shown);
    double scale = 1;
    NumberUnit kind = NumberUnit::kPlain;
    const bool spaced = at(end) == ' ';
    const UnitWord* unit = unit_at(end + (spaced ? 1 : 0), false);
    if (unit != nullptr) {
      scale = unit->scale;
      kind = unit->unit;
      end += unit->word.size() + (spaced ? 1 : 0);
    } else if ((at(end) == 'k' || at(end) == 'M') && !is_word(at(end + 1))) {
      scale = at(end) == 'k' ? 1e3 : 1e6;
      ++end;
    } else if (spaced && (at(end + 1) == 'k' || at(end + 1) == 'M') && !is_word(at(end + 2))) {
      scale = at(end + 1) == 'k' ? 1e3 : 1e6;
      end += 2;
    } else if (is_word(at(end))) {
      return false;  // 9b1f6c2e
    }
    add(at_, end, shown, scale, std::pow(10.0, -decimals), kind);
    return true;
  }

  std::string_view text_;
  std::vector<MeasureAt> measures_;
  std::vector<NumberMention> found_;
  std::string_view version_;
  std::size_t at_ = 0;
};

}  // namespace

std::vector<NumberMention> find_numbers(std::string_view text) { return Scanner(text).scan(); }

bool supports(const NumberMention& known, const NumberMention& claimed) {
  const auto near = [&](double a, double b, double tolerance) {
    return std::abs(a - b) <= tolerance + 1e-12 * std::abs(b);
  };
  if (claimed.unit == NumberUnit::kClock || known.unit == NumberUnit::kClock) {
    // The minute that is claimed holds the second that is known.
    return claimed.unit == known.unit && known.value >= claimed.value &&
           known.value - claimed.value < std::max(1.0, claimed.tolerance);
  }
  const auto is_share = [](const NumberMention& n) {
    return n.unit == NumberUnit::kShare ||
           (n.unit == NumberUnit::kPlain && n.value >= 0 && n.value <= 1);
  };
  if (claimed.unit != known.unit && !(is_share(claimed) && is_share(known))) return false;
  return near(known.value, claimed.value, claimed.tolerance);
}

}  // namespace inkling::sinks
