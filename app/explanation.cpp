#include "app/explanation.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <utility>

#include "core/json_writer.h"
#include "core/units.h"
#include "detect/metric_series.h"
#include "detect/threshold.h"

namespace inkling::app {
namespace {

constexpr int kPeriodsOfSilence = 3;

std::string_view what_speaks(std::string_view kind) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kTexts = {
      {{"band", "the band: further from what is expected than its memories of the past hold"},
       {"spike", "the tail: a step from the last values, rare among all steps it ever made"},
       {"count", "the count band: the probability of so many events, or failures among them"},
       {"threshold", "a declared limit"},
       {"range", "the data range: a value that cannot be"},
       {"silence", "the silence watch: the series stopped while its origin went on"},
       {"new_template", "a message never seen before"},
       {"level_shift", "the level: it moved for good"},
       {"flat_line", "stillness: a moving series that stands still"},
       {"variance_drop", "stillness: it moves far less than it ever did"},
       {"exhaustion", "the trend: it climbs towards a limit"},
       {"counter_reset", "the counter began anew"},
       {"stale", "rows come, values do not"},
       {"none", "nobody"}}};
  for (const auto& [name, text] : kTexts) {
    if (name == kind) return text;
  }
  return kind;
}

std::string band_text(const Verdict& verdict) {
  const auto bound = [](double value) {
    return std::isinf(value) ? std::string("any") : format_number(value);
  };
  if (std::isnan(verdict.low) && std::isnan(verdict.high)) return "not known";
  std::string text = bound(verdict.low) + " .. " + bound(verdict.high);
  if (verdict.value > verdict.high) {
    text += fmt::format(" ({} above)", format_number(verdict.value - verdict.high));
  } else if (verdict.value < verdict.low) {
    text += fmt::format(" ({} below)", format_number(verdict.low - verdict.value));
  }
  return text;
}

std::string reason_of(const Explanation& e) {
  const Verdict& verdict = *e.verdict;
  const detect::SeriesControl& control = e.control;
  switch (verdict.gate) {
    case Gate::kNormal:
      if (verdict.value >= verdict.low && verdict.value <= verdict.high) {
        return "not said: inside what is expected";
      }
      return fmt::format("not said: score {} is below the alarm line of 0.5",
                         format_number(verdict.score, 3));
    case Gate::kPassed:
      return fmt::format("said: score {} is beyond the alarm line of 0.5",
                         format_number(verdict.score, 3));
    case Gate::kWarmUp:
      return fmt::format("held back: too little history (confidence {}; 0.5 ends the warm-up)",
                         format_number(static_cast<double>(verdict.confidence), 3));
    case Gate::kRecentlySaid:
      return e.last_said ? fmt::format("held back: hardly more unusual than what was said at {}",
                                       format_timestamp(e.last_said->begin))
                         : "held back: hardly more unusual than what it last came upon";
    case Gate::kTooFew:
      return "held back: too few events to judge";
    case Gate::kNoValue:
      return "nothing to judge: the row has no value";
    case Gate::kSensitivity:
      return fmt::format("held back: not unusual enough for sensitivity {}",
                         detect::sensitivity_name(control.sensitivity));
    case Gate::kDirection:
      return fmt::format("held back: only news when it goes {} (rule {})",
                         control.side == detect::WatchedSide::kUp ? "up" : "down", control.rule);
    case Gate::kSmall:
      return fmt::format("held back: smaller than min_absolute {} or min_relative {} (rule {})",
                         format_number(control.min_absolute), format_number(control.min_relative),
                         control.rule);
    default:
      return std::string(gate_name(verdict.gate));
  }
}

std::string control_text(const detect::SeriesControl& control) {
  std::string text(detect::sensitivity_name(control.sensitivity));
  if (control.alarm_line > 0) text = "threshold " + format_number(control.alarm_line);
  if (control.side != detect::WatchedSide::kBoth) {
    text += control.side == detect::WatchedSide::kUp ? ", up only" : ", down only";
  }
  if (control.min_absolute > 0) text += ", at least " + format_number(control.min_absolute);
  if (control.min_relative > 0) {
    text += fmt::format(", at least {} %", format_number(control.min_relative * 100));
  }
  if (std::isfinite(control.range_low)) text += ", from " + format_number(control.range_low);
  if (std::isfinite(control.range_high)) text += ", to " + format_number(control.range_high);
  return control.rule.empty() ? text : text + fmt::format(" (rule {})", control.rule);
}

std::string verdict_line(const Verdict& verdict) {
  return fmt::format("{} {} {} (score {})", format_timestamp(verdict.begin),
                     verdict_kind_name(verdict.kind), format_number(verdict.value),
                     format_number(verdict.score, 3));
}

void write_verdict(JsonWriter& w, const Verdict& verdict) {
  w.begin_object().member("begin", format_timestamp(verdict.begin));
  w.member("end", format_timestamp(verdict.end)).member("value", verdict.value);
  w.member("low", verdict.low).member("high", verdict.high).member("raw", verdict.raw);
  w.member("score", verdict.score).member("anomalous", verdict.anomalous);
  w.member("kind", verdict_kind_name(verdict.kind)).member("gate", gate_name(verdict.gate));
  w.member("confidence", static_cast<double>(verdict.confidence)).end_object();
}

}  // namespace

