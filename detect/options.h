#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/timestamp.h"

namespace inkling::detect {

// What a rule of the screen does with a record whose message it matches.
enum class ScreenAction : std::uint8_t {
  kDrop,    // the record is counted and goes no further
  kKeep,    // the record is kept even if a drop rule matches too
  kTag,     // counts matches under the rule's name; the record goes on
  kRedact,  // what the pattern matches is replaced by [name]
  kRoute,   // the record's route becomes `value`
};

struct ScreenRule {
  std::string name;     // of the rule, unique
  std::string pattern;  // RE2 syntax, searched in the message
  ScreenAction action = ScreenAction::kTag;
  std::string value;  // kRoute: the route
};

struct ScreenOptions {
  bool redact_defaults = true;  // keys, tokens, passwords, e-mail addresses, card numbers
  std::vector<ScreenRule> rules;
};

// What a person says of a template.
struct TemplateRule {
  // Its id (any that it ever had), or its text with <*> for variables; <keep> marks a place whose
  // words never become a variable, <vary> one that always is.
  std::string match{};
  std::string name{};   // what it is called from now on, "" = its text
  bool pin = false;     // none of its words becomes a variable
  bool mute = false;    // what is found in it is counted and not told
  std::string until{};  // RFC 3339: the end of the mute
  std::string owner{};
  std::string reason{};
};

struct TemplateOptions {
  std::uint32_t max_templates = 50'000;  // then new ones count as "other"
  // Skeletons one service may bring; from half of them on only such as come again.
  std::uint32_t max_per_service = 10'000;
  std::uint32_t max_message_bytes = 8'192;  // a longer message is cut before its skeleton is taken
  std::uint32_t max_tokens = 256;
  std::vector<TemplateRule> rules{};
};

// Which values a declared limit calls bad.
enum class Comparison : std::uint8_t { kAbove, kAtLeast, kBelow, kAtMost, kEqual, kNotEqual };

// What is compared: of all values in a window of `period`.
enum class AlarmStatistic : std::uint8_t { kAverage, kSum, kMinimum, kMaximum, kCount, kLast };

// What a window without any value counts as.
enum class MissingData : std::uint8_t {
  kNotBreaching,  // as good
  kBreaching,     // as bad
  kIgnore,        // nothing: the state stays as it is while there is too little
  kMissing,       // nothing: no alarm while there is too little, but for what is bad and old enough
};

// `windows` windows out of `out_of` beyond a limit.
struct ThresholdRule {
  std::string name{};
  std::string series{};               // metric name, exact or with * at its end
  std::string service{};              // "" = every service
  std::vector<std::string> labels{};  // "name=value": all must be there
  Comparison comparison = Comparison::kAbove;
  double limit = 0;
  std::uint32_t windows = 3;
  std::uint32_t out_of = 5;
  Duration period{};  // of a window, from whole multiples of it since 1970; 0 = each value is one
  AlarmStatistic statistic = AlarmStatistic::kAverage;
  MissingData missing = MissingData::kNotBreaching;
};

// How much is said, in words. What a word gives is measured, not promised: `inkling validate
// --history` counts it.
enum class Sensitivity : std::uint8_t {
  kDefault,  // of a series: as all others
  kQuiet,
  kNormal,
  kEager,
};

// Which side of its band a series is watched on.
enum class WatchedSide : std::uint8_t { kBoth, kUp, kDown };

// What a person says of some series; the first rule that matches a series counts.
struct SeriesRule {
  std::string match{};    // glob of the metric's name or of the whole name as shown, or /RE2/
  std::string service{};  // "" = every service
  WatchedSide side = WatchedSide::kBoth;
  double min_absolute = 0;  // least deviation from what is expected, in the unit of the series
  double min_relative = 0;  // the same as a share of what is expected
  std::string range{};      // values that can be: "0..100", "0..", "..1"; "" = not known
  Sensitivity sensitivity = Sensitivity::kDefault;
  double threshold = 0;  // raw score at the alarm line; 0 = by the word
};

// Of the band detector: how unusual a value must be (docs/components/band_detector.md).
struct BandOptions {
  double threshold = 7.5;       // raw score at the alarm line; 6 is eager, 9 is quiet
  std::uint32_t warm_up = 100;  // points without a verdict
};

// Of the count band (docs/components/count_band.md).
struct CountOptions {
  double tail_probability = 1e-6;  // of a count at least that far out, at the alarm line
  std::uint32_t min_count = 10;    // fewer events never fire
  std::uint32_t warm_up = 30;      // windows without a verdict
};

struct NewTemplateOptions {
  Duration warm_up =
      std::chrono::minutes(10);  // of event time per service: everything is new at first
  std::uint32_t min_level = 4;   // core/level.h: warn
  std::uint32_t min_count = 3;   // in its first window; a single odd line is no news
};

struct DetectOptions {
  Duration lateness = std::chrono::seconds(10);
  std::uint32_t max_series = 100'000;
  std::uint32_t max_routes_per_service = 200;
  std::uint32_t max_versions_per_service = 50;
  std::uint32_t max_services = 5'000;
  std::uint32_t history_windows = 120;     // of a series before an anomaly, for plots; 0 = none
  std::uint32_t history_points = 500'000;  // kept for that, of all series together; 32 bytes each
  std::uint32_t quiet_windows = 6;         // without a verdict until an anomaly is closed
  TemplateOptions templates;
  Sensitivity sensitivity = Sensitivity::kNormal;  // of series without a word of their own
  std::vector<SeriesRule> series;
  std::vector<ThresholdRule> thresholds;
  BandOptions band;
  CountOptions count;
  NewTemplateOptions new_template;
};

}  // namespace inkling::detect
