#include "config/alarm_import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "config/loader.h"
#include "config/schema.h"

namespace inkling::config {
namespace {

using testing::ElementsAre;

// The rules as one text a line, and what was refused behind "! ".
std::string told(const Result<ImportedAlarms>& imported) {
  if (!imported) return imported.error().message;
  std::string text = thresholds_yaml(imported->rules);
  for (const auto& refusal : imported->refused) {
    text += "! " + refusal.name + ": " + refusal.reason + "\n";
  }
  return text;
}
std::string cloudwatch(const std::string& alarm) {
  return told(import_cloudwatch("{\"MetricAlarms\":[" + alarm + "]}"));
}
std::string prometheus(const std::string& expr, const std::string& more = "") {
  return told(import_prometheus("groups: [{name: g, rules: [{alert: A, expr: '" + expr + "'" +
                                more + "}]}]"));
}

TEST(CloudWatchImportTest, ReadsAMetricAlarm) {
  EXPECT_EQ(cloudwatch(R"({"AlarmName":"shop / cpu high","MetricName":"CPUUtilization",
    "Namespace":"AWS/ECS","Statistic":"Average","Period":60,"EvaluationPeriods":5,
    "DatapointsToAlarm":3,"Threshold":80.0,"ComparisonOperator":"GreaterThanOrEqualToThreshold",
    "TreatMissingData":"breaching","Dimensions":[{"Name":"ClusterName","Value":"blue"},
    {"Name":"ServiceName","Value":"checkout"}]})"),
            R"(detect:
  thresholds:
    - name: "shop-cpu-high"
      series: "CPUUtilization"
      service: "checkout"
      labels: ["ClusterName=blue"]
      direction: at_least
      limit: 80
      windows: 3
      out_of: 5
      period: 1m
      statistic: average
      missing: breaching
)");
}

TEST(CloudWatchImportTest, ReadsAMetricStatWithoutMath) {
  const auto imported = import_cloudwatch(R"({"MetricAlarms":[{"AlarmName":"a","Metrics":[{"Id":"m",
    "MetricStat":{"Metric":{"MetricName":"Errors"},"Period":300,"Stat":"Sum"}}],
    "EvaluationPeriods":1,"Threshold":10,"ComparisonOperator":"GreaterThanThreshold"}]})");
  ASSERT_TRUE(imported);
  ASSERT_EQ(imported->rules.size(), 1u);
  const detect::ThresholdRule& rule = imported->rules[0];
  EXPECT_EQ(rule.series, "Errors");
  EXPECT_EQ(rule.period, std::chrono::minutes(5));
  EXPECT_EQ(rule.statistic, detect::AlarmStatistic::kSum);
  EXPECT_EQ(rule.windows, 1u);
  EXPECT_EQ(rule.missing, detect::MissingData::kMissing);  // CloudWatch's default
}

TEST(CloudWatchImportTest, RefusesByNameWhatItCannotSay) {
  const std::string base =
      R"("MetricName":"m","Period":60,"EvaluationPeriods":1,"Threshold":1,"ComparisonOperator":)";
  const auto refused = [&](const std::string& members) {
    const auto imported =
        import_cloudwatch("{\"MetricAlarms\":[{\"AlarmName\":\"a\"," + members + "}]}");
    return imported && imported->refused.size() == 1 ? imported->refused[0].reason : "taken";
  };
  EXPECT_EQ(refused(R"("Metrics":[{"Id":"e","Expression":"m1/m2"}])"), "metric math: m1/m2");
  EXPECT_EQ(
      refused(base + R"("GreaterThanUpperThreshold","Statistic":"Sum")"),
      "comparison with an anomaly detection band (GreaterThanUpperThreshold); the series' own "
      "band is watched without a rule");
  EXPECT_EQ(refused(base + R"("GreaterThanThreshold","ExtendedStatistic":"p99")"),
            "extended statistic p99");
  EXPECT_EQ(refused(base + R"("GreaterThanThreshold","Statistic":"Sum","DatapointsToAlarm":2)"),
            "2 datapoints within 1 periods");
  EXPECT_EQ(refused(base + R"("GreaterThanThreshold","Statistic":"Sum","Period":1)"), "taken");
  EXPECT_EQ(
      told(import_cloudwatch(
          R"J({"CompositeAlarms":[{"AlarmName":"both","AlarmRule":"ALARM(a) AND ALARM(b)"}]})J")),
      "detect:\n  thresholds: []\n! both: composite alarm: ALARM(a) AND ALARM(b)\n");
}

TEST(CloudWatchImportTest, RefusesOtherDocuments) {
  EXPECT_EQ(told(import_cloudwatch("[1]")),
            "expected what aws cloudwatch describe-alarms prints: no MetricAlarms");
  EXPECT_FALSE(import_cloudwatch("{").has_value());
}

