// Prometheus' alerting rules as declared limits (config/alarm_import.h).
#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "config/alarm_import.h"
#include "config/yaml_documents.h"
#include "core/units.h"

namespace inkling::config {
namespace {

using detect::AlarmStatistic;
using detect::Comparison;
using detect::ThresholdRule;

constexpr Duration kDefaultInterval = std::chrono::minutes(1);  // of a group's evaluation
constexpr Duration kLongestPeriod = std::chrono::hours(24 * 7);
constexpr std::int64_t kMostWindows = 1'000;

Failure<Error> refuse(std::string reason) {
  return fail(ErrorCode::kInvalidArgument, std::move(reason));
}

bool is_name_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == ':' || c == '.';
}

// Reads the one form of PromQL that is a declared limit.
class ExpressionReader {
 public:
  explicit ExpressionReader(std::string_view text) : rest_(text) {}

  // Everything of the rule but its name and its number of windows.
  Result<ThresholdRule> read() {
    ThresholdRule rule;
    rule.statistic = AlarmStatistic::kLast;
    INKLING_TRY(read_subject(rule));
    INKLING_TRY(read_comparison(rule));
    skip_blanks();
    if (!rest_.empty()) return refuse(fmt::format("more than one comparison: {}", rest_));
    return rule;
  }

 private:
  void skip_blanks() {
    while (!rest_.empty() &&
           (rest_[0] == ' ' || rest_[0] == '\n' || rest_[0] == '\t' || rest_[0] == '\r')) {
      rest_.remove_prefix(1);
    }
  }
  bool take(std::string_view token) {
    skip_blanks();
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }
  std::string_view word() {
    skip_blanks();
    std::size_t size = 0;
    while (size < rest_.size() && is_name_letter(rest_[size])) ++size;
    const std::string_view name = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return name;
  }
  std::optional<std::string> quoted() {
    skip_blanks();
    if (rest_.empty() || (rest_[0] != '"' && rest_[0] != '\'')) return std::nullopt;
    const char quote = rest_[0];
    std::string value;
    for (std::size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == '\\' && i + 1 < rest_.size()) {
        value += rest_[++i];
      } else if (rest_[i] == quote) {
        rest_.remove_prefix(i + 1);
        return value;
      } else {
        value += rest_[i];
      }
    }
    return std::nullopt;
  }

  // metric{...}, or function(metric{...}[5m]).
  Result<void> read_subject(ThresholdRule& rule) {
    static constexpr std::array<std::pair<std::string_view, AlarmStatistic>, 7> kFunctions = {
        {{"rate", AlarmStatistic::kAverage},
         {"avg_over_time", AlarmStatistic::kAverage},
         {"sum_over_time", AlarmStatistic::kSum},
         {"min_over_time", AlarmStatistic::kMinimum},
         {"max_over_time", AlarmStatistic::kMaximum},
         {"count_over_time", AlarmStatistic::kCount},
         {"last_over_time", AlarmStatistic::kLast}}};
    const std::string_view first = word();
    if (first.empty()) return refuse("expected the name of a metric");
    if (!take("(")) return read_selector(first, rule);
    for (const auto& [name, statistic] : kFunctions) {
      if (name != first) continue;
      rule.statistic = statistic;
      INKLING_TRY(read_selector(word(), rule));
      if (!take("[")) return refuse(fmt::format("{} without a range", first));
      const std::size_t end = rest_.find(']');
      const auto range = parse_duration(rest_.substr(0, std::min(end, rest_.size())));
      if (end == std::string_view::npos || !range || *range <= Duration(0)) {
        return refuse(fmt::format("range of {}", first));
      }
      rule.period = *range;
      rest_.remove_prefix(end + 1);
      if (!take(")")) return refuse(fmt::format("expression inside of {}", first));
      return {};
    }
    return refuse(fmt::format("{}()", first));
  }

  Result<void> read_selector(std::string_view metric, ThresholdRule& rule) {
    if (metric.empty()) return refuse("expected the name of a metric");
    const bool aggregates = metric == "sum" || metric == "avg" || metric == "max" ||
                            metric == "min" || metric == "count" || metric == "topk";
    skip_blanks();
    if (aggregates && !rest_.empty() && is_name_letter(rest_[0])) {
      return refuse(fmt::format("aggregation {}", metric));
    }
    rule.series = metric;
    if (!take("{")) return {};
    while (!take("}")) {
      const std::string label(word());
      if (label.empty()) return refuse("selector of labels");
      if (rest_.starts_with("=~") || rest_.starts_with("!")) {
        return refuse(fmt::format("label {} not compared by =", label));
      }
      const bool equals = take("=");
      const auto value = quoted();
      if (!equals || !value) return refuse("selector of labels");
      if (label == "service") {
        rule.service = *value;
      } else {
        rule.labels.push_back(label + "=" + *value);
      }
      take(",");
    }
    return {};
  }