Explanation explain(const SeriesTrack& track, Timestamp at, const detect::DetectOptions& options,
                    const detect::ControlTable& controls) {
  Explanation e;
  e.series = track.series;
  e.at = at;
  e.control = controls.resolve(*track.series);
  for (const detect::ThresholdRule& rule : options.thresholds) {
    if (detect::matches(rule, *track.series)) e.limits.push_back(&rule);
  }
  detect::PeriodEstimate steps;
  for (const Verdict& verdict : track.verdicts) {
    if (verdict.begin > at) continue;
    const bool later = !e.verdict || verdict.begin > e.verdict->begin;
    if (later && e.verdict && e.verdict->anomalous) e.last_said = e.verdict;
    // Of several verdicts of one time the surest one tells.
    const bool surer =
        e.verdict && verdict.begin == e.verdict->begin && verdict.score >= e.verdict->score;
    if (later || surer) e.verdict = verdict;
    steps.note(verdict.begin);
  }
  e.period = steps.period();
  if (!e.verdict) {
    e.reason = "nothing to judge: the series began later";
    return e;
  }
  const Timestamp reach = std::max(e.verdict->end, e.verdict->begin + e.period);
  e.has_value = e.verdict->kind != VerdictKind::kSilence && at <= reach;
  e.spoke = what_speaks(verdict_kind_name(e.verdict->kind));
  e.reason = reason_of(e);
  if (!e.has_value && e.verdict->kind != VerdictKind::kSilence) {
    const bool too_short = at < e.verdict->begin + kPeriodsOfSilence * e.period;
    e.reason = fmt::format("no value at that time, the latest is of {}; {}",
                           format_timestamp(e.verdict->begin),
                           too_short ? "silence begins after three periods"
                                     : "the silence was not said: its origin "
                                       "ended, or was silent as a whole");
  }
  return e;
}

std::string explanation_text(const Explanation& e) {
  std::string text = fmt::format("{} at {}\n", e.series->display_name(), format_timestamp(e.at));
  const auto row = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) text += fmt::format("  {:<12}{}\n", name, value);
  };
  row("why", e.reason);
  if (e.verdict) {
    const Verdict& verdict = *e.verdict;
    row("window", verdict.end > verdict.begin
                      ? fmt::format("{} .. {}", format_timestamp(verdict.begin),
                                    format_timestamp(verdict.end))
                      : format_timestamp(verdict.begin));
    row("value", std::isnan(verdict.value) ? "none" : format_number(verdict.value));
    row("expected", band_text(verdict));
    row("score",
        fmt::format("{} (raw {})", format_number(verdict.score, 3), format_number(verdict.raw, 4)));
    row(verdict.anomalous ? "spoke" : "judged by", e.spoke);
    row("gate", std::string(gate_name(verdict.gate)));
    row("confidence", format_number(static_cast<double>(verdict.confidence), 3));
  }
  if (e.last_said) row("said before", verdict_line(*e.last_said));
  if (e.period.count() > 0) row("period", format_duration(e.period));
  row("watched", control_text(e.control));
  for (const detect::ThresholdRule* limit : e.limits) {
    row("limit", fmt::format("{}: {} of {} windows beyond {}", limit->name, limit->windows,
                             limit->out_of, format_number(limit->limit)));
  }
  return text;
}

std::string explanation_json(const Explanation& e) {
  JsonWriter w(6);
  w.begin_object().member("series", e.series->display_name());
  w.member("series_id", to_string(e.series->id)).member("at", format_timestamp(e.at));
  w.member("has_value", e.has_value).member("reason", e.reason).member("spoke", e.spoke);
  const auto verdict = [&](const char* name, const std::optional<Verdict>& value) {
    w.key(name);
    if (value) {
      write_verdict(w, *value);
    } else {
      w.null();
    }
  };
  verdict("verdict", e.verdict);
  verdict("last_said", e.last_said);
  w.member("period", format_duration(e.period)).key("control").begin_object();
  w.member("rule", e.control.rule);
  w.member("sensitivity", detect::sensitivity_name(e.control.sensitivity));
  w.member("threshold", e.control.alarm_line).member("min_absolute", e.control.min_absolute);
  w.member("min_relative", e.control.min_relative).member("range_low", e.control.range_low);
  w.member("range_high", e.control.range_high);
  static constexpr std::array kSides = {"both", "up", "down"};
  w.member("direction", kSides[static_cast<std::size_t>(e.control.side)]).end_object();
  w.key("limits").begin_array();
  for (const detect::ThresholdRule* limit : e.limits) w.value(limit->name);
  return w.end_array().end_object().take() + "\n";
}

}  // namespace inkling::app