TEST(CloudWatchImportTest, NamesAreUnique) {
  std::vector<detect::ThresholdRule> rules(4);
  rules[0].name = rules[1].name = "a b";
  rules[2].name = "//";
  rules[3].name = std::string(80, 'x');
  tidy_names(rules);
  EXPECT_THAT(
      (std::vector<std::string>{rules[0].name, rules[1].name, rules[2].name, rules[3].name}),
      ElementsAre("a-b", "a-b-2", "alarm", std::string(60, 'x')));
}

TEST(PrometheusImportTest, ReadsASimpleComparison) {
  EXPECT_EQ(prometheus(R"(http_errors{service="shop", code="500"} >= 1e3)", ", for: 5m"),
            R"(detect:
  thresholds:
    - name: "A"
      series: "http_errors"
      service: "shop"
      labels: ["code=500"]
      direction: at_least
      limit: 1000
      windows: 5
      out_of: 5
      period: 1m
      statistic: last
      missing: not_breaching
)");
}

TEST(PrometheusImportTest, ReadsRatesAndWindows) {
  const auto rule = [](const std::string& expr) {
    const auto imported =
        import_prometheus("groups: [{rules: [{alert: A, expr: '" + expr + "', for: 10m}]}]");
    return imported && imported->rules.size() == 1 ? imported->rules[0] : detect::ThresholdRule{};
  };
  const detect::ThresholdRule rate = rule("rate(errors_total[5m]) > 0.5");
  EXPECT_EQ(rate.series, "errors_total");
  EXPECT_EQ(rate.statistic, detect::AlarmStatistic::kAverage);
  EXPECT_EQ(rate.period, std::chrono::minutes(5));
  EXPECT_EQ(rate.windows, 2u);
  EXPECT_EQ(rule("max_over_time(x[1h]) < 3").statistic, detect::AlarmStatistic::kMaximum);
  EXPECT_EQ(rule("up == 0").comparison, detect::Comparison::kEqual);
}

TEST(PrometheusImportTest, RefusesByNameWhatItCannotSay) {
  const auto refused = [](const std::string& expr, const std::string& more = "") {
    const auto imported =
        import_prometheus("groups: [{rules: [{alert: A, expr: '" + expr + "'" + more + "}]}]");
    return imported && imported->refused.size() == 1 ? imported->refused[0].reason : "taken";
  };
  EXPECT_EQ(refused("sum by (job) (rate(x[5m])) > 1"), "aggregation sum");
  EXPECT_EQ(refused("sum(x) > 1"), "sum()");
  EXPECT_EQ(refused("a / b > 1"), "operation on the metric: / b > 1");
  EXPECT_EQ(refused("a > b"), "comparison with something other than a number");
  EXPECT_EQ(refused("a > 1 and b > 2"), "more than one comparison: and b > 2");
  EXPECT_EQ(refused("absent(x)"), "absent()");
  EXPECT_EQ(refused("histogram_quantile(0.99, x) > 1"), "histogram_quantile()");
  EXPECT_EQ(refused("x{a=~\"b.*\"} > 1"), "label a not compared by =");
  EXPECT_EQ(refused("x"), "no comparison");
  EXPECT_EQ(refused("x > 1", ", keep_firing_for: 5m"), "keep_firing_for");
  EXPECT_EQ(refused("rate(x) > 1"), "rate without a range");
  EXPECT_EQ(refused("x > 1", ", for: soon"), "for: soon");
}

TEST(PrometheusImportTest, RefusesOtherDocuments) {
  EXPECT_EQ(told(import_prometheus("a: 1")), "expected a file of Prometheus rules: no groups");
  EXPECT_EQ(told(import_prometheus("groups: []\n---\ngroups: []")), "expected one YAML document");
  EXPECT_FALSE(import_prometheus("{").has_value());
}

TEST(PrometheusImportTest, WhatItPrintsLoads) {
  const auto imported = import_prometheus(
      "groups: [{interval: 30s, rules: [{record: r, expr: x}, {alert: \"a b\", expr: x < -1}]}]");
  ASSERT_TRUE(imported);
  const auto config = load_text(thresholds_yaml(imported->rules), "x.yaml", system_environment());
  ASSERT_TRUE(config) << config.error().message;
  ASSERT_EQ(config->detect.thresholds.size(), 1u);
  EXPECT_EQ(config->detect.thresholds[0].name, "a-b");
  EXPECT_EQ(config->detect.thresholds[0].limit, -1);
  EXPECT_EQ(config->detect.thresholds[0].period, std::chrono::seconds(30));
}

}  // namespace
}  // namespace inkling::config
