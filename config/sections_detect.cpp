// The sections screen, derive and detect.
#include <chrono>

#include "config/option_table.h"
#include "core/level.h"

namespace inkling::config {
namespace {

using namespace std::chrono_literals;
using detect::ScreenAction;

OptionList screen_rule(detect::ScreenRule& rule) {
  return {
      required(
          text("name", rule.name, "Unique; names the rule in counts, and what redact leaves.")),
      required(text("pattern", rule.pattern, "RE2 syntax, searched in the message.")),
      required(choice("action", rule.action,
                      Words<ScreenAction>{{"drop", ScreenAction::kDrop},
                                          {"keep", ScreenAction::kKeep},
                                          {"tag", ScreenAction::kTag},
                                          {"redact", ScreenAction::kRedact},
                                          {"route", ScreenAction::kRoute}},
                      "drop: count the record and forget it. keep: keep it even if a drop rule "
                      "matches. tag: count the match. redact: replace what matches by [name]. "
                      "route: set the route of the record.")),
      text("value", rule.value, "The route, for action route."),
  };
}

OptionList template_rule(detect::TemplateRule& rule) {
  return {
      required(text("match", rule.match,
                    "Which template: an id it has or had, or its text with <*> for variables. "
                    "<keep> marks a place whose words never become a variable (splits a wrong "
                    "merge), <vary> one that always is.")),
      text("name", rule.name, "What it is called. Empty: its text."),
      boolean("pin", rule.pin, "None of its words ever becomes a variable."),
      boolean("mute", rule.mute, "What is found in it is counted and not told."),
      text("until", rule.until, "End of the mute, e.g. 2026-03-03T12:00:00Z."),
      text("owner", rule.owner, "Who answers for the mute."),
      text("reason", rule.reason, "Why it is muted."),
  };
}

// Words for how much is said.
constexpr std::string_view kSensitivityHelp =
    "How much is said: quiet, normal or eager. What each gives on your data: inkling validate "
    "--history.";

OptionList series_rule(detect::SeriesRule& rule) {
  using detect::Sensitivity;
  using detect::WatchedSide;
  return {
      required(
          text("match", rule.match,
               "Which series: a name with * and ?, compared with the name of the metric and "
               "with the whole name as shown, service/name{label=\"value\"}; or /RE2/, searched "
               "in the latter. The first rule that matches a series counts.")),
      text("service", rule.service, "Empty: every service."),
      choice(
          "direction", rule.side,
          Words<WatchedSide>{
              {"both", WatchedSide::kBoth}, {"up", WatchedSide::kUp}, {"down", WatchedSide::kDown}},
          "Which way is news."),
      number("min_absolute", rule.min_absolute, at_least(0),
             "Smaller deviations from what is expected never matter; in the unit of the series."),
      share("min_relative", rule.min_relative, between(0, 1),
            "The same, as a share of what is expected."),
      text("range", rule.range,
           "Values that can be: 0..100, 0.. or ..1. Others are told at once and not learned from."),
      choice("sensitivity", rule.sensitivity,
             Words<Sensitivity>{{"default", Sensitivity::kDefault},
                                {"quiet", Sensitivity::kQuiet},
                                {"normal", Sensitivity::kNormal},
                                {"eager", Sensitivity::kEager}},
             kSensitivityHelp),
      number("threshold", rule.threshold, at_least(0),
             "Raw score at the alarm line, instead of the word; 0: by the word."),
  };
}

OptionList threshold_rule(detect::ThresholdRule& rule) {
  using detect::AlarmStatistic;
  using detect::Comparison;
  using detect::MissingData;
  return {
      required(text("name", rule.name, "Unique.")),
      required(text("series", rule.series, "Name of the metric, exact or with * at its end.")),
      text("service", rule.service, "Empty: every service."),
      text_list("labels", rule.labels, "name=value: labels the series must have."),
      choice("direction", rule.comparison,
             Words<Comparison>{{"above", Comparison::kAbove},
                               {"at_least", Comparison::kAtLeast},
                               {"below", Comparison::kBelow},
                               {"at_most", Comparison::kAtMost},
                               {"equal", Comparison::kEqual},
                               {"not_equal", Comparison::kNotEqual}},
             "Which values are bad, seen from the limit."),
      required(number("limit", rule.limit, any_number(), "In the unit of the series.")),
      integer("windows", rule.windows, between(1, 1'000), "So many windows beyond the limit ..."),
      integer("out_of", rule.out_of, between(1, 1'000), "... out of so many fire."),
      duration("period", rule.period, between(0s, 24h * 7),
               "Of a window, which begins at a whole multiple of it. 0: each value is a window."),
      choice("statistic", rule.statistic,
             Words<AlarmStatistic>{{"average", AlarmStatistic::kAverage},
                                   {"sum", AlarmStatistic::kSum},
                                   {"minimum", AlarmStatistic::kMinimum},
                                   {"maximum", AlarmStatistic::kMaximum},
                                   {"count", AlarmStatistic::kCount},
                                   {"last", AlarmStatistic::kLast}},
             "Of the values in a window; needs a period."),
      choice("missing", rule.missing,
             Words<MissingData>{{"not_breaching", MissingData::kNotBreaching},
                                {"breaching", MissingData::kBreaching},
                                {"ignore", MissingData::kIgnore},
                                {"missing", MissingData::kMissing}},
             "What a window without values counts as; needs a period."),
  };
}

Words<std::uint32_t> levels() {
  Words<std::uint32_t> words;
  for (const Level level : {Level::kUnknown, Level::kTrace, Level::kDebug, Level::kInfo,
                            Level::kWarn, Level::kError, Level::kFatal}) {
    words.emplace_back(level_name(level), static_cast<std::uint32_t>(level));
  }
  return words;
}

}  // namespace

OptionList screen_options(Config& config) {
  auto& screen = config.screen;
  return {
      boolean("redact_defaults", screen.redact_defaults,
              "Masks keys, tokens, passwords, e-mail addresses and card numbers."),
      list("rules", screen.rules, screen_rule,
           "Rules of your own; all patterns are tried in one pass."),
  };
}

OptionList derive_options(Config& config) {
  auto& detect = config.detect;
  return {
      integer("max_services", detect.max_services, between(1, 1'000'000),
              "Services that get series of their own; further ones count as \"other\"."),
      integer("max_versions_per_service", detect.max_versions_per_service, between(1, 10'000),
              "The same for the versions of a service."),
      integer("max_routes_per_service", detect.max_routes_per_service, between(1, 100'000),
              "The same for the routes of a service."),
  };
}

OptionList detect_options(Config& config) {
  auto& detect = config.detect;
  auto& templates = detect.templates;
  auto& band = detect.band;
  auto& count = detect.count;
  auto& fresh = detect.new_template;
  return {
      duration("lateness", detect.lateness, between(0s, 24h),
               "How long a window waits for records that come out of order."),
      integer("max_series", detect.max_series, between(1, 10'000'000),
              "Series that are watched; further ones are counted and not watched."),
      integer("history_windows", detect.history_windows, between(0, 10'000),
              "Windows before an anomaly that are plotted; 0 keeps none."),
      integer("history_points", detect.history_points, between(0, 1'000'000'000),
              "Values kept for such plots, of all series together; 32 bytes each."),
      integer("quiet_windows", detect.quiet_windows, between(1, 1'000),
              "Windows without a finding until an anomaly is over."),
      section("templates", "The constant parts of log messages.",
              {integer("max_templates", templates.max_templates, between(16, 10'000'000),
                       "Templates that are told apart; further ones count as \"other\"."),
               integer("max_per_service", templates.max_per_service, between(16, 10'000'000),
                       "Shapes of messages one service may bring; further ones count as \"other\", "
                       "and from half of them on those that do not come again."),
               size("max_message_bytes", templates.max_message_bytes, between(64, 1 << 20),
                    "A longer message is cut before its template is taken."),
               integer("max_tokens", templates.max_tokens, between(4, 4'096),
                       "Words of a message that are looked at."),
               list("rules", templates.rules, template_rule,
                    "What you know of some templates: mutes, names, words that stay or vary.")}),
      choice("sensitivity", detect.sensitivity,
             Words<detect::Sensitivity>{{"quiet", detect::Sensitivity::kQuiet},
                                        {"normal", detect::Sensitivity::kNormal},
                                        {"eager", detect::Sensitivity::kEager}},
             kSensitivityHelp),
      list("series", detect.series, series_rule, "What you know of some series."),
      list("thresholds", detect.thresholds, threshold_rule, "Limits you declare."),
      section("band", "The band a metric keeps to.",
              {number("threshold", band.threshold, between(1, 100),
                      "How unusual a value must be: 6 is eager, 9 is quiet."),
               integer("warm_up", band.warm_up, between(2, 100'000),
                       "Points of a series that are only learned from.")}),
      section("count", "The band the counts of a service keep to.",
              {number("tail_probability", count.tail_probability, strictly_between(0, 0.5),
                      "Probability of a count at least that far out, at the alarm line."),
               integer("min_count", count.min_count, between(0, 1'000'000'000),
                       "Fewer events never fire."),
               integer("warm_up", count.warm_up, between(2, 100'000),
                       "Windows of a series that are only learned from.")}),
      section("new_template", "Messages never seen before.",
              {duration("warm_up", fresh.warm_up, between(0s, 24h * 30),
                        "Event time per service in which everything is new and nothing is said."),
               choice("min_level", fresh.min_level, levels(), "Lower levels are not said."),
               integer("min_count", fresh.min_count, between(1, 1'000'000),
                       "Of a message in its first window: a single odd line is no news.")}),
  };
}

}  // namespace inkling::config