  Result<void> read_comparison(ThresholdRule& rule) {
    static constexpr std::array<std::pair<std::string_view, Comparison>, 6> kOperators = {
        {{">=", Comparison::kAtLeast},
         {"<=", Comparison::kAtMost},
         {"==", Comparison::kEqual},
         {"!=", Comparison::kNotEqual},
         {">", Comparison::kAbove},
         {"<", Comparison::kBelow}}};
    for (const auto& [token, comparison] : kOperators) {
      if (!take(token)) continue;
      rule.comparison = comparison;
      skip_blanks();
      const auto read = std::from_chars(rest_.data(), rest_.data() + rest_.size(), rule.limit);
      if (read.ec != std::errc() || !std::isfinite(rule.limit)) {
        return refuse("comparison with something other than a number");
      }
      rest_.remove_prefix(static_cast<std::size_t>(read.ptr - rest_.data()));
      return {};
    }
    return refuse(rest_.empty() ? std::string("no comparison")
                                : fmt::format("operation on the metric: {}", rest_));
  }

  std::string_view rest_;
};

std::string scalar(const YAML::Node& map, const char* key) {
  const YAML::Node node = map[key];
  return node && node.IsScalar() ? node.Scalar() : std::string();
}

Result<ThresholdRule> read_rule(const YAML::Node& node, Duration interval) {
  const std::string expression = scalar(node, "expr");
  INKLING_TRY_ASSIGN(ThresholdRule rule, ExpressionReader(expression).read());
  rule.name = scalar(node, "alert");
  Duration holds{};
  if (const std::string text = scalar(node, "for"); !text.empty()) {
    const auto read = parse_duration(text);
    if (!read) return refuse(fmt::format("for: {}", text));
    holds = *read;
  }
  if (!scalar(node, "keep_firing_for").empty()) return refuse("keep_firing_for");
  if (rule.period.count() == 0) rule.period = interval;
  if (rule.period > kLongestPeriod) return refuse("range of more than a week");
  // As often in a row as it is evaluated in that time, at least once.
  const std::int64_t windows =
      std::max<std::int64_t>(1, (holds.count() + rule.period.count() - 1) / rule.period.count());
  if (windows > kMostWindows) return refuse("for: more than 1000 windows");
  rule.windows = rule.out_of = static_cast<std::uint32_t>(windows);
  return rule;
}

void read_group(const YAML::Node& group, ImportedAlarms& imported) {
  Duration interval = kDefaultInterval;
  if (const auto given = parse_duration(scalar(group, "interval")); given && given->count() > 0) {
    interval = *given;
  }
  const YAML::Node rules = group["rules"];
  if (!rules || !rules.IsSequence()) return;
  for (const YAML::Node& node : rules) {
    if (!node.IsMap() || !node["alert"]) continue;  // a recording rule
    auto rule = read_rule(node, interval);
    if (rule) {
      imported.rules.push_back(std::move(*rule));
    } else {
      imported.refused.push_back({scalar(node, "alert"), rule.error().message});
    }
  }
}

}  // namespace

Result<ImportedAlarms> import_prometheus(std::string_view yaml) {
  if (yaml.size() > kMaxAlarmBytes) {
    return fail(ErrorCode::kBadInput,
                fmt::format("expected at most {} bytes: {}", kMaxAlarmBytes, yaml.size()));
  }
  try {
    const std::string text(yaml);
    if (has_more_documents(text)) {
      return fail(ErrorCode::kBadInput, "expected one YAML document");
    }
    const YAML::Node root = YAML::Load(text);
    const YAML::Node groups = root.IsMap() ? root["groups"] : YAML::Node();
    if (!groups || !groups.IsSequence()) {
      return fail(ErrorCode::kBadInput, "expected a file of Prometheus rules: no groups");
    }
    ImportedAlarms imported;
    for (const YAML::Node& group : groups) {
      if (group.IsMap()) read_group(group, imported);
    }
    tidy_names(imported.rules);
    return imported;
  } catch (const YAML::Exception& error) {
    return fail(ErrorCode::kBadInput, fmt::format("not YAML: {}", error.what()));
  }
}

}  // namespace inkling::config
