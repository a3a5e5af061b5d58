#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/series.h"
#include "detect/options.h"
#include "detect/point_judgement.h"

namespace inkling::detect {

// What holds for one series whatever detector looks at it: resolved once from the rules.
struct SeriesControl {
  WatchedSide side = WatchedSide::kBoth;
  double min_absolute = 0;
  double min_relative = 0;
  double range_low = -std::numeric_limits<double>::infinity();
  double range_high = std::numeric_limits<double>::infinity();
  Sensitivity sensitivity = Sensitivity::kNormal;  // never kDefault
  double alarm_line = 0;  // raw score that counts as 0.5; 0 = the detector's own, by the word
  std::string rule;       // the rule's match, "" = none

  // Of series no rule speaks of, at normal sensitivity.
  static const SeriesControl& none();
  bool in_range(double value) const { return value >= range_low && value <= range_high; }
};

// The factor on a detector's own alarm line that a word stands for.
double line_factor(Sensitivity sensitivity);
std::string_view sensitivity_name(Sensitivity sensitivity);

// What is left of a detector's judgement of `value` once the control is heard: the score at its
// alarm line, the band within the range of the data, and nothing said on the side that is not
// watched or of deviations that do not matter. Says in the gate what held it back. The judgement of
// a declared limit must not pass through here. Pure.
PointJudgement apply_control(const SeriesControl& control, PointJudgement judgement, double value);

// The judgement of a value outside the range of the data.
PointJudgement judge_range(const SeriesControl& control);

struct DataRange {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
};
// "0..100", "0..", "..1"; nothing if it is no such text or is empty of values.
std::optional<DataRange> parse_range(std::string_view text);

// kInvalidConfig, with what RE2 says, if a rule's match is a pattern that does not compile.
Result<void> check_match(const std::string& match);

// Whether `text` as a whole is what `glob` says: * any characters, ? one.
bool matches_glob(std::string_view glob, std::string_view text);

// All controls of a configuration. Immutable after create(); thread-safe. The home of what the
// controls of series point to.
class ControlTable {
 public:
  // kInvalidConfig names the rule that is wrong.
  static Result<ControlTable> create(const DetectOptions& options);
  ControlTable(ControlTable&&) noexcept;
  ControlTable& operator=(ControlTable&&) noexcept;
  ~ControlTable();

  // Of the first rule that matches, or of none. Lives as long as the table.
  const SeriesControl& resolve(const SeriesInfo& series) const;

 private:
  struct Entry;
  ControlTable();
  std::vector<Entry> entries_;  // the last is for all others
};

}  // namespace inkling::detect
