#include "detect/series_control.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <memory>

namespace inkling::detect {
namespace {

// On the alarm line: 9, 7.5 and 6 of the band detector's scale. From word to word 1.6 and 1.9 times
// as much is said of generated quiet weeks (docs/components/series_control.md).
constexpr double kQuietFactor = 1.2;
constexpr double kEagerFactor = 0.8;
constexpr double kRangeScore = 0.75;

// What the detector expected: between its bounds, or at the only one.
double expected_of(const PointJudgement& judgement) {
  if (std::isfinite(judgement.expected)) return judgement.expected;
  const bool low = std::isfinite(judgement.low);
  const bool high = std::isfinite(judgement.high);
  if (low && high) return judgement.low + (judgement.high - judgement.low) / 2;
  if (low) return judgement.low;
  return high ? judgement.high : kAbsent;
}

std::optional<double> parse_bound(std::string_view text) {
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = read.ec == std::errc() && read.ptr == text.data() + text.size();
  return whole && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

// Null if the match is a glob.
std::unique_ptr<RE2> pattern_of(const std::string& match) {
  if (match.size() < 2 || match.front() != '/' || match.back() != '/') return nullptr;
  RE2::Options options(RE2::Quiet);
  options.set_encoding(RE2::Options::EncodingLatin1);  // names need not be UTF-8
  options.set_max_mem(8 << 20);
  return std::make_unique<RE2>(match.substr(1, match.size() - 2), options);
}

}  // namespace

const SeriesControl& SeriesControl::none() {
  static const SeriesControl control;
  return control;
}

Result<void> check_match(const std::string& match) {
  const auto pattern = pattern_of(match);
  if (!pattern || pattern->ok()) return {};
  return fail(ErrorCode::kInvalidConfig, pattern->error());
}

double line_factor(Sensitivity sensitivity) {
  switch (sensitivity) {
    case Sensitivity::kQuiet:
      return kQuietFactor;
    case Sensitivity::kEager:
      return kEagerFactor;
    case Sensitivity::kDefault:
    case Sensitivity::kNormal:
      break;
  }
  return 1;
}

std::string_view sensitivity_name(Sensitivity sensitivity) {
  switch (sensitivity) {
    case Sensitivity::kQuiet:
      return "quiet";
    case Sensitivity::kEager:
      return "eager";
    case Sensitivity::kDefault:
      return "default";
    case Sensitivity::kNormal:
      break;
  }
  return "normal";
}

PointJudgement apply_control(const SeriesControl& control, PointJudgement judgement, double value) {
  judgement.low = std::max(judgement.low, control.range_low);  // NaN stays
  judgement.high = std::min(judgement.high, control.range_high);
  if (judgement.score <= 0) return judgement;  // held back already, or nothing to say
  const bool was_alarm = judgement.score >= 0.5;
  if (control.alarm_line > 0) {
    judgement.score = normalize_score(judgement.raw, control.alarm_line);
  } else {
    // raw / (raw + line) with the line moved by the factor.
    const double factor = line_factor(control.sensitivity);
    judgement.score = judgement.score / (judgement.score + factor * (1 - judgement.score));
  }
  if (judgement.score < 0.5) {
    if (was_alarm) judgement.gate = Gate::kSensitivity;
    return judgement;
  }
  judgement.gate = Gate::kPassed;
  const double expected = expected_of(judgement);
  if (std::isnan(expected)) return judgement;
  const double deviation = value - expected;
  Gate held = Gate::kPassed;
  if ((control.side == WatchedSide::kUp && deviation < 0) ||
      (control.side == WatchedSide::kDown && deviation > 0)) {
    held = Gate::kDirection;
  } else if (std::abs(deviation) < control.min_absolute ||
             std::abs(deviation) < control.min_relative * std::abs(expected)) {
    held = Gate::kSmall;
  }
  if (held != Gate::kPassed) {
    judgement.gate = held;
    judgement.score = 0;
  }
  return judgement;
}

PointJudgement judge_range(const SeriesControl& control) {
  PointJudgement judgement;
  judgement.kind = VerdictKind::kRange;
  judgement.low = control.range_low;
  judgement.high = control.range_high;
  judgement.raw = judgement.score = kRangeScore;
  judgement.gate = Gate::kPassed;
  return judgement;
}

std::optional<DataRange> parse_range(std::string_view text) {
  DataRange range;
  const std::size_t dots = text.find("..");
  if (dots == std::string_view::npos) return std::nullopt;
  const std::string_view low = text.substr(0, dots);
  const std::string_view high = text.substr(dots + 2);
  if (low.empty() && high.empty()) return std::nullopt;
  if (!low.empty()) {
    const auto bound = parse_bound(low);
    if (!bound) return std::nullopt;
    range.low = *bound;
  }
  if (!high.empty()) {
    const auto bound = parse_bound(high);
    if (!bound) return std::nullopt;
    range.high = *bound;
  }
  if (!(range.low < range.high)) return std::nullopt;
  return range;
}

bool matches_glob(std::string_view glob, std::string_view text) {
  std::size_t g = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;  // the last * met, and the text it stands for ends at
  std::size_t resume = 0;
  while (t < text.size()) {
    if (g < glob.size() && glob[g] == '*') {
      star = g++;
      resume = t;
    } else if (g < glob.size() && (glob[g] == '?' || glob[g] == text[t])) {
      ++g;
      ++t;
    } else if (star != std::string_view::npos) {
      g = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (g < glob.size() && glob[g] == '*') ++g;
  return g == glob.size();
}

struct ControlTable::Entry {
  std::string glob;
  std::unique_ptr<RE2> pattern;  // instead of the glob
  std::string service;
  SeriesControl control;

  bool matches(const SeriesInfo& series) const {
    if (!service.empty() && service != series.service) return false;
    if (pattern) return RE2::PartialMatch(series.display_name(), *pattern);
    return matches_glob(glob, series.name) || matches_glob(glob, series.display_name());
  }
};

ControlTable::ControlTable() = default;
ControlTable::ControlTable(ControlTable&&) noexcept = default;
ControlTable& ControlTable::operator=(ControlTable&&) noexcept = default;
ControlTable::~ControlTable() = default;

Result<ControlTable> ControlTable::create(const DetectOptions& options) {
  ControlTable table;
  const Sensitivity all =
      options.sensitivity == Sensitivity::kDefault ? Sensitivity::kNormal : options.sensitivity;
  for (const SeriesRule& rule : options.series) {
    Entry entry;
    entry.service = rule.service;
    entry.glob = rule.match;
    entry.pattern = pattern_of(rule.match);
    if (entry.pattern && !entry.pattern->ok()) {
      return fail(ErrorCode::kInvalidConfig,
                  fmt::format("detect.series: {} is not a pattern of RE2: {}", rule.match,
                              entry.pattern->error()));
    }
    SeriesControl& control = entry.control;
    control.side = rule.side;
    control.min_absolute = rule.min_absolute;
    control.min_relative = rule.min_relative;
    control.sensitivity = rule.sensitivity == Sensitivity::kDefault ? all : rule.sensitivity;
    control.alarm_line = rule.threshold;
    control.rule = rule.match;
    if (!rule.range.empty()) {
      const auto range = parse_range(rule.range);
      if (!range) {
        return fail(
            ErrorCode::kInvalidConfig,
            fmt::format("detect.series: expected a range such as 0..100 or 0..: {}", rule.range));
      }
      control.range_low = range->low;
      control.range_high = range->high;
    }
    table.entries_.push_back(std::move(entry));
  }
  Entry others;
  others.glob = "*";
  others.control.sensitivity = all;
  table.entries_.push_back(std::move(others));
  return table;
}

const SeriesControl& ControlTable::resolve(const SeriesInfo& series) const {
  std::size_t i = 0;
  while (!entries_[i].matches(series)) ++i;  // the last one matches all
  return entries_[i].control;
}

}  // namespace inkling::detect
