// CloudWatch's describe-alarms as declared limits (config/alarm_import.h).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include "config/alarm_import.h"
#include "core/json.h"

namespace inkling::config {
namespace {

using detect::AlarmStatistic;
using detect::Comparison;
using detect::MissingData;
using detect::ThresholdRule;

constexpr std::int64_t kLongestPeriod = 7 * 86'400;  // seconds, as detect.thresholds[].period
constexpr std::int64_t kMostWindows = 1'000;

Result<Comparison> comparison_of(std::string_view word) {
  if (word == "GreaterThanThreshold") return Comparison::kAbove;
  if (word == "GreaterThanOrEqualToThreshold") return Comparison::kAtLeast;
  if (word == "LessThanThreshold") return Comparison::kBelow;
  if (word == "LessThanOrEqualToThreshold") return Comparison::kAtMost;
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("comparison with an anomaly detection band ({}); the series' own band is "
                          "watched without a rule",
                          word));
}

Result<AlarmStatistic> statistic_of(std::string_view word) {
  if (word == "Average") return AlarmStatistic::kAverage;
  if (word == "Sum") return AlarmStatistic::kSum;
  if (word == "Minimum") return AlarmStatistic::kMinimum;
  if (word == "Maximum") return AlarmStatistic::kMaximum;
  if (word == "SampleCount") return AlarmStatistic::kCount;
  return fail(ErrorCode::kInvalidArgument, fmt::format("statistic {}", word));
}

Result<MissingData> missing_of(std::string_view word) {
  if (word == "notBreaching") return MissingData::kNotBreaching;
  if (word == "breaching") return MissingData::kBreaching;
  if (word == "ignore") return MissingData::kIgnore;
  if (word.empty() || word == "missing") return MissingData::kMissing;
  return fail(ErrorCode::kInvalidArgument, fmt::format("treatment of missing data {}", word));
}

// The metric, its statistic and period, wherever the alarm keeps them.
struct Subject {
  const JsonValue* metric = nullptr;  // MetricName, Dimensions
  std::string_view statistic;
  std::int64_t period = 0;
};

Result<Subject> subject_of(const JsonValue& alarm) {
  Subject subject;
  const JsonValue* const metrics = alarm.find("Metrics");
  if (metrics == nullptr || metrics->array().empty()) {
    if (const auto extended = alarm.text_of({"ExtendedStatistic"}); !extended.empty()) {
      return fail(ErrorCode::kInvalidArgument, fmt::format("extended statistic {}", extended));
    }
    subject.metric = &alarm;
    subject.statistic = alarm.text_of({"Statistic"});
    if (const JsonValue* period = alarm.find("Period")) subject.period = period->integer();
    return subject;
  }
  for (const JsonValue& metric : metrics->array()) {
    if (const auto expression = metric.text_of({"Expression"}); !expression.empty()) {
      return fail(ErrorCode::kInvalidArgument, fmt::format("metric math: {}", expression));
    }
  }
  if (metrics->array().size() > 1) {
    return fail(ErrorCode::kInvalidArgument, "more than one metric");
  }
  const JsonValue* const stat = metrics->array().front().find("MetricStat");
  if (stat == nullptr) return fail(ErrorCode::kInvalidArgument, "metric without MetricStat");
  subject.metric = stat->find("Metric");
  subject.statistic = stat->text_of({"Stat"});
  if (const JsonValue* period = stat->find("Period")) subject.period = period->integer();
  return subject;
}

std::int64_t integer_of(const JsonValue& alarm, std::string_view name, std::int64_t otherwise) {
  const JsonValue* const value = alarm.find(name);
  return value != nullptr && !value->is_null() ? value->integer(-1) : otherwise;
}

Result<ThresholdRule> read_alarm(const JsonValue& alarm) {
  INKLING_TRY_ASSIGN(const Subject subject, subject_of(alarm));
  ThresholdRule rule;
  rule.name = alarm.text_of({"AlarmName"});
  if (!alarm.text_of({"ThresholdMetricId"}).empty()) {
    return fail(ErrorCode::kInvalidArgument, "anomaly detection band as threshold");
  }
  if (subject.metric != nullptr) rule.series = subject.metric->text_of({"MetricName"});
  if (rule.series.empty()) return fail(ErrorCode::kInvalidArgument, "no MetricName");
  INKLING_TRY_ASSIGN(rule.comparison, comparison_of(alarm.text_of({"ComparisonOperator"})));
  INKLING_TRY_ASSIGN(rule.statistic, statistic_of(subject.statistic));
  INKLING_TRY_ASSIGN(rule.missing, missing_of(alarm.text_of({"TreatMissingData"})));
  const JsonValue* const limit = alarm.find("Threshold");
  rule.limit = limit != nullptr ? limit->number() : std::nan("");
  if (!std::isfinite(rule.limit)) return fail(ErrorCode::kInvalidArgument, "no Threshold");
  if (subject.period < 1 || subject.period > kLongestPeriod) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("Period of {} s", subject.period));
  }
  rule.period = std::chrono::seconds(subject.period);
  const std::int64_t out_of = integer_of(alarm, "EvaluationPeriods", 1);
  const std::int64_t windows = integer_of(alarm, "DatapointsToAlarm", out_of);
  if (windows < 1 || out_of < windows || out_of > kMostWindows) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{} datapoints within {} periods", windows, out_of));
  }
  rule.windows = static_cast<std::uint32_t>(windows);
  rule.out_of = static_cast<std::uint32_t>(out_of);
  if (const JsonValue* dimensions = subject.metric->find("Dimensions")) {
    for (const JsonValue& dimension : dimensions->array()) {
      const std::string_view name = dimension.text_of({"Name"});
      const std::string_view value = dimension.text_of({"Value"});
      if (name == "ServiceName") {
        rule.service = value;
      } else if (!name.empty()) {
        rule.labels.push_back(fmt::format("{}={}", name, value));
      }
    }
  }
  return rule;
}

}  // namespace

void tidy_names(std::vector<ThresholdRule>& rules) {
  constexpr std::size_t kLongest = 60;  // room for a number behind it
  std::set<std::string> taken;
  for (ThresholdRule& rule : rules) {
    std::string name;
    for (const char c : rule.name) {
      const bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
      if (good) {
        name += c;
      } else if (!name.empty() && name.back() != '-') {
        name += '-';
      }
    }
    name.resize(std::min(name.size(), kLongest));
    while (name.ends_with('-')) name.pop_back();
    if (name.empty()) name = "alarm";
    std::string unique = name;
    for (int number = 2; !taken.insert(unique).second; ++number) {
      unique = fmt::format("{}-{}", name, number);
    }
    rule.name = std::move(unique);
  }
}

Result<ImportedAlarms> import_cloudwatch(std::string_view json) {
  if (json.size() > kMaxAlarmBytes) {
    return fail(ErrorCode::kBadInput,
                fmt::format("expected at most {} bytes: {}", kMaxAlarmBytes, json.size()));
  }
  INKLING_TRY_ASSIGN(const JsonValue document, parse_json(json));
  const JsonValue* const alarms = document.find("MetricAlarms");
  const JsonValue* const composites = document.find("CompositeAlarms");
  if (alarms == nullptr && composites == nullptr) {
    return fail(ErrorCode::kBadInput,
                "expected what aws cloudwatch describe-alarms prints: no MetricAlarms");
  }
  ImportedAlarms imported;
  const JsonValue none;
  for (const JsonValue& alarm : (alarms != nullptr ? *alarms : none).array()) {
    auto rule = read_alarm(alarm);
    if (rule) {
      imported.rules.push_back(std::move(*rule));
    } else {
      imported.refused.push_back({std::string(alarm.text_of({"AlarmName"})), rule.error().message});
    }
  }
  for (const JsonValue& alarm : (composites != nullptr ? *composites : none).array()) {
    imported.refused.push_back({std::string(alarm.text_of({"AlarmName"})),
                                fmt::format("composite alarm: {}", alarm.text_of({"AlarmRule"}))});
  }
  tidy_names(imported.rules);
  return imported;
}

}  // namespace inkling::config
